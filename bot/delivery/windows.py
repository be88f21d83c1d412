"""How many requests a platform takes of one conversation, and of everybody together, in any window of time.

Every request that leaves is noted with its moment, and the next one leaves when no window that ends with it holds more than
it may. Since all are noted in the order in which they leave, no window between them ever does either. Notes older than a
minute are joined minute by minute, under the latest moment of each: that only ever waits too long.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Left = Sequence[tuple[int, int]]
"""What left, oldest first: the moment in milliseconds since the epoch, and how many requests."""

MARGIN = timedelta(milliseconds=500)
"""Added to every window: between a note and its request's arrival some time passes, not always the same."""
AHEAD = timedelta(minutes=1)
"""By how much another process's clock may be ahead. A note from further ahead was made by a clock that was put back since, and
counts for nothing: it must not silence a conversation until then."""
LONGEST_FINE = timedelta(minutes=1)
"""Windows up to this length are counted to the millisecond."""


@dataclass(frozen=True, slots=True)
class Windows:
    """So many requests in so many seconds, for each window. Raises ValueError for a window that lets nothing through."""

    each: tuple[tuple[int, float], ...]

    def __post_init__(self) -> None:
        if not self.each or any(most < 1 or seconds <= 0 for most, seconds in self.each):
            raise ValueError("a window is at least one request in more than no seconds")

    @property
    def longest(self) -> timedelta:
        """Nothing older has to be remembered."""
        return timedelta(seconds=max(seconds for _, seconds in self.each)) + MARGIN

    @property
    def steadily(self) -> timedelta:
        """From one request to the next when many wait, and no window longer than a minute is to be filled up."""
        short = [each for each in self.each if each[1] <= LONGEST_FINE.total_seconds()] or self.each
        return max((timedelta(seconds=seconds) + 2 * MARGIN) / most for most, seconds in short)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes: of one ``conversation``, and of a whole ``workspace`` (one app in one organisation)."""

    conversation: Windows
    workspace: Windows


def windows(text: str) -> Windows:
    """From "7/1 8/2": seven in a second, eight in two. Raises ValueError naming the part that cannot be read."""
    found = []
    for part in text.split():
        most, _, seconds = part.partition("/")
        try:
            found.append((int(most), float(seconds)))
        except ValueError:
            raise ValueError(f"{part!r} is no window: write requests/seconds, such as 7/1") from None
    return Windows(tuple(found))


def earliest(left: Left, allowed: Windows, now: datetime) -> datetime:
    """When the next request may leave: ``now``, or later; never before the last one that left."""
    left = [each for each in left if _moment(each[0]) <= now + AHEAD]
    at = max(now, _moment(left[-1][0])) if left else now
    for most, seconds in allowed.each:
        before = _nth_latest(left, most)
        if before is not None:
            at = max(at, _moment(before) + timedelta(seconds=seconds) + MARGIN)
    return at


def noted(left: Left, allowed: Windows, now: datetime) -> Left:
    """``left`` and one more that leaves ``now``, without what no window looks at any more."""
    oldest, fine = now - allowed.longest, now - LONGEST_FINE - MARGIN
    kept = [each for each in left if oldest < _moment(each[0]) <= now + AHEAD]
    coarse = _by_minute([each for each in kept if _moment(each[0]) <= fine])
    return sorted([*coarse, *(each for each in kept if _moment(each[0]) > fine), (_milliseconds(now), 1)])


def read(text: str) -> Left:
    """From the database."""
    return [(int(moment), int(many)) for moment, many in json.loads(text)] if text else []


def written(left: Left) -> str:
    """For the database."""
    return json.dumps([list(each) for each in left], separators=(",", ":"))


def _nth_latest(left: Left, n: int) -> int | None:
    """The moment of the n-th request before now; None when fewer left."""
    counted = 0
    for moment, many in reversed(left):
        counted += many
        if counted >= n:
            return moment
    return None


def _by_minute(left: Left) -> list[tuple[int, int]]:
    minutes: dict[int, tuple[int, int]] = {}
    for moment, many in left:
        minute = moment // 60_000
        known = minutes.get(minute, (moment, 0))
        minutes[minute] = (max(moment, known[0]), known[1] + many)
    return list(minutes.values())


def _milliseconds(moment: datetime) -> int:
    return math.floor(moment.timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
