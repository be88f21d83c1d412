"""Where a database differs from what this program keeps in it, though it stands at the right migration: somebody changed it
by hand, or a backup is of another program. Only names of tables and columns are told, never what stands in them."""

from __future__ import annotations

import re

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from storage.database import Database

_MISSING = (
    re.compile(r"no such (?:column|table): (?P<name>[\w.]+)"),
    re.compile(r"has no column named (?P<name>\w+)"),
    re.compile(r'(?:column|relation) "?(?P<name>[\w.]+)"?(?: of relation "\w+")? does not exist'),
)
"""How SQLite and PostgreSQL name what is not there."""


def missing(database: Database) -> list[str]:
    """The tables and columns that this program asks for and the database has not: "parley_review.minutes"."""
    there = {
        name: {column["name"] for column in columns}
        for (_, name), columns in inspect(database.engine).get_multi_columns().items()
    }
    found: list[str] = []
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in there:
            found.append(table.name)
            continue
        found += [f"{table.name}.{column.name}" for column in table.columns if column.name not in there[table.name]]
    return found


def missing_in(trouble: SQLAlchemyError) -> str:
    """The table or column that a statement failed for, by what the database said; "" where that was not why."""
    said = str(getattr(trouble, "orig", None) or "").partition("\n")[0]
    found = next(filter(None, (pattern.search(said) for pattern in _MISSING)), None)
    return "" if found is None else found["name"]
