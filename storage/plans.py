"""Improvement plans and their milestones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from storage.models.plan import ImprovementPlan, PlanMilestone
from storage.numbered import NumberedRepository

RUNNING = ("draft", "proposed", "agreed")
"""States of a plan that is not over."""

_RUNNING_OF = (
    select(ImprovementPlan)
    .where(ImprovementPlan.programme_id == bindparam("programme_id"), col(ImprovementPlan.state).in_(RUNNING))
    .order_by(col(ImprovementPlan.id))
)
"""Asked for every digest and agenda; a statement costs more to make than to ask."""


class PlanRepository(NumberedRepository[ImprovementPlan]):
    """What both sides do until a metric holds."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ImprovementPlan)

    def running_of(self, programme_id: int) -> Sequence[ImprovementPlan]:
        """A programme's plans that are drafted, proposed or agreed, oldest first."""
        return self._session.exec(_RUNNING_OF, params={"programme_id": programme_id}).all()

    def of(self, programme_id: int) -> Sequence[ImprovementPlan]:
        """All plans of a programme, newest first."""
        query = select(ImprovementPlan).where(ImprovementPlan.programme_id == programme_id)
        return self._session.exec(query.order_by(col(ImprovementPlan.id).desc())).all()

    def add_milestone(self, milestone: PlanMilestone) -> PlanMilestone:
        """Keep a milestone and give it its id."""
        self._session.add(milestone)
        self._session.flush()
        return milestone

    def milestones(self, plan_id: int) -> Sequence[PlanMilestone]:
        """A plan's milestones by their check day."""
        query = select(PlanMilestone).where(PlanMilestone.plan_id == plan_id)
        return self._session.exec(query.order_by(col(PlanMilestone.check_on), col(PlanMilestone.id))).all()

    def due_milestones(self, plan_id: int, day: date) -> Sequence[PlanMilestone]:
        """A plan's milestones that are still ahead though their check day has come."""
        query = select(PlanMilestone).where(
            PlanMilestone.plan_id == plan_id, PlanMilestone.state == "ahead", col(PlanMilestone.check_on) <= day
        )
        return self._session.exec(query.order_by(col(PlanMilestone.check_on))).all()

    def save_milestone(self, milestone: PlanMilestone) -> None:
        """Keep a change."""
        self._session.add(milestone)
        self._session.flush()

    def drop_milestone(self, milestone: PlanMilestone) -> None:
        """It is no longer part of the plan; its history stands in the audit log."""
        self._session.delete(milestone)
        self._session.flush()
