"""What is late about an issue so that it goes up, and in which turn: a level is reached once in each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.calendar import WorkHours
from handlers.issues import rules
from handlers.issues.rules import What
from handlers.ladders import SECOND, Planned, Rung, reached_at
from handlers.vocabulary.address import Side, Visibility
from storage.models.issue import Issue, IssueClock
from storage.models.person import Person

OWED: Mapping[What, str] = {
    "acknowledge": "not acknowledged in time",
    "resolve": "not resolved in time",
    "answer": "not answered in time",
}
"""What goes up, and how it is told. What waits for a yes does not: silence has its own rule."""

Turn = Callable[[Rung, datetime], tuple[Person | None, datetime]]
"""Whom a rung that is reached at a moment turns to, and when they are told."""

Counts = Callable[[datetime], datetime]
"""When the silence counts that is up at a moment; later where a word may have been lost."""


def as_it_is(moment: datetime) -> datetime:
    """Every word was heard."""
    return moment


@dataclass(frozen=True, slots=True)
class Late:
    """What an issue is measured by now: ``what`` was due when, from which side, and the name of this turn."""

    what: What
    due: datetime
    side: Side
    turn: str


def late(issue: Issue, owner_side: Side, clocks: Sequence[IssueClock]) -> Late | None:
    """What is owed and measured, whether or not its time has come; None while nothing is owed that goes up.

    An issue nobody acknowledged is measured by what is due first. A turn ends with an acknowledgement, an answer, another
    side's turn, a reopening or a lapse; in the next one the levels begin anew.
    """
    if issue.state == "waiting":
        clock = rules.running(clocks)
        if clock is None or issue.answer_by is None:
            return None
        return Late("answer", issue.answer_by, Side(clock.side), f"answer:{clock.id}")
    owed: Mapping[str, tuple[What, ...]] = {"open": ("acknowledge", "resolve"), "acknowledged": ("resolve",)}
    moments: Mapping[What, datetime] = {"acknowledge": issue.acknowledge_by, "resolve": issue.resolve_by}
    if issue.state not in owed:
        return None
    what = min(owed[issue.state], key=lambda each: moments[each])
    began = f"{issue.reopened}.{issue.handed}" + (f".{issue.lapses}" if what == "acknowledge" else "")
    return Late(what, moments[what], owner_side, f"{what}:{began}")


def silent_since(issue: Issue, clocks: Sequence[IssueClock]) -> datetime:
    """Since when nothing was heard of whoever is waited for: since it is their turn, or their last word since then."""
    clock = rules.running(clocks)
    began = issue.reported_at if clock is None else clock.started_at
    return began if issue.heard_at is None or issue.state == "waiting" else max(began, issue.heard_at)


def planned(
    late_now: Late,
    rungs: Sequence[Rung],
    severity: int,
    hours: WorkHours,
    turn: Turn,
    counts: Counts = as_it_is,
) -> list[Planned]:
    """When each rung is reached and whom it turns to, the lowest level first; on one side never a higher one before a lower.

    ``hours`` are those of the side that is late; ``counts`` tells when a silence that was up at a moment really counts.
    """
    found: list[Planned] = []
    before: dict[Side, datetime] = {}
    for rung in sorted(rungs, key=lambda each: (each.level, each.side)):
        reached = counts(reached_at(late_now.due, rung.after, severity, hours))
        person, at = turn(rung, max(reached, before.get(rung.side, reached)))
        before[rung.side] = at
        found.append(Planned(rung, at, person))
    return found


def seen_by(issue: Issue, rung: Rung) -> Visibility:
    """Who may know of a jump: both companies, save of an internal issue and of the client's highest level."""
    internal = issue.visibility != Visibility.SHARED or (rung.side is Side.CLIENT and rung.level > SECOND)
    return Visibility.INTERNAL if internal else Visibility.SHARED
