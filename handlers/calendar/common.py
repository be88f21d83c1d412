"""Hours in which both sides work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from handlers.calendar.business import WorkHours, spells
from handlers.calendar.wall import instant_of

DAY = timedelta(days=1)
Spell = tuple[datetime, datetime]


def shared_hours(day: date, sides: Sequence[WorkHours]) -> list[Spell]:
    """The spells (UTC) in which all sides work on ``day`` as the first side's clock has it; empty if there are none.

    Week days and holidays of each side count. Raises ValueError without sides.
    """
    if not sides:
        raise ValueError("sides: nobody is given; give the working hours of both sides")
    begin, end = (instant_of(datetime.combine(each, time()), sides[0].zone) for each in (day, day + DAY))
    shared = [(begin, end)]
    for side in sides:
        own = joined(takewhile(lambda spell: spell[0] < end, spells(begin, side)))
        pairs = ((max(a, c), min(b, d)) for a, b in shared for c, d in own)
        shared = [(opened, closed) for opened, closed in pairs if opened < closed]
    return shared


def joined(found: Iterable[Spell]) -> list[Spell]:
    """Spells that touch made one: a site that works round the clock has no edge at midnight."""
    whole: list[Spell] = []
    for opened, closed in found:
        if whole and opened <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(closed, whole[-1][1]))
        else:
            whole.append((opened, closed))
    return whole
