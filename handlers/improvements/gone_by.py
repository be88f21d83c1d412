"""Days of a plan that went by before anybody proposed it: what nobody can do in time is not proposed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.calendar import day_text
from handlers.improvements.standing import Standing
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Declined
from storage.models.plan import PlanMilestone, PlannedAction

CHOOSE = "this day is past, choose a later one"


def past_milestones(standing: Standing) -> Sequence[PlanMilestone]:
    """The milestones of a plan whose check day was over in the anchor zone before it was proposed; none once it is."""
    return [each for each in standing.milestones if is_past(each.check_on, standing)]


def past_actions(standing: Standing) -> Sequence[PlannedAction]:
    """What is meant to be done by a day that was over in the anchor zone before the plan was proposed; none once it is."""
    return [each for each in standing.intended if is_past(each.due_on, standing)]


def is_past(day: date, standing: Standing) -> bool:
    """Whether a plan that nobody proposed yet has a day that is over."""
    plan = standing.plan  # of a draft that is previewed as proposed nobody was told yet
    return plan.state in ("draft", "proposed") and plan.proposed_at is None and day < standing.today


def none_past(standing: Standing) -> None:
    """Raises ``Declined`` while a day of a plan that would be proposed is past, with the way to a later one."""
    late, due = past_milestones(standing), past_actions(standing)
    if not late and not due:
        return
    days = sorted({*(each.check_on for each in late), *(each.due_on for each in due)})
    told = ", ".join(day_text(day, standing.today) for day in days)
    wanted = ["Give the milestones later days"] if late else []
    wanted += ["Take the actions of such days out and add them with later ones"] if due else []
    ways = [Button("plan.milestones", "Milestones", standing.value)] if late else []
    ways += [Button("plan.intended", "Actions", standing.value)] if due else []
    raise Declined(
        f"Plan {standing.plan.number} is not proposed, since {told} {'is' if len(days) == 1 else 'are'} past. "
        f"{'. '.join(wanted)}, then propose it.",
        *ways,
    )
