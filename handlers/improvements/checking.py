"""What a plan does when figures come in and when a milestone's day has come: it judges itself, closes and opens again.

What is unknown stays unknown: a milestone without a figure waits for it, and a late or corrected figure judges it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from handlers.calendar import day_text
from handlers.improvements import changes, rules, steps, telling, voice
from handlers.improvements.coming import milestone_words
from handlers.improvements.rules import AHEAD, MISSED, UNKNOWN, Period
from handlers.improvements.standing import Standing, standing_of
from handlers.metrics.requests import running
from handlers.metrics.rules import Step
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import (
    ActionAgreed,
    ActionChanged,
    FiguresReported,
    Fired,
    OwnerChanged,
)
from handlers.vocabulary.outgoing import Button, Text
from storage.models.plan import ImprovementPlan, PlanMilestone
from storage.unit_of_work import UnitOfWork

LOOK_BACK = timedelta(days=31 * (rules.MOST_HOLD + 3))
"""No plan closed longer ago is still watched."""
WHY = "You answer for this plan, and the day of one of its milestones has come."


def check(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """A milestone's day has come."""
    plan = uow.plans.get(fired.subject_id)
    if plan is not None and plan.state == "agreed" and running(uow, plan.programme_id, now) is not None:
        _judge(plan, uow, now)


