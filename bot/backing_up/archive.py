"""The backup file: a zip with one file of lines a table, and a manifest that says what has to be in them.

It is written and read a row at a time, whatever its size. The manifest's digest of a table is the sum of its lines' SHA-256:
the order in which a database gives its rows does not matter, a changed, lost or doubled line does.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

FORMAT = "parley-backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
LONGEST_MANIFEST = 1_000_000
"""Bytes; ours have a few thousand. A zip may hold more than memory does."""
MODULUS = 2**256
Moment = Annotated[AwareDatetime, Field(gt=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))]


class Damaged(Exception):
    """A backup is not what its manifest says; the message tells where."""


@dataclass(slots=True)
class Tally:
    """How many rows, and the sum of their digests."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count a line."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest())) % MODULUS

    @property
    def digest(self) -> str:
        """The sum, in hexadecimal."""
        return f"{self.total:064x}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in one table's file."""

    rows: Annotated[int, Field(ge=0)]
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: at which migration, made when (aware UTC), from which kind of database, and what is in each table."""

    migration: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    program: str
    made_at: Moment
    source: str
    tables: dict[str, Contents] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(each.rows for each in self.tables.values())

    def text(self) -> str:
        """As it stands in the file."""
        told = {**asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps({"format": FORMAT, "format_version": FORMAT_VERSION, **told}, indent=1)

    @classmethod
    def read(cls, text: bytes) -> Self:
        """From the file. Raises ``Damaged``."""
        try:
            told = json.loads(text)
            if told.pop("format") != FORMAT:
                raise Damaged("it is not a backup of Parley")
            if (number := told.pop("format_version")) > FORMAT_VERSION:
                raise Damaged(
                    f"its format is {number} and this Parley reads up to {FORMAT_VERSION}: take a newer Parley"
                )
            return TypeAdapter(cls).validate_json(json.dumps(told), strict=True)
        except ValidationError as wrong:
            named = ".".join(map(str, wrong.errors()[0]["loc"]))
            raise Damaged(f"its {MANIFEST} cannot be read ({named or 'it is no object'})") from wrong
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
            raise Damaged(f"its {MANIFEST} cannot be read ({type(wrong).__name__})") from wrong


class Writer:
    """Writes a backup, table after table, and the manifest last: a file without one was never finished."""

    def __init__(self, file: Path) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._contents: dict[str, Contents] = {}

    def table(self, name: str, lines: Iterator[bytes]) -> None:
        """One table."""
        tally = Tally()
        with self._zip.open(_member(name), "w", force_zip64=True) as out:
            for line in lines:
                tally.add(line)
                out.write(line + b"\n")
        self._contents[name] = Contents(tally.rows, tally.digest)

    def finish(self, migration: str, program: str, made_at: datetime, source: str) -> Manifest:
        """Write the manifest and close the file."""
        manifest = Manifest(migration, program, made_at, source, self._contents)
        self._zip.writestr(MANIFEST, manifest.text())
        self._zip.close()
        return manifest


class Reader:
    """Reads a backup. ``manifest`` says what has to be in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        if archive.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
            raise Damaged(f"its {MANIFEST} is longer than any of ours")
        self.manifest = Manifest.read(archive.read(MANIFEST))

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a table. Raises ``Damaged`` at the end when they are not what the manifest says."""
        tally = Tally()
        with self._zip.open(_member(name)) as file:
            for read in file:
                line = read.removesuffix(b"\n")
                tally.add(line)
                yield line
        said = self.manifest.tables[name]
        if (tally.rows, tally.digest) != (said.rows, said.digest):
            raise Damaged(f"{name} holds {tally.rows:,} rows that are not the {said.rows:,} the manifest tells of")


@contextmanager
def opened(file: Path) -> Iterator[Reader]:
    """A backup to read from. Raises ``Damaged`` for what is none, ``OSError`` for what is not there."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield Reader(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, EOFError, zlib.error) as wrong:
        raise Damaged(f"it is no whole backup of Parley ({wrong})") from wrong


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"
