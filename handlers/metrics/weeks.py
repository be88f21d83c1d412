"""Which week is meant: the one that is due, the one a digest covers, the one a person named. Pure.

A week is Monday to Sunday in the programme's anchor zone and is named by its Monday.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar import (
    AmbiguousDay,
    Pattern,
    UnreadableDay,
    instant_of,
    next_fire,
    parse_day,
    period_label,
    wall_of,
    week_of,
)

WEEK = timedelta(days=7)
DAYS = 7
SUNDAY = 6

_ENDING = re.compile(r"(?:week ending|w/e|we)\s+(?P<day>.+)", re.I)
_OF = re.compile(r"(?:week of|w/c)\s+(?P<day>.+)", re.I)
_NUMBER = re.compile(r"(?:week|wk|cw|kw|w)\s?(?P<number>\d{1,2})", re.I)
_RANGE = re.compile(r"(?P<first>.+?)\s*(?:\bto\b|-|\u2013)\s*(?P<last>\d{1,2}\D.*|\d{4}-\d\d-\d\d)", re.I)
_ISO_RANGE = re.compile(r"(?P<first>\d{4}-\d\d-\d\d)\s*(?:to|-|\u2013)\s*(?P<last>\d{4}-\d\d-\d\d)", re.I)


class UnclearWeek(ValueError):
    """The period somebody named is not one whole week that is over. The message asks, with an example."""


def last_complete(now: datetime, anchor: ZoneInfo) -> date:
    """The Monday of the newest week that is over at ``now``."""
    return week_of(wall_of(now, anchor).date())[0] - WEEK


def due_at(monday: date, figures: Pattern, theirs: ZoneInfo, anchor: ZoneInfo) -> datetime:
    """When the figures of a week are asked for: the first firing of ``figures`` on the provider's wall clock once the
    week is over in the anchor zone."""
    over = instant_of(datetime.combine(monday + WEEK, time()), anchor)
    return next_fire(figures, theirs, over - timedelta(microseconds=1))[1]


def newest_due(now: datetime, figures: Pattern, theirs: ZoneInfo, anchor: ZoneInfo) -> date:
    """The Monday of the newest complete week whose figures were due by ``now``."""
    monday = last_complete(now, anchor)
    return monday if due_at(monday, figures, theirs, anchor) <= now.astimezone(UTC) else monday - WEEK


def week_label(monday: date) -> str:
    """ "2–8 March 2026"."""
    return period_label(monday, DAYS)


def short_label(monday: date) -> str:
    """ "23 Feb–1 Mar", for a headline."""
    sunday = monday + timedelta(days=SUNDAY)
    first = f"{monday.day}" if monday.month == sunday.month else f"{monday.day} {monday:%b}"
    return f"{first}\u2013{sunday.day} {sunday:%b}"


def week_meant(period: str, usual: date, today: date) -> date:
    """The Monday of the week a person named in a reply ("last week", "wk 10", "w/e 8 March"); ``usual`` if none.

    ``today`` is the day in the anchor zone. Raises ``UnclearWeek`` for anything that is not one week that is over: a
    day, a month, this week.
    """
    said = " ".join(period.lower().split())
    if not said:
        return usual
    monday = _named(said, today)
    if monday is None:
        raise UnclearWeek(
            f"I keep whole weeks, Monday to Sunday, and read {period!r}. Which week is it? {_example(usual)}"
        )
    if monday + WEEK > today:
        raise UnclearWeek(
            f"The week {week_label(monday)} is not over yet; I keep whole weeks. Which week is it? {_example(usual)}"
        )
    return monday


def _example(usual: date) -> str:
    return f"For example: w/c {usual.day} {usual:%B} SL 82%"


def _named(said: str, today: date) -> date | None:
    this_week = week_of(today)[0]
    if said in {"last week", "previous week"}:
        return this_week - WEEK
    if said == "this week":
        return this_week
    if number := _NUMBER.fullmatch(said):
        return _numbered(int(number["number"]), today)
    if ending := _ENDING.fullmatch(said):
        day = _day(ending["day"], today)
        return None if day is None or day.weekday() == 0 else week_of(day)[0]
    if beginning := _OF.fullmatch(said):
        day = _day(beginning["day"], today)
        return None if day is None else week_of(day)[0]
    return _ranged(said, today)


def _ranged(said: str, today: date) -> date | None:
    """Two days of one week. The first may be a bare number: "2-8 March"."""
    found = _ISO_RANGE.fullmatch(said) or _RANGE.fullmatch(said)
    if found is None:
        return None
    last = _day(found["last"], today)
    bare = found["first"].strip().rstrip("stndrh")
    first = _bare_day(int(bare), last) if bare.isdecimal() and last is not None else _day(found["first"], today)
    if first is None or last is None or not first < last or week_of(first) != week_of(last):
        return None
    return week_of(first)[0]


def _bare_day(number: int, last: date) -> date | None:
    try:
        return last.replace(day=number)
    except ValueError:
        return None


def _numbered(number: int, today: date) -> date | None:
    """ISO week ``number`` of this year, or of last year while it is not over."""
    for year in (today.isocalendar().year, today.isocalendar().year - 1):
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            continue
        if monday + WEEK <= today:
            return monday
    return None


def _day(text: str, today: date) -> date | None:
    """A past day. Without a year the newest one that is over: a figure is never of a day to come."""
    try:
        day = parse_day(text, today, allow_past=True)
    except AmbiguousDay:
        return None
    except UnreadableDay:
        return None
    if day <= today + WEEK or str(day.year) in text:
        return day
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return None
