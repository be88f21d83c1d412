"""A backup is everything as it was at one moment, and restores exactly, into either kind of database, or not at all."""

from __future__ import annotations

import json
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from hypothesis import given
from hypothesis import settings as drawing
from hypothesis import strategies as drawn
from sqlalchemy import JSON, Column, Date, DateTime, Integer, LargeBinary, MetaData, String, Table, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from bot.backing_up.restoring import readable
from bot.backing_up.saving import save
from bot.backing_up.tables import lines, reflected
from bot.backing_up.values import line, row
from bot.commands.databases import Wanted, operate
from bot.leaving.files import held
from bot.leaving.talk import CannotLeave
from bot.settings import Settings, read
from storage.database import Database
from storage.migrate import config
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork
from storage.version import HEAD
from tests.bot.post import Post
from tests.bot.records import Records
from tests.bot.talking import Scripted
from tests.databases import NOW, PostgresServer, installed, outbox_row


def settings_of(url: str, home: Path) -> Settings:
    """Settings that name this database."""
    return read({"DATABASE_URL": url, "PARLEY_HOME": str(home)})


def does(what: str, url: str, home: Path, file: Path | None = None, *, replace: bool = False) -> str:
    """Type the command; what it told."""
    person = Scripted()
    assert operate(Wanted(what, file, replace), settings_of(url, home), person) == 0, person.all_heard
    return person.all_heard


