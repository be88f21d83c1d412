"""What is decided about an improvement plan: how long its figure holds, when it closes and when it opens again. Pure.

A period is one week or month of the metric's series. What is unknown (not reported, partial, challenged) is neither good nor
bad: it ends a run of good periods, as nobody can say that the figure held through it, and it is never counted as a miss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, takewhile

from handlers.calendar import week_of
from handlers.metrics.rules import Step

USUAL_HOLD = 4
"""Periods in a row that a figure has to hold where nobody says otherwise."""
MOST_HOLD = 52
FEWEST_WATCHED = 2
"""A closed plan is watched for as many periods as it had to hold, and never for fewer than two: one miss is an event, two
running are a return of the problem."""
LATE_REPORTS = 2
"""Periods after the watched ones in which a figure of a watched one may still come in or be corrected."""

MET, MISSED, AHEAD, UNKNOWN = "met", "missed", "ahead", "no figure"
"""The states of a milestone."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a plan's metric: the day it began, its own value, and whether that met the target. None: unknown."""

    start: date
    value: float | None = None
    met: bool | None = None


def held_in_a_row(periods: Sequence[Period]) -> int:
    """For how many periods running the figure holds, up to the last one that is known; ``periods`` oldest first.

    What has not come in yet at the end changes nothing; a hole further back begins the count anew.
    """
    known = _until_last_known(periods)
    return sum(1 for _ in takewhile(lambda each: each.met is True, reversed(known)))


def may_close(periods: Sequence[Period], needed: int) -> bool:
    """Whether the figure has held for long enough."""
    return needed > 0 and held_in_a_row(periods) >= needed


def last_counted(periods: Sequence[Period]) -> date | None:
    """The first day of the last known period: up to there it is said that the figure held."""
    known = _until_last_known(periods)
    return known[-1].start if known else None


def comes_back(periods: Sequence[Period], held_until: date, needed: int) -> tuple[Period, ...]:
    """Why a closed plan opens again: the two periods running that missed within the watched ones after closing, or, after
    a correction, the counted periods that did not hold after all. Empty: it stays closed.
    """
    counted = [each for each in periods if each.start <= held_until][-needed:]
    corrected = tuple(each for each in counted if each.met is False)
    if corrected:
        return corrected
    watched = [each for each in periods if each.start > held_until][: max(needed, FEWEST_WATCHED)]
    return next((pair for pair in pairwise(watched) if all(each.met is False for each in pair)), ())


def watched_until(held_until: date, needed: int, step: Step) -> date:
    """The day after which figures no longer open a closed plan: a new problem is a new plan."""
    periods = max(needed, FEWEST_WATCHED) + 1 + LATE_REPORTS
    return held_until + periods * (timedelta(days=31) if step is Step.MONTH else timedelta(days=7))


def period_checked(check_on: date, step: Step) -> date:
    """The first day of the period a milestone is checked by: the last one that is over on its check day."""
    if step is Step.MONTH:
        return (check_on.replace(day=1) - timedelta(days=1)).replace(day=1)
    return week_of(check_on)[0] - timedelta(days=7)


def milestone_state(reached: bool | None) -> str:
    """The state of a milestone whose day has come."""
    return UNKNOWN if reached is None else MET if reached else MISSED


def _until_last_known(periods: Sequence[Period]) -> Sequence[Period]:
    end = next((at for at in range(len(periods), 0, -1) if periods[at - 1].met is not None), 0)
    return periods[:end]
