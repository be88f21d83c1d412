"""Kudos."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from storage.models.recognition import Win

_BETWEEN = (
    select(Win)
    .where(
        Win.programme_id == bindparam("programme_id"),
        col(Win.said_at) >= bindparam("start"),
        col(Win.said_at) < bindparam("end"),
    )
    .order_by(col(Win.said_at), col(Win.id))
)
"""Asked for every digest; a statement costs more to make than to ask."""


class WinRepository:
    """What went well."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, win: Win) -> Win:
        """Keep a win."""
        self._session.add(win)
        self._session.flush()
        return win

    def between(self, programme_id: int, start: datetime, end: datetime) -> Sequence[Win]:
        """Wins said from ``start`` (inclusive) to ``end`` (exclusive), oldest first."""
        return self._session.exec(_BETWEEN, params={"programme_id": programme_id, "start": start, "end": end}).all()
