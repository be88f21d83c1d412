"""What the cadences must say, counted another way: days by the standard ``calendar``, instants by ``whenever``."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from whenever import PlainDateTime, SkippedTime

DAY = timedelta(days=1)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
BEGIN, END = date(2024, 1, 1), date(2034, 12, 31)
FIRST_SUNDAY, FIRST_TUESDAY = date(2024, 1, 7), date(2024, 1, 2)
Falls = Callable[[date], bool]


def nth(week_day: int, n: int) -> Falls:
    """The n-th such week day of a month, counted from 1; -1 is the last."""

    def falls(day: date) -> bool:
        column = [week[week_day] for week in calendar.monthcalendar(day.year, day.month) if week[week_day]]
        return day.day == column[n if n < 0 else n - 1]

    return falls


def working(n: int, week: tuple[int, ...] = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)) -> Falls:
    """The first (0) or last (-1) day of a month that is one of the week days."""

    def falls(day: date) -> bool:
        month = calendar.Calendar().itermonthdays2(day.year, day.month)
        return day.day == [number for number, week_day in month if number and week_day in week][n]

    return falls


def numbered(number: int) -> Falls:
    """That day of the month, or the last one of a shorter month."""
    return lambda day: day.day == min(number, calendar.monthrange(day.year, day.month)[1])


def in_months(falls: Falls, *months: int) -> Falls:
    """The same, in these months only."""
    return lambda day: day.month in months and falls(day)


CADENCES: dict[str, Falls] = {
    "daily 02:30": lambda day: True,
    "daily 00:00": lambda day: True,
    "working days 01:30": lambda day: day.weekday() < SATURDAY,
    "sunday to thursday 01:00": lambda day: day.weekday() not in (FRIDAY, SATURDAY),
    "weekly sun 02:00": lambda day: day.weekday() == SUNDAY,
    "fri 00:30": lambda day: day.weekday() == FRIDAY,
    "tue,thu 10:00": lambda day: day.weekday() in (TUESDAY, THURSDAY),
    "every two weeks sun 02:30": lambda day: day.weekday() == SUNDAY and (day - FIRST_SUNDAY).days % 14 == 0,
    "fortnightly tue and sun 01:15": lambda day: (
        day.weekday() in (TUESDAY, SUNDAY) and (day - FIRST_TUESDAY).days % 14 in (0, 5)
    ),
    "monthly second sunday 02:15": nth(SUNDAY, 2),
    "first sunday of the month at 2:10am": nth(SUNDAY, 1),
    "second tuesday of the month at 10:00": nth(TUESDAY, 2),
    "last sunday of the month 01:30": nth(SUNDAY, -1),
    "last friday of the month 00:10": nth(FRIDAY, -1),
    "last working day of the month 16:00": working(-1),
    "first working day of every month 09:00": working(0),
    "last working day (sun-thu) of the month 09:00": working(-1, (SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY)),
    "monthly 15th 10:00": numbered(15),
    "monthly 29th 01:59": numbered(29),
    "monthly 30th 23:59": numbered(30),
    "monthly 31st 00:00": numbered(31),
    "quarterly first thursday 14:00": in_months(nth(THURSDAY, 1), 1, 4, 7, 10),
    "last sunday of the quarter 02:30": in_months(nth(SUNDAY, -1), 3, 6, 9, 12),
    "last working day of the quarter 15:00": in_months(working(-1), 3, 6, 9, 12),
    "quarterly 1st 00:00": in_months(numbered(1), 1, 4, 7, 10),
    "quarterly 30th 01:30": in_months(numbered(30), 1, 4, 7, 10),
    "last day of the quarter 02:01": in_months(numbered(31), 3, 6, 9, 12),
}
"""What people type, each with the days it means; the times are those at which clocks change somewhere."""


def walls(falls: Falls, at: time, begin: date = BEGIN, end: date = END) -> list[datetime]:
    """Every wall time on the days from ``begin`` to ``end``, day by day."""
    days = (begin + DAY * ahead for ahead in range((end - begin).days + 1))
    return [datetime.combine(day, at) for day in days if falls(day)]


def instant(wall: datetime, zone: str) -> datetime:
    """The documented instant: a repeated hour's first pass, and for a skipped time the moment the clocks change."""
    plain = PlainDateTime(wall.year, wall.month, wall.day, wall.hour, wall.minute)
    try:
        return plain.assume_tz(zone, disambiguation="raise").to_instant().to_stdlib()
    except SkippedTime:
        change = plain.assume_tz(zone, disambiguation="earlier").next_transition()
        assert change is not None
        return change.to_instant().to_stdlib()
    except ValueError:
        return plain.assume_tz(zone, disambiguation="earlier").to_instant().to_stdlib()


def shown(at: datetime, zone: str) -> datetime:
    """What a clock in that zone shows at an instant."""
    plain = PlainDateTime(at.year, at.month, at.day, at.hour, at.minute, at.second)
    return plain.assume_utc().to_tz(zone).to_plain().to_stdlib()
