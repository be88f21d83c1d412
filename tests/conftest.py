"""What all tests may use: a migrated database of either kind, fresh for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Dialect, Engine, event

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

BROWSER = ("tests/journeys/browser/", "tests/bot/room/test_browser.py")
"""Tests that steer Chromium: run apart, since the steering keeps an event loop running that other tests would meet."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and what steers a browser, by its place."""
    for item in items:
        if item.nodeid.startswith(SLOW) or "[postgresql" in item.nodeid:  # its server takes seconds to start
            item.add_marker(pytest.mark.slow)
        if item.nodeid.startswith(BROWSER):
            item.add_marker(pytest.mark.browser)


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
