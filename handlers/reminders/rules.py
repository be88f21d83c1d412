"""The ladder: when an owner is reminded, and when it is the managers' turn. Pure.

Two business days before the due day, on it, one business day after; then, three business days after it, once in the managers'
own summary. At most three reminders an item reach its owner, those somebody asked for by putting one off included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from storage.reminders import MANAGERS, MOST

BEFORE_DAYS, AFTER_DAYS, MANAGERS_DAYS = 2, 1, 3
"""Business days before and after the due day."""
DAY = timedelta(days=1)
LONGEST_PAUSE = 400

Works = Callable[[date], bool]
"""Whether somebody works on a day: a week day of theirs and no public holiday."""


class Rung(StrEnum):
    """A step of the ladder. ``AGAIN`` was asked for by putting a reminder off until a day."""

    BEFORE = "before"
    DUE = "due"
    AFTER = "after"
    AGAIN = "again"
    MANAGERS = MANAGERS


@dataclass(frozen=True, slots=True)
class Ladder:
    """The days on which the rungs of one due day begin, for somebody's working days."""

    before: date
    due: date
    after: date
    managers: date


@dataclass(frozen=True, slots=True)
class Pinged:
    """A reminder that was made: its rung, for which due day, on which day."""

    rung: Rung
    due_on: date
    on: date


def ladder(due_on: date, works: Works) -> Ladder:
    """The rungs of a due day. One that is no working day counts as the last working day before it."""
    return Ladder(
        before=working_day(due_on, -BEFORE_DAYS, works),
        due=due_on if works(due_on) else working_day(due_on, -1, works),
        after=working_day(due_on, AFTER_DAYS, works),
        managers=working_day(due_on, MANAGERS_DAYS, works),
    )


def rung(
    due_on: date,
    today: date,
    pinged: Iterable[Pinged],
    works: Works,
    *,
    open_: bool = True,
    acknowledged: bool = False,
    snoozed_until: date | None = None,
) -> Rung | None:
    """The rung on which its owner is reminded of an item today, or None.

    ``acknowledged`` pauses until the due day; ``snoozed_until`` is the day until which this person put it off. A rung whose
    day was missed is made good until the next one begins; "one day after" until the managers' day.
    """
    past = list(pinged)
    if not open_ or not works(today) or sum(each.rung is not Rung.MANAGERS for each in past) >= MOST:
        return None
    if any(each.on == today for each in past) or (snoozed_until is not None and today < snoozed_until):
        return None
    found = _by_the_day(today, ladder(due_on, works))
    if found is Rung.BEFORE and acknowledged:
        found = None
    if found is not None and any(each.rung is found and each.due_on == due_on for each in past):
        found = None
    if found is None and _asked_for_again(today, past, snoozed_until):
        return Rung.AGAIN
    return found


def for_managers(due_on: date, today: date, pinged: Iterable[Pinged], works: Works, *, open_: bool = True) -> bool:
    """Whether an item belongs into the managers' summary today: three business days overdue, and never there before."""
    told = any(each.rung is Rung.MANAGERS for each in pinged)
    return open_ and not told and today >= working_day(due_on, MANAGERS_DAYS, works)


def working_day(day: date, count: int, works: Works) -> date:
    """The ``count``-th working day strictly after ``day``, or before it for a negative count."""
    step, left = (DAY if count > 0 else -DAY), abs(count)
    for _ in range(LONGEST_PAUSE):
        day += step
        left -= works(day)
        if not left:
            return day
    raise ValueError(f"days: fewer than {abs(count)} working days within {LONGEST_PAUSE} days of {day}")


def _by_the_day(today: date, days: Ladder) -> Rung | None:
    if days.after <= today < days.managers:
        return Rung.AFTER
    if days.due <= today < days.after:
        return Rung.DUE
    return Rung.BEFORE if days.before <= today < days.due else None


def _asked_for_again(today: date, past: list[Pinged], snoozed_until: date | None) -> bool:
    """Put off until a day that has come, and not reminded of since."""
    return snoozed_until is not None and today >= snoozed_until and all(each.on < snoozed_until for each in past)
