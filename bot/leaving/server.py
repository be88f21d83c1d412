"""A PostgreSQL database that Parley shares with nobody, or with others: only its own tables ever leave it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from bot.engine import WORKFLOW
from bot.leaving.files import MARKER, RUNNING
from bot.leaving.talk import CannotLeave
from bot.locks import AlreadyRunning, ServerLock
from storage.database import Database

ENGINE_SCHEMA = "dbos"


@dataclass(frozen=True, slots=True)
class Tables:
    """Our tables by name, whether the engine's schema goes too, and why it stays ("" when it goes or is not there)."""

    ours: tuple[str, ...]
    engine: bool
    engine_stays: str = ""


@contextmanager
def held(database: Database) -> Iterator[None]:
    """The running bot's lock on the server. Raises ``CannotLeave`` while one runs."""
    lock = ServerLock(database.engine)
    try:
        lock.take()
    except AlreadyRunning as running:
        raise CannotLeave(RUNNING.format(f"the database {database.url.database}")) from running
    try:
        yield
    finally:
        lock.free()


def tables(connection: Connection) -> Tables:
    """What would be dropped. Nothing without the table that marks a database of Parley."""
    looking = inspect(connection)
    found = tuple(sorted(name for name in looking.get_table_names() if name.startswith("parley_")))
    if MARKER not in found:
        return Tables((), engine=False)
    if ENGINE_SCHEMA not in looking.get_schema_names():
        return Tables(found, engine=False)
    foreign = _foreign_workflows(connection) if looking.has_table("workflow_status", ENGINE_SCHEMA) else []
    if foreign:
        return Tables(found, False, f"it holds workflows of others: {', '.join(foreign)}")
    return Tables(found, engine=True)


def drop(connection: Connection, dropped: Tables) -> None:
    """Drop them in one transaction, which the caller commits.

    Without CASCADE for our tables: something of somebody else's that stands on one of them (a view for reports) makes the
    whole refuse, and nothing is dropped. Raises SQLAlchemy's ``InternalError`` then.
    """
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"DROP TABLE {', '.join(map(quote, dropped.ours))}"))
    if dropped.engine:
        connection.execute(text(f"DROP SCHEMA {ENGINE_SCHEMA} CASCADE"))


def _foreign_workflows(connection: Connection) -> list[str]:
    """Workflows in the engine's schema that are not ours: another program may use the same engine in this database."""
    names = text(f"SELECT DISTINCT name FROM {ENGINE_SCHEMA}.workflow_status WHERE name <> :ours ORDER BY name LIMIT 5")
    return [str(name) for (name,) in connection.execute(names, {"ours": WORKFLOW})]
