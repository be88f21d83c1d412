"""A cadence that makes occurrences: a recurrence rule (RFC 5545) on a wall clock, and its walk through time.

The rule is kept as the value of an RRULE because calendars everywhere read it; the zone is kept elsewhere. ``dateutil``
computes the walls, naive; ``instant_of`` maps each to its instant, so that the clock changes of a zone never skip or
double one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from handlers.calendar.cadence import WORKING_DAYS
from handlers.calendar.phrase import read
from handlers.calendar.rule import RULE, written
from handlers.calendar.wall import instant_of

WEEK = timedelta(days=7)
YEAR = 12
QUARTER = 3
MOSTLY = 5


@dataclass(frozen=True, slots=True)
class Cadence:
    """What repeats, and when it began.

    ``rule`` is the value of an RFC 5545 RRULE without an end, of the forms in ``rule.RULE``: "FREQ=MONTHLY;BYDAY=2TU".
    ``first`` is the naive wall clock, in whole minutes, of the first occurrence (DTSTART): always an occurrence itself,
    and what "every two weeks" is counted from for ever. Raises ValueError naming what is wrong.
    """

    rule: str
    first: datetime

    def __post_init__(self) -> None:
        match = RULE.fullmatch(self.rule)
        if match is None:
            raise ValueError(f"rule: {self.rule!r} is not a recurrence rule that is kept; use Cadence.parse")
        if self.first.tzinfo is not None or self.first.second or self.first.microsecond:
            raise ValueError(f"first: {self.first.isoformat()} is not a wall clock in whole minutes without a zone")
        if not _in_quarter(match, self.first) or next(iter(rrulestr(self.rule, dtstart=self.first))) != self.first:
            raise ValueError(f"first: {self.first.isoformat()} is not an occurrence of {self.rule}; use Cadence.parse")

    @classmethod
    def parse(cls, text: str, earliest: date, field: str = "cadence", *, week: Sequence[str] = WORKING_DAYS) -> Cadence:
        """Read what a person typed, or what ``words`` wrote; ``first`` is the first such day from ``earliest`` on.

        ``week`` are the short names of the days both sides work ("working days", "last working day"). What the words
        mean is told in ``phrase``. Raises ValueError naming ``field``, what was read and examples.
        """
        rule, at = read(text, field, week)
        match = _form(rule)
        # Without its interval the rule also tells the first one that comes, from which the others are counted.
        every = rrulestr(re.sub(r";INTERVAL=\d", "", rule), dtstart=datetime.combine(earliest, at))
        return cls(rule, next(wall for wall in every if _in_quarter(match, wall)))

    @property
    def kind(self) -> str:
        """How often: "daily" (five or more days a week), "weekly", "every two weeks", "monthly" or "quarterly"."""
        match = _form(self.rule)
        if match["days"]:
            if match["two"]:
                return "every two weeks"
            return "daily" if len(match["days"].split(",")) >= MOSTLY else "weekly"
        return "daily" if match["daily"] else "quarterly" if match["quarterly"] else "monthly"

    @property
    def at_month_end(self) -> bool:
        """Whether it is counted from the end of the month, and so must not leave it: last Friday, last working day, 30th."""
        return "-1" in self.rule

    @property
    def on_working_day(self) -> bool:
        """Whether it is the first or last *working* day of a month, and so never a day of rest on either side."""
        return _form(self.rule)["week"] is not None

    def words(self) -> str:
        """The cadence in words, which ``parse`` reads back: "the second Tuesday of every month at 10:00"."""
        return written(_form(self.rule), self.first.time())


def _form(rule: str) -> re.Match[str]:
    match = RULE.fullmatch(rule)
    assert match is not None, "checked when the cadence was made"
    return match


def _in_quarter(match: re.Match[str], wall: datetime) -> bool:
    """Whether the month is one a quarterly rule means: a quarter's first, or its last for "last"; True for all others."""
    if not match["quarterly"]:
        return True
    last = "-1" in (match["nth"], match["edge"], match["number"])
    return wall.month % QUARTER == (0 if last else 1)


def occurrences(cadence: Cadence, where: ZoneInfo, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The occurrences as (naive wall in ``where``, instant in UTC), strictly after the naive wall ``after``.

    Strictly increasing in both clocks. A repeated hour is its first pass; a time that a clock change skipped is the
    first moment after the gap. The same whatever ``after`` is: a later one only begins later.
    """
    last = None
    for wall in rrulestr(cadence.rule, dtstart=_near(cadence, after)):
        instant = instant_of(wall, where)
        if last is None or instant > last:
            last = instant
            if wall > after:
                yield wall, instant


def _near(cadence: Cadence, after: datetime) -> datetime:
    """A start that is in step with ``first`` and at or before ``after``, so that the years between are not walked."""
    first, match = cadence.first, _form(cadence.rule)
    if match["daily"]:
        return max(first, datetime.combine(after.date(), first.time()))
    if match["days"]:
        step = 2 if match["two"] else 1
        weeks = (after - first) // WEEK // step - 1
        return first + weeks * step * WEEK if weeks > 0 else first
    step = QUARTER if match["quarterly"] else 1
    months = (after.year * YEAR + after.month) - (first.year * YEAR + first.month)
    periods = months // step - 1
    if periods <= 0:
        return first
    years, month = divmod(first.year * YEAR + first.month - 1 + periods * step, YEAR)
    return datetime.combine(date(years, month + 1, 1), first.time())
