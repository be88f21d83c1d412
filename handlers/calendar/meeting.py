"""Times to meet.

A time is good only if it is inside everybody's working hours all year round: clocks change on different days in London
and New York, and not at all in Manila. Where no such time exists, the fairest are told, and for whom they are outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from handlers.calendar.business import WorkHours, spells
from handlers.calendar.cadence import DAY_NAMES
from handlers.calendar.common import DAY, Spell, joined
from handlers.calendar.text import day_text
from handlers.calendar.wall import city, instant_of, wall_of

WEEKS_A_YEAR = 53
STEP = timedelta(minutes=15)
ROUND = 30
LUNCH = time(12), time(13)
AROUND = timedelta(days=3)
COMFORT = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LONGEST = 24 * 60


@dataclass(frozen=True, slots=True)
class Outside:
    """A side for which a time is outside working hours: ``side`` is its place in the order that was given.

    ``minutes`` is by how much at worst in the coming year; ``since`` the first day on which it is; ``always`` whether it
    is all year. ``text`` says it: "Manila: 60 minutes before work begins, from Friday 30 October 2026, part of the year".
    """

    side: int
    minutes: int
    since: date
    always: bool
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A time to meet: ``start`` in the anchor zone, and each side's naive wall clock on the day asked about.

    ``outside`` is empty when it is inside everybody's working hours all year; ``lunch`` tells whether it touches 12:00 to
    13:00 of anybody at any time of the year.
    """

    start: time
    walls: tuple[datetime, ...]
    outside: tuple[Outside, ...]
    lunch: bool


@dataclass(frozen=True, slots=True)
class _Gap:
    """How a meeting lies to the working hours of one side on one day: what is outside, and the room to the edges."""

    day: date
    wall: datetime
    outside: timedelta
    late: bool
    room: timedelta
    rest: bool
    lunch: bool


def suggest(
    day: date, sides: Sequence[WorkHours], minutes: int, anchor: ZoneInfo | None = None, count: int = 5
) -> tuple[Suggestion, ...]:
    """The best times on ``day`` for a meeting of that length, best first, looking at the same week day for a year.

    ``anchor`` is the zone of ``start`` and ``day``, usually the first side's. Order: least outside anybody's hours at
    worst, then the pain split most evenly, then clear of lunch, then a round half hour, then an hour's room to the edges
    of everybody's day, then early; at least half an hour apart. A day of rest of a side is told and comes last; holidays
    do not count. Raises ValueError naming the field.
    """
    if not sides:
        raise ValueError("sides: nobody is given; give the working hours of both sides")
    if not 0 < minutes <= LONGEST:
        raise ValueError(f"minutes: {minutes} is not the length of a meeting; give 1 to {LONGEST}")
    place = anchor or sides[0].zone
    days = list(_telling_days(day, sides, place))
    hours = [[(each, _around(each, side, place)) for each in days] for side in sides]
    rated = []
    for start in ((datetime.combine(day, time()) + STEP * n).time() for n in range(DAY // STEP)):
        gaps = [
            [_gap(datetime.combine(each, start), minutes, side, own, place) for each, own in those]
            for side, those in zip(sides, hours, strict=True)
        ]
        rated.append((_rank(start, gaps), start, gaps))
    rated.sort(key=lambda each: each[0])
    chosen: list[Suggestion] = []
    for _, start, gaps in rated:
        if len(chosen) < count and all(abs(_minute(start) - _minute(other.start)) >= ROUND for other in chosen):
            chosen.append(_suggestion(start, gaps, sides))
    return tuple(chosen)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _telling_days(day: date, sides: Sequence[WorkHours], anchor: ZoneInfo) -> Iterator[date]:
    """That week day over the coming year, once for each different set of clocks; ``day`` first."""
    seen = set()
    for week in range(WEEKS_A_YEAR):
        each = day + 7 * week * DAY
        edges = [instant_of(datetime.combine(edge, time()), anchor) for edge in (each, each + DAY)]
        clocks = tuple(edge.astimezone(side.zone).utcoffset() for edge in edges for side in sides)
        clocks += tuple(edge.astimezone(anchor).utcoffset() for edge in edges)
        if clocks not in seen:
            seen.add(clocks)
            yield each


def _around(day: date, side: WorkHours, anchor: ZoneInfo) -> list[Spell]:
    """The side's daily hours around that day, its days of rest and holidays too: they are told apart in ``_gap``."""
    middle = instant_of(datetime.combine(day, time()), anchor)
    every_day = replace(side, country=None, days=DAY_NAMES)
    return joined(takewhile(lambda spell: spell[0] < middle + AROUND, spells(middle - AROUND, every_day)))


def _gap(wall: datetime, minutes: int, side: WorkHours, own: list[Spell], anchor: ZoneInfo) -> _Gap:
    """How early somebody would have to come or how late to stay, seen from the nearest of the daily hours."""
    begin = instant_of(wall, anchor)
    end = begin + minutes * MINUTE
    none = timedelta(0)
    opened, closed = min(own, key=lambda spell: max(none, spell[0] - begin) + max(none, end - spell[1]))
    there = wall_of(begin, side.zone)
    noon, one = (datetime.combine(there.date(), each) for each in LUNCH)
    return _Gap(
        day=wall.date(),
        wall=there,
        outside=max(none, opened - begin) + max(none, end - closed),
        late=end - closed > opened - begin,
        room=min(begin - opened, closed - end),
        rest=_belongs_to(there, side) not in side.days,
        lunch=there < one and there + minutes * MINUTE > noon,
    )


def _belongs_to(wall: datetime, side: WorkHours) -> str:
    """The week day a moment belongs to: the early morning of a night shift is part of the evening it began on."""
    through_the_night = side.end <= side.start and wall.time() < side.end
    return DAY_NAMES[(wall - DAY if through_the_night else wall).weekday()]


def _rank(start: time, gaps: list[list[_Gap]]) -> tuple[object, ...]:
    every = [gap for own in gaps for gap in own]
    worst = [max(gap.outside for gap in own) for own in gaps]
    return (
        sum(any(gap.rest for gap in own) for own in gaps),
        sum(worst, timedelta(0)),
        max(worst),
        sum((gap.outside for gap in every), timedelta(0)),
        sum(any(gap.lunch for gap in own) for own in gaps),
        start.minute % ROUND != 0,
        -min(COMFORT, *(gap.room for gap in every)),
        start,
    )


def _suggestion(start: time, gaps: list[list[_Gap]], sides: Sequence[WorkHours]) -> Suggestion:
    outside = (_outside(index, own, side) for index, (own, side) in enumerate(zip(gaps, sides, strict=True)))
    return Suggestion(
        start,
        tuple(own[0].wall for own in gaps),
        tuple(each for each in outside if each is not None),
        any(gap.lunch for own in gaps for gap in own),
    )


def _outside(index: int, own: list[_Gap], side: WorkHours) -> Outside | None:
    concerned = [gap for gap in own if gap.outside or gap.rest]
    if not concerned:
        return None
    worst = max(concerned, key=lambda gap: (gap.rest, gap.outside))
    minutes, always, since = worst.outside // MINUTE, len(concerned) == len(own), concerned[0].day
    if worst.rest:
        what = f"{worst.wall:%A} is not a working day"
    else:
        most = "" if all(gap.outside == worst.outside for gap in own) else "up to "
        what = f"{most}{minutes} minutes {'after work ends' if worst.late else 'before work begins'}"
    when = "" if always else f", part of the year, next on {day_text(since, own[0].day)}"
    return Outside(index, minutes, since, always, f"{city(side.zone.key)}: {what}{when}")
