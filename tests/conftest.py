"""What all tests may use: a migrated database of either kind, fresh for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Dialect, Engine, event
from xdist.remote import Producer  # type: ignore[import-untyped]  # xdist names no types
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from storage.database import Database
from storage.migrate import upgrade
from tests.databases import PostgresServer, session_folder

SLOW = (
    "tests/journeys/slack/",  # each starts and stops the whole bot
    "tests/journeys/teams/",  # the same
    "tests/journeys/both/",  # the same
    "tests/bot/delivery/test_engine.py",  # real DBOS in processes of its own
    "tests/storage/test_migrations.py",
    "tests/attack/",  # every button, form and word, from every seat
    "tests/standins/",  # the stand-in's own proofs
)
"""Whole files that take long: part of CI, not of the fast suite."""

BROWSER = ("tests/journeys/browser/", "tests/bot/room/test_browser.py", "tests/teams_pictures/test_legibility.py")
"""Tests that steer Chromium: run apart, since the steering keeps an event loop running that other tests would meet. Nothing else
is read for ``-m browser``: importing all tests costs a worker ten seconds."""

TOGETHER = (
    "tests/journeys/test_year.py",  # the year is played for all its tests, for minutes
    "tests/journeys/test_rehearsal.py",
    "tests/journeys/test_example.py",
    "tests/bot/replicas/test_replicas.py",
    "tests/bot/test_database_away.py",
    "tests/bot/room/test_browser.py",
    "tests/teams_pictures/test_legibility.py",
    "tests/attack/",  # a town with secrets for each file
)
"""Files whose tests share what is dear to make: with ``--dist loadscope`` one worker runs all of a file, so it is made once."""

FIRST = (
    "tests/journeys/test_year.py",
    "tests/chaos/",
    "tests/journeys/test_three_ways.py",
    "tests/bot/test_database_away.py",
    "tests/journeys/test_rehearsal.py",
    "tests/journeys/test_month_with_crashes.py",
    "tests/bot/watching/test_operation.py",
    "tests/bot/slack/test_reconciling.py",
    "tests/bot/replicas/",
    "tests/journeys/slack/",
    "tests/journeys/teams/",
    "tests/bot/delivery/test_engine.py",
)
"""What takes longest, and what mostly waits: begun first, so that at the end no worker is alone with a long one, and the short
ones fill what the waiting leaves."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With ``-m browser`` only the places of browser tests are read."""
    if config.option.markexpr != "browser":
        return None
    place = collection_path.relative_to(config.rootpath).as_posix()
    return None if any(each.startswith(place) or place.startswith(each) for each in BROWSER) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and what steers a browser, by its place; the longest go first."""
    for item in items:
        if item.nodeid.startswith(SLOW) or "[postgresql" in item.nodeid:  # its server takes seconds to start
            item.add_marker(pytest.mark.slow)
        if item.nodeid.startswith(BROWSER):
            item.add_marker(pytest.mark.browser)
        elif item.get_closest_marker("browser"):
            raise pytest.UsageError(f"{item.nodeid} steers a browser: name its file in BROWSER of tests/conftest.py")
    items.sort(key=_turn)


class Together(LoadScopeScheduling):  # type: ignore[misc]  # for want of types
    """Gives workers one test at a time, in order, and all of a file whose tests belong together."""

    def _split_scope(self, nodeid: str) -> str:
        place = nodeid.partition("::")[0]
        return place if place.startswith(TOGETHER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together | None:
    """Takes the place of ``--dist loadscope``. Not of loadgroup: pytest 9.2 keeps no groups in its names of tests."""
    return Together(config, log) if config.getvalue("dist") == "loadscope" else None


def _turn(item: pytest.Item) -> int:
    return next((number for number, place in enumerate(FIRST) if item.nodeid.startswith(place)), len(FIRST))


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """All SQLite files of a process speak one dialect, so a statement is compiled once a process, not once a file: most
    tests have a file of their own, and compiling would take a third of their time."""
    dialect: list[Dialect] = []
    compiled: dict[object, object] = {}

    def share(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            dialect[:] = dialect or [connection.dialect]
            connection.dialect = dialect[0]
            connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's PostgreSQL server; it starts when somebody asks it for a database."""
    server = PostgresServer(session_folder())
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that was migrated once, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "migrated.sqlite"
    database = Database(f"sqlite:///{file}", durable=False)
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """The address of a fresh, migrated SQLite file."""
    shutil.copy(migrated_file, tmp_path / "parley.sqlite")
    return f"sqlite:///{tmp_path / 'parley.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh, migrated database; the test runs on each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.fresh()
    yield url
    server.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database; the test runs on each kind."""
    database = Database(database_url)
    yield database
    database.dispose()
