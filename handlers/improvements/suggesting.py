"""What a plan that drafts itself says: a decline in figures, a target, a way there and first actions. Pure.

Everything is a suggestion to a manager, who alone sees it. Cause and what is done for now stay empty: figures do not know them.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from handlers.improvements.content import Content, Intent
from handlers.improvements.milestones import Step as Milestone
from handlers.improvements.rules import USUAL_HOLD
from handlers.metrics.decline import WINDOW, Trend
from handlers.metrics.finding import finding
from handlers.metrics.metric import Direction, Metric, Unit
from handlers.metrics.rules import Step, margin
from handlers.metrics.states import State
from handlers.metrics.values import format_value, rounded
from handlers.records.forms import LONGEST_TITLE

NO_ACTION = " No action is on record."
"""How a finding ends for the client's eyes: a plan is the action, and both companies will read it."""
BETWEEN = {Step.WEEK: timedelta(weeks=4), Step.MONTH: timedelta(days=61)}
"""From one milestone to the next: about as many periods as the figure has to hold, so that each can be seen in the figures."""
FIGURES_LATER = timedelta(days=3)
"""From a digest's day to the day by which the figures of the week before it are in."""
MOST, FEWEST = 3, 2
"""Milestones that are suggested: the last is the target itself, and at least one stands on the way."""
GRAINS = {Unit.PERCENT: Decimal("0.5"), Unit.SECONDS: Decimal(5)}
"""What people round a target to; other units to their last shown digit."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days in the anchor zone: those of ``reviews`` ahead, oldest first, the contract's ``last``, and for any day itself or
    the next one that is a ``working`` day."""

    reviews: Sequence[date]
    last: date | None
    working: Callable[[date], date]


def evidence(metric: Metric, found: Trend) -> str:
    """What the figures say of a decline, as both companies may read it once the plan is proposed."""
    return finding(metric, found, action_on_record=False).removesuffix(NO_ACTION)


def problem(state: State, found: Trend) -> str:
    """The same, and the figures it was judged on with the first day of each week or month."""
    known = [each for each in state.series.reported if found.baseline is None or each.start > found.baseline.last]
    values = ", ".join(
        f"{format_value(state.metric, each.usable)} ({_period(each.start, state.series.step)})"
        for each in known[-WINDOW:]
        if each.usable is not None
    )
    begin = "Months" if state.series.step is Step.MONTH else "Weeks, by their Monday"
    return f"{evidence(state.metric, found)}\n{begin}: {values}."


def aim(state: State, found: Trend) -> Decimal | None:
    """What the figure should hold at: the agreed target while it is missed, else the median of the frozen first periods, as
    what slides without missing its target is to come back to its own normal. None for a band: the agreed one decides.
    """
    metric, agreed, recent = state.metric, state.target, found.recent
    if metric.direction is Direction.BAND or found.baseline is None or recent is None:
        return None
    if agreed is not None and agreed.at is not None and margin(metric, recent, agreed) < 0:
        return agreed.at
    first, last = found.baseline.first, found.baseline.last
    values = [
        value for each in state.series.points if first <= each.start <= last and (value := each.usable) is not None
    ]
    normal = statistics.median(values) if values else found.baseline.mean
    up = metric.direction is Direction.UP
    return _to_grain(metric, normal, up=not up)


def way(state: State, found: Trend, target: Decimal | None) -> tuple[Decimal, ...]:
    """The values on the way from where the figure is to ``target`` (for a band: to its nearer end), the target last; nothing
    where there is no way to go."""
    goal, recent = _goal(state, found, target), found.recent
    if goal is None or recent is None:
        return ()
    up = float(goal) > recent
    for count in (MOST, FEWEST):
        values = [
            _to_grain(state.metric, recent + (float(goal) - recent) * at / count, up=up) for at in range(1, count)
        ]
        steps = [each for each in values if (each < goal if up else each > goal) and _beyond(each, recent, up=up)]
        if len(set(steps)) == count - 1:
            return (*steps, goal)
    return (goal,)


def days(count: int, today: date, step: Step, calendar: Calendar) -> list[date]:
    """When milestones are looked at: the first review day from their turn on, so that both talk about what was found; a
    working day where no review is near. None is after the contract's last day. ``today`` is a digest's."""
    found: list[date] = []
    last = calendar.last
    for number in range(1, count + 1):
        turn = today + BETWEEN[step] * number + FIGURES_LATER
        until = turn + BETWEEN[step]
        day = next((each for each in calendar.reviews if turn <= each < until), None) or calendar.working(turn)
        if last is None or day <= last:
            found.append(day)
    return found


def content(state: State, found: Trend, today: date, calendar: Calendar, intended: Sequence[Intent]) -> Content:
    """A whole draft. ``today`` is the day in the anchor zone."""
    target = aim(state, found)
    values = way(state, found, target)
    checks = days(len(values), today, state.series.step, calendar)
    return Content(
        title=f"{state.metric.name} has declined"[:LONGEST_TITLE],
        problem=problem(state, found),
        metric=state.metric.id,
        definition=state.followed.tracked.definition,
        target=target,
        hold_periods=USUAL_HOLD,
        milestones=tuple(Milestone(day, value) for day, value in zip(checks, values[-len(checks) :], strict=True))
        if checks
        else (),
        intended=tuple(intended),
    )


def _goal(state: State, found: Trend, target: Decimal | None) -> Decimal | None:
    """Where the way ends: the target, or the end of the band that is nearer."""
    band = state.target
    if target is not None or found.recent is None:
        return target
    if band is None or band.low is None or band.high is None or margin(state.metric, found.recent, band) >= 0:
        return None
    return band.low if found.recent < float(band.low) else band.high


def _beyond(value: Decimal, recent: float, *, up: bool) -> bool:
    return float(value) > recent if up else float(value) < recent


def _to_grain(metric: Metric, value: float, *, up: bool) -> Decimal:
    """To the next value people would agree on, upwards or downwards."""
    grain = GRAINS.get(metric.unit, Decimal(1).scaleb(-metric.decimals))
    exact = rounded(value, 9)
    steps = exact / grain
    whole = steps.to_integral_value(rounding="ROUND_CEILING" if up else "ROUND_FLOOR")
    return (whole * grain).quantize(grain)


def _period(start: date, step: Step) -> str:
    return f"{start:%B %Y}" if step is Step.MONTH else f"{start.day} {start:%b}"
