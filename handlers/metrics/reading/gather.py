"""Figures of rows gathered into observations: one for each key, intervals added up to their day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handlers.metrics.catalogue import Catalogue
from handlers.metrics.figures import Figure, counted, ratio_of_sums
from handlers.metrics.metric import Aggregation, Metric
from handlers.metrics.reading.derive import Derived
from handlers.metrics.reading.draft import Draft
from handlers.metrics.reading.periods import Period
from handlers.metrics.reading.places import Whose
from handlers.metrics.reading.preview import Observation


@dataclass(frozen=True, slots=True)
class Found:
    """One figure of one row, with its key; ``place`` is the row's, from 0."""

    whose: Whose
    period: Period
    derived: Derived
    place: int


_Key = tuple[Whose, date, int, str, str]


def observations(draft: Draft, found: Iterable[Found], catalogue: Catalogue) -> tuple[Observation, ...]:
    """One observation for each provider, queue, period, metric and definition, in the order of the file.

    Several rows of one key are intervals or calls of one day: ratios are added up, maxima compared, and bare
    percentages refused.
    """
    groups: dict[_Key, list[Found]] = defaultdict(list)
    for each in found:
        key = (each.whose, each.period.start, each.period.days, each.derived.metric_id, each.derived.definition)
        groups[key].append(each)
    made: list[Observation] = []
    for key, group in groups.items():
        figure = _together(catalogue.get(key[3]), group)
        if figure is None:
            reason = (
                f"{key[3]}: intervals of {key[1]} without their volume cannot be added up to a day ({len(group)} there)"
            )
            draft.refuse_row(group[0].place, reason)
        elif figure.value is not None:
            made.append(_observation(key, figure, figure.value, draft.table.rows[group[0].place].number))
    return tuple(made)


def _together(metric: Metric, group: Sequence[Found]) -> Figure | None:
    """One figure of a day; None if it cannot be said. A bare percentage of one interval is not the day's either."""
    figures = [each.derived.figure for each in group]
    values = [figure.value for figure in figures if figure.value is not None]
    if metric.aggregation is Aggregation.MAX:
        return counted(metric, max(values), None)
    if all(figure.weighted for figure in figures):
        return ratio_of_sums(metric, figures)
    return figures[0] if len(figures) == 1 and not group[0].period.moment else None


def _observation(key: _Key, figure: Figure, value: Decimal, row: int) -> Observation:
    whose, start, days, metric_id, definition = key
    return Observation(
        provider_name=whose.provider_name,
        provider_code=whose.provider_code,
        queue=whose.queue,
        metric_id=metric_id,
        definition=definition,
        period_start=start,
        period_days=days,
        numerator=figure.numerator,
        denominator=figure.denominator,
        value=value,
        row=row,
    )
