"""Zones, weeks, holidays, quiet hours, cadence: all that depends on the calendar. Pure: the time is an argument."""

from handlers.calendar.business import (
    WorkHours,
    add_business_time,
    business_days_between,
    business_time_between,
    is_quiet,
    is_working_day,
    next_business_day,
    next_moment,
    spells,
    working_days,
)
from handlers.calendar.cadence import Pattern, fires, next_fire, parse_days, parse_pattern, parse_time
from handlers.calendar.common import shared_hours
from handlers.calendar.holiday import country_code, country_text, holiday_name
from handlers.calendar.meeting import Outside, Suggestion, suggest
from handlers.calendar.recurrence import Cadence, occurrences
from handlers.calendar.shifts import Planned, planned
from handlers.calendar.text import clocks, day_text, due_text, period_label, week_of
from handlers.calendar.wall import city, instant_of, nearest_zones, rules_of, wall_of, zone, zone_names
from handlers.calendar.written import AmbiguousDay, PastDay, UnreadableDay, parse_day

__all__ = [
    "AmbiguousDay",
    "Cadence",
    "Outside",
    "PastDay",
    "Pattern",
    "Planned",
    "Suggestion",
    "UnreadableDay",
    "WorkHours",
    "add_business_time",
    "business_days_between",
    "business_time_between",
    "city",
    "clocks",
    "country_code",
    "country_text",
    "day_text",
    "due_text",
    "fires",
    "holiday_name",
    "instant_of",
    "is_quiet",
    "is_working_day",
    "nearest_zones",
    "next_business_day",
    "next_fire",
    "next_moment",
    "occurrences",
    "parse_day",
    "parse_days",
    "parse_pattern",
    "parse_time",
    "period_label",
    "planned",
    "rules_of",
    "shared_hours",
    "spells",
    "suggest",
    "wall_of",
    "week_of",
    "working_days",
    "zone",
    "zone_names",
]
