"""Work days, quiet hours, and a clock that runs only in business hours. Pure: ``now`` is always given.

The hours of a work day may pass midnight ("21:00 to 06:00", a night shift serving another continent) and belong to the
day they begin on; start equal to end is round the clock. Outside them it is quiet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from handlers.calendar.cadence import DAY_NAMES, WORKING_DAYS
from handlers.calendar.holiday import country_code, holiday_name, weekend_of
from handlers.calendar.wall import instant_of, wall_of

DAY = timedelta(days=1)
MORNING = time(9)
LONGEST_PAUSE = 400


@dataclass(frozen=True, slots=True)
class WorkHours:
    """When a person or a site works: zone, country whose holidays are kept (None: no holidays), hours and week days."""

    zone: ZoneInfo
    country: str | None
    start: time = MORNING
    end: time = time(18)
    days: tuple[str, ...] = WORKING_DAYS

    def __post_init__(self) -> None:
        unknown = [name for name in self.days if name not in DAY_NAMES]
        if unknown or not self.days:
            raise ValueError(f"days: {self.days!r} must be at least one of {', '.join(DAY_NAMES)}")
        if self.country is not None:
            country_code(self.country)


def working_days(country: str | None) -> tuple[str, ...]:
    """The week days on which people usually work in a country, in the order of the week; Monday to Friday for None."""
    if country is None:
        return WORKING_DAYS
    return tuple(name for index, name in enumerate(DAY_NAMES) if index not in weekend_of(country))


def is_working_day(day: date, hours: WorkHours) -> bool:
    """Whether work begins there on that day: a week day of theirs and no public holiday."""
    if DAY_NAMES[day.weekday()] not in hours.days:
        return False
    return hours.country is None or holiday_name(hours.country, day) is None


def next_business_day(day: date, hours: WorkHours, n: int = 1) -> date:
    """The n-th working day strictly after ``day``; strictly before it for a negative n ("two business days before").

    n = 0 is ``day`` itself if it is a working day, else the next one.
    """
    if n == 0:
        return day if is_working_day(day, hours) else next_business_day(day, hours)
    step = DAY if n > 0 else -DAY
    return next(islice(_working_days(day + step, hours, step), abs(n) - 1, None))


def business_days_between(start: date, end: date, hours: WorkHours) -> int:
    """How many working days lie after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
    if end < start:
        return -business_days_between(end, start, hours)
    return sum(is_working_day(start + DAY * ahead, hours) for ahead in range(1, (end - start).days + 1))


def is_quiet(now: datetime, hours: WorkHours) -> bool:
    """Whether the aware instant ``now`` is outside the working hours."""
    opened, closed = next(spells(now, hours))
    return not opened <= now.astimezone(UTC) < closed


def next_moment(now: datetime, hours: WorkHours, at: time = MORNING) -> datetime:
    """The next instant (UTC) after ``now`` when it is ``at`` on a working day there: "my next morning".

    Never in quiet hours: an ``at`` outside the working hours becomes their start.
    """
    for opened, closed in spells(now, hours):
        day = wall_of(opened, hours.zone).date()
        wanted = (instant_of(datetime.combine(each, at), hours.zone) for each in (day, day + DAY))
        moment = next((each for each in wanted if opened <= each < closed), opened)
        if moment > now.astimezone(UTC):
            return moment
    raise AssertionError("windows never end")


def add_business_time(start: datetime, duration: timedelta, hours: WorkHours) -> datetime:
    """The instant (UTC) at which a clock started at ``start`` and running only in working hours has run ``duration``.

    A duration of zero is the first working moment from ``start`` on. Raises ValueError for a negative duration.
    """
    if duration < timedelta(0):
        raise ValueError(f"duration: {duration} is negative; a business clock only runs forward")
    left = duration
    for opened, closed in spells(start, hours):
        begin = max(opened, start.astimezone(UTC))
        if begin + left <= closed:
            return begin + left
        left -= closed - begin
    raise AssertionError("windows never end")


def business_time_between(start: datetime, end: datetime, hours: WorkHours) -> timedelta:
    """How long a clock that runs only in working hours has run between two instants.

    Raises ValueError when ``end`` is before ``start``.
    """
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    if last < first:
        raise ValueError(f"end: {end.isoformat()} is before the start {start.isoformat()}")
    total = timedelta(0)
    for opened, closed in spells(first, hours):
        if opened >= last:
            return total
        total += min(closed, last) - max(opened, first)
    raise AssertionError("windows never end")


def spells(since: datetime, hours: WorkHours) -> Iterator[tuple[datetime, datetime]]:
    """The working spells (opened, closed) in UTC that end after the aware instant ``since``, in order, without end.

    Raises ValueError where no working day comes for over a year.
    """
    since = since.astimezone(UTC)
    for day in _working_days(wall_of(since, hours.zone).date() - 2 * DAY, hours):
        last_day = day if hours.start < hours.end else day + DAY
        opened = instant_of(datetime.combine(day, hours.start), hours.zone)
        closed = instant_of(datetime.combine(last_day, hours.end), hours.zone)
        # A day that a zone left out altogether has no spell, or one that is already the next day's.
        if closed > since and closed > opened and wall_of(opened, hours.zone).date() == day:
            yield opened, closed


def _working_days(day: date, hours: WorkHours, step: timedelta = DAY) -> Iterator[date]:
    """Working days from ``day`` on. Raises ValueError where none comes for over a year: hours nobody ever works."""
    idle = 0
    while idle < LONGEST_PAUSE:
        idle += 1
        if is_working_day(day, hours):
            idle = 0
            yield day
        day += step
    raise ValueError(f"days: no working day within {LONGEST_PAUSE} days of {day}; check week days and country")
