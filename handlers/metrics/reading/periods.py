"""Which period each row is of: a day, a week Monday to Sunday, a month, or an interval that is added up to its day."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from handlers.metrics.reading.columns import PERIODS, Column, Role
from handlers.metrics.reading.dates import AmbiguousDates, Order, ReadDay, read_days

WEEK = 7
FEWEST_TO_JUDGE = 3


@dataclass(frozen=True, slots=True)
class Period:
    """Start and length in days; ``moment`` tells intervals of one day apart."""

    start: date
    days: int
    moment: str = ""


@dataclass(frozen=True, slots=True)
class ReadPeriods:
    """The period of each row by place, or why not; ``question`` stops the whole file."""

    column: Column | None
    periods: tuple[Period | None, ...]
    problems: dict[int, str]
    question: str = ""


def period_column(columns: Sequence[Column]) -> Column | None:
    """The finest period column."""
    found = {column.role: column for column in columns}
    return next((found[role] for role in PERIODS if role in found), None)


def read_periods(columns: Sequence[Column], cells: Sequence[Sequence[str]], order: Order | None) -> ReadPeriods:
    """The period of every row; ``cells`` are the rows."""
    column = period_column(columns)
    if column is None:
        question = "no period found: name a column week_ending, week_start, date, month or interval_start"
        return ReadPeriods(None, (), {}, question)
    written = [row[column.place] for row in cells]
    try:
        days = read_days(written, order)
        role = _settled(column.role, days)
    except AmbiguousDates as ambiguous:
        return ReadPeriods(column, (), {}, f"{column.name!r}: {ambiguous}")
    read = [
        _period(role, day, day.day, text) if day.day else (None, day.problem)
        for day, text in zip(days, written, strict=True)
    ]
    problems = {place: problem for place, (_, problem) in enumerate(read) if problem}
    return ReadPeriods(column, tuple(period for period, _ in read), problems)


def _settled(role: Role, days: Sequence[ReadDay]) -> Role:
    """What the dates themselves say: all Sundays end weeks. Seven days apart under the name "date" is a question."""
    found = sorted({day.day for day in days if day.day is not None and day.kind == "day"})
    weekdays = {day.weekday() for day in found}
    if role is Role.WEEK and found:
        if weekdays == {6}:
            return Role.WEEK_ENDING
        if weekdays == {0}:
            return Role.WEEK_START
        raise AmbiguousDates(
            "the dates are neither all Mondays nor all Sundays; name the column week_start or week_ending"
        )
    if role is Role.INTERVAL and all(day.moment is None or day.moment.time() == time() for day in days):
        return Role.DAY
    apart = {(later - earlier).days % WEEK for earlier, later in pairwise(found)}
    if role is Role.DAY and len(found) >= FEWEST_TO_JUDGE and apart == {0}:
        raise AmbiguousDates(
            "its dates are seven days apart: a day each or a week? name it week_ending, week_start or day"
        )
    return role


def _period(role: Role, read: ReadDay, day: date, written: str) -> tuple[Period | None, str]:
    if read.kind == "month":
        return Period(day, calendar.monthrange(day.year, day.month)[1]), ""
    if read.kind == "week":
        return Period(day, WEEK), ""
    if role is Role.WEEK_ENDING:
        start = day - timedelta(days=6)
        return _week(start, f"{written!r} is a {day:%A}; a week ends on Sunday")
    if role is Role.WEEK_START:
        return _week(day, f"{written!r} is a {day:%A}; a week starts on Monday")
    if role is Role.MONTH:
        first = day.replace(day=1)
        return Period(first, calendar.monthrange(day.year, day.month)[1]), ""
    if role is Role.INTERVAL:
        return Period(day, 1, written), ""
    return Period(day, 1), ""


def _week(start: date, otherwise: str) -> tuple[Period | None, str]:
    return (Period(start, WEEK), "") if start.weekday() == 0 else (None, otherwise)
