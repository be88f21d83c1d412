"""One running bot a database: a second one would tick and send the same things.

Several replicas on one PostgreSQL need a takeover of each other's unfinished deliveries, which is not built yet: until then
the second one is refused instead of doubling what the first one sends.
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, text

ADVISORY = 0x7061726C6579
"""The number of our advisory lock: "parley" in ASCII."""


class AlreadyRunning(Exception):
    """Parley already runs on this database. Stop the other one first, or give this one its own PARLEY_HOME."""


class Lock(Protocol):
    """Held while the bot runs."""

    def take(self) -> None:
        """Take the lock. Raises ``AlreadyRunning``."""
        ...

    def free(self) -> None:
        """Give it back."""
        ...


class ServerLock:
    """A session's advisory lock: PostgreSQL frees it when the process or its connection ends."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def take(self) -> None:
        """Take the lock. Raises ``AlreadyRunning``."""
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": ADVISORY}).scalar():
            connection.close()
            raise AlreadyRunning("the advisory lock is held by another Parley")
        self._connection = connection

    def free(self) -> None:
        """Give it back. The connection is closed for good: in the pool it would keep the lock."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


class FileLock:
    """A lock that the operating system frees when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock. Raises ``AlreadyRunning``."""
        self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            self._file.close()
            self._file = None
            raise AlreadyRunning(str(self._path)) from held

    def free(self) -> None:
        """Give it back."""
        if self._file is not None:
            self._file.close()
            self._file = None
