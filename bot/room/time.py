"""The room's clock: real time plus an offset that people move, kept in the database so that a restart does not turn it back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.room.clock import Leap
from storage.unit_of_work import UnitOfWork, Units

OFFSET = "room.clock.offset"
MORNING = time(9, 30)
"""Where "next morning" lands: after the morning's reminders and digests, so that one sees them."""

Play = Callable[[datetime], Awaitable[None]]
"""Lets time pass up to a moment, everything due happening on the way."""


class MovableClock:
    """What the room's buttons move. ``zone`` is the one in which mornings and Mondays are meant (the client's)."""

    def __init__(self, clock: Clock, units: Units, zone: str) -> None:
        self._clock = clock
        self._units = units
        self._zone = ZoneInfo(zone)
        self._moving = asyncio.Lock()
        self.play: Play | None = None

    def now(self) -> datetime:
        """The moment in the room."""
        return self._clock.now()

    async def advance(self, to: Leap) -> None:
        """Move on; two people pressing at once move one after the other."""
        async with self._moving:
            if self.play is not None:
                await self.play(self._target(to))
            self._keep()

    def describe(self) -> str:
        """What this clock is, for the page."""
        moved = self._clock.offset
        if moved < timedelta(minutes=1):
            return "The clock shows the real time. Move it to let days go by."
        return f"The clock runs {_span(moved)} ahead of the real time."

    def restore(self) -> None:
        """Go on from where the clock stood before the restart."""
        with self._units() as uow:
            self._clock.offset = ahead(uow) or self._clock.offset

    def _keep(self) -> None:
        with self._units() as uow:
            uow.settings.set(OFFSET, str(self._clock.offset.total_seconds()))
            uow.commit()

    def _target(self, to: Leap) -> datetime:
        now = self.now()
        if to == "hour":
            return now + timedelta(hours=1)
        local = now.astimezone(self._zone)
        day = local.date()
        if local.time() >= MORNING or to == "monday":
            day += timedelta(days=1)
        while to == "monday" and day.weekday() != 0:
            day += timedelta(days=1)
        return datetime.combine(day, MORNING, self._zone).astimezone(UTC)


def ahead(uow: UnitOfWork) -> timedelta:
    """How far ahead of the real time the room's clock was moved; nothing where nobody moved one, as with Slack and Teams."""
    return timedelta(seconds=float(uow.settings.get(OFFSET) or 0))


def _span(moved: timedelta) -> str:
    days, hours = moved.days, moved.seconds // 3600
    parts = [f"{days} day{'s' * (days != 1)}"] if days else []
    parts += [f"{hours} hour{'s' * (hours != 1)}"] if hours else []
    return " and ".join(parts) or f"{moved.seconds // 60} minutes"
