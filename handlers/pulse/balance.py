"""Whether a provider is asked too much: a week of asks, asks again, and asks outside their hours. Pure.

Portals and reminders make it easy to smother a provider. What can wait is better kept together for the next review.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from handlers.calendar import is_quiet
from handlers.records.hours import hours_of
from storage.news import AskRow

SPAN = timedelta(days=7)
MUCH, MUCH_AGAIN, MUCH_OUTSIDE = 12, 4, 5
"""Asks of a week, asks again, and asks outside the provider's working hours, from which on it is too much: more than two a
working day, the same thing nearly daily, every working day begun with somebody's night."""
BATCHED = 4
"""How many items are named that could wait for the review."""
WORST = 1


@dataclass(frozen=True, slots=True)
class Balance:
    """A provider's week: new asks, asks again, those outside their hours, and the numbers of action items that could wait."""

    programme_id: int
    asks: int
    again: int
    outside: int
    waiting: tuple[int, ...]

    @property
    def is_too_much(self) -> bool:
        """Whether whoever steers should know."""
        return self.asks + self.again >= MUCH or self.again >= MUCH_AGAIN or self.outside >= MUCH_OUTSIDE


def balances(rows: Iterable[AskRow]) -> list[Balance]:
    """Each provider's week, by programme. Severity 1 is never too late and never counted as outside the hours."""
    of: dict[int, list[AskRow]] = defaultdict(list)
    for row in rows:
        of[row.programme_id].append(row)
    return [_balance(programme_id, of[programme_id]) for programme_id in sorted(of)]


def _balance(programme_id: int, rows: list[AskRow]) -> Balance:
    outside = [row for row in rows if row.severity != WORST and is_quiet(row.at, hours_of(row.zone, row.country))]
    waiting = [row.number for row in rows if row.kind == "action" and row.waits]
    again = sum(row.kind == "again" for row in rows)
    return Balance(programme_id, len(rows) - again, again, len(outside), tuple(waiting[-BATCHED:]))
