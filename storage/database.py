"""The engine: SQLite with real IMMEDIATE transactions, or PostgreSQL.

SQLite is set to write-ahead logging with full synchronisation: what was acknowledged to a platform survives a power cut.
``isolation_level=None`` on the connection plus a ``begin`` event is what makes BEGIN IMMEDIATE real: the driver's own
setting starts nothing before a SELECT, and of twenty concurrent read-then-write units one would survive.
Parameters are people's words: an error that names a statement hides them.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from storage.remembering import RememberingSession

READING = {"parley_reading": True}
BUSY_MILLISECONDS = 10_000
QUEUED = "parley_queued"
WRITING = ("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE")
_KEPT_ALIVE = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""libpq's settings: a server that does not answer is given up after three seconds, one whose host vanished within half a
minute."""


class Database:
    """One database. ``url`` is a SQLAlchemy URL: ``sqlite:///file`` or ``postgresql+psycopg://…``.

    ``durable=False`` is for rehearsals on a scratch file: nothing there must survive a power cut.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url, durable) if self.is_sqlite else _postgresql_engine(url)
        weakref.finalize(self, self.engine.dispose).atexit = False  # nobody holds it any more: its connections close
        self._writing = threading.RLock()

    @contextmanager
    def session(self, *, reading: bool = False) -> Iterator[Session]:
        """A session on one transaction; the caller commits. ``reading`` takes no write lock on SQLite."""
        options: dict[str, Any] = READING if reading else {}
        with (
            self._queued(reading),
            self.engine.connect().execution_options(**options) as connection,
            RememberingSession(connection, expire_on_commit=False) as session,
        ):
            yield session

    @contextmanager
    def _queued(self, reading: bool) -> Iterator[None]:
        """Let the writers of this process queue for SQLite's one place: whoever waits in SQLite itself sleeps up to a
        tenth of a second between two tries. SQLite stays the judge, so a queue that does not move is left."""
        if reading or not self.is_sqlite:
            yield
            return
        mine = self._writing.acquire(timeout=BUSY_MILLISECONDS / 1000)
        try:
            yield
        finally:
            if mine:
                self._writing.release()

    def joined(self, engine: Engine) -> Engine:
        """Let the writers of another engine on this SQLite file stand in the same queue, from their first writing statement
        until their connection is given back; answers the engine."""

        @event.listens_for(engine, "before_cursor_execute")
        def queue_up(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
            if QUEUED not in connection.info and statement.lstrip().startswith(WRITING):
                connection.info[QUEUED] = self._writing.acquire(timeout=BUSY_MILLISECONDS / 1000)

        @event.listens_for(engine, "checkin")
        def leave(_connection: object, record: ConnectionPoolEntry) -> None:
            if record.info.pop(QUEUED, False):
                self._writing.release()

        return engine

    def apart(self) -> Engine:
        """An engine whose connections are nobody else's, outside every transaction: for locks that live as long as their
        connection (PostgreSQL). The caller disposes of it."""
        return create_engine(
            self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True, connect_args=_KEPT_ALIVE
        )

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _sqlite_engine(url: str, durable: bool) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("parley_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql_engine(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, pool_size=8, connect_args=_KEPT_ALIVE)
