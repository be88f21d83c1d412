"""What is followed for a programme: each key metric with its series, its targets over time and the rows behind them.

Reads only. Everything of a programme comes from three questions to the database, whatever the number of metrics.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from handlers.metrics.figures import CannotRollUp, Part, UnweightedRollUp, roll_up
from handlers.metrics.figures import Figure as Measured
from handlers.metrics.keeping import catalogue
from handlers.metrics.ledger import WEEK_DAYS
from handlers.metrics.metric import Direction, Metric, Target
from handlers.metrics.rules import Point, Series, Step, series
from handlers.metrics.series import following, point_of
from storage.metrics import Reading
from storage.models.metrics import MetricTarget, TrackedMetric
from storage.unit_of_work import UnitOfWork

MONTH_DAYS = 28
"""The shortest month: figures of such periods make a monthly series."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A key metric of a programme. ``rows`` are the readings of each period by its start; ``problems`` says for which
    periods they could not become one figure, and why, as words to follow the metric's name."""

    tracked: TrackedMetric
    metric: Metric
    series: Series
    targets: tuple[MetricTarget, ...]
    rows: Mapping[date, tuple[Reading, ...]]
    problems: Mapping[date, str]

    def target_at(self, start: date) -> Target | None:
        """The target in force when a period began, or the first one agreed during it; None without any."""
        agreed = self.agreed_at(start)
        return None if agreed is None else target_of(self.metric, agreed)

    def agreed_at(self, start: date) -> MetricTarget | None:
        """The row behind ``target_at``."""
        in_force = [each for each in self.targets if each.effective_from <= start]
        if in_force:
            return in_force[-1]
        end = start + timedelta(days=WEEK_DAYS if self.series.step is Step.WEEK else MONTH_DAYS)
        return next((each for each in self.targets if each.effective_from < end), None)

    def until(self, week: date) -> Series:
        """The series up to the week that starts on ``week``, missing weeks at its end included; for a monthly series
        up to the last month that was over by then."""
        return until(self.series, week)

    def unweighted(self, start: date) -> bool:
        """Whether only the value of that period is known, without its volume."""
        needs_volume = bool(self.metric.denominator)
        return needs_volume and any(row.denominator is None for row in self.rows.get(start, ()))


def until(whole: Series, week: date) -> Series:
    """A series up to the week that starts on ``week``, as ``Followed.until`` has it."""
    if whole.step is Step.MONTH:
        over = week + timedelta(days=WEEK_DAYS)
        return Series(
            whole.metric,
            Step.MONTH,
            tuple(point for point in whole.points if following(point.start, Step.MONTH) <= over),
        )
    points = [point for point in whole.points if point.start <= week]
    while points and points[-1].start < week:
        points.append(Point(points[-1].start + timedelta(days=WEEK_DAYS), None))
    return Series(whole.metric, Step.WEEK, tuple(points))


def target_of(metric: Metric, agreed: MetricTarget) -> Target | None:
    """An agreed target as the rules know it. For a band, minimum and target are its two ends."""
    return target_between(metric, agreed.target, agreed.minimum)


def target_between(metric: Metric, target: Decimal | None, minimum: Decimal | None) -> Target | None:
    """What is kept of a target, as the rules know it."""
    if target is None:
        return None
    if metric.direction is not Direction.BAND:
        return Target(at=target)
    if minimum is None or minimum == target:
        return None
    low, high = sorted((minimum, target))
    return Target(low=low, high=high)


def followed_by(uow: UnitOfWork, programme_id: int, today: date) -> tuple[Followed, ...]:
    """The key metrics of a programme in the order people see them, with all periods that began before ``today``."""
    tracked = uow.metrics.tracked(programme_id)
    targets: dict[int, list[MetricTarget]] = defaultdict(list)
    for target in uow.metrics.targets_of([each.id for each in tracked if each.id is not None]):
        targets[target.tracked_metric_id].append(target)
    readings: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for reading in uow.metrics.readings([programme_id], today):
        readings[reading.metric, reading.definition].append(reading)
    return tuple(
        _followed(each, readings[each.metric, each.definition], targets[each.id or 0])
        for each in tracked
        if each.metric in catalogue().metrics
    )


def _followed(tracked: TrackedMetric, readings: Sequence[Reading], targets: Sequence[MetricTarget]) -> Followed:
    metric = catalogue().get(tracked.metric)
    whole, rows, problems = series_of(metric, readings)
    return Followed(tracked, metric, whole, tuple(targets), rows, problems)


def series_of(
    metric: Metric, readings: Sequence[Reading]
) -> tuple[Series, dict[date, tuple[Reading, ...]], dict[date, str]]:
    """One metric's readings as a series: weeks, with days added up; or months, where the newest figure is of a month.

    Also the readings of each period, and why some could not be added up.
    """
    step = Step.MONTH if readings and readings[-1].period_days >= MONTH_DAYS else Step.WEEK
    rows: dict[date, list[Reading]] = defaultdict(list)
    for reading in readings:
        if (reading.period_days >= MONTH_DAYS) == (step is Step.MONTH):
            rows[_start(reading, step)].append(reading)
    points, problems = [], {}
    for start, several in rows.items():
        try:
            points.append(_point(metric, start, several, step))
        except UnweightedRollUp:
            points.append(Point(start, None))
            problems[start] = "waits for the volumes of its queues"
        except CannotRollUp:
            points.append(Point(start, None))
            problems[start] = "cannot be added up from its parts"
    return series(metric, step, points), {start: tuple(several) for start, several in rows.items()}, problems


def _start(reading: Reading, step: Step) -> date:
    if step is Step.MONTH:
        return reading.period_start.replace(day=1)
    return reading.period_start - timedelta(days=reading.period_start.weekday())


def _point(metric: Metric, start: date, readings: Sequence[Reading], step: Step) -> Point:
    if len(readings) == 1:
        (only,) = readings
        whole = step is Step.MONTH or only.period_days == WEEK_DAYS
        value, upper, lower = (
            None if number is None else float(number) for number in (only.value, only.numerator, only.denominator)
        )
        return Point(start, value, upper, lower, whole)
    parts = [
        Part(
            Measured(each.numerator, each.denominator, each.value), each.period_start, each.period_days, "", each.queue
        )
        for each in readings
    ]
    days = {each.period_start + timedelta(days=number) for each in readings for number in range(each.period_days)}
    whole = step is Step.MONTH or len(days) == WEEK_DAYS
    return point_of(start, roll_up(metric, parts), complete=whole)
