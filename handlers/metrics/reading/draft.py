"""A preview while it is being made."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.metrics.reading.columns import Column
from handlers.metrics.reading.preview import Observation, Preview
from handlers.metrics.reading.table import ColumnRefusal, RowRefusal, Table


@dataclass(slots=True)
class Draft:
    """Collects what will be said about a table; ``preview`` closes it."""

    table: Table
    refused_rows: list[RowRefusal] = field(default_factory=list)
    refused_columns: list[ColumnRefusal] = field(default_factory=list)
    ignored_columns: list[ColumnRefusal] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mapping: list[tuple[str, str]] = field(default_factory=list)
    spoken_of: set[int] = field(default_factory=set)

    def refuse_row(self, place: int, reason: str) -> None:
        """The row at ``place`` (from 0) is not imported, or not this part of it."""
        self.refused_rows.append(RowRefusal(self.table.rows[place].number, reason))
        self.spoken_of.add(place)

    def speaks_of(self, place: int) -> bool:
        """Whether something was refused in the row at ``place`` already."""
        return place in self.spoken_of

    def refuse_column(self, column: Column, reason: str) -> None:
        """This column cannot be trusted or read."""
        self.refused_columns.append(ColumnRefusal(column.name, reason))

    def ignore_column(self, name: str, reason: str) -> None:
        """This column is not needed."""
        self.ignored_columns.append(ColumnRefusal(name, reason))

    def means(self, column: Column, words: str) -> None:
        """What a column is taken for."""
        self.mapping.append((column.name, words))

    def preview(self, observations: tuple[Observation, ...]) -> Preview:
        """The finished preview; refused rows in the order of the file."""
        rows = sorted({*self.table.refused, *self.refused_rows}, key=lambda each: (each.row, each.reason))
        dropped = {each.column for each in (*self.refused_columns, *self.ignored_columns)}
        return Preview(
            encoding=self.table.encoding,
            delimiter=self.table.delimiter,
            mapping=tuple(each for each in self.mapping if each[0] not in dropped),
            observations=observations,
            rows_refused=tuple(rows),
            columns_refused=tuple(self.refused_columns),
            columns_ignored=tuple(self.ignored_columns),
            questions=tuple(self.questions),
            notes=(*self.table.notes, *self.notes),
        )
