"""What came late or not at all: firings of the calendar, messages, and whether anybody ticks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, text
from sqlmodel import Session, col, select

from storage.models.delivery import OutboxRow
from storage.models.provider import Installation
from storage.models.replica import Replica
from storage.models.schedule import Occurrence, Schedule
from storage.models.setting import Setting

LONGEST_WAIT = timedelta(days=30)
"""A message older than this is not looked at any more: whatever is said has expired long before."""

# "+ 0" keeps SQLite from reading all that an installation has by the index on it: few rows are late, so those come first.
_OUT_OF_TIME = (
    select(Occurrence, Schedule)
    .join(Schedule, col(Schedule.id) == col(Occurrence.schedule_id))
    .where(
        text("parley_occurrence.state <> 'fired'"),  # as its index has it: a bound value would not be recognised
        col(Occurrence.fired_at) >= bindparam("since"),
        col(Schedule.installation_id) + 0 == bindparam("installation_id"),
    )
    .order_by(col(Occurrence.due_at), col(Occurrence.id))
)
_SAID_LATE = (
    select(OutboxRow)
    .where(
        col(OutboxRow.late).is_not(None),
        col(OutboxRow.mirror_of).is_(None),
        col(OutboxRow.created_at) >= bindparam("earliest"),
        col(OutboxRow.installation_id) + 0 == bindparam("installation_id"),
        or_(col(OutboxRow.created_at) >= bindparam("since"), col(OutboxRow.sent_at) >= bindparam("since")),
    )
    .order_by(col(OutboxRow.created_at), col(OutboxRow.seq))
)
_HANGING = (
    select(OutboxRow)
    .where(
        col(OutboxRow.seq) > bindparam("after"),
        col(OutboxRow.thread_card).is_not(None),
        col(OutboxRow.late).is_(None),
        col(OutboxRow.mirror_of).is_(None),
        col(OutboxRow.installation_id) + 0 == bindparam("installation_id"),
    )
    .order_by(col(OutboxRow.seq))
)
_WELL = select(
    select(func.max(col(Replica.beat_at))).scalar_subquery(),
    select(Setting.value).where(Setting.name == bindparam("name")).scalar_subquery(),
)


class LatenessRepository:
    """What came late, and what did not come."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def out_of_time(self, installation_id: int, since: datetime) -> Sequence[tuple[Occurrence, Schedule]]:
        """Firings that were noticed late or too late since then, the earliest due first."""
        return self._session.exec(_OUT_OF_TIME, params={"installation_id": installation_id, "since": since}).all()

    def said(self, installation_id: int, since: datetime) -> Sequence[OutboxRow]:
        """Messages that say that they are late, made or sent since then, in the order they were made."""
        given = {"installation_id": installation_id, "since": since, "earliest": since - LONGEST_WAIT}
        return self._session.exec(_SAID_LATE, params=given).all()

    def hanging(self, installation_id: int, after: int) -> Sequence[OutboxRow]:
        """Messages under another card that do not say themselves that they are late, made after the one numbered ``after``."""
        return self._session.exec(_HANGING, params={"installation_id": installation_id, "after": after}).all()

    def well(self, setting: str) -> tuple[datetime | None, str | None]:
        """When any process last ticked, and the value of a setting, in one question."""
        beat, value = self._session.connection().execute(_WELL, {"name": setting}).one()
        return beat, value

    def installations(self) -> Sequence[int]:
        """The ids of all installations."""
        return [each for each in self._session.exec(select(Installation.id)).all() if each is not None]