def everything(url: str) -> dict[str, list[bytes]]:
    """Every row of every table, in an order of our own."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            return {name: sorted(lines(connection, table)) for name, table in reflected(connection).items()}
    finally:
        database.dispose()


@contextmanager
def using(url: str) -> Iterator[Database]:
    """A database, closed afterwards."""
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def filled(url: str) -> None:
    """A row of every table, one that names a later one among them."""
    with using(url) as database, database.engine.begin() as connection:
        Records(connection).fill()
        first, second = connection.execute(text("SELECT id FROM parley_figure ORDER BY id LIMIT 2")).scalars()
        connection.execute(
            text("UPDATE parley_figure SET superseded_by = :later WHERE id = :earlier"),
            {"later": second, "earlier": first},
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'target' / 'restored.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.empty()
    yield url
    server.drop(url)


def test_every_row_comes_back_on_every_database(database_url: str, empty_url: str, tmp_path: Path) -> None:
    """What was backed up on one kind of database stands row for row in the other kind and in its own, and goes on counting
    after the last number."""
    filled(database_url)
    before, file = everything(database_url), tmp_path / "all.zip"
    does("backup", database_url, tmp_path, file)
    assert file.stat().st_mode & 0o077 == 0
    assert "proved equal" in does("restore", empty_url, tmp_path / "home", file)
    after = everything(empty_url)
    (note,) = [each for each in after["parley_audit"] if each not in before["parley_audit"]]
    assert b"database.restored" in note
    assert after | {"parley_audit": before["parley_audit"]} == before
    assert all(before.values()), "a table without rows proves nothing"
    installation = json.loads(before["parley_installation"][0])["id"]
    with using(empty_url) as database, UnitOfWork(database) as uow:
        fresh = uow.outbox.put(outbox_row("after the restoring", installation_id=installation))
        assert fresh.seq == 1 + max(json.loads(each)["seq"] for each in before["parley_outbox"])


def test_what_was_open_is_looked_for_before_it_is_said(database_url: str, empty_url: str, tmp_path: Path) -> None:
    """An open message may have been said since the backup, so it is marked as tried; one that was being tried keeps its own
    marks; one that is not due yet, one that is too late, one that stands and an errand are left alone."""
    tried = NOW - timedelta(minutes=5)
    with using(database_url) as database:
        installed(database)
        with UnitOfWork(database) as uow:
            uow.outbox.put(outbox_row("open"))
            uow.outbox.put(outbox_row("tried", trying_since=tried, first_try=tried, last_try=tried, attempts=3))
            uow.outbox.put(outbox_row("next year", not_before=NOW + timedelta(days=3650)))
            uow.outbox.put(outbox_row("stands", state="sent", sent_revision=1, ref="1.0"))
            uow.outbox.put(outbox_row("errand", kind="errand"))
            uow.outbox.put(outbox_row("too late", expires_at=NOW + timedelta(hours=1)))
            uow.commit()
        save(database, tmp_path / "b.zip", NOW)
    does("restore", empty_url, tmp_path, tmp_path / "b.zip")
    with using(empty_url) as database, UnitOfWork(database) as uow:
        marks = {
            each.once: (each.first_try, each.attempts, each.trying_since is None)
            for each in uow.session.exec(select(OutboxRow)).all()
        }
    assert marks == {
        "open": (NOW - timedelta(minutes=1), 1, False),
        "tried": (tried, 3, False),
        "next year": (None, 0, True),
        "stands": (None, 0, True),
        "errand": (None, 0, True),
        "too late": (None, 0, True),
    }


async def test_what_was_said_since_the_backup_is_not_said_again(sqlite_url: str, tmp_path: Path) -> None:
    """A message that was open in the backup and went out after it is found in the channel's history by whoever starts on the
    restored database, and is noted there instead of posted twice; one that did not go out is posted."""
    again = f"sqlite:///{tmp_path / 'again.sqlite'}"
    with using(sqlite_url) as database:
        installed(database)
        before = Post(database)
        keys = [before.put("went out after it"), before.put("never went out")]
        save(database, tmp_path / "b.zip", NOW)
        assert await before.courier.attempt(keys[0]) is None
    does("restore", again, tmp_path, tmp_path / "b.zip")
    with using(again) as database:
        after = Post(database)
        after.gateway = before.gateway
        after.clock.move_to(NOW + timedelta(hours=1))
        after.restart()
        assert [await after.courier.attempt(key) for key in keys] == [None, None]
        assert after.texts() == ["said went out after it", "said never went out"]
        assert after.row("went out after it").state == after.row("never went out").state == "sent"


def test_what_holds_data_is_not_overwritten(database_url: str, tmp_path: Path) -> None:
    """A database with data is refused without --replace, and with it what was there is kept aside, whole."""
    with using(database_url) as database:
        installed(database)
        save(database, tmp_path / "one.zip", NOW)
        with UnitOfWork(database) as uow:
            uow.outbox.put(outbox_row("said since"))
            uow.commit()
    with pytest.raises(CannotLeave, match="--replace"):
        does("restore", database_url, tmp_path, tmp_path / "one.zip")
    heard = does("restore", database_url, tmp_path, tmp_path / "one.zip", replace=True)
    assert everything(database_url)["parley_outbox"] == []
    assert kept_messages(heard, database_url, tmp_path) == 1


def kept_messages(heard: str, url: str, folder: Path) -> int:
    """How many messages are in what was put aside."""
    if url.startswith("sqlite"):
        (kept,) = folder.glob("*.kept-*.sqlite")
        assert str(kept) in heard
        return len(everything(f"sqlite:///{kept}")["parley_outbox"])
    schema = heard.partition("the schema ")[2].split()[0]
    with using(url) as database, database.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {schema}.parley_outbox")).scalar_one())


def changed(file: Path, made: Path, member: str, change: dict[bytes, bytes]) -> Path:
    """A copy of a backup in which one file says something else."""
    with zipfile.ZipFile(file) as reading, zipfile.ZipFile(made, "w") as writing:
        for name in reading.namelist():
            told = reading.read(name)
            if name == member:
                for old, new in change.items():
                    assert old in told
                    told = told.replace(old, new)
            writing.writestr(name, told)
    return made


def test_a_damaged_backup_changes_nothing(database_url: str, tmp_path: Path) -> None:
    """A changed row, a lost row, half a file and a file of another kind are each refused, and the database is as it was."""
    with using(database_url) as database:
        installed(database)
        save(database, tmp_path / "good.zip", NOW)
    before = everything(database_url)
    whole = (tmp_path / "good.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.zip").write_text("not a zip")
    member = "tables/parley_installation.jsonl"
    files = [
        changed(tmp_path / "good.zip", tmp_path / "changed.zip", member, {b"T-CLIENT": b"T-FORGED"}),
        changed(tmp_path / "good.zip", tmp_path / "lost.zip", member, {b'{"': b"", b"\n": b""}),
        tmp_path / "half.zip",
        tmp_path / "text.zip",
    ]
    for file in files:
        with pytest.raises(CannotLeave, match="Nothing was changed"):
            does("restore", database_url, tmp_path, file, replace=True)
        assert everything(database_url) == before
    assert list(tmp_path.glob("*.kept-*")) == []


def test_a_newer_backup_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    """A backup of a later migration, or of a later format, names what to do."""
    with using(sqlite_url) as database:
        save(database, tmp_path / "now.zip", NOW)
    newer = changed(
        tmp_path / "now.zip", tmp_path / "newer.zip", "manifest.json", {b'"migration": "0005"': b'"migration": "0999"'}
    )
    with pytest.raises(CannotLeave, match=r"newer Parley.*0999"):
        does("restore", sqlite_url, tmp_path, newer)
    later = changed(
        tmp_path / "now.zip", tmp_path / "later.zip", "manifest.json", {b'"format_version": 1': b'"format_version": 2'}
    )
    with pytest.raises(CannotLeave, match="take a newer Parley"):
        does("restore", sqlite_url, tmp_path, later)


def test_a_backup_under_load_is_one_moment(database_url: str, tmp_path: Path) -> None:
    """While somebody writes pairs of messages, each pair in one transaction, a backup never holds half a pair, and nobody
    who writes is refused."""
    stop, written, refused = threading.Event(), [0], []

    def write() -> None:
        with using(database_url) as busy:
            while not stop.is_set():
                try:
                    with UnitOfWork(busy) as uow:
                        for half in "ab":
                            uow.outbox.put(outbox_row(f"pair {written[0]} {half}"))
                        uow.commit()
                    written[0] += 1
                except SQLAlchemyError as trouble:
                    refused.append(trouble)
                    return

    with using(database_url) as database:
        installed(database)
    writer = threading.Thread(target=write)
    writer.start()
    files = [tmp_path / "first.zip", tmp_path / "second.zip"]
    files += [tmp_path / "copy.sqlite"] if database_url.startswith("sqlite") else []
    try:
        while written[0] < 10 and not refused:
            stop.wait(0.01)
        for file in files:
            does("backup", database_url, tmp_path, file)
    finally:
        stop.set()
        writer.join()
    assert refused == [] and written[0] > 10
    for file in files:
        with readable(file) as backup:
            said = {json.loads(each)["once"] for each in backup.lines("parley_outbox")}
        assert len(said) >= 20 and {each[:-1] for each in said if each.endswith("a")} == {
            each[:-1] for each in said if each.endswith("b")
        }


def test_a_copy_of_the_file_restores(sqlite_url: str, empty_url: str, tmp_path: Path) -> None:
    """A copy made by SQLite itself restores too, without the engine's notes, also onto a server."""
    filled(sqlite_url)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("CREATE TABLE workflow_status (x)")
    before = everything(sqlite_url)
    does("backup", sqlite_url, tmp_path, tmp_path / "copy.sqlite")
    does("restore", empty_url, tmp_path, tmp_path / "copy.sqlite")
    after = everything(empty_url)
    assert after | {"parley_audit": before["parley_audit"]} == before
    with using(empty_url) as database, database.engine.connect() as connection:
        reflected_names = MetaData()
        reflected_names.reflect(connection)
        assert "workflow_status" not in reflected_names.tables


