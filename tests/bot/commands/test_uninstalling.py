"""Leaving takes along what Parley made, and only that."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dbos._schemas.system_database import SystemSchema
from sqlalchemy import inspect, text

from bot.commands.uninstalling import Wanted, uninstall
from bot.leaving.files import ENGINE_TABLES, MARKER, held
from bot.leaving.server import held as held_on_server
from bot.leaving.talk import CannotLeave
from bot.secret_files import SECRETS
from bot.settings import Settings, read
from storage.database import Database
from tests.bot.delivery.test_engine import remote
from tests.bot.talking import Scripted
from tests.databases import PostgresServer
from tests.town import Town

SCRIPT = Wanted(yes=True, even_if_real=True)


@pytest.fixture
def home(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder as Parley leaves it: a client's database, its secret, a kept copy, a half-made folder."""
    monkeypatch.chdir(tmp_path)
    home = tmp_path / ".parley"
    home.mkdir()
    shutil.copy(migrated_file, home / "example.kept-2026-03-02-090000.sqlite")
    shutil.copy(migrated_file, home / "parley.sqlite")
    (home / "room.secret").write_bytes(bytes(32))
    (home / "tmpabcd").mkdir()
    (home / "tmpabcd" / "example.sqlite").write_bytes(b"half")
    town = Town(Database(f"sqlite:///{home / 'parley.sqlite'}", durable=False))
    town.maya.mentions("report The line drops")
    town.database.dispose()
    return home


def settings_in(home: Path, **more: str) -> Settings:
    """With Slack's tokens, so that the client's database is the current one."""
    return read({"PARLEY_HOME": str(home), "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", **more})


def test_everything_of_ours_goes_after_an_export(home: Path) -> None:
    """Export first, then the client's typed name: data folder, copies and leftovers are gone, the export and .env stay."""
    (home.parent / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\n")
    person = Scripted("y", "saved", "client")
    assert uninstall(Wanted(), settings_in(home), person) == 0
    assert sorted(path.name for path in home.parent.iterdir()) == [".env", "saved"]
    with (home.parent / "saved" / "issues.csv").open(encoding="utf-8-sig") as file:
        assert [row["title"] for row in csv.DictReader(file)] == ["The line drops"]
    assert "real data of Client" in person.all_heard and "Revoke All OAuth Tokens" in person.all_heard
    assert ".env stays" in person.all_heard and "xoxb-1" not in person.all_heard


def test_a_wrong_word_removes_nothing(home: Path) -> None:
    """Only the typed name counts; a yes ends with 1 and everything is still there."""
    before = sorted(path.name for path in home.rglob("*"))
    assert uninstall(Wanted(), settings_in(home), Scripted("n", "yes")) == 1
    assert sorted(path.name for path in home.rglob("*")) == before


def test_what_parley_did_not_make_stays(home: Path, tmp_path: Path) -> None:
    """Files of others, a foreign database under our name, a link and a folder of unknown things stay, and are named."""
    (home / "notes.txt").write_text("mine")
    (home / "tmpmine").mkdir()
    (home / "tmpmine" / "letter.txt").write_text("mine")
    (home / "example.kept-mine.sqlite").symlink_to(tmp_path / "elsewhere")
    with closing(sqlite3.connect(home / "example.sqlite")) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    person = Scripted()
    assert uninstall(SCRIPT, settings_in(home), person) == 0
    left = sorted(path.name for path in home.iterdir())
    assert left == ["example.kept-mine.sqlite", "example.sqlite", "notes.txt", "tmpmine"]
    assert all(name in person.all_heard for name in left)


def test_a_database_shared_with_others_is_not_removed(home: Path, tmp_path: Path) -> None:
    """A SQLite file named in DATABASE_URL that also holds somebody else's table is left whole."""
    shared = tmp_path / "all.sqlite"
    shutil.copy(home / "parley.sqlite", shared)
    with closing(sqlite3.connect(shared)) as connection:
        connection.execute("CREATE TABLE invoices (x)")
    person = Scripted()
    uninstall(SCRIPT, settings_in(home, DATABASE_URL=f"sqlite:///{shared}"), person)
    assert shared.exists() and not home.exists()
    assert "also holds tables of others: invoices" in person.all_heard


def test_a_folder_somebody_named_stays_empty(home: Path, tmp_path: Path) -> None:
    """A data folder with a name of its own may have been there before: it is emptied and left."""
    named = tmp_path / "data"
    home.rename(named)
    assert uninstall(SCRIPT, settings_in(named), Scripted()) == 0
    assert list(named.iterdir()) == []


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (Wanted(), "Nobody can answer here"),
        (Wanted(yes=True), "--even-if-real"),
        (Wanted(yes=True, even_if_real=True, export=Path(".parley/out")), "is to be removed"),
        (Wanted(yes=True, even_if_real=True, export=Path(".")), "something is in it"),
    ],
)
def test_without_consent_or_a_good_export_nothing_is_removed(home: Path, wanted: Wanted, reason: str) -> None:
    """A script has to say it, and an export that cannot be written stops everything."""
    before = sorted(path.name for path in home.rglob("*"))
    with pytest.raises(CannotLeave, match=reason):
        uninstall(wanted, settings_in(home), Scripted())
    assert sorted(path.name for path in home.rglob("*")) == before


