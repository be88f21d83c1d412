"""A CSV file whose columns are known by name: its rows, and what is said of those that cannot be imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


class WrongColumns(ValueError):
    """The file's first line is not the columns that are needed; says which are missing."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a file may have, those it ``needed``, and what its first line and a row look like (``model``)."""

    known: Sequence[str]
    needed: Sequence[str]
    model: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be imported: its line in the file and every reason."""

    line: int
    provider: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"line {self.line} ({self.provider or 'no provider'}) is refused: {'; '.join(self.reasons)}"


def read_rows(text: str, columns: Columns) -> tuple[Iterable[Mapping[str, str]], tuple[str, ...]]:
    """A file's rows as mappings of column to text, and notes about the whole file.

    Commas, semicolons or tabs stand between the columns; in names, case does not matter, and a space or a hyphen is an
    underscore. Cells beyond the first line's columns come under None. Raises ``WrongColumns`` when a needed one is missing.
    """
    plain = text.lstrip("\ufeff")
    first = plain.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(plain), delimiter=max(",;\t", key=first.count), strict=False)
    names = ["_".join(name.strip().casefold().replace("-", " ").split()) for name in reader.fieldnames or ()]
    missing = [name for name in columns.needed if name not in names]
    if missing:
        raise WrongColumns(
            f"columns: {', '.join(missing)} is missing; the first line was read as {', '.join(names) or 'nothing'}. "
            f"{columns.model}"
        )
    reader.fieldnames = names
    unknown = [name for name in names if name and name not in columns.known]
    return reader, (f"columns left out: {', '.join(unknown)}",) if unknown else ()
