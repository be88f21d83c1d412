"""A plan in one line, for those who tell of a programme's whole week."""

from __future__ import annotations

from datetime import datetime

from handlers.improvements import terms
from handlers.improvements.standing import standing_of
from storage.models.plan import ImprovementPlan
from storage.unit_of_work import UnitOfWork


def in_short(plan: ImprovementPlan, uow: UnitOfWork, now: datetime) -> str:
    """What people call it, what it is about and how it stands: "Plan 2: Service level fell (holds 2 of 4 weeks)"."""
    standing = standing_of(plan, uow, now)
    measured = plan.state == "agreed" and bool(plan.metric)
    status = terms.held(standing) if measured else terms.status(standing)
    return f"{terms.heading(standing)} ({status[:1].lower()}{status[1:]})"
