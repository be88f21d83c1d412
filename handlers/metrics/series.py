"""A series: one metric, one definition, one place, period after period without holes. Pure, standard library only."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from handlers.metrics.figures import Figure
from handlers.metrics.metric import Aggregation, Metric

FEWEST_CONTACTS = 30
"""Contacts a week under which weeks are pooled to months: below it one caller moves the week by points."""


class Step(StrEnum):
    """The length of one period of a series."""

    WEEK = "week"
    MONTH = "month"

    @property
    def plural(self) -> str:
        """ "weeks" or "months"."""
        return f"{self.value}s"


@dataclass(frozen=True, slots=True)
class Point:
    """One period, value in the display unit. ``value`` None: not reported. ``complete`` False: a partial period."""

    start: date
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    complete: bool = True

    @property
    def usable(self) -> float | None:
        """The value if it may enter status and decline: partial periods may not."""
        return self.value if self.complete else None


@dataclass(frozen=True, slots=True)
class Series:
    """Consecutive periods, oldest first; a gap is a point without value. Build it with ``series``."""

    metric: Metric
    step: Step
    points: tuple[Point, ...]

    @property
    def reported(self) -> tuple[Point, ...]:
        """The complete periods with a value."""
        return tuple(point for point in self.points if point.usable is not None)

    def until(self, last: date) -> Series:
        """The same series as it stood after the period that starts on ``last``."""
        return Series(self.metric, self.step, tuple(point for point in self.points if point.start <= last))

    def since(self, first: date | None) -> Series:
        """The same series from a contract or definition change on."""
        if first is None:
            return self
        return Series(self.metric, self.step, tuple(point for point in self.points if point.start >= first))


class BrokenSeries(ValueError):
    """These points do not form one series; the message says which date and why."""


def series(metric: Metric, step: Step, points: Iterable[Point]) -> Series:
    """Order the points and fill the holes. Raises ``BrokenSeries`` for overlapping periods or a wrong start."""
    ordered = sorted(points, key=lambda point: point.start)
    filled: list[Point] = []
    for point in ordered:
        if step is Step.MONTH and point.start.day != 1:
            raise BrokenSeries(f"{metric.name}: the month {point.start} does not start on its first day")
        while filled and (expected := following(filled[-1].start, step)) < point.start:
            filled.append(Point(expected, None))
        if filled and point.start != following(filled[-1].start, step):
            raise BrokenSeries(
                f"{metric.name}: {point.start} overlaps the {step} of {filled[-1].start}; keep one of them"
            )
        filled.append(point)
    return Series(metric, step, tuple(filled))


def series_of_figures(metric: Metric, step: Step, figures: Mapping[date, Figure]) -> Series:
    """A series from figures by period start. All periods are taken as complete."""
    return series(metric, step, (point_of(start, figure) for start, figure in figures.items()))


def point_of(start: date, figure: Figure, *, complete: bool = True) -> Point:
    """A figure as a point; floats suffice for statistics."""
    numbers = (figure.value, figure.numerator, figure.denominator)
    value, numerator, denominator = (None if number is None else float(number) for number in numbers)
    return Point(start, value, numerator, denominator, complete)


def following(start: date, step: Step) -> date:
    """The start of the next period."""
    if step is Step.WEEK:
        return start + timedelta(days=7)
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def combined(metric: Metric, points: Sequence[Point]) -> float | None:
    """One value of several periods: the ratio of sums where every volume is known, else the plain mean.

    Maxima give the maximum; what cannot be re-aggregated gives its latest value.
    """
    values = [point.value for point in points if point.value is not None]
    if not values:
        return None
    if metric.aggregation is Aggregation.MAX:
        return max(values)
    if metric.aggregation is Aggregation.NONE:
        return values[-1]
    counts = [
        (point.numerator, point.denominator)
        for point in points
        if point.value is not None and point.numerator is not None and point.denominator
    ]
    if len(counts) < len(values):
        return statistics.fmean(values)
    return float(metric.factor) * sum(up for up, _ in counts) / sum(down for _, down in counts)


def thin(weekly: Series) -> bool:
    """Whether a weekly series began with so few contacts that it is judged by months. Unknown volumes are not thin."""
    volumes = [point.denominator for point in weekly.reported[:12] if point.denominator is not None]
    counts_contacts = weekly.metric.aggregation in (Aggregation.RATIO, Aggregation.MEAN)
    return (
        bool(volumes) and counts_contacts and weekly.step is Step.WEEK and statistics.median(volumes) < FEWEST_CONTACTS
    )


def pooled_to_months(weekly: Series) -> Series:
    """Weeks pooled to calendar months by their Thursday; a month whose weeks are not all in the series is partial."""
    months: dict[date, list[Point]] = defaultdict(list)
    for point in weekly.points:
        months[_month_of(point)].append(point)
    points = [_month(weekly.metric, start, weeks) for start, weeks in months.items()]
    return series(weekly.metric, Step.MONTH, points)


def _month_of(week: Point) -> date:
    return (week.start + timedelta(days=3)).replace(day=1)


def _month(metric: Metric, start: date, weeks: Sequence[Point]) -> Point:
    used = [week for week in weeks if week.usable is not None]
    upper = [week.numerator for week in used if week.numerator is not None]
    lower = [week.denominator for week in used if week.denominator is not None]
    before = (weeks[0].start - timedelta(days=4)).replace(day=1)
    after = (weeks[-1].start + timedelta(days=10)).replace(day=1)
    whole = start not in (before, after) and all(week.complete for week in weeks)
    return Point(start, combined(metric, used), sum(upper) if upper else None, sum(lower) if lower else None, whole)
