"""Is it getting worse? The mean of the last six reported weeks against the frozen first twelve.

z = (mean6 - m) / (s * sqrt(1/6 + 1/12)), signed so that positive is better. Real weeks are not binomial, so a week is
one observation and sigma comes from the weeks. Expected by simulation: .35 false alarms a metric-year for independent
weeks, .96 at a lag-1 autocorrelation of .5; a one-sigma decline over twelve weeks is caught in 80 % of cases by week
26.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from handlers.metrics.baseline import FEWEST_BASELINE, Baseline, baseline_of, material_gap
from handlers.metrics.metric import Direction, Metric, Target
from handlers.metrics.series import Point, Series, Step, pooled_to_months, thin

WATCH, ALERT, STRONG = -1.5, -2.25, -3.0
WINDOW = 6
FEWEST_IN_WINDOW = 3
FEWEST_WORSE = 4
LOOK_BACK = 12
"""The six reports must lie within the last twelve periods: an old fall of a provider gone silent is not news."""
BAD_WEEK = -4.0


class Level(StrEnum):
    """How sure the decline is. Watch goes to the internal digest only; alert and strong start the honeymoon
    question.
    """

    UNKNOWN = "unknown"
    STEADY = "steady"
    WATCH = "watch"
    ALERT = "alert"
    STRONG = "strong"

    @property
    def alerts(self) -> bool:
        """Alert or strong."""
        return self in (Level.ALERT, Level.STRONG)


@dataclass(frozen=True, slots=True)
class Trend:
    """The verdict on a series after its last period. ``reason`` says why it is unknown; numbers are then None.

    ``z`` below zero is worse. ``consecutive``: the recent reports are the last periods without a gap.
    """

    level: Level
    step: Step
    reason: str = ""
    baseline: Baseline | None = None
    recent: float | None = None
    reports: int = 0
    worse: int = 0
    z: float | None = None
    last: date | None = None
    consecutive: bool = True


@dataclass(frozen=True, slots=True)
class BadWeek:
    """One very bad period, four spreads worse than the baseline: an event, not a trend."""

    start: date
    value: float
    z: float
    baseline: Baseline
    step: Step


def trend(series: Series, *, baseline: Baseline | None = None, band: Target | None = None) -> Trend:
    """Judge ``series`` after its last period; a stored frozen ``baseline`` wins over computing it.

    Series under 30 contacts a week are pooled to months first (a stored baseline must then be of months). ``band``
    says which way is worse for band metrics.
    """
    judged = pooled_to_months(series) if thin(series) else series
    normal = baseline or baseline_of(judged)
    if normal is None:
        return Trend(
            Level.UNKNOWN,
            judged.step,
            f"the baseline needs 12 {judged.step.plural}, {FEWEST_BASELINE} of them reported",
        )
    after = [point for point in judged.points if point.start > normal.last]
    window = [point for point in after[-LOOK_BACK:] if point.usable is not None][-WINDOW:]
    if len(window) < FEWEST_IN_WINDOW:
        reason = f"needs {FEWEST_IN_WINDOW} reported {judged.step.plural} after the baseline, has {len(window)}"
        return Trend(Level.UNKNOWN, judged.step, reason, normal)
    return _judged(judged, normal, window, band)


def _judged(series: Series, normal: Baseline, window: Sequence[Point], band: Target | None) -> Trend:
    values = [value for point in window if (value := point.usable) is not None]
    recent = statistics.fmean(values)
    sign = better_sign(series.metric, normal.mean, recent, band)
    z = sign * (recent - normal.mean) / (normal.spread * math.sqrt(1 / len(values) + 1 / normal.reported))
    worse = sum(sign * value < sign * normal.mean for value in values)
    material = abs(recent - normal.mean) >= material_gap(series.metric, normal.mean)
    return Trend(
        level=_level(z, worse, material=material),
        step=series.step,
        baseline=normal,
        recent=recent,
        reports=len(values),
        worse=worse,
        z=z,
        last=window[-1].start,
        consecutive=tuple(window) == series.points[-len(window) :],
    )


def _level(z: float, worse: int, *, material: bool) -> Level:
    """Four of the window must be worse even when it holds fewer than six: the first look after the baseline is the
    shakiest.
    """
    if not material or z > WATCH:
        return Level.STEADY
    if z > ALERT or worse < FEWEST_WORSE:
        return Level.WATCH
    return Level.STRONG if z <= STRONG else Level.ALERT


def better_sign(metric: Metric, mean: float, value: float, band: Target | None = None) -> int:
    """+1 where a higher value is better, -1 where it is worse.

    In a band, leaving its middle is worse; without known limits any drift from the baseline is.
    """
    if metric.direction is not Direction.BAND:
        return 1 if metric.direction is Direction.UP else -1
    if band is None or band.low is None or band.high is None:
        return -1 if value > mean else 1
    middle = float(band.low + band.high) / 2
    return 1 if (mean + value) / 2 < middle else -1


def trend_history(series: Series, *, band: Target | None = None) -> tuple[Trend, ...]:
    """The verdict as it stood after each period, oldest first: what would have been said when."""
    judged = pooled_to_months(series) if thin(series) else series
    return tuple(trend(judged.until(point.start), band=band) for point in judged.points)


def bad_week(series: Series, *, baseline: Baseline | None = None, band: Target | None = None) -> BadWeek | None:
    """The last period, if it was reported after the baseline and is four spreads worse than it."""
    judged = pooled_to_months(series) if thin(series) else series
    normal = baseline or baseline_of(judged)
    point = judged.points[-1] if judged.points else None
    if normal is None or point is None or point.usable is None or point.start <= normal.last:
        return None
    sign = better_sign(judged.metric, normal.mean, point.usable, band)
    z = sign * (point.usable - normal.mean) / normal.spread
    material = abs(point.usable - normal.mean) >= material_gap(judged.metric, normal.mean)
    return BadWeek(point.start, point.usable, z, normal, judged.step) if z <= BAD_WEEK and material else None


def peers_fell_too(others: Sequence[Trend]) -> bool:
    """Whether at least half of the judged peers (two or more) are at watch or worse: say it before blaming one
    provider.
    """
    judged = [other for other in others if other.z is not None]
    fell = sum(other.z is not None and other.z <= WATCH for other in judged)
    return len(judged) > 1 and 2 * fell >= len(judged)
