"""When a series is held: what people type for it, read into a cadence, and the times that suit both sides. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from handlers.calendar import Cadence, Suggestion, WorkHours, city, instant_of, suggest, wall_of
from handlers.calendar.cadence import DAY_NAMES, FULL_DAY_NAMES, WORKING_DAYS, parse_time
from handlers.reviews.sides import Sides
from handlers.reviews.templates import NAMES
from handlers.vocabulary.address import Side

RHYTHM = re.compile(
    r"\b(?:daily|weekly|fortnight\w*|month\w*|quarter\w*|weeks?|every|(?:working|business|work|week) ?days?)\b", re.I
)
"""Words that say how often; without them the kind of the agenda does."""
PREFERRED = ("thu", "wed", "tue", "fri", "mon", "sun", "sat")
"""Week days in the order in which a review is suggested: late enough to know the week, early enough to act in it."""


def read_when(text: str, template: str, sides: Sides, now: datetime, field: str = "when") -> Cadence:
    """The cadence that is meant: "tuesday 10:00" for a weekly agenda is every Tuesday, "second tuesday 10:00" for a monthly
    one every month. Times are on the anchor's clock; the first occurrence lies after ``now``.

    Raises ValueError naming ``field``, what was read and examples.
    """
    words = " ".join(text.split())
    said = words if RHYTHM.search(words) else f"{_rhythm(words, template)} {words}"
    week = shared_days(sides)
    today = wall_of(now, sides.anchor).date()
    for earliest in (today, today + timedelta(days=1)):
        cadence = Cadence.parse(said, earliest, field, week=week or WORKING_DAYS)
        if instant_of(cadence.first, sides.anchor) > now:
            return cadence
    raise AssertionError("tomorrow is after now")


def _rhythm(words: str, template: str) -> str:
    """What to put in front of words that do not say how often."""
    if template != "daily":
        return NAMES[template]
    try:
        parse_time(words)
    except ValueError:
        return "weekly"
    return "working days"


def shared_days(sides: Sides) -> tuple[str, ...]:
    """The week days on which both sides work, in the order of the week."""
    return tuple(name for name in DAY_NAMES if all(name in hours.days for hours in sides.hours.values()))


def suggested(sides: Sides, minutes: int, now: datetime, count: int = 3) -> tuple[str, tuple[Suggestion, ...]]:
    """A week day (its full name) and the best times on it, by the anchor's clock, over the coming year."""
    days = shared_days(sides)
    name = next((each for each in PREFERRED if each in days), "thu")
    today = wall_of(now, sides.anchor).date()
    day = next(each for each in _days_from(today + timedelta(days=1)) if DAY_NAMES[each.weekday()] == name)
    found = suggest(day, _in_order(sides), minutes, sides.anchor, count)
    return FULL_DAY_NAMES[DAY_NAMES.index(name)], found


def hint(day: str, found: tuple[Suggestion, ...], sides: Sides) -> str:
    """What the suggestions say, in a line: the times that suit both, or for whom the fairest one is outside."""
    times = ", ".join(f"{each.start:%H:%M}" for each in found if not each.outside)
    where = city(sides.anchor.key)
    if times:
        return f"{where} time. Good for both sides on {day.capitalize()}s: {times}"
    best = found[0]
    why = "; ".join(each.text for each in best.outside)
    return f"{where} time. No hour suits both sides; the fairest on {day.capitalize()}s is {best.start:%H:%M} ({why})"


def warnings(sides: Sides, at: datetime, minutes: int) -> list[str]:
    """For whom a review at that instant is outside working days or hours, with their own clock: one sentence each."""
    return [_warning(sides, side, at) for side in sides.outside(at, minutes)]


def _warning(sides: Sides, side: Side, at: datetime) -> str:
    hours, name = sides.hours[side], sides.names[side]
    wall = wall_of(at, hours.zone)
    if DAY_NAMES[wall.weekday()] not in hours.days:
        return f"{FULL_DAY_NAMES[wall.weekday()].capitalize()} is not a working day of {name}."
    return f"{wall:%H:%M} in {city(hours.zone.key)} is outside the working hours of {name}."


def _in_order(sides: Sides) -> list[WorkHours]:
    first = sides.anchor_side
    return [sides.hours[first], sides.hours[first.other]]


def _days_from(day: date) -> list[date]:
    return [day + timedelta(days=ahead) for ahead in range(len(DAY_NAMES))]
