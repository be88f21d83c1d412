"""What every change of a plan has in common: the record, its timer, the audit entry, the card, the event.

The state before is kept in the audit entry (ids, states and moments only), what the plan said before it beside it, encrypted
like all that people say: so a change can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from handlers import schedules
from handlers.improvements import voice
from handlers.improvements.coming import looked_at
from handlers.improvements.rules import AHEAD
from handlers.improvements.standing import Standing, standing_of
from handlers.records import history, posting
from handlers.vocabulary.events import PlanChanged
from handlers.vocabulary.route import Asker
from storage.models.plan import ImprovementPlan
from storage.unit_of_work import UnitOfWork

PLAIN = ("state", "visibility", "client_agreed_by", "provider_agreed_by", "reopened")
MOMENTS = ("proposed_at", "client_agreed_at", "provider_agreed_at", "agreed_at", "closed_at")
ASKING = ("plan.edited", "plan.not_yet", "plan.done")
"""Changes whose line in the thread asks for a word, with buttons to give it."""
CHECK = "plan.check"
"""Subject of the timer that looks at the next milestone."""


def facts_of(standing: Standing) -> dict[str, Any]:
    """A plan's state without anybody's words, as the audit log keeps it."""
    held = standing.plan.held_until
    return {
        **history.state_of(standing.plan, PLAIN, MOMENTS),
        "held_until": None if held is None else held.isoformat(),
        "version": standing.plan.version,
        "milestones": {str(each.id): each.state for each in standing.milestones},
    }


def restore(standing: Standing, before: Mapping[str, Any], uow: UnitOfWork) -> None:
    """Put a plan back to the state that ``facts_of`` wrote down. The caller saves the plan."""
    history.put_back(standing.plan, before, PLAIN, MOMENTS)
    held = before["held_until"]
    standing.plan.held_until = None if held is None else date.fromisoformat(held)
    for milestone in standing.milestones:
        state = before["milestones"].get(str(milestone.id), milestone.state)
        if state != milestone.state:
            milestone.state, milestone.checked_at = state, None
            uow.plans.save_milestone(milestone)


def keep(
    plan: ImprovementPlan,
    before: Mapping[str, Any] | None,
    what: str,
    asker: Asker | None,
    uow: UnitOfWork,
    now: datetime,
    words: str = "",
) -> tuple[Standing, str]:
    """Keep a change that was made to ``plan`` and show it. ``asker`` None: time or the figures made it, nobody did.

    Answers how it stands now, and the ``once`` for the one line this change may say in the thread.
    """
    uow.plans.save(plan)
    standing = standing_of(plan, uow, now)
    set_timer(standing, uow)
    entry = history.note(plan, "plan", what, (before, facts_of(standing)), asker, uow, now, words)
    voice.show_card(standing, uow, now)
    posting.settle_asked(entry, ASKING, uow, now)
    uow.happened(PlanChanged(standing.id))
    return standing, posting.line_name(entry)


def set_timer(standing: Standing, uow: UnitOfWork) -> None:
    """The next milestone that is ahead is looked at on its day; nothing while the plan is not running."""
    ahead = [each.check_on for each in standing.milestones if each.state == AHEAD]
    if standing.plan.state != "agreed" or not ahead:
        schedules.cancel(uow, CHECK, standing.id)
        return
    at = looked_at(min(ahead), standing.programme)
    schedules.once_at(uow, CHECK, standing.id, standing.plan.installation_id, at)
