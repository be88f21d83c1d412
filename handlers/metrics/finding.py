"""One sentence about a series, true as it stands. No probability is claimed to the reader."""

from __future__ import annotations

from handlers.metrics.baseline import BASELINE_PERIODS, Baseline
from handlers.metrics.decline import BadWeek, Trend
from handlers.metrics.metric import Metric
from handlers.metrics.series import Step
from handlers.metrics.values import format_difference, format_value


def finding(metric: Metric, trend: Trend, *, action_on_record: bool) -> str:
    """What the trend says, with both means and how far periods usually differ, and whether an action is on record."""
    normal, recent = trend.baseline, trend.recent
    if normal is None or recent is None:
        return f"{metric.name}: not judged yet, {trend.reason}."
    steps = trend.step.plural
    last = f"the last {trend.reports} {steps}" if trend.consecutive else f"its last {trend.reports} reported {steps}"
    action = "An action is on record." if action_on_record else "No action is on record."
    averaged = f"{metric.name} has averaged {format_value(metric, recent)} over {last}"
    return f"{averaged}; {_usual(metric, normal, trend.step)}. {action}"


def event(metric: Metric, bad: BadWeek, *, declining: bool = False) -> str:
    """One very bad week, worded as an event and not as a trend, unless the metric is ``declining`` anyway."""
    when = f"the {bad.step} of {bad.start.day} {bad.start:%B %Y}"
    said = f"{metric.name} was {format_value(metric, bad.value)} in {when}; {_usual(metric, bad.baseline, bad.step)}."
    return said if declining else f"{said} One {bad.step} is an event, not a trend."


def _usual(metric: Metric, normal: Baseline, step: Step) -> str:
    mean, usual = format_value(metric, normal.mean), format_difference(metric, normal.spread)
    return f"{_first(normal, step)} averaged {mean}, and {step.plural} usually differ by about {usual}"


def _first(normal: Baseline, step: Step) -> str:
    if normal.reported == BASELINE_PERIODS:
        return f"its first {BASELINE_PERIODS} {step.plural}"
    return f"the {normal.reported} reported of its first {step.plural}"
