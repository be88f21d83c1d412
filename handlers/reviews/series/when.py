"""When a series is held: what people type for it, read into a cadence, and the times that suit both sides. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from handlers.calendar import Cadence, Suggestion, WorkHours, city, instant_of, suggest, wall_of
from handlers.calendar.cadence import DAY_NAMES, FULL_DAY_NAMES, WORKING_DAYS, parse_time
from handlers.reviews.sides import Sides
from handlers.reviews.templates import KIND_TEMPLATE, NAMES
from handlers.vocabulary.address import Side

RHYTHM = re.compile(
    r"\b(?:daily|weekly|fortnight\w*|month\w*|quarter\w*|weeks?|every|(?:working|business|work|week) ?days?)\b", re.I
)
"""Words that say how often; without them the kind of the agenda does."""
ORDINAL = re.compile(r"(?:on )?(?:the )?(?:first|second|third|fourth|last|\d{1,2}(?:st|nd|rd|th))\b", re.I)
"""How a day of the month begins: "second tuesday", "last working day", "15th"."""
CLOCK = re.compile(r"\d{1,2}:\d{2}|\d{1,2}\s*(?:am|pm)\b", re.I)
USUAL_KIND = "weekly"
"""The agenda that a form begins with."""
PREFERRED = ("thu", "wed", "tue", "fri", "mon", "sun", "sat")
"""Week days in the order in which a review is suggested: late enough to know the week, early enough to act in it."""


def read_when(text: str, template: str, sides: Sides, now: datetime, field: str = "when") -> Cadence:
    """The cadence that is meant: "tuesday 10:00" for a weekly agenda is every Tuesday, "second tuesday 10:00" for a monthly
    one every month. Times are on the anchor's clock; the first occurrence lies after ``now``.

    Raises ValueError naming ``field``, what was read and examples.
    """
    words = " ".join(text.split())
    said = words if RHYTHM.search(words) else f"{_rhythm(words, template)} {words}".strip()
    week = shared_days(sides)
    today = wall_of(now, sides.anchor).date()
    for earliest in (today, today + timedelta(days=1)):
        try:
            cadence = Cadence.parse(said, earliest, field, week=week or WORKING_DAYS)
        except ValueError as problem:  # it quotes what it read: they should find the words they typed
            raise ValueError(str(problem).replace(repr(said), repr(words), 1)) from None
        if instant_of(cadence.first, sides.anchor) > now:
            return cadence
    raise AssertionError("tomorrow is after now")


def _rhythm(words: str, template: str) -> str:
    """What to put in front of words that do not say how often; "" where they speak of a day of the month."""
    if ORDINAL.match(words) and template not in ("monthly", "quarterly"):
        return ""
    if template != "daily":
        return NAMES[template]
    try:
        parse_time(words)
    except ValueError:
        return "weekly"
    return "working days"


def agenda_for(text: str, chosen: str, cadence: Cadence) -> str:
    """The agenda (of ``NAMES``) for a cadence. Whoever leaves the form's own choice and writes another rhythm gets the agenda
    that is made for it: weeks and quarters do not talk about the same things.

    Raises ValueError where a daily review would come on one day a week, which is what an untouched suggestion says.
    """
    if chosen == "daily" and cadence.kind == "weekly" and "," not in cadence.rule and not RHYTHM.search(text):
        raise ValueError(
            f"{' '.join(text.split())!r} is one day a week, and a daily review was chosen; write for example working days "
            f"{cadence.first:%H:%M}, or weekly {' '.join(text.split())}"
        )
    return KIND_TEMPLATE[cadence.kind] if chosen == USUAL_KIND else chosen


def kind_first(text: str) -> tuple[str, str]:
    """The kind of review (of ``NAMES``) that words begin with, "" for none, and the words after it: "monthly second tuesday
    10:00"."""
    words = " ".join(text.split())
    for name, spoken in NAMES.items():
        found = re.match(
            rf"(?:{re.escape(name)}|{re.escape(spoken)})(?:\s+(?:review|one|stand-?up)\b)?(?!\w)", words, re.I
        )
        if found:
            return name, words[found.end() :].strip()
    return "", words


def first_day(kind: str, day: str) -> str:
    """The days to suggest for a kind of review, where ``day`` suits both sides best."""
    return {"daily": "working days", "monthly": f"second {day}", "quarterly": f"first {day}"}.get(kind, day)


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
