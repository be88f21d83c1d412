"""From words to days away, and how a new absence joins an earlier one. Pure: ``today`` is the day at the person's place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.calendar import parse_day, week_of
from storage.models.absence import Absence

LONGEST = 366
"""Days; whoever is away for longer has handed over."""
EXAMPLE = "until friday, 6 March to 9 March, or friday"
JOINED = re.compile(r"\s+(?:until|till|to|through|[-\u2013\u2014])\s+", re.IGNORECASE)
UNTIL = re.compile(r"(?:until|till|til|to|through)\s+(?P<last>.+)", re.IGNORECASE)
FOR = re.compile(r"for\s+(?P<count>\d{1,3}|an?|one|two|three)\s+(?P<unit>day|week)s?", re.IGNORECASE)
COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
DAY_ONLY = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?")
WITH_MONTH = re.compile(r"\d{1,2}(?:st|nd|rd|th)?(?P<month>\.?\s+[^\d\s].*)")
DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class Span:
    """Days away, both ends included, on the calendar of whoever is away."""

    first: date
    last: date


def read_span(words: str, today: date) -> Span:
    """The days that were written: "until friday", "from 6 to 9 March", "for 3 days", "tomorrow", "next week".

    What began already begins today. Raises ValueError naming what was read, why not, and a way to write it.
    """
    said = " ".join(words.split()).rstrip(".!")
    said = said[5:] if said.casefold().startswith("from ") else said
    return checked(_read(said, today), today)


def checked(span: Span, today: date) -> Span:
    """Days that can be: not over, in order, and not for ever. Raises ValueError."""
    if span.last < today:
        raise ValueError(f"{span.last} is past. Give today or later, for example {EXAMPLE}")
    if span.last < span.first:
        raise ValueError(f"It ends on {span.last} and begins on {span.first}. Write for example {EXAMPLE}")
    first = max(span.first, today)
    if (span.last - first).days >= LONGEST:
        raise ValueError(f"{first} to {span.last} is longer than a year. Hand over instead, or give a day this year")
    return Span(first, span.last)


def joined(span: Span, earlier: Sequence[Absence]) -> tuple[Span, list[Absence]]:
    """The span together with the absence it begins in, and the earlier ones it replaces: the last day that was said last
    counts."""
    replaced = [each for each in earlier if each.first_day <= span.last and each.last_day >= span.first]
    begun = [each.first_day for each in replaced if each.first_day <= span.first]
    return Span(min([span.first, *begun]), span.last), replaced


def _read(said: str, today: date) -> Span:
    week = _week(said.casefold(), today)
    if week is not None:
        return week
    counted, until = FOR.fullmatch(said), UNTIL.fullmatch(said)
    if counted is not None:
        count = COUNTS.get(counted["count"].casefold()) or int(counted["count"])
        days = count * (DAYS_OF_WEEK if counted["unit"].casefold() == "week" else 1)
        return Span(today, today + timedelta(days=max(days, 1) - 1))
    if until is not None:
        return Span(today, _day(until["last"], today))
    first, *rest = JOINED.split(said, maxsplit=1)
    return _between(first, rest[0], today) if rest else Span(_day(first, today), _day(first, today))


def _between(first: str, last: str, today: date) -> Span:
    """Two days; "6 to 9 March" borrows its month, and "monday to friday" are of one week."""
    month = WITH_MONTH.fullmatch(last.strip())
    if DAY_ONLY.fullmatch(first.strip()) and month is not None:
        first = f"{first.strip()}{month['month']}"
    begins, ends = _day(first, today), _day(last, today)
    return Span(begins, ends if ends >= begins else _day(last, begins))


def _week(said: str, today: date) -> Span | None:
    monday, sunday = week_of(today)
    if said == "this week":
        return Span(today, sunday)
    if said == "next week":
        return Span(monday + timedelta(days=DAYS_OF_WEEK), sunday + timedelta(days=DAYS_OF_WEEK))
    return None


def _day(words: str, today: date) -> date:
    """A day; a past one is refused later, with both ends in view."""
    try:
        return parse_day(words, today, field="away", allow_past=True)
    except ValueError as problem:
        raise ValueError(
            f"{str(problem).removeprefix('away: ').partition(';')[0]}. Write for example {EXAMPLE}"
        ) from None
