"""Where somebody's week begins: on the first day after the weekend of their country. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.calendar import working_days
from handlers.reminders.rules import Works

DAY = timedelta(days=1)
WEEK = 7
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week_start(day: date, country: str) -> date:
    """The first day after the last weekend, by the country's code ("": Monday); a weekend ends its week."""
    usual = working_days(country or None)

    def is_usual(one: date) -> bool:
        return _NAMES[one.weekday()] in usual

    found = False
    for back in range(2 * WEEK):
        each = day - DAY * back
        found = found or is_usual(each)
        if found and not is_usual(each - DAY):
            return each
    return day - DAY * day.weekday()


def begins_week(day: date, country: str, works: Works) -> bool:
    """Whether ``day`` is the first of its week on which somebody works."""
    start = week_start(day, country)
    return works(day) and not any(works(start + DAY * ahead) for ahead in range((day - start).days))
