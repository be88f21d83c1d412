"""The clocks people's own Teams shows: every message tells its writer's zone, and no directory does.

What is told is kept with the person's account, so that every process knows it. Whose zone is the one their Teams told before,
or was only assumed, goes on living by the clock it shows now; what somebody entered for them stays.
"""

from __future__ import annotations

from typing import Any

from bot import told_zones
from handlers.vocabulary.address import Account
from handlers.vocabulary.incoming import PersonFound
from storage.unit_of_work import Units

REMEMBERED = 5000


class Zones:
    """Zones by user id. A claim of somebody's client, about themselves only. ``units`` and ``run`` as in the hall."""

    def __init__(self, units: Units, run: Any) -> None:
        self._units, self._run = units, run
        self._told: dict[str, str] = {}
        self._kept: dict[str, str] = {}

    def heard(self, user: str, zone: str) -> None:
        """Note what an activity told; "" is nothing told."""
        if zone:
            _remember(self._told, user, zone)

    async def of(self, account: Account) -> str:
        """The IANA name as it was told last, unchecked; "" for whom none was. Raises SQLAlchemy's errors."""
        return self._told.get(account.user) or await self._run(told_zones.stored, self._units, account)

    async def news(self, account: Account, host: str, by: str) -> PersonFound | None:
        """What somebody's Teams tells otherwise than is kept, as the house is to hear it; None where nothing is new, or the
        person is not known yet. ``by`` is the activity that told. Raises SQLAlchemy's errors."""
        zone = self._told.get(account.user, "")
        if not zone or self._kept.get(account.user) == zone:
            return None
        found: PersonFound | None = await self._run(told_zones.news, self._units, account, host, zone, by)
        return found

    async def keep(self, account: Account, host: str) -> None:
        """Keep what was told, now that the house has heard it. Raises SQLAlchemy's errors."""
        zone = self._told.get(account.user, "")
        if zone and self._kept.get(account.user) != zone:
            known = await self._run(told_zones.keep, self._units, account, host, zone)
            if known:
                _remember(self._kept, account.user, zone)


def _remember(memory: dict[str, str], user: str, zone: str) -> None:
    memory.pop(user, None)
    memory[user] = zone
    while len(memory) > REMEMBERED:
        memory.pop(next(iter(memory)))
