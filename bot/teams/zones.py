"""The clocks people's own Teams shows: every message tells its writer's zone, and no directory does."""

from __future__ import annotations

REMEMBERED = 5000


class Zones:
    """Zones by user id, of those heard of last in this process. A claim of somebody's client, about themselves only."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def heard(self, user: str, zone: str) -> None:
        """Keep what an activity told; "" is nothing told."""
        if not zone:
            return
        self._known.pop(user, None)
        self._known[user] = zone
        while len(self._known) > REMEMBERED:
            self._known.pop(next(iter(self._known)))

    def of(self, user: str) -> str:
        """The IANA name as it was told, unchecked; "" for whom none was."""
        return self._known.get(user, "")
