"""Reading a whole database as it was at one moment, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, Select

from storage.database import READING, Database

ROWS_AT_ONCE = 500


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """A connection that only reads, and sees one moment from its first question on, whoever writes meanwhile.

    SQLite's read transaction is that by itself; PostgreSQL's has to be asked for.
    """
    options: dict[str, Any] = (
        READING if database.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    with database.engine.connect().execution_options(**options) as connection:
        yield connection


def stream(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of a query, a few hundred in memory at a time."""
    return iter(connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}))
