"""From a table to a preview: what every column is, which figures follow, and what is refused. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.metrics.catalogue import Catalogue
from handlers.metrics.reading.calls import propose_calls
from handlers.metrics.reading.columns import PERIODS, Column, Role, is_call_log, roles
from handlers.metrics.reading.draft import Draft
from handlers.metrics.reading.long import propose_long
from handlers.metrics.reading.periods import ReadPeriods, read_periods
from handlers.metrics.reading.places import note_names
from handlers.metrics.reading.preview import Defaults, Preview
from handlers.metrics.reading.table import Table
from handlers.metrics.reading.unpivot import unpivoted
from handlers.metrics.reading.wide import propose_wide


def propose(table: Table, catalogue: Catalogue, *, defaults: Defaults | None = None) -> Preview:
    """What importing ``table`` would do. The same table gives the same observations again."""
    said = defaults or Defaults()
    table = unpivoted(table)
    columns = roles(table.columns, catalogue)
    draft = Draft(table)
    _ignore_unknown(draft, columns)
    note_names(draft, {column.role: column for column in columns}, said)
    read = read_periods(columns, [row.cells for row in table.rows], said.order)
    _tell_mapping(draft, columns, read)
    if not table.rows:
        draft.questions.append("the file has a header but no rows: export it with its data")
        return draft.preview(())
    if read.question:
        draft.questions.append(read.question)
        return draft.preview(())
    for place, problem in read.problems.items():
        draft.refuse_row(place, problem)
    if is_call_log(table.columns):
        return draft.preview(propose_calls(draft, columns, read.periods, catalogue, said))
    found = {column.role for column in columns}
    if Role.METRIC_VALUE in found and Role.METRIC_NAME not in found:
        draft.questions.append(
            "which metric is the value? add a column named metric, or name the column after the metric"
        )
    if {Role.METRIC_NAME, Role.METRIC_VALUE} <= found:
        return draft.preview(propose_long(draft, columns, read.periods, catalogue, said))
    return draft.preview(propose_wide(draft, columns, read.periods, catalogue, said))


def _ignore_unknown(draft: Draft, columns: Sequence[Column]) -> None:
    known = {column.place for column in columns}
    for place, name in enumerate(draft.table.columns):
        if place not in known:
            draft.ignore_column(name, "nothing we measure, or another column already gives it")


def _tell_mapping(draft: Draft, columns: Sequence[Column], read: ReadPeriods) -> None:
    for column in columns:
        if column.role in PERIODS and read.column is not None and column != read.column:
            draft.ignore_column(column.name, f"the period is taken from {read.column.name!r}")
        elif column.role is not Role.VALUE:
            draft.means(column, f"{column.role.value} {column.seconds} s" if column.seconds else column.role.value)
