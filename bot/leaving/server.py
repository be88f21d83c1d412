"""A PostgreSQL database that Parley shares with nobody, or with others: only its own tables ever leave it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from bot.delivery.engine import WORKFLOW
from bot.leaving.files import MARKER, RUNNING
from bot.leaving.talk import CannotLeave
from bot.replicas.locks import ALONE, AlreadyRunning, ExecutorLock, lock_number, locked_numbers
from storage.database import Database
from storage.models.replica import Replica
from storage.unit_of_work import UnitOfWork

ENGINE_SCHEMA = "dbos"
KEPT_SCHEMA = "parley_kept_"
"""How the schemas begin to which ``db restore --replace`` puts aside what was there."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Our tables by name, whether the engine's schema goes too, and why it stays ("" when it goes or is not there); ``kept``
    are schemas to which a restore put aside what had been there."""

    ours: tuple[str, ...]
    engine: bool
    engine_stays: str = ""
    kept: tuple[str, ...] = ()


@contextmanager
def held(database: Database) -> Iterator[None]:
    """A lock on the server, against a second one who leaves. Raises ``CannotLeave`` while a bot runs there."""
    refusal = CannotLeave(RUNNING.format(f"the database {database.url.database}"))
    lock = ExecutorLock(database, ALONE, mine=False)
    try:
        lock.take()
    except AlreadyRunning as running:
        raise refusal from running
    try:
        if _somebody_runs(database):
            raise refusal
        yield
    finally:
        lock.free()


def _somebody_runs(database: Database) -> bool:
    """Whether a process that had a heartbeat here still holds its lock."""
    if not inspect(database.engine).has_table(Replica.__tablename__):
        return False
    with UnitOfWork(database, reading=True) as uow:
        locked = locked_numbers(uow.session.connection())
        return any(lock_number(each.executor) in locked for each in uow.replicas.all())


def tables(connection: Connection) -> Tables:
    """What would be dropped. Nothing without the table that marks a database of Parley."""
    looking = inspect(connection)
    schemas = looking.get_schema_names()
    put_aside = (name for name in schemas if name.startswith(KEPT_SCHEMA) and looking.has_table(MARKER, name))
    kept = tuple(sorted(put_aside))
    found = tuple(sorted(name for name in looking.get_table_names() if name.startswith("parley_")))
    if MARKER not in found:
        return Tables((), engine=False, kept=kept)
    if ENGINE_SCHEMA not in schemas:
        return Tables(found, engine=False, kept=kept)
    foreign = _foreign_workflows(connection) if looking.has_table("workflow_status", ENGINE_SCHEMA) else []
    if foreign:
        return Tables(found, False, f"it holds workflows of others: {', '.join(foreign)}", kept)
    return Tables(found, engine=True, kept=kept)


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
