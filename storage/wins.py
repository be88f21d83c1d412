"""Kudos."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage.models.recognition import Win


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
        return self._session.exec(
            select(Win)
            .where(Win.programme_id == programme_id, col(Win.said_at) >= start, col(Win.said_at) < end)
            .order_by(col(Win.said_at), col(Win.id))
        ).all()
