"""What is decided about a digest: its one sentence, what counts as a win, what needs work, who is late. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar import Pattern, due_text, instant_of, next_fire, wall_of, week_of
from handlers.digests import acting
from handlers.digests.week import Closed, Digest, Overdue
from handlers.metrics.metric import Direction
from handlers.metrics.rules import Standing, margin
from handlers.metrics.said import example_reply
from handlers.metrics.score import rest_text, score_text
from handlers.metrics.states import State
from handlers.metrics.values import format_value, short_value
from handlers.metrics.weeks import short_label
from handlers.vocabulary.address import Side
from storage.models.action import ActionItem
from storage.models.issue import Issue

STREAKS = (4, 8, 12, 26, 52)
"""After so many weeks on target in a row it is worth a word."""
NEEDS_A_WORD = 2
"""Up to this severity silence does not accept: the other side is late when it says nothing."""
NAMED = 3
NOTHING = "Nothing to report."


def first_line(digest: Digest, overdue: Sequence[Overdue]) -> str:
    """What a notification shows: whose week it is, and the headline."""
    return f"{digest.provider}, {short_label(digest.week)}: {headline(digest, overdue)}"


def headline(digest: Digest, overdue: Sequence[Overdue]) -> str:
    """The week in one sentence that reads on a phone: how many targets are met, the first that is not, what is late."""
    if not digest.states:
        parts = ["no key metrics are chosen yet"]
    elif not digest.received:
        parts = [score_text(digest.score)]
    elif digest.asked_from is not None:
        parts = [score_text(digest.score), _worst(digest.states), rest_text(digest.score)]
    else:
        parts = [score_text(digest.score), _worst(digest.states), _gap(digest.states)]
    if overdue:
        parts.append(f"{len(overdue)} overdue")
    return "; ".join(part for part in parts if part) + "."


def _worst(states: Sequence[State]) -> str:
    off = [state for state in states if state.standing is Standing.OFF_TARGET]
    if not off:
        return ""
    more = f", and {len(off) - 1} more off target" if len(off) > 1 else ""
    return lower(behind(off[0])) + more


def _gap(states: Sequence[State]) -> str:
    gone = [state for state in states if state.missing]
    if not gone:
        return ""
    return f"{lower(gone[0].metric.name)} is missing" if len(gone) == 1 else f"{len(gone)} figures are missing"


def behind(state: State) -> str:
    """How a metric misses its target: "Service level 82.0 % is below 85 %"."""
    bound = state.target_text.removeprefix("at least ").removeprefix("at most ")
    if state.contradicts:
        four = short_value(state.metric, state.status.value)
        return f"{state.metric.name} averaged {four} over 4 weeks, target {state.target_text}"
    where = {Direction.UP: "below", Direction.DOWN: "above", Direction.BAND: "outside"}[state.metric.direction]
    return f"{state.metric.name} {short_value(state.metric, state.value)} is {where} {bound}"


def lower(name: str) -> str:
    """A name within a sentence."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


# --- wins and needs work


def wins(states: Sequence[State], closed: Closed) -> list[str]:
    """What went well apart from kudos: back on target, long on target, what was finished; else what is on target."""
    found = [line for state in states if (line := _win(state))]
    found += _finished("Issue", "Issues", "closed", closed.issues) + _finished(
        "Action", "Actions", "done", closed.actions
    )
    on = [state.metric.name for state in states if state.standing is Standing.ON_TARGET]
    return found or ([f"On target: {', '.join(on)}"] if on else [])


def _win(state: State) -> str:
    if state.standing is not Standing.ON_TARGET:
        return ""
    known = [each.standing for each in state.history if each.standing is not Standing.NO_DATA]
    if len(known) > 1 and known[-2] is Standing.OFF_TARGET:
        return f"{state.metric.name} is back on target ({state.shown})"
    streak = 0
    for standing in reversed(known):
        if standing is not Standing.ON_TARGET:
            break
        streak += 1
    return (
        f"{state.metric.name} on target for {streak} {state.series.step.plural} in a row" if streak in STREAKS else ""
    )


