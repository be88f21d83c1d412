"""From the example to one's own: what was there is kept whole, what comes is empty, and nothing is half-done."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.starting_fresh import Wanted, start_fresh
from bot.leaving.files import give_way, held, is_ours
from bot.leaving.fresh_room import SHARED, Newcomers, move_in
from bot.leaving.standing import standing
from bot.leaving.talk import CannotLeave
from bot.room.opening import prepare_data
from bot.settings import Settings, read
from handlers.providers.setup import has_manager, new_setup_code
from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import Asked
from storage.database import Database
from storage.models.room import RoomMessage
from storage.snapshot import snapshot
from storage.unit_of_work import UnitOfWork
from tests.bot.talking import Scripted
from tests.town import Town

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def real(tmp_path: Path, migrated_file: Path) -> Settings:
    """Settings whose database holds a client's real data."""
    return _settled(tmp_path, migrated_file, example=False)


@pytest.fixture
def example(tmp_path: Path, migrated_file: Path) -> Settings:
    """Settings whose database looks as the example does: its people said something."""
    return _settled(tmp_path, migrated_file, example=True)


def _settled(folder: Path, migrated_file: Path, *, example: bool) -> Settings:
    home = folder / ".parley"
    home.mkdir()
    (home / "example.sqlite").write_bytes(migrated_file.read_bytes())
    town = Town(Database(f"sqlite:///{home / 'example.sqlite'}", durable=False))
    town.maya.mentions("report The line drops")
    if example:
        with town.units() as uow:
            uow.session.add(
                RoomMessage(id="1.0", channel_id="c", author="maya", words="x", nonce="example:1", posted_at=NOW)
            )
            uow.session.connection().exec_driver_sql(
                "INSERT INTO parley_room_channel VALUES ('c','c','shared','','',0)"
            )
            uow.commit()
    town.database.dispose()
    return read({"PARLEY_HOME": str(home)})


def file_in(settings: Settings) -> Path:
    """The database of these settings."""
    return settings.home / "example.sqlite"


def kept_in(settings: Settings) -> list[Path]:
    """The copies kept beside."""
    return sorted(settings.home.glob("*.kept-*.sqlite"))


def issues(file: Path) -> int:
    """How many issues are in a database file."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM parley_issue").fetchone()[0])


def test_the_example_gives_way_to_an_empty_room(example: Settings) -> None:
    """After a yes and three answers the room is empty and not furnished again, and the example is a whole file beside it."""
    person = Scripted("yes", "Acme", "Ann Bee", "Nowhere/Land", "Europe/Berlin")
    assert start_fresh(Wanted(), example, person) == 0
    assert "the example (1 provider," in person.all_heard and "“Nowhere/Land” is not a time zone" in person.all_heard
    (kept,) = kept_in(example)
    assert issues(kept) == 1 and issues(file_in(example)) == 0 and is_ours(kept)
    assert str(kept) in person.all_heard and "setup code" in person.all_heard
    prepare_data(example)  # what a start does first: nothing is furnished where a database is
    database = Database(example.database_url)
    with snapshot(database) as connection:
        found = standing(connection)
    database.dispose()
    assert (found.client, found.example, found.empty) == ("Acme", False, True)


def test_in_the_empty_room_the_code_leads_to_the_wizard(sqlite_url: str) -> None:
    """Whoever moved in becomes manager by the one-time code, and the wizard then offers the provider's lead by name."""
    database = Database(sqlite_url)

    def units() -> UnitOfWork:
        return UnitOfWork(database)

    with units() as uow:
        move_in(uow, Newcomers("Acme", "Ann Bee", "Europe/Berlin"), NOW)
        code = new_setup_code(uow)
        uow.commit()
    router = Router(table(), units)

    def types(number: int, words: str) -> object:
        you, here = Account(Platform.ROOM, "room", "you"), Place(Platform.ROOM, "room", SHARED)
        return router.handle(Asked(f"e{number}", you, here, words=words), NOW)

    assert "Welcome, Ann Bee" in str(types(1, f"setup code {code}"))
    assert "Provider" in str(types(2, "setup"))
    with units() as uow:
        assert has_manager(uow, 1)
    database.dispose()


def test_a_no_changes_nothing(example: Settings) -> None:
    """Whoever declines, or only presses Enter, keeps everything as it was."""
    before = sorted(path.name for path in example.home.iterdir())
    person = Scripted("")
    assert start_fresh(Wanted(), example, person) == 0
    assert issues(file_in(example)) == 1 and "Nothing was changed." in person.heard
    assert sorted(path.name for path in example.home.iterdir()) == before


def test_real_data_needs_its_owners_name(real: Settings) -> None:
    """Real data is put aside only for the company's typed name; a yes is not enough."""
    person = Scripted("yes")
    assert start_fresh(Wanted(), real, person) == 0
    assert "real data of Client" in person.all_heard and "“yes” is not that name." in person.heard
    assert kept_in(real) == [] and issues(file_in(real)) == 1


