"""Our tables as they stand in a database, whatever its migration: asked of the database itself, not of this program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import JSON, Connection, MetaData, Table, inspect, select

from bot.backing_up.values import line
from storage.models.setting import Setting
from storage.snapshot import stream
from storage.version import NEEDS

PREFIX = "parley_"
VERSION_TABLE = "parley_alembic_version"


def names(connection: Connection) -> tuple[str, ...]:
    """Every table of ours, the one with the migration's number too."""
    return tuple(sorted(name for name in inspect(connection).get_table_names() if name.startswith(PREFIX)))


def reflected(connection: Connection) -> Mapping[str, Table]:
    """The tables that hold data, those that others refer to first."""
    wanted = [name for name in names(connection) if name != VERSION_TABLE]
    metadata = MetaData()
    metadata.reflect(connection, only=wanted)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)  # nothing is NULL, never the JSON value of that name
    return {table.name: table for table in metadata.sorted_tables}


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table as lines, a few hundred in memory at a time."""
    for each in stream(connection, select(table)):
        yield line(dict(each._mapping))


def is_empty(connection: Connection) -> bool:
    """Whether no table of ours holds a row, besides what the migrations themselves write down."""
    return not any(_holds_data(connection, table) for table in reflected(connection).values())


def _holds_data(connection: Connection, table: Table) -> bool:
    query = select(1).select_from(table).limit(1)
    if table.name == Setting.__tablename__:
        query = query.where(table.c.name != NEEDS)
    return connection.execute(query).first() is not None
