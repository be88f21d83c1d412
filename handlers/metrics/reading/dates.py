"""Dates as programs write them. A column is read as a whole: one date above the twelfth settles the order of all.

What stays ambiguous is said, not guessed: 03/04/2026 alone may be March or April.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dateutil import parser

from handlers.metrics.numbers import is_missing

Order = Literal["dmy", "mdy"]
EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's serials, shifted by its belief that 1900 was a leap year."""
EARLIEST, LATEST = date(2000, 1, 1), date(2079, 12, 31)


@dataclass(frozen=True, slots=True)
class ReadDay:
    """What a cell said: a day (the first, for a month or an ISO week) and, for interval rows, the moment; or the
    problem.
    """

    day: date | None = None
    moment: datetime | None = None
    kind: Literal["day", "week", "month"] = "day"
    problem: str = ""


class AmbiguousDates(ValueError):
    """Every date of this column fits day/month and month/day alike."""


_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T,]+(.*))?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(.*))?")
_MONTH_ONLY = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})|([^\W\d_]{3,9})\.?[ /-]'?(\d{4}|\d{2})")
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
_EIGHT = re.compile(r"\d{8}")
_SERIAL = re.compile(r"([34567]\d{4})(?:[.,](\d+))?")


def read_days(cells: Sequence[str], order: Order | None = None) -> tuple[ReadDay, ...]:
    """Every cell of a date column. ``order`` is what a person said about day and month.

    Raises ``AmbiguousDates`` when the order matters and nothing in the column settles it.
    """
    settled = order or _order(cells)
    return tuple(_read(cell.strip(), settled) for cell in cells)


def _order(cells: Sequence[str]) -> Order | None:
    pairs = [pair for cell in cells if (pair := _first_two(cell.strip())) is not None]
    if any("." in cell and _NUMERIC.fullmatch(cell.strip()) for cell in cells):
        return "dmy"
    day_first = any(first > 12 for first, _ in pairs)
    month_first = any(second > 12 for _, second in pairs)
    if day_first and month_first:
        raise AmbiguousDates("some dates fit only day/month and others only month/day; use one order, best 2026-04-03")
    if day_first or month_first:
        return "dmy" if day_first else "mdy"
    if any(first != second for first, second in pairs):
        example = next(cell for cell in cells if _first_two(cell.strip()))
        raise AmbiguousDates(
            f"{example!r} may be day/month or month/day, and no date in the column settles it; say which"
        )
    return None


def _first_two(cell: str) -> tuple[int, int] | None:
    numeric = _NUMERIC.fullmatch(cell)
    if numeric is not None:
        return int(numeric[1]), int(numeric[3])
    if _EIGHT.fullmatch(cell) and not _plausible_year(cell[:4]):
        return int(cell[:2]), int(cell[2:4])
    return None


def _plausible_year(text: str) -> bool:
    return EARLIEST.year <= int(text) <= LATEST.year


def _read(cell: str, order: Order | None) -> ReadDay:
    if is_missing(cell):
        return ReadDay(problem="the date is missing")
    try:
        found = next((read for reader in _READERS if (read := reader(cell, order)) is not None), None)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.day is None:
        return ReadDay(problem=f"{cell!r} is not a date; write it like 2026-04-03")
    if not EARLIEST <= found.day <= LATEST:
        return ReadDay(problem=f"{cell!r} is read as {found.day}, outside {EARLIEST.year} to {LATEST.year}")
    return found


def _iso(cell: str, _order: Order | None) -> ReadDay | None:
    iso = _ISO.fullmatch(cell)
    return _with_clock(date(int(iso[1]), int(iso[2]), int(iso[3])), iso[4]) if iso else None


def _numeric(cell: str, order: Order | None) -> ReadDay | None:
    numeric = _NUMERIC.fullmatch(cell)
    if numeric is None:
        return None
    year = int(numeric[4]) + (2000 if len(numeric[4]) == 2 else 0)
    first, second = int(numeric[1]), int(numeric[3])
    day, month = (second, first) if order == "mdy" else (first, second)
    return _with_clock(date(year, month, day), numeric[5])


def _eight(cell: str, order: Order | None) -> ReadDay | None:
    if not _EIGHT.fullmatch(cell):
        return None
    if _plausible_year(cell[:4]):
        return ReadDay(date(int(cell[:4]), int(cell[4:6]), int(cell[6:])))
    first, second, year = int(cell[:2]), int(cell[2:4]), int(cell[4:])
    return ReadDay(date(year, first, second) if order == "mdy" else date(year, second, first))


def _serial(cell: str, _order: Order | None) -> ReadDay | None:
    serial = _SERIAL.fullmatch(cell)
    if serial is None:
        return None
    day = EXCEL_EPOCH + timedelta(days=int(serial[1]))
    fraction = float(f"0.{serial[2]}") if serial[2] else 0.0
    moment = datetime.combine(day, datetime.min.time()) + timedelta(seconds=round(fraction * 86400))
    return ReadDay(day, moment if serial[2] else None)


def _iso_week(cell: str, _order: Order | None) -> ReadDay | None:
    week = _ISO_WEEK.fullmatch(cell)
    return ReadDay(date.fromisocalendar(int(week[1]), int(week[2]), 1), kind="week") if week else None


def _month(cell: str, _order: Order | None) -> ReadDay | None:
    month = _MONTH_ONLY.fullmatch(cell)
    if month is None:
        return None
    if month[5] is None:
        return ReadDay(date(int(month[1] or month[4]), int(month[2] or month[3]), 1), kind="month")
    names = [name.casefold() for name in (*calendar.month_name, *calendar.month_abbr)]
    place = names.index(
        month[5].casefold().replace("sept", "sep", 1) if month[5].casefold() == "sept" else month[5].casefold()
    )
    year = int(month[6]) + (2000 if len(month[6]) == 2 else 0)
    return ReadDay(date(year, place % 13, 1), kind="month")


def _with_words(cell: str, order: Order | None) -> ReadDay | None:
    """ "Fri, 21 Aug 2026 09:00:06", "Aug 21, 2026": only with a month in letters and a year of four digits."""
    if not re.search(r"[^\W\d_]{3}", cell) or not re.search(r"\d{4}", cell) or not re.search(r"\b\d{1,2}\b", cell):
        return None
    moment = parser.parse(cell, dayfirst=order == "dmy")
    return ReadDay(moment.date(), moment)


def _with_clock(day: date, clock: str | None) -> ReadDay:
    if not clock:
        return ReadDay(day)
    time = parser.parse(f"{day.isoformat()} {clock}")
    return ReadDay(day, time)


_READERS: tuple[Callable[[str, Order | None], ReadDay | None], ...] = (
    _iso, _numeric, _eight, _serial, _iso_week, _month, _with_words,
)  # fmt: skip
