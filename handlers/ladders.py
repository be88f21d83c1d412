"""Levels of escalation: who is brought in on which side, and how long after its time something goes up. Pure.

Issues climb and the escalation matrix says how; the two rooms do not know each other, so ``routes.py`` hands the one's rungs
to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from handlers.calendar import WorkHours, instant_of, spells
from handlers.records.hours import Limit, any_time, until
from handlers.vocabulary.address import Side
from storage.models.issue import Issue
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

OWNER, SECOND, HIGHEST = 1, 2, 3
"""The levels: whoever owns the issue, and the two the matrix names people for."""
ROUND_THE_CLOCK = 1
"""The one severity that is said in the night too."""

How = Literal["told", "summary"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One level on one side: ``after`` is how long past its time, ``people`` whom to turn to, the one named first and
    whoever may take their place after them; empty: nobody is named. ``how`` "summary" only notes it for the managers."""

    level: int
    side: Side
    after: Limit
    how: How = "told"
    people: tuple[Person, ...] = ()


Rungs = Callable[[Issue, Person, UnitOfWork], Sequence[Rung]]
"""The rungs for an issue with this owner, by level; without those its readers may not know of."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A rung, the moment it is reached, and who is turned to (None: nobody is named)."""

    rung: Rung
    at: datetime
    person: Person | None

    @property
    def key(self) -> tuple[int, Side]:
        """What is done once in a turn."""
        return self.rung.level, self.rung.side


def reached_at(due: datetime, after: Limit, severity: int, hours: WorkHours) -> datetime:
    """When something that was due goes up: ``after`` later in the business time of whoever is waited for (``hours``), or by
    the plain clock for severity 1."""
    return until(due, after, any_time() if severity == ROUND_THE_CLOCK else hours)


def heard_at(reached: datetime, severity: int, hours: WorkHours, paused_until: date | None) -> datetime:
    """When somebody may be told what was ``reached``: at once for severity 1, else at their first working moment from then
    on, after whatever pause they asked for. ``hours`` are their own; ``paused_until`` a day of theirs."""
    if severity == ROUND_THE_CLOCK:
        return reached
    since = reached
    if paused_until is not None:
        since = max(since, instant_of(datetime.combine(paused_until, datetime.min.time()), hours.zone))
    opened, _ = next(spells(since, hours))
    return max(opened, since)
