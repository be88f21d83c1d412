"""The clocks people's own Teams shows: every message tells its writer's zone, and no directory does.

What is told is kept with the person's account, so that every process knows it. Whose zone is the one their Teams told before,
or was only assumed, goes on living by the clock it shows now; what somebody entered for them stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from bot import told_zones
from handlers.vocabulary.address import Account
from handlers.vocabulary.incoming import PersonFound
from storage.unit_of_work import Units

REMEMBERED = 5000
FRESH = 60.0
"""Seconds for which a process believes what it heard or kept itself: another one may have heard more since."""

Key = TypeVar("Key", bound=Hashable)


class Zones:
    """Zones by user id. A claim of somebody's client, about themselves only. ``units`` and ``run`` as in the hall; ``clock``
    answers seconds that only grow."""

    def __init__(self, units: Units, run: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._units, self._run, self._clock = units, run, clock
        self._told: dict[str, tuple[str, float]] = {}
        self._kept: dict[tuple[str, str], tuple[str, float]] = {}

    def heard(self, user: str, zone: str) -> None:
        """Note what an activity told; "" is nothing told."""
        if zone:
            _remember(self._told, user, (zone, self._clock()))

    async def of(self, account: Account) -> str:
        """The IANA name as it was told last, unchecked; "" for whom none was. Raises SQLAlchemy's errors."""
        told, since = self._told.get(account.user, ("", 0.0))
        if told and self._clock() - since < FRESH:
            return told
        return await self._run(told_zones.stored, self._units, account) or told  # nobody keeps it of whom is not known

    async def news(self, account: Account, host: str, by: str) -> PersonFound | None:
        """What somebody's Teams tells otherwise than is kept, as the house is to hear it; None where nothing is new, or the
        person is not known yet. ``by`` is the activity that told. Raises SQLAlchemy's errors."""
        zone, _ = self._told.get(account.user, ("", 0.0))
        if not zone or self._is_kept(account, host, zone):
            return None
        found: PersonFound | None = await self._run(told_zones.news, self._units, account, host, zone, by)
        return found

    async def keep(self, account: Account, host: str) -> None:
        """Keep what was told, now that the house has heard it. Raises SQLAlchemy's errors."""
        zone, _ = self._told.get(account.user, ("", 0.0))
        if zone and not self._is_kept(account, host, zone):
            known = await self._run(told_zones.keep, self._units, account, host, zone)
            if known:
                _remember(self._kept, (host, account.user), (zone, self._clock()))

    def _is_kept(self, account: Account, host: str, zone: str) -> bool:
        """Whether this process kept it a moment ago."""
        kept, since = self._kept.get((host, account.user), ("", 0.0))
        return kept == zone and self._clock() - since < FRESH


def _remember(memory: dict[Key, tuple[str, float]], key: Key, told: tuple[str, float]) -> None:
    memory.pop(key, None)
    memory[key] = told
    while len(memory) > REMEMBERED:
        memory.pop(next(iter(memory)))
