"""What fires by the calendar."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from datetime import datetime

from sqlalchemy import Integer, bindparam
from sqlmodel import Session, col, select

from storage.models.schedule import Occurrence, Schedule
from storage.noting import noted

_OF = select(Schedule).where(Schedule.subject == bindparam("subject"), Schedule.subject_id == bindparam("subject_id"))
_OF_LOCKED = _OF.with_for_update().execution_options(populate_existing=True)

_DUE = (
    select(Schedule)
    .where(
        Schedule.state == "active",
        col(Schedule.next_at) <= bindparam("now"),
        col(Schedule.id).not_in(bindparam("but", expanding=True)),
    )
    .order_by(col(Schedule.next_at), col(Schedule.id))
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True)
)
_NEXT = select(col(Schedule.next_at)).where(Schedule.state == "active").order_by(col(Schedule.next_at)).limit(1)
_NEXT_AFTER = _NEXT.where(col(Schedule.next_at) > bindparam("after"))
"""Asked at every tick; a statement costs more to make than to ask."""


class ScheduleRepository:
    """Schedules and their firings."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, schedule: Schedule) -> Schedule:
        """Keep a schedule."""
        self._session.add(schedule)
        self._session.flush()
        return schedule

    def of(self, subject: str, subject_id: int) -> Schedule | None:
        """The schedule of a subject."""
        return self._session.exec(_OF, params={"subject": subject, "subject_id": subject_id}).first()

    def locked(self, subject: str, subject_id: int) -> Schedule | None:
        """The schedule of a subject as it is now, locked until the end of the transaction: a tick may be moving it on."""
        return self._session.exec(_OF_LOCKED, params={"subject": subject, "subject_id": subject_id}).first()

    def due(self, now: datetime, limit: int = 200, but: Set[int] = frozenset()) -> Sequence[Schedule]:
        """What is due, earliest first, without those in ``but``. On PostgreSQL other replicas' rows are passed over, not
        waited for."""
        return self._session.exec(_DUE, params={"now": now, "but": tuple(but), "most": limit}).all()

    def in_zones(self, zones: Collection[str], after_id: int, limit: int) -> Sequence[Schedule]:
        """Active schedules by the clocks of these zones, in the order of their ids, those after ``after_id``; locked, since a
        tick may be moving them on."""
        return self._session.exec(
            select(Schedule)
            .where(Schedule.state == "active", col(Schedule.zone).in_(zones), col(Schedule.id) > after_id)
            .order_by(col(Schedule.id))
            .limit(limit)
            .with_for_update()
        ).all()

    def next_at(self, after: datetime | None = None) -> datetime | None:
        """When the next schedule is due (later than ``after``, if given), or None."""
        query = _NEXT if after is None else _NEXT_AFTER
        return self._session.exec(query, params={"after": after}).first()

    def save(self, *schedules: Schedule) -> None:
        """Keep their changes, in one statement where they are alike."""
        self._session.add_all(schedules)
        self._session.flush()

    def fired(self, occurrence: Occurrence) -> bool:
        """Note a firing; False when the one at this wall time was made before."""
        return noted(self._session, Occurrence, occurrence.model_dump(exclude={"id"}))
