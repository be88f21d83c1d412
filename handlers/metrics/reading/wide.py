"""One row a period, one column a number: counts checked against each other, figures derived, bare values taken as they
are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from handlers.metrics.catalogue import Catalogue
from handlers.metrics.figures import counted, unweighted
from handlers.metrics.metric import Aggregation, Metric, Unit
from handlers.metrics.reading.cells import (
    BARE,
    LONGEST_IN_SECONDS,
    ReadColumn,
    decimal_mark,
    read_counts,
    read_durations,
    read_values,
)
from handlers.metrics.reading.checks import check, contradiction, not_reported
from handlers.metrics.reading.columns import COUNTS, DURATIONS, Column, Role
from handlers.metrics.reading.derive import AS_REPORTED, Derived, RowNumbers, derive
from handlers.metrics.reading.draft import Draft
from handlers.metrics.reading.gather import Found, observations
from handlers.metrics.reading.periods import Period
from handlers.metrics.reading.preview import Defaults, Observation
from handlers.metrics.reading.usable import usable_rows

CLOSE = Decimal("0.15")
"""How far a printed percentage may be from the counts: rounding to one decimal, and a little."""
_WITHIN = (Role.ANSWERED_WITHIN, Role.ABANDONED_WITHIN)
Numbers = dict[Column, ReadColumn]
DerivedRows = Mapping[int, tuple[Derived, ...]]


def propose_wide(
    draft: Draft, columns: Sequence[Column], periods: Sequence[Period | None], catalogue: Catalogue, said: Defaults
) -> tuple[Observation, ...]:
    """The observations of a wide table; whatever is left out is said in ``draft``."""
    numbers = read_numbers(draft, columns, said)
    counts = [_counts(numbers, place) for place in range(len(draft.table.rows))]
    usable = usable_rows(draft, {column.role: column for column in columns}, periods, counts, said)
    for place in _distrust(draft, numbers, counts):
        usable.pop(place, None)
    rows = {place: _row(numbers, place) for place in usable}
    derived = {place: derive(catalogue, row, said.service_level) for place, row in rows.items()}
    _tell_service_level(draft, rows, derived, said)
    values = _values(draft, numbers, counts, rows, derived)
    for place in usable:
        if not derived[place] and not values[place] and not draft.speaks_of(place):
            draft.refuse_row(place, "nothing that can be used is reported in this row")
    found = [
        Found(owner, period, each, place)
        for place, (owner, period) in usable.items()
        for each in (*derived[place], *values[place])
    ]
    return observations(draft, found, catalogue)


def read_numbers(draft: Draft, columns: Sequence[Column], said: Defaults) -> Numbers:
    """Every column that holds numbers; what cannot be read is said in ``draft`` and left out."""
    mark = said.mark or decimal_mark([cell for row in draft.table.rows for cell in row.cells], draft.table.delimiter)
    numbers: Numbers = {}
    for column in columns:
        cells = draft.table.cells(column.place)
        if column.role in COUNTS:
            numbers[column] = read_counts(cells, mark)
        elif column.role in DURATIONS:
            numbers[column] = read_durations(column.name, cells, mark, said.clock, said.bare_durations)
        elif column.role is Role.VALUE and column.metric is not None:
            numbers[column] = read_values(column.name, cells, column.metric, mark, said)
    numbers = _doubt_bare_durations(numbers)
    for column, read in numbers.items():
        tell_problems(draft, column, read)
    return {column: read for column, read in numbers.items() if not read.refusal}


def _doubt_bare_durations(numbers: Numbers) -> Numbers:
    """One file has one unit: where one bare mean exceeds an hour, no bare duration of the file is believed."""
    bare = [column for column, read in numbers.items() if read.note == BARE]
    longest = max((_longest(numbers, column) for column in bare), default=Decimal(0))
    if longest <= LONGEST_IN_SECONDS:
        return numbers
    why = f"ambiguous: bare numbers (a mean of {longest:.0f}) may be seconds or milliseconds"
    refused = f"{why}; say which, or name the column with (s) or (ms)"
    doubted = {column: ReadColumn((None,) * len(numbers[column].values), refusal=refused) for column in bare}
    return {**numbers, **doubted}


def _longest(numbers: Numbers, column: Column) -> Decimal:
    """The longest mean of a contact that a duration column means: totals are divided by the answered; maxima may be
    long.
    """
    values = numbers[column].values
    if column.role is not Role.VALUE:
        answered = next((read.values for each, read in numbers.items() if each.role is Role.ANSWERED), ())
        pairs = zip(values, answered, strict=False)
        return max((value / count for value, count in pairs if value is not None and count), default=Decimal(0))
    if column.metric is None or column.metric.aggregation is not Aggregation.MEAN:
        return Decimal(0)
    return max((value for value in values if value is not None), default=Decimal(0))


def tell_problems(draft: Draft, column: Column, read: ReadColumn) -> None:
    """Say what could not be read in a column."""
    if read.refusal:
        draft.refuse_column(column, read.refusal)
    if read.note:
        draft.notes.append(f"{column.name!r}: {read.note}")
    for place, problem in read.problems.items():
        draft.refuse_row(place, f"{column.name!r}: {problem} (this figure only)")


def _counts(numbers: Numbers, place: int) -> dict[Role, Decimal | None]:
    """One number a role; of several thresholds the largest, which every identity bounds."""
    ordered = sorted(numbers.items(), key=lambda item: item[0].seconds or 0)
    return {column.role: read.values[place] for column, read in ordered if column.role in COUNTS}


def _row(numbers: Numbers, place: int) -> RowNumbers:
    kept = [(column, read.values[place]) for column, read in numbers.items() if column.role is not Role.VALUE]
    answered, abandoned = ({each.seconds or 0: value for each, value in kept if each.role is role} for role in _WITHIN)
    return RowNumbers({each.role: value for each, value in kept if each.role not in _WITHIN}, answered, abandoned)


def _distrust(draft: Draft, numbers: Numbers, counts: Sequence[Mapping[Role, Decimal | None]]) -> set[int]:
    """Take columns that contradict the others out of ``numbers``; the places of rows that contradict themselves."""
    findings = check([{} if not_reported(row) else row for row in counts])
    for column in [column for column in numbers if column.role in findings.columns]:
        draft.refuse_column(column, findings.columns[column.role])
        numbers.pop(column)
    for place, reason in findings.rows.items():
        draft.refuse_row(place, reason)
    return set(findings.rows)


def _tell_service_level(draft: Draft, rows: Mapping[int, RowNumbers], derived: DerivedRows, said: Defaults) -> None:
    definitions = sorted(
        {each.definition for row in derived.values() for each in row if each.metric_id == "service_level"}
    )
    if definitions:
        how = (
            "as you said"
            if said.service_level
            else "from the columns that are there; say another formula if the contract does"
        )
        draft.notes.append(f"service level is {' and '.join(definitions)}, {how}")
    elif said.service_level and any(row.answered_within for row in rows.values()):
        there = sorted({seconds for row in rows.values() for seconds in row.answered_within})
        draft.notes.append(
            f"no service level {said.service_level}: the file has {there} s and lacks some of its counts"
        )


def _values(
    draft: Draft,
    numbers: Numbers,
    counts: Sequence[Mapping[Role, Decimal | None]],
    rows: Mapping[int, RowNumbers],
    derived: DerivedRows,
) -> dict[int, list[Derived]]:
    """Figures of columns that hold a metric's own value, unless the counts say the same or contradict them."""
    found: dict[int, list[Derived]] = {place: [] for place in rows}
    for column, read in numbers.items():
        if column.role is not Role.VALUE or column.metric is None:
            continue
        reason = _from_counts(column, column.metric, read, derived)
        wrong = contradiction(column, [read.values[place] for place in rows], [counts[place] for place in rows])
        if reason:
            draft.ignore_column(column.name, reason)
        elif wrong and column.metric.id == "abandonment":
            draft.ignore_column(column.name, wrong)
        else:
            draft.means(column, f"{column.metric.name}, as reported")
            for place, row in rows.items():
                found[place].extend(_reported(column, column.metric, read.values[place], row.plain.get(Role.ANSWERED)))
    return found


def _from_counts(column: Column, metric: Metric, read: ReadColumn, derived: DerivedRows) -> str:
    """Why a value column is not needed beside the counts, and whether it agrees with them."""
    pairs = [
        (value, each.figure.value)
        for place, row in derived.items()
        for each in row
        if each.metric_id == metric.id and (value := read.values[place]) is not None and each.figure.value is not None
        if column.seconds is None or f"within {column.seconds} s" in each.definition
    ]
    if not pairs:
        return ""
    apart = sum(abs(value - exact) > CLOSE for value, exact in pairs)
    return "derived from the counts instead" + (
        f"; it differs from them in {apart} of {len(pairs)} rows" if apart else ""
    )


def _reported(column: Column, metric: Metric, value: Decimal | None, answered: Decimal | None) -> list[Derived]:
    if value is None:
        return []
    if metric.unit is Unit.SECONDS and metric.aggregation is Aggregation.MEAN and answered:
        return [Derived(metric.id, metric.definition, counted(metric, value * answered, answered))]
    threshold = f", within {column.seconds} s" if column.seconds else ""
    definition = metric.definition if metric.aggregation is Aggregation.MAX else AS_REPORTED + threshold
    return [Derived(metric.id, definition, unweighted(metric, value))]
