"""A zone where it is mid-morning now and a country where today is worked: whenever the run is made, nothing has to wait for
the end of somebody's night, weekend or holiday."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.calendar.business import WorkHours, is_working_day
from handlers.records.hours import hours_of

MORNING = 11
"""The hour that is looked for, on the wall clock."""
ZONES = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/Bogota",
    "America/Santo_Domingo",
    "America/Sao_Paulo",
    "Atlantic/South_Georgia",
    "Atlantic/Cape_Verde",
    "Africa/Accra",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Manila",
    "Asia/Tokyo",
    "Australia/Brisbane",
    "Pacific/Noumea",
    "Pacific/Tarawa",
    "Pacific/Tongatapu",
)
COUNTRIES = ("PH", "GB", "JP", "EG", "HK", "IR", "BN", "IN")
"""Together they work on every day of the week."""


def working_morning(now: datetime) -> tuple[str, str]:
    """Zone and country for a run at ``now`` (aware). Raises LookupError on a day on which all of the countries rest."""
    zone = min(ZONES, key=lambda name: abs(now.astimezone(ZoneInfo(name)).hour - MORNING))
    today = now.astimezone(ZoneInfo(zone)).date()
    for country in COUNTRIES:
        hours: WorkHours = hours_of(zone, country)
        if is_working_day(today, hours):
            return zone, country
    raise LookupError(f"country: {today} is no working day in any of {', '.join(COUNTRIES)}; run it on another day")
