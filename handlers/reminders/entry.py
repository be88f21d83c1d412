"""One item as a morning's message shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.actions import OPEN


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as a reminder shows it: ``value`` is what its buttons carry, ``today`` the day at its reader's place.

    ``snoozed_until`` is set when its reader put it off; ``last`` when no further reminder of it comes. ``instead_of`` names
    the owner its reader stands in for ("Jo Santos, away until Friday 6 March"), "" for none.
    """

    number: int
    title: str
    provider: str
    owner: str
    due_on: date
    state: str
    value: str
    today: date
    snoozed_until: date | None = None
    last: bool = False
    instead_of: str = ""

    @property
    def waits(self) -> bool:
        """Whether its owner still has something to do that was not put off."""
        return self.state in OPEN and (self.snoozed_until is None or self.snoozed_until <= self.today)
