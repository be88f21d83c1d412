"""What will happen in the example, and when. What happens may note more of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

Happen = Callable[[], object]


class Diary:
    """Happenings by their moment; of one moment in the order they were noted."""

    def __init__(self) -> None:
        self._pages: list[tuple[datetime, int, Happen]] = []
        self._noted = 0

    def note(self, moment: datetime, happen: Happen) -> None:
        """``happen`` at ``moment`` (aware)."""
        self._noted += 1
        heappush(self._pages, (moment, self._noted, happen))

    def next(self, until: datetime) -> tuple[datetime, Happen] | None:
        """The next thing that happens not after ``until``; None when there is none."""
        if not self._pages or self._pages[0][0] > until:
            return None
        moment, _, happen = heappop(self._pages)
        return moment, happen
