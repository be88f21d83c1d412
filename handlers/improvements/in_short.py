"""A plan in one line, for those who tell of a programme's whole week."""

from __future__ import annotations

from datetime import datetime

from handlers.calendar import day_text
from handlers.improvements import terms
from handlers.improvements.coming import late_actions, milestone_words, upcoming
from handlers.improvements.standing import Standing, standing_of
from storage.models.plan import ImprovementPlan
from storage.unit_of_work import UnitOfWork


def in_short(plan: ImprovementPlan, uow: UnitOfWork, now: datetime) -> str:
    """What people call it, what it is about and how it stands: "Plan 2: Service level fell (holds 2 of 4 weeks; next 80 % by
    Friday 3 April; 1 action overdue)"."""
    standing = standing_of(plan, uow, now)
    measured = plan.state == "agreed" and bool(plan.metric)
    status = terms.held(standing) if measured else terms.status(standing)
    said = [f"{status[:1].lower()}{status[1:]}", *(_ahead(standing, now) if plan.state == "agreed" else ())]
    return f"{terms.heading(standing)} ({'; '.join(said)})"


def _ahead(standing: Standing, now: datetime) -> list[str]:
    """The next milestone, and what is late of its actions."""
    milestone, late = upcoming(standing), len(late_actions(standing, now))
    said = []
    if milestone is not None:
        said.append(f"next {milestone_words(standing, milestone)} by {day_text(milestone.check_on, standing.today)}")
    if late:
        said.append(f"{late} action{'' if late == 1 else 's'} overdue")
    return said
