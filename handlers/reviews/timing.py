"""When the things around a review come due: its agenda, the question why nobody held it, and what follows. Pure.

A channel gets one unprompted message a day. So an agenda is posted some working days ahead at 09:00 on the anchor's clock,
earlier when that day already has its message, and a series that leaves no free day between two reviews posts none: its
agenda stands in the card that is posted when somebody begins the review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar import (
    Cadence,
    Pattern,
    WorkHours,
    instant_of,
    is_working_day,
    next_business_day,
    next_fire,
    next_moment,
    wall_of,
)

MORNING = time(9)
EARLIER = 4
"""Working days by which an agenda may be earlier than it was set to, to find a day without another message."""
SOON = timedelta(minutes=5)
"""An agenda that could only come this shortly before its review is not posted ahead."""
SETTLED = timedelta(hours=1)
"""After the planned end: who holds a review a little late is not asked why it was not held."""
DAY = timedelta(days=1)
BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Busy:
    """What makes a day of a channel busy: a weekly message by ``pattern`` on the clock of ``where``."""

    pattern: Pattern
    where: ZoneInfo

    def on_the_day_of(self, at: datetime, anchor: ZoneInfo) -> bool:
        """Whether it falls on the same calendar day as ``at``, on the anchor's clock or on its own."""
        return any(_same_day(self._next_after(_midnight(at, where)), at, where) for where in (anchor, self.where))

    def _next_after(self, moment: datetime) -> datetime:
        return next_fire(self.pattern, self.where, moment - BEFORE)[1]


def agenda_at(
    starts_at: datetime,
    ahead_days: int,
    hours: WorkHours,
    *,
    now: datetime,
    previous: datetime | None = None,
    busy: Sequence[Busy] = (),
    taken: Sequence[datetime] = (),
) -> datetime | None:
    """The instant (UTC) at which a review's agenda is posted, or None: it comes when the review begins.

    ``hours`` are the anchor side's, in the anchor zone; ``previous`` is when the review before it starts, and an agenda
    comes after that one; ``taken`` are agendas of the channel's other series. A moment that has gone by is made up for on
    the first free working day that is left.
    """
    free = [
        moment
        for moment in _mornings(starts_at, ahead_days, hours)
        if moment > now
        and moment + SOON <= starts_at
        and (previous is None or moment > previous)
        and not any(each.on_the_day_of(moment, hours.zone) for each in busy)
        and not any(_same_day(each, moment, hours.zone) for each in taken)
    ]
    return free[0] if free else None


def _mornings(starts_at: datetime, ahead_days: int, hours: WorkHours) -> list[datetime]:
    """The mornings an agenda may come on, best first: the day it is set to, the days before, then those after."""
    day = wall_of(starts_at, hours.zone).date()
    days = [next_business_day(day, hours, -back) for back in range(ahead_days + EARLIER, 0, -1)]
    if is_working_day(day, hours):
        days.append(day)
    wanted = min(EARLIER, len(days) - 1)
    order = [*reversed(days[: wanted + 1]), *days[wanted + 1 :]]
    return [instant_of(datetime.combine(each, MORNING), hours.zone) for each in order]


def free_ahead(starts_at: datetime, hours: WorkHours, busy: Sequence[Busy], wanted: Sequence[int]) -> int:
    """Of some numbers of working days ahead the first that lies on a day without another message; else the first."""
    for ahead in wanted:
        moment = _mornings(starts_at, ahead, hours)[0]
        if not any(each.on_the_day_of(moment, hours.zone) for each in busy):
            return ahead
    return wanted[0]


def posts_ahead(cadence: Cadence) -> bool:
    """Whether a series posts its agendas ahead: what meets on most days would fill the channel with them."""
    return cadence.kind != "daily"


def asks_why(cadence: Cadence) -> bool:
    """Whether it is asked why a review was not held. A daily one only counts ("held 3 of 5")."""
    return cadence.kind != "daily"


def unheld_at(starts_at: datetime, minutes: int, hours: WorkHours, following: datetime | None) -> datetime | None:
    """The instant at which it is asked why a review was not held: the first working morning after its end. None when the
    next one begins before (``following``): then the question would only be in the way."""
    moment = next_moment(over_at(starts_at, minutes), hours, MORNING)
    return None if following is not None and moment >= following else moment


def over_at(starts_at: datetime, minutes: int) -> datetime:
    """The instant from which a review that nobody began counts as over."""
    return starts_at + timedelta(minutes=minutes) + SETTLED


def _midnight(at: datetime, where: ZoneInfo) -> datetime:
    return instant_of(datetime.combine(wall_of(at, where).date(), time()), where)


def _same_day(one: datetime, other: datetime, where: ZoneInfo) -> bool:
    return wall_of(one, where).date() == wall_of(other, where).date()
