"""Rows that are written once: a twin of what is there already changes nothing, and that is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, SQLModel


def noted(session: Session, table: type[SQLModel], values: Mapping[str, Any]) -> bool:
    """Write a row in one statement; False when one with its key is there. A concurrent twin waits for the first one's commit.

    The row itself is asked back: an INSERT's row count is not kept on PostgreSQL.
    """
    statement = _noting(table, session.get_bind().dialect.name)
    return session.connection().execute(statement, values).first() is not None


@cache
def _noting(table: type[SQLModel], dialect: str) -> ReturningInsert[Any]:
    """A statement costs more to make than to ask."""
    fresh = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return fresh.on_conflict_do_nothing().returning(*inspect(table).primary_key)