def test_a_running_bot_keeps_its_database_from_a_restore(sqlite_url: str, tmp_path: Path) -> None:
    """While a bot holds the lock nothing is restored under its feet."""
    with using(sqlite_url) as database:
        save(database, tmp_path / "b.zip", NOW)
    with held(Path(sqlite_url.removeprefix("sqlite:///"))), pytest.raises(CannotLeave, match="stop it first"):
        does("restore", sqlite_url, tmp_path, tmp_path / "b.zip", replace=True)


def test_the_engine_forgets_what_was_finished(postgres: PostgresServer, tmp_path: Path) -> None:
    """On a server the engine's notes about our messages go, so that a message of the same key is carried again; those of
    another program stay."""
    url = postgres.fresh()
    with using(url) as database:
        installed(database)
        save(database, tmp_path / "b.zip", NOW)
        with database.engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA dbos"))
            connection.execute(text("CREATE TABLE dbos.workflow_status (name text)"))
            connection.execute(text("INSERT INTO dbos.workflow_status VALUES ('parley_deliver'), ('theirs')"))
    does("restore", url, tmp_path, tmp_path / "b.zip", replace=True)
    with using(url) as database, database.engine.connect() as connection:
        assert list(connection.execute(text("SELECT name FROM dbos.workflow_status")).scalars()) == ["theirs"]
    postgres.drop(url)


