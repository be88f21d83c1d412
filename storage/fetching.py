"""Rows by their ids: what a session holds is not asked for, and the question is made once for each table."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from sqlalchemy import bindparam, inspect
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import instance_state
from sqlmodel import Session, SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.remembering import first_remembered

Row = TypeVar("Row", bound=SQLModel)


def by_id(session: Session, table: type[Row], row_id: int) -> Row | None:
    """The row of ``table`` with this id, as ``session.get`` answers it; that one makes its statement anew every time, which
    costs more than to ask."""
    mapper, statement = _asking(table)
    held = session.identity_map.get(mapper.identity_key_from_primary_key((row_id,)))
    if held is not None:  # (what a change outside the session made stale is read again)
        return session.get(table, row_id) if instance_state(held).expired else held
    return first_remembered(session, (table,), statement, id=row_id)


@cache
def _asking(table: type[Row]) -> tuple[Mapper[Row], SelectOfScalar[Row]]:
    mapper = inspect(table)
    (key,) = mapper.primary_key
    return mapper, select(table).where(key == bindparam("id"))