def _finished(one: str, many: str, word: str, closed: Sequence[tuple[int, str]]) -> list[str]:
    if len(closed) > NAMED:
        return [f"{many} {word}: {', '.join(str(number) for number, _ in closed)}"]
    return [f"{one} {number} {word}: {title}" for number, title in closed]


def needs_work(digest: Digest) -> list[str]:
    """What is off target with what is on it, the unanswered first and longest first, then what is missing."""
    alone = acting.unanswered(digest)
    red = [*alone, *(state for state in digest.states if acting.is_red(state) and state not in alone)]
    lines = [_off(state) + acting.tail(state, digest.acted) for state in red]
    lines += [f"{state.metric.name} {state.problem}" for state in digest.states if state.missing and state.problem]
    gone = [state.metric for state in digest.states if state.missing and not state.problem]
    if gone and digest.asked_from is None:
        names = ", ".join(metric.name for metric in gone)
        lines.append(f"No figure yet: {names}. Reply here, for example {example_reply(gone)}")
    return lines


def _off(state: State) -> str:
    """A red that has no figure this time is carried forward by name."""
    if state.standing is Standing.OFF_TARGET:
        return behind(state)
    return f"{state.metric.name} was off target when last reported and has no figure since"


# --- when


def following(pattern: Pattern, where: ZoneInfo, wall: datetime) -> tuple[datetime, datetime]:
    """The first digest, as wall and instant, of the weeks after the one of the naive wall time ``wall``: there is one digest
    a week, whatever its time is moved to."""
    sunday = week_of(wall.date())[1]
    end = instant_of(datetime.combine(sunday + timedelta(days=1), time()), where)
    return next_fire(pattern, where, end - timedelta(microseconds=1))


# --- late on either side


def late_issue(issue: Issue, owner: Side, now: datetime) -> Overdue | None:
    """Who is late with an issue, if anybody: the side whose turn it is, past the moment that was promised."""
    turns = {
        "open": (owner, issue.acknowledge_by, "to be acknowledged"),
        "acknowledged": (owner, issue.resolve_by, "to be solved"),
        "waiting": (Side(issue.waiting_on) if issue.waiting_on else owner, issue.answer_by, "waits for an answer"),
        "done": (owner.other, issue.accept_by, "to be accepted"),
    }
    side, moment, what = turns.get(issue.state, (owner, None, ""))
    if moment is None or moment > now or (issue.state == "done" and issue.severity > NEEDS_A_WORD):
        return None
    up = f", escalated to level {issue.level}" if issue.level > 1 else ""
    words = f"Issue {issue.number} {what}, {_for(now, moment)}{up}: {issue.title}"
    return Overdue(side, words, moment, issue.level)


def _for(now: datetime, moment: datetime) -> str:
    hours = int((now - moment).total_seconds()) // 3600
    days = hours // 24
    if days:
        return f"{days} day{'s' if days > 1 else ''} overdue"
    return f"{hours} h overdue" if hours else "just overdue"


def late_action(action: ActionItem, owner_name: str, owner_zone: ZoneInfo, now: datetime) -> Overdue | None:
    """An action item past its due day in its owner's zone."""
    today = wall_of(now, owner_zone).date()
    if action.due_on >= today:
        return None
    since = instant_of(datetime.combine(action.due_on, datetime.min.time()), owner_zone)
    words = f"Action {action.number} ({owner_name}), {due_text(action.due_on, today)}: {action.title}"
    return Overdue(Side(action.side), words, since)


# --- the chart


def panel_finding(state: State, shown: int) -> str:
    """One true sentence for a chart that both companies read."""
    if state.missing:
        return f"No figure for this {state.series.step}."
    points = [point for point in state.series.points[-shown:] if point.usable is not None]
    if len(points) == 1:
        return f"One reported {state.series.step} to go by."
    met = [
        margin(state.metric, point.usable, target) >= 0
        for point in points
        if point.usable is not None and (target := state.followed.target_at(point.start)) is not None
    ]
    steps = state.series.step.plural
    if not met:
        values = [point.usable for point in points if point.usable is not None]
        low, high = (format_value(state.metric, value) for value in (min(values), max(values)))
        return f"Between {low} and {high} in the last {len(points)} reported {steps}."
    return f"Met its target in {sum(met)} of the last {len(met)} reported {steps}."
