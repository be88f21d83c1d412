"""A file's table as text: header, rows with their line numbers, and what was left out with the reason."""

from __future__ import annotations

from dataclasses import dataclass


class UnreadableFile(ValueError):
    """This file cannot be read as a table; the message says what it is and the way out."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record; ``number`` is the line in the file where it starts, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """A row that is not imported, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class ColumnRefusal:
    """A column that is not imported, and why."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """Header and rows of one file, all cells as text without surrounding blanks."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    header_row: int = 1
    refused: tuple[RowRefusal, ...] = ()
    notes: tuple[str, ...] = ()

    def cells(self, place: int) -> tuple[str, ...]:
        """All cells of one column, by its place from 0."""
        return tuple(row.cells[place] for row in self.rows)
