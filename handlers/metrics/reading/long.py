"""One row a figure: a column names the metric, another holds its value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from handlers.metrics.catalogue import Catalogue
from handlers.metrics.figures import unweighted
from handlers.metrics.metric import Metric
from handlers.metrics.reading.cells import decimal_mark, read_values
from handlers.metrics.reading.columns import Column, Role
from handlers.metrics.reading.derive import AS_REPORTED, Derived
from handlers.metrics.reading.draft import Draft
from handlers.metrics.reading.gather import Found, observations
from handlers.metrics.reading.periods import Period
from handlers.metrics.reading.places import Whose, whose
from handlers.metrics.reading.preview import Defaults, Observation


def propose_long(
    draft: Draft, columns: Sequence[Column], periods: Sequence[Period | None], catalogue: Catalogue, said: Defaults
) -> tuple[Observation, ...]:
    """The observations of a long table; rows of unknown metrics are refused by the metric's name."""
    by_role = {column.role: column for column in columns}
    metrics = _metrics(draft, by_role[Role.METRIC_NAME], periods, catalogue)
    found: list[Found] = []
    seen: dict[tuple[Whose, Period, str], int] = {}
    for metric, places in metrics.items():
        for place, derived in _derived(draft, by_role[Role.METRIC_VALUE], metric, places, said):
            period, owner = periods[place], whose(draft.table.rows[place], by_role, said)
            if period is None or owner is None:
                draft.refuse_row(place, "the provider is missing")
            elif (first := seen.setdefault((owner, period, metric.id), place)) != place:
                draft.refuse_row(place, f"the same figure as row {draft.table.rows[first].number}")
            else:
                found.append(Found(owner, period, derived, place))
    return observations(draft, sorted(found, key=lambda each: each.place), catalogue)


def _metrics(
    draft: Draft, column: Column, periods: Sequence[Period | None], catalogue: Catalogue
) -> dict[Metric, list[int]]:
    metrics: dict[Metric, list[int]] = defaultdict(list)
    for place, name in enumerate(draft.table.cells(column.place)):
        metric = catalogue.find(name)
        if metric is None:
            draft.refuse_row(place, f"{name!r} is not a metric of the catalogue")
        elif periods[place] is not None:
            metrics[metric].append(place)
    return metrics


def _derived(
    draft: Draft, column: Column, metric: Metric, places: Sequence[int], said: Defaults
) -> list[tuple[int, Derived]]:
    cells = [draft.table.rows[place].cells[column.place] for place in places]
    read = read_values(metric.name, cells, metric, said.mark or decimal_mark(cells, draft.table.delimiter), said)
    if read.refusal:
        draft.questions.append(f"{metric.name}: {read.refusal}")
    if read.note:
        draft.notes.append(f"{metric.name}: {read.note}")
    for at, problem in read.problems.items():
        draft.refuse_row(places[at], problem)
    values = zip(places, read.values, strict=True)
    return [
        (at, Derived(metric.id, AS_REPORTED, unweighted(metric, value))) for at, value in values if value is not None
    ]
