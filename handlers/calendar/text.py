"""Moments, days and weeks in words: period labels and due dates. English, with names from the reader's locale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from handlers.calendar.wall import city, wall_of

WEEK = 7
EN_DASH = "\u2013"


def week_of(day: date) -> tuple[date, date]:
    """The Monday and the Sunday of the week of ``day``; a week is never eight days."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=WEEK - 1)


def period_label(start: date, days: int, locale: str = "en_GB") -> str:
    """A period in words: a dash joins first and last day ("2-8 March 2026"), a whole month is "March 2026".

    ``days`` counts both ends. Raises ValueError when it is not positive.
    """
    if days < 1:
        raise ValueError(f"days: {days} is not a length; a period has at least one day")
    end = start + timedelta(days=days - 1)
    if start.day == 1 and (end + timedelta(days=1)).day == 1 and start.month == end.month and start.year == end.year:
        return format_date(end, "MMMM y", locale)
    last = format_date(end, "d MMMM y", locale)
    if start == end:
        return last
    if start.year != end.year:
        return f"{format_date(start, 'd MMMM y', locale)} {EN_DASH} {last}"
    if start.month != end.month:
        return f"{format_date(start, 'd MMMM', locale)} {EN_DASH} {last}"
    return f"{start.day}{EN_DASH}{last}"


def day_text(day: date, today: date, locale: str = "en_GB") -> str:
    """A day in words, with its year only when that is not this year's: "Friday 6 March"."""
    return format_date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y", locale)


def due_text(due: date, today: date, locale: str = "en_GB") -> str:
    """How a due date stands: "due today", "due tomorrow", "due Friday 6 March", "2 days overdue"."""
    ahead = (due - today).days
    if ahead < 0:
        return f"{-ahead} day{'s' if ahead < -1 else ''} overdue"
    if ahead == 0:
        return "due today"
    return "due tomorrow" if ahead == 1 else f"due {day_text(due, today, locale)}"


def clocks(at: datetime, zones: Sequence[ZoneInfo], *, year: bool = False) -> str:
    """A moment on several clocks, each zone once and named by its city; the day again only where it is another one:
    "Thursday 5 March 10:00 (London) · 18:00 (Manila)". With ``year`` each day says its year too."""
    full = "EEEE d MMMM y HH:mm" if year else "EEEE d MMMM HH:mm"
    said: list[str] = []
    day = None
    for where in {each.key: each for each in zones}.values():
        wall = wall_of(at, where)
        pattern = "HH:mm" if wall.date() == day else full
        said.append(f"{format_datetime(wall, pattern, locale='en_GB')} ({city(where.key)})")
        day = wall.date()
    return " · ".join(said)
