"""The days people write, read into dates.

What the words mean, so that both sides can rely on it:
- "friday" is the coming Friday, never today (today is called "today"); "next friday" is the Friday of the *next*
  Monday-to-Sunday week; "this friday" is the one of this week.
- "next week" is its Monday; "end of week" is Friday, "end of month" its last day.
- "+3d", "in 3 days", "+2w" count calendar days; moving off a weekend is the caller's matter, by ``next_business_day``.
- A day without a year is the next such day; one that passed within the last 60 days was meant so, and is refused as
  past.
- "06/03/2026" is never guessed; "06.03.2026", with dots, is day first; "2026-03-06" is as ISO says.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta

from dateutil import parser as dates

from handlers.calendar.cadence import FULL_DAY_NAMES
from handlers.calendar.text import WEEK, week_of

EXAMPLE = "tomorrow, friday, +3d, 6 March or 2026-03-06"
RECENT = timedelta(days=60)
YEARS = range(2000, 2100)
CENTURY = 100
LEAP_YEAR = 2024
LONGEST = 40
MOST_AHEAD = 3660
WEEKDAY = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
NAMED_DAY = re.compile(rf"(?:(?P<which>this|next|coming|on)\s+)?(?P<day>{WEEKDAY})")
AHEAD = re.compile(r"(?:\+|in\s+)\s*(?P<count>\d{1,4})\s*(?P<unit>d|days?|w|weeks?)")
ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
NUMERIC = re.compile(r"(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?:(?P=mark)(?P<year>\d{4}|\d{2}))?\.?")
WRITTEN = re.compile(
    rf"(?:(?P<weekday>{WEEKDAY}),?\s+)?(?:the\s+)?"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s*(?:of\s+)?(?P<month>{MONTH})|(?P<month2>{MONTH})\.?\s*(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)"
    r"\.?,?(?:\s+(?P<year>\d{4}))?"
)


class UnreadableDay(ValueError):
    """What was written is not a day that could be read."""


class PastDay(UnreadableDay):
    """What was written is a day, but it is over. ``day`` is what was read."""

    def __init__(self, message: str, day: date) -> None:
        super().__init__(message)
        self.day = day


class AmbiguousDay(UnreadableDay):
    """What was written can be two days. ``readings`` holds both, the earlier first; ask which one was meant."""

    def __init__(self, message: str, readings: tuple[date, date]) -> None:
        super().__init__(message)
        self.readings = readings


def parse_day(text: str, today: date, *, field: str = "date", allow_past: bool = False) -> date:
    """Read a day that a person wrote; ``today`` is the day at the writer's own place.

    Raises AmbiguousDay with both readings, PastDay unless ``allow_past``, else UnreadableDay; each message names
    ``field``, what was read and a way to write it.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).lower().split()).rstrip("!,;")
    found = None
    if len(words) <= LONGEST:
        found = (
            _by_name(words, today)
            or _ahead(words, today)
            or _iso(words)
            or _numeric(words, today, field)
            or _written(words, today)
        )
    if found is None or found.year not in YEARS:
        raise UnreadableDay(f"{field}: {text!r} could not be read as a day; write {EXAMPLE}")
    if found < today and not allow_past:
        raise PastDay(
            f"{field}: {text!r} was read as {found:%A} {found.isoformat()}, which is past; write {EXAMPLE}", found
        )
    return found


def _by_name(words: str, today: date) -> date | None:
    monday, sunday = week_of(today)
    fixed = {
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "yesterday": today - timedelta(days=1),
        "next week": monday + timedelta(days=WEEK),
        "end of month": today.replace(day=calendar.monthrange(today.year, today.month)[1]),
    }
    fixed["end of week"] = fixed["end of the week"] = fixed["eow"] = sunday - timedelta(days=2)
    fixed["end of the month"] = fixed["eom"] = fixed["end of month"]
    match = NAMED_DAY.fullmatch(words)
    return _week_day(match["day"], match["which"], today) if match else fixed.get(words)


def _week_day(name: str, which: str | None, today: date) -> date:
    index = next(index for index, full in enumerate(FULL_DAY_NAMES) if full.startswith(name[:3]))
    monday, _ = week_of(today)
    if which in {"this", "next"}:
        return monday + timedelta(days=index + (WEEK if which == "next" else 0))
    return today + timedelta(days=(index - today.weekday() - 1) % WEEK + 1)


def _ahead(words: str, today: date) -> date | None:
    match = AHEAD.fullmatch(words)
    if match is None:
        return None
    days = int(match["count"]) * (WEEK if match["unit"].startswith("w") else 1)
    return today + timedelta(days=days) if days <= MOST_AHEAD else None


def _iso(words: str) -> date | None:
    match = ISO.fullmatch(words)
    return _date(int(match[1]), int(match[3]), int(match[4])) if match else None


def _numeric(words: str, today: date, field: str) -> date | None:
    match = NUMERIC.fullmatch(words)
    if match is None:
        return None
    first, second = int(match["first"]), int(match["second"])
    day_first = _dated(second, first, match["year"], today)
    if match["mark"] == ".":
        return day_first
    month_first = _dated(first, second, match["year"], today)
    if day_first is None or month_first is None or day_first == month_first:
        return day_first or month_first
    early, late = sorted((day_first, month_first))
    raise AmbiguousDay(
        f"{field}: {words!r} can be {early.day} {early:%B %Y} or {late.day} {late:%B %Y}; "
        f"write {early.isoformat()} or {late.isoformat()}",
        (early, late),
    )


def _written(words: str, today: date) -> date | None:
    """Written-out forms: their shape is checked here, because dateutil fills in whatever is missing."""
    match = WRITTEN.fullmatch(words)
    if match is None:
        return None
    plain = f"{match['day'] or match['day2']} {match['month'] or match['month2']} {match['year'] or LEAP_YEAR}"
    try:
        read = dates.parse(plain, dayfirst=True).date()
    except (dates.ParserError, OverflowError):
        return None
    found = _dated(read.month, read.day, match["year"], today)
    if found and match["weekday"] and not FULL_DAY_NAMES[found.weekday()].startswith(match["weekday"][:3]):
        return None
    return found


def _dated(month: int, day: int, year: str | None, today: date) -> date | None:
    """The date with the year as written (two digits are of this century), or the year that was most likely meant."""
    if year:
        return _date(int(year) + (YEARS.start if int(year) < CENTURY else 0), month, day)
    around = [_date(today.year + offset, month, day) for offset in range(-1, 9)]
    return next((each for each in around if each and each >= today - RECENT), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
