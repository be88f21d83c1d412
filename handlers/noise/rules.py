"""What becomes of the second message of a channel's day. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar import instant_of
from handlers.noise.kinds import Second

MORNING = time(9)
DAY = timedelta(days=1)
AHEAD = 15
"""Days within which a free morning is looked for; then the message hangs in the thread after all."""
DIGESTS = frozenset({"digest.weekly", "digest.internal", "digest.portfolio"})

Works = Callable[[date], bool]


def hangs(second: Second, first_kind: str) -> bool:
    """Whether a message hangs in the thread of the day's first one, which is of ``first_kind``."""
    return second is Second.HANGS or (second is Second.UNDER_DIGEST and first_kind in DIGESTS)


def mornings(
    day: date, where: ZoneInfo, works: Works, latest: datetime | None = None
) -> Iterator[tuple[date, datetime]]:
    """The working mornings after ``day`` on the clock of ``where``, as days and instants (UTC), before ``latest``."""
    for ahead in range(1, AHEAD + 1):
        each = day + DAY * ahead
        moment = instant_of(datetime.combine(each, MORNING), where)
        if latest is not None and moment >= latest:
            return
        if works(each):
            yield each, moment
