"""The hours in which a record's deadlines run, and how long silence lasts before it is a yes. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from handlers.calendar import WorkHours, add_business_time, working_days, zone

SILENCE_DAYS = 2
"""Business days of the other side after which their silence accepts what was called done."""


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
    return add_business_time(now, SILENCE_DAYS * working_day(hours), hours)
