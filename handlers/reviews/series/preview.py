"""The next occurrences in words, on both sides' clocks, with what moved them or took them out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from babel.dates import format_datetime

from handlers.calendar import wall_of
from handlers.reviews.planning import Coming
from handlers.reviews.sides import Sides
from handlers.vocabulary.outgoing import Strong, Text


def lines(coming: Sequence[Coming], sides: Sides) -> list[Text]:
    """One line each: "Tuesday 7 April 10:00 (London) · 17:00 (Manila)", then what is unusual about it. A date in another year
    than the first one says so: of a quarterly review the same month comes three times."""
    found: list[Text] = []
    before: tuple[timedelta, ...] | None = None
    for each in coming:
        apart = _apart(each.at, sides)
        found.append(
            _line(each, sides, " (clocks changed)" if before not in (None, apart) else "", later_year(each, coming))
        )
        before = apart
    return found


def later_year(each: Coming, coming: Sequence[Coming]) -> bool:
    """Whether one is held in another year than the first that is shown with it."""
    return each.held.year != coming[0].held.year


def occasion(each: Coming, sides: Sides, *, year: bool = False) -> str:
    """When one is held: "Tuesday 7 April 10:00 (London) · 17:00 (Manila)"."""
    return sides.clocks(each.at, year=year)


def planned_day(each: Coming, *, year: bool = False) -> str:
    """The day on which the cadence has it, on the anchor's clock."""
    return format_datetime(each.planned_wall, "EEEE d MMMM y HH:mm" if year else "EEEE d MMMM HH:mm", locale="en_GB")


def day(each: Coming) -> str:
    """The day on which it is held, on the anchor's clock: "Tuesday 7 April"."""
    return format_datetime(each.held, "EEEE d MMMM", locale="en_GB")


def _line(each: Coming, sides: Sides, clocks: str, year: bool) -> Text:
    if not each.is_held:
        why = f": {each.reason}" if each.reason else ""
        return Strong("Skipped"), f" {planned_day(each, year=year)}{why}"
    if each.moved_by:
        why = f": {each.reason}" if each.reason else ""
        return Strong("Moved"), f" {occasion(each, sides, year=year)}{clocks}, instead of {planned_day(each)}{why}"
    return (f"{occasion(each, sides, year=year)}{clocks}",)


def _apart(at: datetime, sides: Sides) -> tuple[timedelta, ...]:
    """How far the clocks of the zones are from the anchor's at that moment."""
    here = wall_of(at, sides.anchor)
    return tuple(wall_of(at, where) - here for where in sides.zones)
