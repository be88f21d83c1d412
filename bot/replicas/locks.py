"""Who runs on this database: one process on a SQLite file, any number on PostgreSQL.

On PostgreSQL every process holds a session's advisory lock on its own executor id. PostgreSQL frees it when the process
dies, so whoever can take another's lock knows that the other one is gone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import socket
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database

ALONE = "parley"
"""The executor of a SQLite file, and of the release before replicas on PostgreSQL."""
ADVISORY = 0x7061726C6579
"""What that release locked on PostgreSQL: "parley" in ASCII."""

_TRY = text("SELECT pg_try_advisory_lock(:number)")
_NAME = text("SELECT set_config('application_name', :executor, false)")
_KEEPALIVES = tuple(
    text(f"SET {name} = {value}")
    for name, value in (("tcp_keepalives_idle", 10), ("tcp_keepalives_interval", 5), ("tcp_keepalives_count", 3))
)
"""So that the server, too, notices a host that lost power: without them it would keep the lock for two hours."""
_GHOSTS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = :executor AND datname = current_database() AND pid <> pg_backend_pid()"
)
_HELD = text(
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class AlreadyRunning(Exception):
    """Parley already runs on this database, and a SQLite file can have only one. Stop the other one first (Ctrl+C where it
    runs), or give this one a folder of its own (PARLEY_HOME), or, to run several at once, a PostgreSQL server
    (DATABASE_URL=postgresql+psycopg://…)."""


class Lock(Protocol):
    """Held while the bot runs."""

    def take(self) -> None:
        """Take the lock. Raises ``AlreadyRunning``."""
        ...

    def holds(self) -> bool:
        """Whether it is still ours; False once it was lost, and then it can be taken again."""
        ...

    def free(self) -> None:
        """Give it back."""
        ...


def new_executor() -> str:
    """A name for this process that no other ever has: host, process id, and a random part, because a container's host and
    process id come again. A name is never used twice: what a dead one left is taken over, by whoever comes first."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"


def lock_number(executor: str) -> int:
    """The number of an executor's advisory lock: 63 bits of a hash of its name."""
    if executor == ALONE:
        return ADVISORY
    return int.from_bytes(hashlib.sha256(f"parley/{executor}".encode()).digest()[:8]) >> 1


class ExecutorLock:
    """A session's advisory lock on an executor's name, on a connection of its own (PostgreSQL).

    ``mine`` says that the name is this process' own: then a connection of ours that broke, but still holds the lock on the
    server, is ended there.
    """

    def __init__(self, database: Database, executor: str, *, mine: bool = True) -> None:
        self._engine: Engine = database.apart()
        self._executor = executor
        self._mine = mine
        self._connection: Connection | None = None

    def take(self) -> None:
        """Take the lock. Raises ``AlreadyRunning`` when another process holds it, and database errors as they are."""
        self.free()
        connection = self._engine.connect()
        try:
            taken = self._tried(connection)
        except SQLAlchemyError:
            _drop(connection)
            raise
        if not taken:
            _drop(connection)
            raise AlreadyRunning(f"another process holds the lock of {self._executor}")
        self._connection = connection

    def holds(self) -> bool:
        """Asks the server over the connection that holds the lock: while that answers, the lock is ours."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self.free()
            return False
        return True

    def free(self) -> None:
        """Give it back, by closing the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            _drop(connection)

    def _tried(self, connection: Connection) -> bool:
        if self._mine:
            connection.execute(_NAME, {"executor": self._executor})
            for statement in _KEEPALIVES:
                connection.execute(statement)
        if self._try(connection):
            return True
        if not self._mine:
            return False
        connection.execute(_GHOSTS, {"executor": self._executor})
        return self._try(connection)

    def _try(self, connection: Connection) -> bool:
        return bool(connection.execute(_TRY, {"number": lock_number(self._executor)}).scalar())


def _drop(connection: Connection) -> None:
    """Close it for good, whatever state it is in."""
    connection.invalidate()
    connection.close()


def locked_numbers(connection: Connection) -> set[int]:
    """The numbers of all advisory locks that are held in this database (PostgreSQL)."""
    return set(connection.execute(_HELD).scalars())


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

    def holds(self) -> bool:
        """Until it is given back: nobody can take a file's lock away."""
        return self._file is not None

    def free(self) -> None:
        """Give it back."""
        if self._file is not None:
            self._file.close()
            self._file = None