def test_an_older_backup_is_brought_to_this_version(tmp_path: Path) -> None:
    """A backup made before an upgrade restores: its tables are made as they were then, filled, and then upgraded."""
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    with using(url) as database, database.engine.begin() as connection:
        command.upgrade(config(database, connection), "0002")
        connection.execute(
            text(
                "INSERT INTO parley_installation (id, platform, workspace, name, bot_user, installed_at)"
                " VALUES (1, 'room', 'T', '', '', :at)"
            ),
            {"at": "2026-03-02 09:00:00.000000"},
        )
    with using(url) as database:
        assert save(database, tmp_path / "old.zip", NOW).migration == "0002"
    into = f"sqlite:///{tmp_path / 'new.sqlite'}"
    does("restore", into, tmp_path, tmp_path / "old.zip")
    assert '"T"' in str(everything(into)["parley_installation"]) and f"database at {HEAD}" in does(
        "version", into, tmp_path
    )


def test_a_backup_needs_a_name_of_its_own(sqlite_url: str, postgres: PostgresServer, tmp_path: Path) -> None:
    """A file that is there is not overwritten, a folder gets a file named by the moment, and each wrong name says which is
    right."""
    (tmp_path / "there.zip").write_text("mine")
    (tmp_path / "folder").mkdir()
    for name, reason in (("there.zip", "is there already"), ("b.tar", r"end in \.zip"), ("no/b.zip", "no such folder")):
        with pytest.raises(CannotLeave, match=reason):
            does("backup", sqlite_url, tmp_path, tmp_path / name)
    assert (tmp_path / "there.zip").read_text() == "mine"
    does("backup", sqlite_url, tmp_path, tmp_path / "folder")
    assert len(list((tmp_path / "folder").glob("parley-????-??-??-??????.zip"))) == 1
    url = postgres.fresh()
    with pytest.raises(CannotLeave, match="of a SQLite file only"):
        does("backup", url, tmp_path, tmp_path / "b.sqlite")
    postgres.drop(url)


OFFSETS = [UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))]
KINDS = Table(
    "kinds",
    MetaData(),
    Column("moment", DateTime(timezone=True)),
    Column("wall", DateTime()),
    Column("day", Date()),
    Column("words", String()),
    Column("sealed", LargeBinary()),
    Column("number", Integer()),
    Column("parts", JSON()),
)


@given(
    drawn.fixed_dictionaries(
        {
            "moment": drawn.none()
            | drawn.datetimes(timezones=drawn.sampled_from(OFFSETS)).filter(lambda at: 2 < at.year < 9998),
            "wall": drawn.none() | drawn.datetimes(),
            "day": drawn.none() | drawn.dates(),
            "words": drawn.none() | drawn.text(),
            "sealed": drawn.none() | drawn.binary(),
            "number": drawn.none() | drawn.integers(),
            "parts": drawn.none() | drawn.lists(drawn.text()),
        }
    )
)
@drawing(max_examples=60, deadline=None)
def test_every_value_comes_back_as_it_was(values: dict[str, object]) -> None:
    """Whatever a row holds, its line is one line and reads back as the same values, moments as the same instants."""
    told = line(values)
    assert b"\n" not in told and row(told, KINDS) == values
