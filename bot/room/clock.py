"""The room's clock, as the door needs it: it can be read, and moved on."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

Leap = Literal["hour", "morning", "monday"]
LEAPS: tuple[tuple[Leap, str], ...] = (("hour", "hour"), ("morning", "morning"), ("monday", "Monday"))
"""What the clock's buttons do, and the word on each after "Next"."""


class RoomClock(Protocol):
    """A clock that stands still until somebody moves it on."""

    def now(self) -> datetime:
        """The room's present moment, aware."""
        ...

    async def advance(self, to: Leap) -> None:
        """Go on to the next hour, morning or Monday, letting everything due on the way happen in its order."""
        ...

    def describe(self) -> str:
        """One short line about the clock for the page, such as "Time stands still until you move it"."""
        ...
