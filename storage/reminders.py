"""Pings and snoozes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from storage.models.reminder import Ping, Snooze
from storage.remembering import remembered

MOST = 3
"""Reminders of one item to one owner, whatever happens to its due day."""
MANAGERS = "managers"
"""The step of a line in the managers' own summary, which is no reminder to the owner."""

FOR = ":for:"
"""Stands in the step of a reminder that went to whoever stood in, before the id of the person it counts for."""

_PINGS_OF = select(Ping).where(Ping.action_item_id == bindparam("action_item_id")).order_by(col(Ping.id))
_PINGS_AT = (
    select(Ping).where(Ping.person_id == bindparam("person_id"), Ping.at == bindparam("at")).order_by(col(Ping.id))
)
_SNOOZE = select(Snooze).where(
    Snooze.action_item_id == bindparam("action_item_id"), Snooze.person_id == bindparam("person_id")
)
"""Asked for every morning; a statement costs more to make than to ask."""


def in_place_of(person_id: int) -> str:
    """The ending of the step of a reminder that somebody got in this person's place."""
    return f"{FOR}{person_id}"


class ReminderRepository:
    """What each person was reminded of, and what they put off."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def counted(self, action_item_id: int, person_id: int) -> list[Ping]:
        """The reminders of this item that count as this person's, oldest first: those to them, and those to whoever stood in
        for them."""
        return [
            ping
            for ping in self.pings_of(action_item_id)
            if ping.step != MANAGERS
            and (ping.step.endswith(in_place_of(person_id)) or (ping.person_id == person_id and FOR not in ping.step))
        ]

    def left(self, action_item_id: int, person_id: int) -> int:
        """How many more reminders of this item may be made that count as this person's."""
        return max(MOST - len(self.counted(action_item_id, person_id)), 0)

    def pings_of(self, action_item_id: int) -> Sequence[Ping]:
        """Reminders of this item to anybody, oldest first."""
        return remembered(self._session, (Ping,), _PINGS_OF, action_item_id=action_item_id)

    def pings_at(self, person_id: int, at: datetime) -> Sequence[Ping]:
        """What one message reminded this person of: the reminders made at exactly this moment, in their order."""
        return self._session.exec(_PINGS_AT, params={"person_id": person_id, "at": at}).all()

    def add_ping(self, ping: Ping) -> None:
        """Note a reminder, in the transaction that says it."""
        self._session.add(ping)
        self._session.flush()

    def snooze(self, action_item_id: int, person_id: int) -> Snooze | None:
        """Until when this person put this item off."""
        return self._session.exec(_SNOOZE, params={"action_item_id": action_item_id, "person_id": person_id}).first()

    def drop_snooze(self, action_item_id: int, person_id: int) -> None:
        """It was not put off after all."""
        found = self.snooze(action_item_id, person_id)
        if found is not None:
            self._session.delete(found)
            self._session.flush()

    def set_snooze(self, action_item_id: int, person_id: int, until: date, now: datetime) -> None:
        """Put it off, for this person alone."""
        found = self.snooze(action_item_id, person_id)
        if found is None:
            found = Snooze(action_item_id=action_item_id, person_id=person_id, until=until, at=now)
        found.until, found.at = until, now
        self._session.add(found)
        self._session.flush()
