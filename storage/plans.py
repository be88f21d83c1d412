"""Improvement plans, their milestones and the actions they intend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_
from sqlmodel import Session, col, select

from storage.columns import MOST_ID
from storage.models.action import ActionItem
from storage.models.plan import ImprovementPlan, PlanMilestone, PlannedAction
from storage.numbered import NumberedRepository

RUNNING = ("draft", "proposed", "agreed", "done")
"""States of a plan that is not over."""
LET_GO = "nobody touched it for four weeks"
"""Why a draft that was written from the figures was withdrawn by time."""

_RUNNING_OF = (
    select(ImprovementPlan)
    .where(ImprovementPlan.programme_id == bindparam("programme_id"), col(ImprovementPlan.state).in_(RUNNING))
    .order_by(col(ImprovementPlan.id))
)
"""Asked for every digest and agenda; a statement costs more to make than to ask."""
_JUDGED_OF = (
    select(ImprovementPlan)
    .where(
        ImprovementPlan.programme_id == bindparam("programme_id"),
        or_(
            col(ImprovementPlan.state).in_(("agreed", "done")),
            (col(ImprovementPlan.state) == "closed") & (col(ImprovementPlan.closed_at) >= bindparam("since")),
        ),
    )
    .order_by(col(ImprovementPlan.id))
    .with_for_update()
    .execution_options(populate_existing=True)
)
"""Asked whenever figures come in."""


class PlanRepository(NumberedRepository[ImprovementPlan]):
    """What both sides do until a metric holds."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ImprovementPlan)

    def running_of(self, programme_id: int) -> Sequence[ImprovementPlan]:
        """A programme's plans that are drafted, proposed or agreed, oldest first."""
        return self._session.exec(_RUNNING_OF, params={"programme_id": programme_id}).all()

    def judged_of(self, programme_id: int, since: datetime) -> Sequence[ImprovementPlan]:
        """A programme's plans that new figures may move, locked: agreed ones, and those closed at ``since`` or later."""
        return self._session.exec(_JUDGED_OF, params={"programme_id": programme_id, "since": since}).all()

    def of(self, programme_id: int) -> Sequence[ImprovementPlan]:
        """All plans of a programme, newest first."""
        query = select(ImprovementPlan).where(ImprovementPlan.programme_id == programme_id)
        return self._session.exec(query.order_by(col(ImprovementPlan.id).desc())).all()

    def found(self, found_as: str) -> ImprovementPlan | None:
        """The plan that was drafted from this decline."""
        return self._session.exec(select(ImprovementPlan).where(ImprovementPlan.found_as == found_as)).first()

    def add_milestone(self, milestone: PlanMilestone) -> PlanMilestone:
        """Keep a milestone and give it its id."""
        self._session.add(milestone)
        self._session.flush()
        return milestone

    def milestones(self, plan_id: int) -> Sequence[PlanMilestone]:
        """A plan's milestones by their check day."""
        query = select(PlanMilestone).where(PlanMilestone.plan_id == plan_id)
        return self._session.exec(query.order_by(col(PlanMilestone.check_on), col(PlanMilestone.id))).all()

    def milestone(self, milestone_id: int) -> PlanMilestone | None:
        """The milestone with this id."""
        return None if milestone_id > MOST_ID else self._session.get(PlanMilestone, milestone_id)

    def save_milestone(self, milestone: PlanMilestone) -> None:
        """Keep a change."""
        self._session.add(milestone)
        self._session.flush()

    def drop_milestone(self, milestone: PlanMilestone) -> None:
        """It is no longer part of the plan; its history stands in the audit log."""
        self._session.delete(milestone)
        self._session.flush()

    def intend(self, action: PlannedAction) -> PlannedAction:
        """Keep what one side will do once both agreed."""
        self._session.add(action)
        self._session.flush()
        return action

    def intended(self, plan_id: int) -> Sequence[PlannedAction]:
        """What a plan intends, in the order it was said."""
        query = select(PlannedAction).where(PlannedAction.plan_id == plan_id)
        return self._session.exec(query.order_by(col(PlannedAction.id))).all()

    def drop_intended(self, action: PlannedAction) -> None:
        """It is no longer intended, or an action item stands for it now."""
        self._session.delete(action)
        self._session.flush()

    def actions(self, plan_id: int) -> Sequence[ActionItem]:
        """The action items that belong to a plan, oldest first."""
        query = select(ActionItem).where(ActionItem.plan_id == plan_id).order_by(col(ActionItem.id))
        return self._session.exec(query).all()
