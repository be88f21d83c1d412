"""What happens next with a plan, and the replies it understands at this moment: one line for each state."""

from __future__ import annotations

from datetime import date, datetime, time

from handlers.calendar import day_text, instant_of, wall_of, zone
from handlers.improvements import rules
from handlers.improvements.standing import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Code, Text, When
from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.plan import PlanMilestone
from storage.models.provider import Programme

CHECKED_AT = time(9, 0)
"""When a milestone is looked at on its day, on the wall clock of the anchor zone."""
PROPOSED = "once both sides have said yes, it runs and its actions go to their owners"
OVER = "it is over; if the problem is back, it needs a new plan"


def looked_at(day: date, programme: Programme) -> datetime:
    """The instant (UTC) at which a milestone of this day is looked at."""
    return instant_of(datetime.combine(day, CHECKED_AT), zone(programme.anchor_zone))


def next_step(standing: Standing) -> Text:
    """What happens next, as the end of a sentence."""
    plan, provider = standing.plan, standing.names[Side.PROVIDER]
    if plan.state == "draft":
        return (f"complete it, then preview and propose it; {provider} sees nothing of it before",)
    if plan.state == "proposed":
        return (PROPOSED,)
    if plan.state == "done":
        return ("it closes with the other side's yes",)
    if plan.state == "agreed":
        return _running(standing)
    return _watched(standing) if plan.state == "closed" else (OVER,)


def milestone_words(standing: Standing, milestone: PlanMilestone) -> str:
    """What a milestone wants, in words."""
    if milestone.target is None:
        return milestone.words
    return str(milestone.target) if standing.progress is None else standing.progress.short(milestone.target)


def upcoming(standing: Standing) -> PlanMilestone | None:
    """The next milestone whose day has not come."""
    return next((each for each in standing.milestones if each.state == rules.AHEAD), None)


def late_actions(standing: Standing, now: datetime) -> list[ActionItem]:
    """The plan's open actions whose due day is over at their owner's place."""
    late = []
    for each in standing.actions:
        owner = standing.people.get(each.owner_id)
        today = standing.today if owner is None else wall_of(now, zone(owner.zone)).date()
        if each.state in OPEN and each.due_on < today:
            late.append(each)
    return late


def _running(standing: Standing) -> Text:
    milestone, progress = upcoming(standing), standing.progress
    closes = "it closes when both sides say that it is done"
    if progress is not None:
        closes = f"it closes by itself after {progress.needed_text} at target"
    if milestone is None:
        return (closes,)
    at = looked_at(milestone.check_on, standing.programme)
    asked = "asked about" if milestone.target is None else "checked"
    what = milestone_words(standing, milestone)
    return (f"{what} is {asked} on ", When(at, standing.programme.anchor_zone), f"; {closes}")


def _watched(standing: Standing) -> Text:
    """For how long it is still watched."""
    plan, progress = standing.plan, standing.progress
    if plan.held_until is None or progress is None:
        return (OVER,)
    until = rules.watched_until(plan.held_until, plan.hold_periods, progress.step)
    if standing.today > until:
        return (OVER,)
    day = day_text(until, standing.today)
    return (f"it is watched until {day}; two {progress.steps(2)} in a row that miss the target open it again",)


def replies(standing: Standing, *, in_thread: bool) -> Text:
    """The replies there are now: under the plan's card, or, where no thread is, with its number; () for none."""
    plan = standing.plan
    which = "" if in_thread else f" plan {plan.number}"
    begin = "Reply " if in_thread else "Or write to me: "
    action = Code(f"action{which}: what @name due friday")
    step = "80 % by friday" if plan.metric else "the new script is in use by friday"
    agree, later = Code(f"agree{which}"), Code(f"not yet{which}: why")
    found: dict[str, Text] = {
        "draft": (
            Code(f"cause{which}: …"),
            ", ",
            Code(f"for now{which}: …"),
            " or ",
            Code(f"milestones{which}: {step}"),
        ),
        "proposed": (agree, ", ", later, ", ", *((Code(f"target{which}: …"), " or ") if plan.metric else ()), action),
        "done": (agree, " or ", later),
        "agreed": (action, " · a change needs a yes from both sides again"),
    }
    return (begin, *found[plan.state]) if plan.state in found else ()
