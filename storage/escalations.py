"""Escalation matrices and the jumps that were made by them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from storage.columns import MOST_ID
from storage.models.escalation import EscalationJump, EscalationMatrix, EscalationStep
from storage.models.provider import Programme
from storage.noting import noted

_CURRENT = (
    select(EscalationMatrix)
    .where(
        EscalationMatrix.programme_id == bindparam("programme_id"),
        col(EscalationMatrix.taken_back_at).is_(None),
    )
    .order_by(col(EscalationMatrix.number).desc())
    .limit(1)
)
_STEPS = (
    select(EscalationStep)
    .where(EscalationStep.matrix_id == bindparam("matrix_id"))
    .order_by(col(EscalationStep.severity), col(EscalationStep.level), col(EscalationStep.side))
)
_JUMPS = select(EscalationJump).where(EscalationJump.issue_id == bindparam("issue_id")).order_by(col(EscalationJump.id))
"""Asked for whenever an issue is shown."""


class EscalationRepository:
    """Who is brought in when, and who was."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def current(self, programme_id: int) -> EscalationMatrix | None:
        """The version that holds; None where the usual one does."""
        return self._session.exec(_CURRENT, params={"programme_id": programme_id}).first()

    def get(self, matrix_id: int) -> EscalationMatrix | None:
        """The version with this id as it is now, locked until the end of the transaction."""
        if matrix_id > MOST_ID:
            return None
        query = select(EscalationMatrix).where(EscalationMatrix.id == matrix_id).with_for_update()
        return self._session.exec(query.execution_options(populate_existing=True)).first()

    def versions(self, programme_id: int) -> Sequence[EscalationMatrix]:
        """Every version there ever was, oldest first."""
        query = select(EscalationMatrix).where(EscalationMatrix.programme_id == programme_id)
        return self._session.exec(query.order_by(col(EscalationMatrix.number))).all()

    def steps(self, matrix_id: int) -> Sequence[EscalationStep]:
        """The steps of a version: worst severity first, then by level and side."""
        return self._session.exec(_STEPS, params={"matrix_id": matrix_id}).all()

    def naming(self, person_id: int) -> Sequence[EscalationMatrix]:
        """The versions that hold and name this person, as the one to bring in or as deputy."""
        query = (
            select(EscalationMatrix)
            .join(EscalationStep, col(EscalationStep.matrix_id) == col(EscalationMatrix.id))
            .where((EscalationStep.person_id == person_id) | (EscalationStep.deputy_id == person_id))
            .where(col(EscalationMatrix.taken_back_at).is_(None))
            .order_by(col(EscalationMatrix.id))
            .distinct()
        )
        found = self._session.exec(query).all()
        return [each for each in found if (held := self.current(each.programme_id)) is not None and held.id == each.id]

    def add(self, matrix: EscalationMatrix, steps: Sequence[EscalationStep]) -> EscalationMatrix:
        """Keep a new version, numbered after the one before. Two at once take turns (the programme's row is locked)."""
        lock = select(Programme.id).where(Programme.id == matrix.programme_id).with_for_update(key_share=True)
        self._session.exec(lock).first()
        query = select(func.max(EscalationMatrix.number)).where(EscalationMatrix.programme_id == matrix.programme_id)
        matrix.number = (self._session.exec(query).one() or 0) + 1
        self._session.add(matrix)
        self._session.flush()
        assert matrix.id is not None
        for step in steps:
            step.matrix_id = matrix.id
        self._session.add_all(steps)
        self._session.flush()
        return matrix

    def save(self, *rows: EscalationMatrix | EscalationStep) -> None:
        """Keep a change."""
        self._session.add_all(rows)
        self._session.flush()

    def jump(self, jump: EscalationJump) -> bool:
        """Note a jump; False when this one was made before."""
        return noted(self._session, EscalationJump, jump.model_dump(exclude={"id"}))

    def jumps(self, issue_id: int) -> Sequence[EscalationJump]:
        """Every jump of an issue, oldest first."""
        return self._session.exec(_JUMPS, params={"issue_id": issue_id}).all()
