"""Months or weeks side by side as columns become rows: one row a figure, as everywhere else."""

from __future__ import annotations

from dataclasses import replace

from handlers.metrics.reading.dates import AmbiguousDates, read_days
from handlers.metrics.reading.table import Row, Table

FEWEST = 2
VALUE = "value"


def unpivoted(table: Table) -> Table:
    """The table with its period columns turned into rows; the same table if fewer than two columns are periods.

    Rows keep the line number they have in the file.
    """
    kinds = {place: kind for place, name in enumerate(table.columns) if (kind := _period(name))}
    if len(kinds) < FEWEST or len(set(kinds.values())) > 1:
        return table
    kept = [place for place in range(len(table.columns)) if place not in kinds]
    rows = tuple(
        Row(row.number, (*(row.cells[each] for each in kept), table.columns[place], row.cells[place]))
        for row in table.rows
        for place in kinds
    )
    columns = (*(table.columns[place] for place in kept), next(iter(kinds.values())), VALUE)
    note = f"{len(kinds)} columns are periods ({table.columns[min(kinds)]!r} and on) and were turned into rows"
    return replace(table, columns=columns, rows=rows, notes=(*table.notes, note))


def _period(name: str) -> str:
    """ "month" or "week" if the name is one; dates are weeks, to be settled by their weekday."""
    try:
        read = read_days([name])[0]
    except AmbiguousDates:
        return ""
    if read.day is None or name.isdigit():
        return ""
    return "month" if read.kind == "month" else "week"
