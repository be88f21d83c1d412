"""The hours in which a record's deadlines run, and how long silence lasts before it is a yes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar import WorkHours, add_business_time, working_days, zone
from handlers.calendar.cadence import DAY_NAMES

SILENCE_DAYS = 2
"""Business days of the other side after which their silence accepts what was called done."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long somebody has: business time of their own, or plain time when ``round_the_clock``."""

    minutes: int = 0
    hours: int = 0
    days: int = 0
    round_the_clock: bool = False

    def __str__(self) -> str:
        kind = "" if self.round_the_clock else "business "
        parts = ((self.days, "day"), (self.hours, "hour"), (self.minutes, "minute"))
        said = " ".join(f"{count} {kind}{unit}{'' if count == 1 else 's'}" for count, unit in parts if count)
        return f"{said}, day and night" if self.round_the_clock else said


def any_time() -> WorkHours:
    """Hours that never close: every day, round the clock, no holidays."""
    return WorkHours(ZoneInfo("UTC"), None, time(0), time(0), DAY_NAMES)


def hours_of(zone_name: str, country: str) -> WorkHours:
    """When somebody works, from their IANA zone and country code ("": Monday to Friday, and no holidays are known)."""
    return WorkHours(zone(zone_name), country or None, days=working_days(country or None))


def working_day(hours: WorkHours) -> timedelta:
    """The length of one whole working day; round the clock where it ends when it begins."""
    anchor = date(2000, 1, 1)
    day = datetime.combine(anchor, hours.end) - datetime.combine(anchor, hours.start)
    return day if day > timedelta(0) else day + timedelta(days=1)


def silence_accepts(now: datetime, hours: WorkHours) -> datetime:
    """The instant (UTC) from which silence is a yes: two working days of those who are asked have gone by."""
    return add_business_time(now, silence(hours), hours)


def silence(hours: WorkHours) -> timedelta:
    """How much of their working time that is."""
    return SILENCE_DAYS * working_day(hours)


def span(limit: Limit, hours: WorkHours) -> timedelta:
    """A limit as running time; a business day is one whole working day of ``hours``."""
    return timedelta(minutes=limit.minutes, hours=limit.hours) + limit.days * working_day(hours)


def until(start: datetime, limit: Limit, hours: WorkHours) -> datetime:
    """The instant (UTC) at which ``limit`` is used up by a clock started at ``start``."""
    open_hours = any_time() if limit.round_the_clock else hours
    return add_business_time(start, span(limit, open_hours), open_hours)
