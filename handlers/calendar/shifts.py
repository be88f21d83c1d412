"""Occurrences that public holidays move.

The rule, so that both sides can rely on it:
- An occurrence on a public holiday of either country moves to the next day that both sides work (no holiday and no day
  of rest in either country), at the same wall time.
- What is counted from the end of the month (last Friday, last working day, last day, the 29th to 31st) moves to the day
  before instead, so that it stays in its month.
- It is left out, with the reason, when it would reach the day of the next occurrence (so a daily one is left out and
  never doubled), or would move by more than seven days (it would no longer be the same review).
- A day of rest alone moves nothing: who arranges a Friday with Riyadh means it. Only the first or last *working* day
  of a month is never a day of rest on either side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from handlers.calendar.holiday import country_code, country_text, holiday_name, weekend_of
from handlers.calendar.recurrence import Cadence, occurrences
from handlers.calendar.wall import instant_of, wall_of

DAY = timedelta(days=1)
FARTHEST = 7
Places = tuple[tuple[str, ZoneInfo], ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """One occurrence: when it should be, when it is held, and why the two differ.

    ``wall`` is its naive wall time by the cadence and its identity in the series; ``held`` the naive wall time at which
    it is held, both in the anchor zone; ``at`` that moment in UTC. ``reason`` is "" or names the holiday ("Good Friday in
    the United Kingdom"). When ``skipped``, it is not held, and ``held`` and ``at`` are what they would have been.
    """

    wall: datetime
    held: datetime
    at: datetime
    reason: str
    skipped: bool

    @property
    def moved(self) -> bool:
        """Whether it is held on another day than the cadence says."""
        return self.held != self.wall


def planned(
    cadence: Cadence,
    where: ZoneInfo,
    countries: Sequence[str],
    after: datetime,
    zones: Sequence[ZoneInfo] = (),
) -> Iterator[Planned]:
    """The occurrences in order, held or skipped, whose ``held`` is strictly after the naive wall ``after`` in ``where``.

    So one that a holiday moved is told until it was held, and its ``wall`` may lie before ``after``. ``countries`` are
    codes ("GB", "GB-SCT", "PH"), none for no holidays. ``zones`` are those countries' zones in the same order: an evening
    in San Francisco is the next day in Manila; without them it is the day in ``where`` for all. Never two on one day; ``at``
    strictly increases among those that are held. Raises ValueError for an unknown country.
    """
    if zones and len(zones) != len(countries):
        raise ValueError(f"zones: {len(zones)} given for {len(countries)} countries; give one for each, or none")
    codes = [country_code(country) for country in countries]
    places = tuple(zip(codes, zones or [where] * len(codes), strict=True))
    since = after if cadence.at_month_end else after - FARTHEST * DAY - DAY  # what can still be held after ``after``
    for one, following in pairwise(occurrences(cadence, where, since)):
        found = _planned(cadence, where, places, one, following[0].date())
        if found.held > after:
            yield found


def _planned(
    cadence: Cadence, where: ZoneInfo, places: Places, one: tuple[datetime, datetime], following: date
) -> Planned:
    wall, at = one
    reason = _reason(_days(wall, at, where, places), rest=cadence.on_working_day)
    if not reason:
        return Planned(wall, wall, at, "", False)
    step, limit = (-DAY, date.min) if cadence.at_month_end else (DAY, following)
    for days in range(1, FARTHEST + 1):
        held = wall + days * step
        if step > timedelta(0) and held.date() >= limit:
            break
        at_held = instant_of(held, where)
        there = wall_of(at_held, where).date() == held.date()  # a zone may leave out a whole day
        if there and not _reason(_days(held, at_held, where, places), rest=True):
            return Planned(wall, held, at_held, reason, False)
    return Planned(wall, wall, at, reason, True)


def _days(wall: datetime, at: datetime, where: ZoneInfo, places: Places) -> list[tuple[str, date]]:
    """Each country with the day that it is there."""
    return [(code, wall.date() if zone is where else wall_of(at, zone).date()) for code, zone in places]


def _reason(days: list[tuple[str, date]], *, rest: bool) -> str:
    """What is kept on that day, country by country, in words; "" when both work. ``rest``: days of rest count too."""
    kept: dict[str, list[str]] = {}
    for code, day in days:
        name = holiday_name(code, day)
        if name is None and rest and day.weekday() in weekend_of(code):
            name = f"{day:%A} is a day of rest"
        if name is not None and country_text(code) not in kept.setdefault(name, []):
            kept[name].append(country_text(code))
    return " and ".join(f"{name} in {' and '.join(countries)}" for name, countries in kept.items())