def figures_reported(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Figures came in or were corrected: every plan they may move is looked at."""
    assert isinstance(event, FiguresReported)
    plans = [
        each
        for each in uow.plans.judged_of(event.programme_id, now - LOOK_BACK)
        if each.metric or each.state == "agreed"
    ]
    if not plans or running(uow, event.programme_id, now) is None:
        return
    for plan in plans:
        if plan.state == "closed":
            _watch(plan, uow, now)
        else:
            _judge(plan, uow, now)


def action_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """An action item of a plan stands otherwise: the card shows it."""
    assert isinstance(event, ActionAgreed | ActionChanged)
    item = uow.actions.get(event.action_id)
    plan = None if item is None or item.plan_id is None else uow.plans.get(item.plan_id)
    if plan is not None:
        voice.show_card(standing_of(plan, uow, now), uow, now)


def owner_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Somebody else answers for a side: what waits for its word waits for them, and what was intended goes over to them."""
    assert isinstance(event, OwnerChanged)
    for plan in uow.plans.running_of(event.programme_id):
        assert plan.id is not None
        for intended in uow.plans.intended(plan.id):
            if intended.owner_id == event.before:
                intended.owner_id = event.after
                uow.plans.intend(intended)
        if plan.state in ("proposed", "done"):
            voice.show_card(standing_of(plan, uow, now), uow, now)


def _judge(plan: ImprovementPlan, uow: UnitOfWork, now: datetime) -> None:
    """Milestones whose day has come, then whether it has held for long enough; the card shows what is known now."""
    standing = standing_of(plan, uow, now)
    standing = _check_milestones(standing, uow, now)
    if _closes(standing):
        steps.close(standing, None, uow, now)
    else:
        voice.show_card(standing, uow, now)
        changes.set_timer(standing, uow)


def _check_milestones(standing: Standing, uow: UnitOfWork, now: datetime) -> Standing:
    before, moved = changes.facts_of(standing), []
    for milestone in standing.milestones:
        if milestone.check_on <= standing.today and _checked(milestone, standing, uow, now):
            moved.append(milestone)
    if not moved:
        return standing
    after, once = changes.keep(standing.plan, before, "plan.milestone", None, uow, now)
    closes = _closes(after)
    for milestone in moved:
        _tell(milestone, after, uow, now, f"{once}:{milestone.id}", closes=closes)
    return after


def _closes(standing: Standing) -> bool:
    """Whether nothing keeps an agreed plan open any more: its figure holds, and every milestone's day has come."""
    progress = standing.progress
    ahead = any(each.state == AHEAD for each in standing.milestones)
    return standing.plan.state == "agreed" and progress is not None and progress.holds and not ahead


def _checked(milestone: PlanMilestone, standing: Standing, uow: UnitOfWork, now: datetime) -> bool:
    """Judge one milestone; True if it stands otherwise than before. Words are judged by people: time only asks them."""
    state, value = milestone.state, milestone.value
    if milestone.target is None:
        state = UNKNOWN if state == AHEAD else state
    elif standing.progress is not None:
        state, found = standing.progress.checked(milestone)
        value = None if found is None else Decimal(repr(round(found, 9)))
    if (state, value) == (milestone.state, milestone.value):
        return False
    moved = state != milestone.state
    milestone.state, milestone.value, milestone.checked_at = state, value, now
    uow.plans.save_milestone(milestone)
    return moved


def _tell(
    milestone: PlanMilestone, standing: Standing, uow: UnitOfWork, now: datetime, once: str, *, closes: bool
) -> None:
    """What was found, in the thread; a miss asks both owners for a new day or an action, once; words are asked about once.
    Where the plan ``closes`` now because its figure holds all the same, a miss asks for nothing.
    A figure that is missing is asked for by its own request, so nothing is said here."""
    what, day = milestone_words(standing, milestone), day_text(milestone.check_on, standing.today)
    number, found = standing.plan.number, "" if standing.progress is None else standing.progress.shown(milestone.value)
    if milestone.target is None and milestone.state == UNKNOWN:
        said: Text = (*telling.to(standing, *Side), f"plan {number}: {what} by {day}. Is it reached?")
        offered = (
            Button("plan.reached", "Reached", str(milestone.id), "primary"),
            Button("plan.missed", "Not reached", str(milestone.id)),
        )
        voice.line(standing, uow, now, f"plan.asked:{milestone.id}", said, *offered, why=WHY, by_itself=True)
    elif milestone.state == MISSED and closes:
        voice.line(
            standing,
            uow,
            now,
            once,
            (f"Plan {number}: {what} by {day} was not reached, found {found}.",),
            by_itself=True,
        )
    elif milestone.state == MISSED:
        tell_missed(milestone, standing, uow, now, by_itself=True)
    elif milestone.state != UNKNOWN:
        voice.line(
            standing, uow, now, once, (f"Plan {number}: {what} by {day} is reached, with {found}.",), by_itself=True
        )


def tell_missed(
    milestone: PlanMilestone, standing: Standing, uow: UnitOfWork, now: datetime, *, by_itself: bool = False
) -> None:
    """A miss, told once a milestone, with what can be done about it. ``by_itself``: no person said so."""
    what, day = milestone_words(standing, milestone), day_text(milestone.check_on, standing.today)
    found = (
        ""
        if milestone.value is None or standing.progress is None
        else f", found {standing.progress.shown(milestone.value)}"
    )
    said: Text = (
        *telling.to(standing, *Side),
        f"plan {standing.plan.number}: {what} by {day} was not reached{found}. What helps: a new day, or one more action?",
    )
    offered = (
        Button("plan.milestones", "New day", str(standing.id)),
        Button("plan.act", "Add action", str(standing.id)),
    )
    voice.line(standing, uow, now, f"plan.missed:{milestone.id}", said, *offered, why=WHY, by_itself=by_itself)


def _watch(plan: ImprovementPlan, uow: UnitOfWork, now: datetime) -> None:
    """A plan that closed opens again when its figure does not hold."""
    if plan.held_until is None:
        return
    standing = standing_of(plan, uow, now)
    progress = standing.progress
    if progress is None or standing.today > rules.watched_until(plan.held_until, plan.hold_periods, progress.step):
        return
    missed = rules.comes_back(progress.counted, plan.held_until, plan.hold_periods)
    if not missed:
        voice.show_card(standing, uow, now)
        return
    corrected = missed[-1].start <= plan.held_until
    before = changes.facts_of(standing)
    plan.state, plan.closed_at, plan.held_until, plan.reopened = "agreed", None, None, plan.reopened + 1
    after, once = changes.keep(plan, before, "plan.reopened", None, uow, now)
    voice.line(after, uow, now, once, _reopened(after, missed, corrected=corrected), by_itself=True)


def _reopened(standing: Standing, missed: Sequence[Period], *, corrected: bool) -> Text:
    progress = standing.progress
    assert progress is not None
    values = " and ".join(f"{progress.shown(each.value)} ({_of(each, progress.step)})" for each in missed)
    how = (
        "a corrected figure says that it had not held:"
        if corrected
        else f"{progress.metric.name} missed the target again:"
    )
    again = f"It closes when it has been {progress.wanted} for {progress.needed_text}."
    number = standing.plan.number
    return (
        *telling.to(standing, *Side),
        f"plan {number} is open again: {how} {values}, target {progress.wanted}. {again}",
    )


def _of(period: Period, step: Step) -> str:
    return f"{period.start:%B}" if step is Step.MONTH else f"week of {period.start.day} {period.start:%b}"