def test_a_script_needs_two_words_for_real_data(real: Settings) -> None:
    """--yes alone is refused on real data; with --even-if-real it is put aside, kept whole."""
    with pytest.raises(CannotLeave, match="--even-if-real"):
        start_fresh(Wanted(yes=True), real, Scripted())
    assert issues(file_in(real)) == 1
    assert start_fresh(Wanted(yes=True, even_if_real=True), real, Scripted()) == 0
    assert [issues(kept) for kept in kept_in(real)] == [1] and issues(file_in(real)) == 0


def test_a_running_bot_keeps_its_database(example: Settings) -> None:
    """While a bot holds the lock, starting fresh is refused in one sentence."""
    with held(file_in(example)), pytest.raises(CannotLeave, match=r"Parley is running on .*: stop it first"):
        start_fresh(Wanted(yes=True), example, Scripted())


def test_a_database_in_use_is_left_alone(example: Settings) -> None:
    """Somebody else's open connection is noticed before anything is moved: their writes would be lost."""
    with closing(sqlite3.connect(file_in(example))) as other:
        other.execute("SELECT count(*) FROM parley_issue").fetchone()
        with pytest.raises(CannotLeave, match="is in use"):
            start_fresh(Wanted(yes=True), example, Scripted())
    assert kept_in(example) == [] and issues(file_in(example)) == 1


def test_a_failed_replacement_leaves_the_old_one_in_place(tmp_path: Path) -> None:
    """When the new file cannot take the place (here: it is gone), the old one still stands there and no copy is left."""
    old, kept = tmp_path / "old.sqlite", tmp_path / "kept.sqlite"
    old.write_text("old")
    with pytest.raises(FileNotFoundError):
        give_way(old, tmp_path / "gone.sqlite", kept)
    assert old.read_text() == "old" and not kept.exists()


def test_a_foreign_file_is_not_touched(example: Settings, tmp_path: Path) -> None:
    """A database that is not ours is refused by name."""
    foreign = tmp_path / "theirs.sqlite"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    settings = read({"PARLEY_HOME": str(example.home), "DATABASE_URL": f"sqlite:///{foreign}"})
    with pytest.raises(CannotLeave, match="not a database of Parley"):
        start_fresh(Wanted(yes=True, even_if_real=True), settings, Scripted())


def test_a_server_is_refused_with_the_way_out(example: Settings) -> None:
    """On PostgreSQL it says how to begin anew there."""
    settings = read({"DATABASE_URL": "postgresql://me@nowhere/parley"})
    with pytest.raises(CannotLeave, match=r"export first .*createdb NAME"):
        start_fresh(Wanted(yes=True), settings, Scripted())


def test_with_tokens_and_no_data_there_is_nothing_to_put_aside(tmp_path: Path) -> None:
    """With Slack's tokens the database is another one, which begins empty by itself."""
    settings = read({"PARLEY_HOME": str(tmp_path / "home"), "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    person = Scripted()
    assert start_fresh(Wanted(), settings, person) == 0
    assert "begins empty" in person.all_heard and not (tmp_path / "home").exists()


@pytest.mark.slow
def test_without_a_terminal_it_explains_and_ends_with_two(example: Settings) -> None:
    """A pipe cannot answer: the command says what it would do and what a script has to say."""
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "start-fresh"],
        cwd=ROOT,
        env={**os.environ, "PARLEY_HOME": str(example.home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2 and "Nothing is deleted" in ended.stdout and "--yes" in ended.stderr
    assert "Traceback" not in ended.stderr and issues(file_in(example)) == 1


@pytest.mark.slow
def test_at_a_real_terminal_the_question_is_asked(example: Settings) -> None:
    """On a pseudo-terminal the person is asked and their no is taken."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "bot", "start-fresh"],
        cwd=ROOT,
        env={**os.environ, "PARLEY_HOME": str(example.home)},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    os.write(ours, b"perhaps\nno\n")
    said, _ = child.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert child.returncode == 0 and "Start fresh? [y/N]" in said
    assert "please answer yes or no" in said and "Nothing was changed." in said


@pytest.mark.slow
def test_the_furnished_example_is_known_as_such(tmp_path: Path) -> None:
    """What a first start furnishes is recognised as the example, and a provider added to it is named."""
    settings = read({"PARLEY_HOME": str(tmp_path)})
    prepare_data(settings)
    database = Database(settings.database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO parley_provider (installation_id, name, code, country, zone, created_at)"
            " VALUES (1, 'Own Calls', '', 'PH', 'UTC', '2026-03-02')"
        )
    with snapshot(database) as connection:
        found = standing(connection)
    database.dispose()
    assert found.example and found.own == ("Own Calls",) and "added to it: Own Calls" in found.words()
