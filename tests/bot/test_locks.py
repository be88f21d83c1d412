"""One running bot a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.locks import AlreadyRunning, FileLock, Lock, ServerLock
from storage.database import Database


@pytest.fixture
def locks(database: Database, tmp_path: Path) -> tuple[Lock, Lock]:
    """Two bots' locks on one database, SQLite and PostgreSQL."""
    if database.is_sqlite:
        return FileLock(tmp_path / "parley.sqlite.lock"), FileLock(tmp_path / "parley.sqlite.lock")
    return ServerLock(database.engine), ServerLock(database.engine)


def test_a_second_bot_is_refused_until_the_first_ends(locks: tuple[Lock, Lock]) -> None:
    """The second bot cannot start while the first runs, and can once it ended."""
    first, second = locks
    first.take()
    with pytest.raises(AlreadyRunning):
        second.take()
    first.free()
    second.take()
    second.free()
