"""What is decided about an issue: how long each side has, how long it waited, and whether somebody is late. Pure.

The clock runs for one side at a time, in that side's business hours; severity 1 runs round the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from handlers.calendar import WorkHours, add_business_time, business_time_between
from handlers.records.hours import SILENCE_DAYS, Limit, any_time, until
from handlers.vocabulary.address import Side
from storage.models.issue import Issue, IssueClock

NEEDS_A_WORD = 2
"""Up to this severity silence never accepts: somebody has to say so."""
MINUTES_AN_HOUR = 60

What = Literal["acknowledge", "resolve", "answer", "accept"]


@dataclass(frozen=True, slots=True)
class Severity:
    """One severity: what it means in plain words, the time to acknowledge, to resolve and to answer a question, and after
    how much silence an acknowledgement lapses."""

    level: int
    name: str
    meaning: str
    acknowledge: Limit
    resolve: Limit
    answer: Limit
    lapse: Limit


SEVERITIES: Mapping[int, Severity] = MappingProxyType(
    {
        1: Severity(
            1,
            "critical",
            "customers cannot be served",
            acknowledge=Limit(minutes=15, round_the_clock=True),
            resolve=Limit(hours=4, round_the_clock=True),
            answer=Limit(hours=1, round_the_clock=True),
            lapse=Limit(hours=1, round_the_clock=True),
        ),
        2: Severity(
            2,
            "high",
            "many customers notice",
            acknowledge=Limit(hours=1),
            resolve=Limit(days=1),
            answer=Limit(hours=4),
            lapse=Limit(hours=4),
        ),
        3: Severity(
            3,
            "normal",
            "some customers notice, work goes on",
            acknowledge=Limit(hours=4),
            resolve=Limit(days=3),
            answer=Limit(days=1),
            lapse=Limit(days=2),
        ),
        4: Severity(
            4,
            "low",
            "a nuisance or a question",
            acknowledge=Limit(days=1),
            resolve=Limit(days=10),
            answer=Limit(days=2),
            lapse=Limit(days=2),
        ),
    }
)
"""The time each level allows. ``answer`` is for the side that is waited on, so that both sides are measured."""

SILENCE = Limit(days=SILENCE_DAYS)
"""How long the other side may stay silent before that counts as acceptance (or, for severity 1 and 2, as late)."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "service": "Service: slow, down, not answered",
        "quality": "Quality: done, but not well",
        "compliance": "Compliance: a rule or duty",
        "access": "Access: a system or a permission",
        "other": "Something else",
    }
)


@dataclass(frozen=True, slots=True)
class Overdue:
    """Which side is late, since when, and with what."""

    side: Side
    since: datetime
    what: What


def hours_for(severity: int, hours: WorkHours) -> WorkHours:
    """The hours in which a clock of this severity runs: all of them for severity 1, else those of ``hours``."""
    return any_time() if SEVERITIES[severity].resolve.round_the_clock else hours


def lapses_at(issue: Issue, hours: WorkHours) -> datetime | None:
    """When its acknowledgement lapses unless the owner's side is heard before; None where nothing is acknowledged.

    ``hours`` are those of the owner's side.
    """
    if issue.state != "acknowledged" or issue.acknowledged_at is None:
        return None
    heard = issue.acknowledged_at if issue.heard_at is None else max(issue.acknowledged_at, issue.heard_at)
    return until(heard, SEVERITIES[issue.severity].lapse, hours)


def run(start: datetime, left: timedelta, hours: WorkHours) -> datetime:
    """The instant (UTC) at which a clock started at ``start`` has run for ``left`` in ``hours``."""
    return add_business_time(start, left, hours)


def moved(deadline: datetime, handed_over: datetime, back: datetime, hours: WorkHours) -> datetime:
    """The deadline after the clock was with the other side: what was left when it was handed over is left again.

    A deadline that had passed before stays where it was. ``hours`` are those of the side the deadline binds.
    """
    if deadline <= handed_over:
        return deadline
    return add_business_time(back, business_time_between(handed_over, deadline, hours), hours)


def waited(clocks: Iterable[IssueClock], side: Side, hours: WorkHours, now: datetime) -> timedelta:
    """How long an issue waited for ``side`` in all, in that side's hours; a running clock counts up to ``now``."""
    stretches = ((clock.started_at, clock.ended_at or now) for clock in clocks if clock.side == side)
    return sum((business_time_between(start, end, hours) for start, end in stretches if end > start), timedelta(0))


def running(clocks: Iterable[IssueClock]) -> IssueClock | None:
    """The clock that runs now, or None."""
    return next((clock for clock in clocks if clock.ended_at is None), None)


def deadline(issue: Issue) -> tuple[What, datetime] | None:
    """What is expected next and until when; None when the issue is closed."""
    dates: Mapping[str, tuple[What, datetime | None]] = {
        "open": ("acknowledge", issue.acknowledge_by),
        "acknowledged": ("resolve", issue.resolve_by),
        "waiting": ("answer", issue.answer_by),
        "done": ("accept", issue.accept_by),
    }
    what, moment = dates.get(issue.state, ("resolve", None))
    return None if moment is None else (what, moment)


def overdue(issue: Issue, clocks: Iterable[IssueClock], now: datetime) -> Overdue | None:
    """Who is late now, whichever side it is; None when nobody is. What waits for a silent yes is not late."""
    clock, expected = running(clocks), deadline(issue)
    if clock is None or expected is None:
        return None
    what, moment = expected
    if moment > now or (what == "accept" and issue.severity > NEEDS_A_WORD):
        return None
    return Overdue(Side(clock.side), moment, what)


def span_text(spent: timedelta) -> str:
    """A length of time in words: "3 h 20 min", "45 min", "under a minute"."""
    minutes = int(spent.total_seconds()) // 60
    hours, left = divmod(minutes, MINUTES_AN_HOUR)
    if not minutes:
        return "under a minute"
    parts = (f"{hours:,} h" if hours else "", f"{left} min" if left else "")
    return " ".join(part for part in parts if part)
