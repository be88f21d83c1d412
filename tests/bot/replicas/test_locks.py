"""Who runs on a database: one process on a file, on PostgreSQL each under its own name."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.replicas.locks import (
    ALONE,
    AlreadyRunning,
    ExecutorLock,
    FileLock,
    Lock,
    lock_number,
    locked_numbers,
    new_executor,
)
from storage.database import Database
from tests.databases import PostgresServer

NOTICED = 10.0
"""Seconds: a server notices a closed connection a moment later; more than this would be a lock that stays."""


def until(holds: Callable[[], bool]) -> None:
    """Wait for what must come true, and fail when it does not."""
    deadline = time.monotonic() + NOTICED
    while not holds():
        assert time.monotonic() < deadline, f"not so after {NOTICED} s"
        time.sleep(0.02)


def soon_taken(lock: Lock) -> None:
    """Take a lock that was just given back."""

    def taken() -> bool:
        try:
            lock.take()
        except AlreadyRunning:
            return False
        return True

    until(taken)


@pytest.fixture
def locks(database: Database, tmp_path: Path) -> tuple[Lock, Lock]:
    """Two locks on the same name: SQLite and PostgreSQL."""
    if database.is_sqlite:
        return FileLock(tmp_path / "parley.sqlite.lock"), FileLock(tmp_path / "parley.sqlite.lock")
    return ExecutorLock(database, "one"), ExecutorLock(database, "one", mine=False)


@pytest.fixture
def server(postgres: PostgresServer) -> Iterator[Database]:
    """An empty PostgreSQL database."""
    url = postgres.empty()
    database = Database(url)
    yield database
    database.dispose()
    postgres.drop(url)


def test_a_second_bot_is_refused_until_the_first_ends(locks: tuple[Lock, Lock]) -> None:
    """The second of the same name cannot start while the first runs, and can once it ended."""
    first, second = locks
    first.take()
    assert first.holds() and not second.holds()
    with pytest.raises(AlreadyRunning):
        second.take()
    first.free()
    soon_taken(second)
    second.free()


@pytest.mark.slow
def test_processes_of_different_names_run_side_by_side(server: Database) -> None:
    """Two fresh names both get their locks, and both are seen to be held; after the end none is."""
    names = new_executor(), new_executor()
    assert names[0] != names[1] and lock_number(ALONE) == 0x7061726C6579
    locks = [ExecutorLock(server, name) for name in names]
    for lock in locks:
        lock.take()
    with server.engine.connect() as connection:
        assert locked_numbers(connection) >= {lock_number(name) for name in names}
    for lock in locks:
        lock.free()
    with server.engine.connect() as connection:
        until(lambda: not locked_numbers(connection) & {lock_number(name) for name in names})


@pytest.mark.slow
def test_a_lost_connection_loses_the_lock_and_takes_it_again(server: Database) -> None:
    """When the server ends the connection the lock is known to be lost, and the same name gets it back."""
    lock = ExecutorLock(server, "lost")
    lock.take()
    with server.engine.connect() as connection:
        ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lost'")
        assert len(connection.execute(ended).all()) == 1
    assert not lock.holds()
    lock.take()
    assert lock.holds()
    lock.free()


@pytest.mark.slow
def test_our_own_broken_connection_does_not_lock_us_out(server: Database) -> None:
    """A connection of ours that the server still believes in is ended there; a stranger's is not."""
    ghost, mine, stranger = (
        ExecutorLock(server, "ghost"),
        ExecutorLock(server, "ghost"),
        ExecutorLock(server, "ghost", mine=False),
    )
    ghost.take()
    with pytest.raises(AlreadyRunning):
        stranger.take()
    mine.take()
    assert mine.holds() and not ghost.holds()
    mine.free()
