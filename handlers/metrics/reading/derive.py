"""Figures of one row from its counts, durations and values, each with its definition.

Which service level is meant, unless a person says: F6 where abandons and short abandons are there (our default); F3
where abandons are there without short ones; F2 where only answered and answered-within can be trusted, because
"offered" also holds contacts that were blocked or redirected (F2 is also the official definition of NHS 111).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from handlers.metrics.catalogue import Catalogue
from handlers.metrics.figures import Figure, counted
from handlers.metrics.formulas import Counts, Formula, ServiceLevelDefinition, service_level
from handlers.metrics.reading.columns import Role

AS_REPORTED = "as reported"
TOTALS = {
    "handle_time": Role.TOTAL_HANDLE,
    "speed_of_answer": Role.TOTAL_WAIT,
    "hold": Role.TOTAL_HOLD,
    "transfer": Role.TRANSFERRED,
}
"""Metrics whose numerator is a total per answered contact."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One figure with what it is a figure of."""

    metric_id: str
    definition: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class RowNumbers:
    """The numbers of one row by role; thresholds have their seconds beside them."""

    plain: Mapping[Role, Decimal | None]
    answered_within: Mapping[int, Decimal | None]
    abandoned_within: Mapping[int, Decimal | None]


def derive(catalogue: Catalogue, row: RowNumbers, wanted: ServiceLevelDefinition | None) -> tuple[Derived, ...]:
    """Every figure that the row's counts allow; missing ones are left out."""
    found = [*_service_levels(row, wanted), *_abandonment(catalogue, row), *_per_answered(catalogue, row)]
    return tuple(each for each in found if not each.figure.missing)


def _service_levels(row: RowNumbers, wanted: ServiceLevelDefinition | None) -> list[Derived]:
    levels = []
    for seconds in row.answered_within:
        definition = wanted or ServiceLevelDefinition(chosen_formula(row), seconds)
        if definition.seconds == seconds:
            levels.append(
                Derived("service_level", str(definition), service_level(definition.formula, _counts(row, seconds)))
            )
    return levels


def chosen_formula(row: RowNumbers) -> Formula:
    """The formula that the columns of a file allow; see the top of this file."""
    if Role.ABANDONED not in row.plain:
        return Formula.F2
    return Formula.F6 if Role.SHORT_ABANDONS in row.plain else Formula.F3


def _counts(row: RowNumbers, seconds: int) -> Counts:
    return Counts(
        answered=row.plain.get(Role.ANSWERED),
        answered_within=row.answered_within[seconds],
        abandoned=row.plain.get(Role.ABANDONED),
        abandoned_within=row.abandoned_within.get(seconds),
        short_abandons=row.plain.get(Role.SHORT_ABANDONS),
    )


def _abandonment(catalogue: Catalogue, row: RowNumbers) -> list[Derived]:
    metric = catalogue.get("abandonment")
    abandoned, answered = row.plain.get(Role.ABANDONED), row.plain.get(Role.ANSWERED)
    if Role.OFFERED in row.plain:
        return [Derived(metric.id, metric.definition, counted(metric, abandoned, row.plain[Role.OFFERED]))]
    everybody = None if abandoned is None or answered is None else abandoned + answered
    return [Derived(metric.id, "abandoned / (answered + abandoned)", counted(metric, abandoned, everybody))]


def _per_answered(catalogue: Catalogue, row: RowNumbers) -> list[Derived]:
    answered = row.plain.get(Role.ANSWERED)
    metrics = [(catalogue.get(metric_id), role) for metric_id, role in TOTALS.items() if role in row.plain]
    return [
        Derived(metric.id, metric.definition, counted(metric, row.plain[role], answered)) for metric, role in metrics
    ]