def test_a_running_bot_stops_an_uninstall(home: Path) -> None:
    """While a bot runs on any of the databases, nothing is removed."""
    with held(home / "parley.sqlite"), pytest.raises(CannotLeave, match="stop it first"):
        uninstall(SCRIPT, settings_in(home), Scripted())
    assert (home / "parley.sqlite").exists() and (home / "room.secret").exists()


def test_where_nothing_is_nothing_is_asked(tmp_path: Path) -> None:
    """Without any data it says so, tells how to leave Slack, and ends well."""
    person = Scripted()
    assert uninstall(Wanted(), settings_in(tmp_path / "home"), person) == 0
    assert "keeps nothing here" in person.all_heard and "api.slack.com/apps" in person.all_heard


def test_leaving_tells_of_the_platforms_that_were_used(tmp_path: Path) -> None:
    """Whoever used Teams is told how to leave Teams, and of Slack only if Slack was used; the example tells of both."""
    teams = {name: "11111111-2222-4333-8444-555555555555" for name in ("TEAMS_CLIENT_ID", "TEAMS_TENANT_ID")}
    teams |= {"TEAMS_CLIENT_SECRET": "hush"}
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    for given, told in (
        (teams, (False, True)),
        (slack, (True, False)),
        (teams | slack, (True, True)),
        ({}, (True, True)),
    ):
        person = Scripted()
        assert uninstall(Wanted(), read({"PARLEY_HOME": str(tmp_path / "home"), **given}), person) == 0
        assert ("api.slack.com/apps" in person.all_heard, "Teams admin center" in person.all_heard) == told
        assert "hush" not in person.all_heard


def test_every_secret_that_may_stand_in_the_file_is_named(home: Path) -> None:
    """Who is told to revoke what .env holds reads the name of each secret there is."""
    (home.parent / ".env").write_text("")
    person = Scripted("n", "client")
    assert uninstall(Wanted(), settings_in(home), person) == 0
    assert all(name in person.all_heard for name in SECRETS)


def test_the_engines_tables_are_known() -> None:
    """Every table the delivery engine makes is on the list, so that a database with it counts as ours."""
    assert {table.name for table in SystemSchema.metadata_obj.sorted_tables} <= ENGINE_TABLES


# --- PostgreSQL ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(postgres: PostgresServer, tmp_path: Path) -> Iterator[tuple[Settings, Database]]:
    """A server's database with a client's data and the engine's schema, made by the real engine."""
    url = postgres.fresh()
    database = Database(url)
    town = Town(database)
    town.maya.mentions("report The line drops")
    with remote(url) as engine:
        engine.do("start")
        engine.do("put", rows=[{"once": "one"}])
        engine.do("until_sent", onces=["one"], within=10)
        engine.do("stop")
    yield settings_in(tmp_path / "home", DATABASE_URL=url), database
    database.dispose()
    postgres.drop(url)


def tables_of(database: Database) -> set[str]:
    """What is in the database's own schema."""
    return set(inspect(database.engine).get_table_names())


@pytest.mark.slow
def test_on_a_server_only_our_tables_go(served: tuple[Settings, Database]) -> None:
    """After the database's typed name our tables and the engine's schema are gone; somebody else's table is untouched, and
    what a restore put aside stays and is named with the way to remove it."""
    settings, database = served
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (x int)"))
        for schema, table in (("parley_kept_20260301_090000", MARKER), ("parley_kept_theirs", "invoices")):
            connection.execute(text(f"CREATE SCHEMA {schema}"))
            connection.execute(text(f"CREATE TABLE {schema}.{table} (x int)"))
    name = database.url.database or ""
    person = Scripted("n", name)
    assert uninstall(Wanted(), settings, person) == 0
    assert tables_of(database) == {"invoices"}
    assert "dbos" not in inspect(database.engine).get_schema_names()
    assert f"type {name}" in person.asked[-1]
    assert "DROP SCHEMA parley_kept_20260301_090000 CASCADE" in person.all_heard
    assert "parley_kept_theirs" not in person.all_heard
    assert "parley_kept_20260301_090000" in inspect(database.engine).get_schema_names()


@pytest.mark.slow
def test_an_engine_others_use_too_stays(served: tuple[Settings, Database]) -> None:
    """Where the engine's schema holds workflows of another program, it stays and the reason is said."""
    settings, database = served
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE dbos.workflow_status SET name = 'their_invoices'"))
    person = Scripted()
    assert uninstall(SCRIPT, settings, person) == 0
    assert "dbos" in inspect(database.engine).get_schema_names() and tables_of(database) == set()
    assert "workflows of others: their_invoices" in person.all_heard


@pytest.mark.slow
def test_what_others_built_on_our_tables_stops_it(served: tuple[Settings, Database]) -> None:
    """A view of somebody's on one of our tables makes the whole refuse: nothing is dropped, and the reason is said."""
    settings, database = served
    with database.engine.begin() as connection:
        connection.execute(text("CREATE VIEW open_issues AS SELECT id FROM parley_issue"))
    before = tables_of(database)
    with pytest.raises(CannotLeave, match="open_issues"):
        uninstall(SCRIPT, settings, Scripted())
    assert tables_of(database) == before


@pytest.mark.slow
def test_a_bot_on_the_server_stops_an_uninstall(served: tuple[Settings, Database]) -> None:
    """The server's lock counts as much as the file's."""
    settings, database = served
    with held_on_server(database), pytest.raises(CannotLeave, match="stop it first"):
        uninstall(SCRIPT, settings, Scripted())
    assert "parley_issue" in tables_of(database)
