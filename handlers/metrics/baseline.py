"""A series' own normal: the frozen first twelve weeks, how far weeks usually differ, and the XmR limits."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from handlers.metrics.metric import Metric, Unit
from handlers.metrics.series import Point, Series

BASELINE_PERIODS = 12
FEWEST_BASELINE = 8
XMR_FACTOR = 2.66
"""3 / d2 with d2 = 1.128 for moving ranges of two (Shewhart; Wheeler's natural process limits)."""
MATERIAL_SHARE = 0.02
"""Materiality floor of metrics that are not percentages: 2 % of the baseline mean."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A series' own normal range, in the display unit."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """The frozen baseline: ``mean`` m and ``spread`` s of weekly values, of how many reported periods, from when to
    when.
    """

    mean: float
    spread: float
    reported: int
    first: date
    last: date
    limits: Limits

    @property
    def complete(self) -> bool:
        """All periods of the baseline were reported."""
        return self.reported == BASELINE_PERIODS


def baseline_of(series: Series) -> Baseline | None:
    """The baseline of the first 12 periods of ``series``, or None while they are not over or fewer than 8 were
    reported.

    When fewer than 8 of the first 12 were reported, it lasts until the eighth report. ``series`` starts with the
    contract, the definition or the approved improvement: use ``Series.since`` to re-baseline.
    """
    points = series.points[: _length(series)]
    used = [point for point in points if point.usable is not None]
    if len(points) < BASELINE_PERIODS or len(used) < FEWEST_BASELINE:
        return None
    values = [value for point in used if (value := point.usable) is not None]
    mean = statistics.fmean(values)
    return Baseline(mean, spread(series.metric, used), len(used), points[0].start, points[-1].start, xmr_limits(values))


def _length(series: Series) -> int:
    """Periods until 12 are over and 8 are reported."""
    reported = 0
    for number, point in enumerate(series.points, start=1):
        reported += point.usable is not None
        if number >= BASELINE_PERIODS and reported >= FEWEST_BASELINE:
            return number
    return len(series.points)


def spread(metric: Metric, points: Sequence[Point]) -> float:
    """How far periods usually differ: the sample standard deviation, floored at the chance error of the counts.

    Equal values without known volume (rounded replies) have no spread of their own: the materiality floor stands in,
    so that one rounding step is not a hundred sigmas. Needs two points.
    """
    values = [point.value for point in points if point.value is not None]
    deviation = max(statistics.stdev(values), chance_error(metric, points))
    return deviation or material_gap(metric, statistics.fmean(values)) or 1.0


def chance_error(metric: Metric, points: Sequence[Point]) -> float:
    """The binomial (percentages) or Poisson (rates, counts) standard error of one average period; 0 where unknown."""
    values = [point.value for point in points if point.value is not None]
    mean = statistics.fmean(values)
    if metric.unit is Unit.COUNT:
        return math.sqrt(max(mean, 0.0))
    volumes = [point.denominator for point in points if point.denominator]
    if not volumes:
        return 0.0
    volume = statistics.harmonic_mean(volumes)
    if metric.unit is Unit.PERCENT:
        return math.sqrt(max(mean * (100 - mean), 0.0) / volume)
    return math.sqrt(max(mean, 0.0) * 1000 / volume) if metric.unit is Unit.PER_THOUSAND else 0.0


def material_gap(metric: Metric, mean: float) -> float:
    """The smallest gap worth a word: 0.5 points for percentages, 2 % of the mean otherwise."""
    return float(metric.materiality) if metric.materiality is not None else MATERIAL_SHARE * abs(mean)


def xmr_limits(values: Sequence[float]) -> Limits:
    """Mean plus and minus 2.66 times the mean moving range. Needs two values, in order."""
    mean = statistics.fmean(values)
    reach = XMR_FACTOR * statistics.fmean(abs(after - before) for before, after in pairwise(values))
    return Limits(mean - reach, mean + reach)
