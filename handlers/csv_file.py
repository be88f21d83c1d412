"""A CSV file whose columns are known by name: its rows, and what is said of those that cannot be imported."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.vocabulary.incoming import plain

SHOWN = 300
"""Characters of a first line that are shown where it is not what is needed: it may be anything."""
LISTED = 20
"""How many refused rows are told one by one: mending those mends most of the others, too."""


class UnreadableCsv(ValueError):
    """A file that cannot be read as a table; says where and why, and the way out."""


class WrongColumns(UnreadableCsv):
    """The file's first line is not the columns that are needed; says which are missing."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a file may have, those it ``needed``, and what its first line and a row look like (``model``)."""

    known: Sequence[str]
    needed: Sequence[str]
    model: str


class Row(dict[str, str]):
    """A row as column to text, with the ``line`` of the file that it begins in, as an editor counts them."""

    def __init__(self, line: int, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.line = line


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be imported: its line in the file and every reason."""

    line: int
    provider: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"line {self.line} ({self.provider or 'no provider'}) is refused: {'; '.join(self.reasons)}"


def refusals(refused: Sequence[RefusedRow]) -> list[str]:
    """The refused rows in words, a line each; of many the first ones and how many more there are."""
    more = len(refused) - LISTED
    return [*map(str, refused[:LISTED]), *([f"… and {more:,} more refused."] if more > 0 else [])]


def read_rows(text: str, columns: Columns) -> tuple[Iterable[Row], tuple[str, ...]]:
    """A file's rows as mappings of column to text, and notes about the whole file.

    Commas, semicolons or tabs stand between the columns; in names, case does not matter, and a space or a hyphen is an
    underscore. Cells beyond the first line's columns come under None. What cannot be shown or stored is left out, and letters
    with their accents apart are put together, as everywhere else. Raises ``WrongColumns`` when a needed one is missing, else
    ``UnreadableCsv``.
    """
    whole = unicodedata.normalize("NFC", text.lstrip("\ufeff"))
    first = whole.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(whole), delimiter=max(",;\t", key=first.count), strict=False)
    try:
        return _rows(reader, columns)
    except csv.Error as problem:
        raise UnreadableCsv(
            f"line {reader.line_num}: {problem}. Is a quotation mark opened before it and never closed?"
        ) from None


def _rows(reader: csv.DictReader[str], columns: Columns) -> tuple[Sequence[Row], tuple[str, ...]]:
    names = ["_".join(plain(name).strip().casefold().replace("-", " ").split()) for name in reader.fieldnames or ()]
    missing = [name for name in columns.needed if name not in names]
    if missing:
        raise WrongColumns(
            f"columns: {', '.join(missing)} is missing; the first line was read as {', '.join(names)[:SHOWN] or 'nothing'}. "
            f"{columns.model}"
        )
    reader.fieldnames = names
    unknown = [name for name in names if name and name not in columns.known]
    rows = [Row(_begins(reader, row), {name: _clean(cell) for name, cell in row.items()}) for row in reader]
    return rows, (f"columns left out: {', '.join(unknown)}",) if unknown else ()


def _clean(cell: str) -> str:
    """A cell as it can be kept; cells beyond the first line's columns are a list, and stay one."""
    return plain(cell) if isinstance(cell, str) else cell


def _begins(reader: csv.DictReader[str], row: Mapping[str, str]) -> int:
    """The line a row begins in: the reader stands on its last one, and a cell in quotes may go over several."""
    cells = (part for cell in row.values() for part in (cell if isinstance(cell, list) else [cell]) if part)
    return reader.line_num - sum(cell.count("\n") for cell in cells)
