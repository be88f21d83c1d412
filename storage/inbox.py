"""Seen twice is done once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.models.delivery import InboxEntry


class InboxRepository:
    """The events that were handled."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seen(self, key: str) -> bool:
        """Whether the event ``key`` was handled before."""
        return self._session.get(InboxEntry, key) is not None

    def add(self, key: str, now: datetime) -> None:
        """Note the event in this transaction. A concurrent twin fails at its commit and is then seen."""
        self._session.add(InboxEntry(key=key, received_at=now))
        self._session.flush()

    def forget_before(self, moment: datetime) -> None:
        """Drop old entries; platforms retry for minutes, not for weeks."""
        self._session.exec(delete(InboxEntry).where(col(InboxEntry.received_at) < moment))
