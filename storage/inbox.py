"""Seen twice is done once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.models.delivery import InboxEntry
from storage.noting import noted


class InboxRepository:
    """The events that were handled."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def first_time(self, key: str, now: datetime) -> bool:
        """Note the event ``key`` in this transaction; False when it was handled before.

        One statement instead of a question and an insert: every event passes here. A concurrent twin waits in it for the
        first one's commit, and is then told that it was seen.
        """
        return noted(self._session, InboxEntry, {"key": key, "received_at": now})

    def add(self, key: str, now: datetime) -> None:
        """Note the event in this transaction, whether it was noted or not."""
        self.first_time(key, now)

    def holds(self, key: str) -> bool:
        """Whether the event was noted before."""
        return self._session.get(InboxEntry, key) is not None

    def forget_before(self, moment: datetime) -> None:
        """Drop old entries; platforms retry for minutes, not for weeks."""
        self._session.exec(delete(InboxEntry).where(col(InboxEntry.received_at) < moment))
