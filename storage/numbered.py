"""What issues, action items, reviews and improvement plans have in common: people call them by a number, and every change of one is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Generic, TypeVar

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.columns import MOST_ID
from storage.models.action import ActionItem
from storage.models.issue import Issue
from storage.models.plan import ImprovementPlan
from storage.models.provider import Installation
from storage.models.review import Review
from storage.remembering import locked

Record = TypeVar("Record", Issue, ActionItem, Review, ImprovementPlan)


@cache
def _closed_between(table: type[Record]) -> SelectOfScalar[Record]:
    """Asked for every digest; a statement costs more to make than to ask."""
    closed_at = col(table.closed_at)
    return (
        select(table)
        .where(table.programme_id == bindparam("programme_id"), closed_at >= bindparam("start"))
        .where(closed_at < bindparam("end"))
        .order_by(closed_at, col(table.id))
    )


@cache
def _by_id(table: type[Record]) -> SelectOfScalar[Record]:
    """The record as it is now, locked; asked several times for every change."""
    query = select(table).where(table.id == bindparam("id")).with_for_update()
    return query.execution_options(populate_existing=True)


@cache
def _highest(table: type[Record]) -> SelectOfScalar[int]:
    return select(func.max(table.number)).where(table.installation_id == bindparam("id"))


_TAKING_TURNS = select(Installation.id).where(Installation.id == bindparam("id")).with_for_update(key_share=True)


class NumberedRepository(Generic[Record]):
    """Records with a number that is unique within their installation. ``table`` is their model."""

    def __init__(self, session: Session, table: type[Record]) -> None:
        self._session = session
        self._table: type[Record] = table

    def next_number(self, installation_id: int) -> int:
        """The number people will say. Whoever takes one makes the next wait for the commit (PostgreSQL: the installation's
        row is locked, in the mode that lets others refer to it)."""
        self.in_turn(installation_id)
        return (self._session.exec(_highest(self._table), params={"id": installation_id}).one() or 0) + 1

    def in_turn(self, installation_id: int) -> None:
        """From here to the commit nobody else takes a number: who looks whether there is such a record already, and makes one
        where there is none, looks after this."""
        self._session.exec(_TAKING_TURNS, params={"id": installation_id}).first()

    def add(self, record: Record) -> Record:
        """Keep a new record."""
        self._session.add(record)
        self._session.flush()
        return record

    def get(self, record_id: int) -> Record | None:
        """The record with this id as it is now, locked until the end of the transaction."""
        if record_id > MOST_ID:
            return None
        return locked(self._session, _by_id(self._table), record_id)

    def numbered(self, installation_id: int, number: int) -> Record | None:
        """The record people call by this number."""
        query = select(self._table).where(self._table.installation_id == installation_id, self._table.number == number)
        return self._session.exec(query).first()

    def save(self, record: Record) -> None:
        """Keep a change; ``version`` counts them, so that a stale form is noticed."""
        record.version += 1
        self._session.add(record)
        self._session.flush()

    def note(self, record: Record) -> None:
        """Keep what no button depends on: the version stays, so that nobody's press is refused for it."""
        self._session.add(record)
        self._session.flush()

    def closed_between(self, programme_id: int, start: datetime, end: datetime) -> Sequence[Record]:
        """A programme's records closed from ``start`` (inclusive) to ``end`` (exclusive)."""
        return self._session.exec(
            _closed_between(self._table), params={"programme_id": programme_id, "start": start, "end": end}
        ).all()
