"""Filling an empty database from a backup, in the transaction of the caller: all of it, proved equal, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Integer, Table, func, insert, or_, select, text, update
from sqlmodel import SQLModel, col

from bot.backing_up.archive import Damaged, Reader, Tally
from bot.backing_up.tables import lines, reflected
from bot.backing_up.values import row
from storage.database import Database
from storage.migrate import config
from storage.models.delivery import OutboxRow
from storage.models.setting import Setting
from storage.outbox import ERRAND
from storage.version import HEAD, NEEDS

ROWS_AT_ONCE = 500
CLOCKS_DIFFER = timedelta(minutes=1)
"""How far a platform's clock may be behind ours."""

_NEEDED = select(col(Setting.value)).where(col(Setting.name) == NEEDS)


def fill(database: Database, connection: Connection, backup: Reader, now: datetime) -> None:
    """Make the tables as the backup knew them, fill them, prove them equal, and bring them to this version.

    Raises ``Damaged`` when the backup or what was written is not what the manifest says; the caller rolls back.
    """
    try:
        command.upgrade(config(database, connection), backup.manifest.migration)
    except CommandError as unknown:
        raise Damaged(f"its migration {backup.manifest.migration} is none of ours") from unknown
    tables = reflected(connection)
    if set(tables) != set(backup.manifest.tables):
        odd = ", ".join(sorted(set(tables) ^ set(backup.manifest.tables)))
        raise Damaged(f"its tables are not those of migration {backup.manifest.migration}: {odd}")
    settings = tables[str(Setting.__tablename__)]
    needed = connection.execute(_NEEDED).scalar()
    references = _Later(connection)
    references.begin()
    for table in reversed(list(tables.values())):
        connection.execute(table.delete())  # what a migration put there stands in the backup as well
    for name, table in tables.items():
        _load(connection, backup, name, table)
    references.end()
    for name, table in tables.items():
        _prove(connection, backup, name, table)
        _count_on(connection, table)
    if needed is not None and connection.execute(_NEEDED).scalar() is None:
        connection.execute(insert(settings).values(name=NEEDS, value=needed))  # an older program did not write it down
    if backup.manifest.migration != HEAD:
        command.upgrade(config(database, connection), "head")
    _look_before_saying(connection, backup.manifest.made_at, now)


class _Later:
    """References between rows are looked at when all rows are there: a row may name one that comes after it.

    SQLite has a switch for it. PostgreSQL's constraints are made deferrable for this transaction and then put back.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"

    def begin(self) -> None:
        """From here on."""
        if self._is_sqlite:
            self._connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        else:
            self._alter("DEFERRABLE INITIALLY DEFERRED")

    def end(self) -> None:
        """Look at all of them now. Raises ``Damaged``."""
        if self._is_sqlite:
            wrong = self._connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if wrong is not None:
                raise Damaged(f"a row of {wrong[0]} names a row of {wrong[2]} that is not there")
        else:
            self._connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
            self._alter("NOT DEFERRABLE")

    def _alter(self, how: str) -> None:
        found = text(
            "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid::regclass::text LIKE 'parley\\_%'"
        )
        for table, name in self._connection.execute(found).all():
            self._connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {how}")


def _load(connection: Connection, backup: Reader, name: str, table: Table) -> None:
    statement = insert(table)
    for some in _together(backup.lines(name)):
        try:
            values = [row(each, table) for each in some]
        except (KeyError, ValueError, TypeError, AttributeError) as wrong:
            raise Damaged(f"a row of {name} cannot be read ({type(wrong).__name__})") from wrong
        connection.execute(statement, values)


def _together(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while some := list(islice(lines, ROWS_AT_ONCE)):
        yield some


def _prove(connection: Connection, backup: Reader, name: str, table: Table) -> None:
    """What stands in the table now is read back and compared with the manifest."""
    tally, said = Tally(), backup.manifest.tables[name]
    for each in lines(connection, table):
        tally.add(each)
    if (tally.rows, tally.digest) != (said.rows, said.digest):
        raise Damaged(f"{name} was written and read back as something else; nothing was restored")


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL hands numbers out by a sequence, which has to go on after the last one; SQLite looks at the rows itself."""
    key = list(table.primary_key)
    if connection.dialect.name == "sqlite" or len(key) != 1 or not isinstance(key[0].type, Integer):
        return
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, key[0].name))).scalar()
    last = connection.execute(select(func.max(key[0]))).scalar()
    if sequence is not None and last is not None:
        connection.execute(select(func.setval(sequence, last)))


def _look_before_saying(connection: Connection, made_at: datetime, now: datetime) -> None:
    """What was open in the backup may have been said since: it is marked as tried, so that the courier looks in the
    channel's history before it says it. What was being tried then keeps its own marks, and what is too late to be said is
    left to be listed as missed."""
    rows = SQLModel.metadata.tables[str(OutboxRow.__tablename__)]
    since = made_at - CLOCKS_DIFFER
    connection.execute(
        update(rows)
        .where(
            col(OutboxRow.state) == "open",
            col(OutboxRow.sent_revision) == 0,
            col(OutboxRow.kind) != ERRAND,
            col(OutboxRow.not_before) <= now,
            col(OutboxRow.trying_since).is_(None),
            or_(col(OutboxRow.expires_at).is_(None), col(OutboxRow.expires_at) > now),
        )
        .values(trying_since=since, first_try=since, last_try=since, attempts=1)
    )
