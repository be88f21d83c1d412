"""Who is away when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from storage.columns import MOST_ID
from storage.models.absence import Absence
from storage.remembering import first_remembered

_ON = (
    select(Absence)
    .where(
        Absence.person_id == bindparam("person_id"),
        col(Absence.first_day) <= bindparam("day"),
        col(Absence.last_day) >= bindparam("day"),
        col(Absence.ended_at).is_(None),
    )
    .order_by(col(Absence.last_day).desc())
)
"""Asked for every morning; a statement costs more to make than to ask."""


class AbsenceRepository:
    """Days away."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, absence: Absence) -> Absence:
        """Keep an absence and give it its id."""
        self._session.add(absence)
        self._session.flush()
        return absence

    def get(self, absence_id: int) -> Absence | None:
        """The absence with this id as it is now, locked until the end of the transaction."""
        if absence_id > MOST_ID:
            return None
        query = select(Absence).where(Absence.id == absence_id).with_for_update()
        return self._session.exec(query.execution_options(populate_existing=True)).first()

    def on(self, person_id: int, day: date) -> Absence | None:
        """The absence a day falls into (a day in the person's own zone), or None: they are there."""
        return first_remembered(self._session, (Absence,), _ON, person_id=person_id, day=day)

    def coming(self, person_id: int, day: date) -> Sequence[Absence]:
        """Absences that are not over on ``day``, soonest first."""
        query = select(Absence).where(
            Absence.person_id == person_id, col(Absence.last_day) >= day, col(Absence.ended_at).is_(None)
        )
        return self._session.exec(query.order_by(col(Absence.first_day))).all()

    def save(self, absence: Absence) -> None:
        """Keep a change."""
        self._session.add(absence)
        self._session.flush()
