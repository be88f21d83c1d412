"""One figure of one metric, and how figures become one: always the ratio of sums, never the mean of percentages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from handlers.metrics.metric import Aggregation, Metric


@dataclass(frozen=True, slots=True)
class Figure:
    """Numerator and denominator as counted, and the value in the metric's display unit. None is missing, never zero.

    A figure with a value but no denominator is *unweighted*: a provider sent only "82 %". Counts and maxima need none.
    """

    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None

    @property
    def missing(self) -> bool:
        """Nothing was reported."""
        return self.value is None

    @property
    def weighted(self) -> bool:
        """The denominator is known, so the figure may be added to others."""
        return self.value is not None and self.denominator is not None


MISSING = Figure()


def counted(metric: Metric, numerator: Decimal | None, denominator: Decimal | None) -> Figure:
    """A figure from its counts. A missing part or a denominator of zero (no contacts) makes it missing."""
    if numerator is None:
        return MISSING
    if metric.aggregation in (Aggregation.SUM, Aggregation.MAX):
        return Figure(numerator, None, numerator)
    if denominator is None or denominator == 0:
        return MISSING
    if denominator < 0:
        raise ValueError(
            f"{metric.name}: the denominator ({metric.denominator}) is {denominator}; it cannot be negative"
        )
    return Figure(numerator, denominator, metric.factor * numerator / denominator)


def unweighted(metric: Metric, value: Decimal | None) -> Figure:
    """A figure of which only the value is known. Counts and maxima are complete that way."""
    if metric.aggregation in (Aggregation.SUM, Aggregation.MAX):
        return counted(metric, value, None)
    return Figure(None, None, value)


@dataclass(frozen=True, slots=True)
class Part:
    """A figure with its grain. An empty programme or queue means: all of them together."""

    figure: Figure
    start: date
    days: int
    programme: str = ""
    queue: str = ""
    definition: str = ""

    @property
    def end(self) -> date:
        """The first day after the period."""
        return self.start + timedelta(days=self.days)

    @property
    def label(self) -> str:
        """Names the grain for people."""
        where = " / ".join(name for name in (self.programme, self.queue) if name) or "all queues"
        return f"{where}, {self.days} d from {self.start.isoformat()}"


class CannotRollUp(ValueError):
    """These figures cannot become one; the message says which and what would help."""


class UnweightedRollUp(CannotRollUp):
    """A percentage or mean without its volume cannot be added to other queues or programmes."""


class OverlappingGrains(CannotRollUp):
    """Two figures cover the same contacts."""


class MixedDefinitions(CannotRollUp):
    """The figures follow different definitions: they are different series."""


def roll_up(metric: Metric, parts: Iterable[Part]) -> Figure:
    """One figure of many: ratio of sums, sum, or maximum, as the metric says. Missing parts are left out.

    Unweighted values of one queue over time become a plain mean, again unweighted; over several queues or programmes
    they are refused. Raises ``CannotRollUp`` and its kinds.
    """
    reported = [part for part in parts if not part.figure.missing]
    _same_definition(metric, reported)
    _refuse_overlaps(metric, reported)
    if not reported:
        return MISSING
    if len(reported) == 1:
        return reported[0].figure
    if metric.aggregation is Aggregation.NONE:
        raise CannotRollUp(
            f"{metric.name}: medians and percentiles cannot be re-aggregated; report the longer period itself"
        )
    if metric.aggregation is Aggregation.MAX:
        return counted(metric, max(_value(part.figure) for part in reported), None)
    if metric.aggregation is Aggregation.SUM:
        return counted(metric, sum((_value(part.figure) for part in reported), Decimal(0)), None)
    if all(part.figure.weighted for part in reported):
        return ratio_of_sums(metric, [part.figure for part in reported])
    return _plain_mean(metric, reported)


def ratio_of_sums(metric: Metric, figures: Sequence[Figure]) -> Figure:
    """The sum of numerators over the sum of denominators of weighted figures."""
    numerator = sum((figure.numerator or Decimal(0) for figure in figures), Decimal(0))
    denominator = sum((figure.denominator or Decimal(0) for figure in figures), Decimal(0))
    return counted(metric, numerator, denominator)


def _plain_mean(metric: Metric, parts: Sequence[Part]) -> Figure:
    if len({(part.programme, part.queue) for part in parts}) > 1:
        bare = next(part for part in parts if not part.figure.weighted)
        raise UnweightedRollUp(
            f"{metric.name}: {bare.label} has a value but no volume ({metric.denominator}), so it cannot be added "
            "to other queues; send the volume once, or the counts"
        )
    values = [_value(part.figure) for part in parts]
    return unweighted(metric, sum(values, Decimal(0)) / len(values))


def _same_definition(metric: Metric, parts: Sequence[Part]) -> None:
    definitions = sorted({part.definition for part in parts})
    if len(definitions) > 1:
        raise MixedDefinitions(
            f"{metric.name}: {' and '.join(map(repr, definitions))} are different series and are not added"
        )


def _refuse_overlaps(metric: Metric, parts: Sequence[Part]) -> None:
    """Every pair is compared: an all-queues row beside one of its queues overlaps too. The lists are short (one
    card).
    """
    for one, other in combinations(parts, 2):
        if _overlap(one, other):
            raise OverlappingGrains(
                f"{metric.name}: {one.label} and {other.label} overlap; keep one grain of the series"
            )


def _overlap(one: Part, other: Part) -> bool:
    same_time = one.start < other.end and other.start < one.end
    return same_time and _meets(one.programme, other.programme) and _meets(one.queue, other.queue)


def _meets(one: str, other: str) -> bool:
    return one == other or not one or not other


def _value(figure: Figure) -> Decimal:
    if figure.value is None:
        raise ValueError("figure: a missing value was about to be used as a number")
    return figure.value
