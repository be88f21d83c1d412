"""An export's folder: every file is written aside first, and moved into place only when all of them are whole."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.leaving.explanation import explanation
from bot.leaving.kinds import LEFT_OUT, Kind, kinds
from bot.leaving.lines import Reading, columns, lines
from bot.leaving.scope import Scope, includes
from bot.leaving.talk import CannotLeave
from storage.version import HEAD

MANIFEST, README = "manifest.json", "README.txt"
ASIDE = ".being-written"
PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Written:
    """One file: how many records are in it, how large it is in bytes, and the SHA-256 of it."""

    file: str
    about: str
    records: int
    size: int
    digest: str
    headers: Sequence[str] = ()


def prepare(folder: Path) -> bool:
    """Make the folder, readable by its owner only; True when it is new. Raises ``CannotLeave`` when something is in it."""
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.iterdir()):
            raise CannotLeave(f"--out {folder}: something is in it; name a folder that is empty or not there yet.")
        folder.chmod(0o700)
    except OSError as refused:
        raise CannotLeave(f"--out {folder}: {refused.strerror}; name a folder that can be written.") from refused
    return new


def write(
    connection: Connection, folder: Path, scope: Scope, source: Mapping[str, object], now: datetime
) -> list[Written]:
    """Everything in ``scope`` into an empty folder. ``source`` (whose data it is) and ``now`` go into the manifest.

    Raises ``OSError`` as it is (a full disk); the folder is then as it was, or gone if it was made here.
    """
    new, aside = prepare(folder), folder / ASIDE
    with ExitStack() as undo:
        undo.callback(_clear, folder, new)
        aside.mkdir(mode=0o700)
        written = _written(connection, aside, scope, source, now)
        for path in sorted(aside.iterdir(), key=lambda each: each.name == MANIFEST):
            path.rename(folder / path.name)
        aside.rmdir()
        undo.pop_all()
    return written


def _clear(folder: Path, new: bool) -> None:
    """A folder without its manifest would look like an export; what was empty before we came is empty again."""
    if new:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def _written(
    connection: Connection, folder: Path, scope: Scope, source: Mapping[str, object], now: datetime
) -> list[Written]:
    reading = Reading(connection, scope)
    reading.begin()
    all_kinds = kinds()
    wanted = [kind for kind in all_kinds if includes(kind, scope)]
    written = [_file(kind, reading, all_kinds, folder) for kind in wanted]
    readme = folder / README
    _text(readme, explanation(scope, source, written, now))
    _text(folder / MANIFEST, _manifest(scope, source, [*written, _told(readme, "how to read this folder", 0)], now))
    return written


def _file(kind: Kind, reading: Reading, all_kinds: Sequence[Kind], folder: Path) -> Written:
    """UTF-8 with a byte order mark: spreadsheets read names right by it."""
    path, count = folder / f"{kind.file}.csv", -1
    with open(path, "w", encoding="utf-8-sig", newline="", opener=_private) as file:
        writer = csv.writer(file)
        for line in lines(kind, reading, all_kinds):
            writer.writerow(line)
            count += 1
    return _told(path, kind.about, count, [header for header, _ in columns(kind, reading)])


def _text(path: Path, words: str) -> None:
    with open(path, "w", encoding="utf-8", opener=_private) as file:
        file.write(words)


def _private(path: str, flags: int) -> int:
    """Files that only their owner can read."""
    return os.open(path, flags, 0o600)


def _told(path: Path, about: str, records: int, headers: Sequence[str] = ()) -> Written:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(path.name, about, records, path.stat().st_size, digest, headers)


def _manifest(scope: Scope, source: Mapping[str, object], files: Sequence[Written], now: datetime) -> str:
    apart = {f"{kind.file}.csv": kind.apart for kind in kinds() if not includes(kind, scope)}
    told = {
        "what": "an export of Parley's records",
        "exported_at": now.isoformat(),
        "parley": version(),
        "database": HEAD,
        **source,
        "scope": {"provider": scope.provider or None, "internal": scope.internal},
        "files": [
            {
                "file": each.file,
                "about": each.about,
                "records": each.records,
                "bytes": each.size,
                "sha256": each.digest,
                "columns": list(each.headers),
            }
            for each in files
        ],
        "left_out": {**LEFT_OUT, **apart},
        "columns_left_out": {
            kind.file: dict(kind.without) for kind in kinds() if kind.without and includes(kind, scope)
        },
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def version() -> str | None:
    """This Parley's version; None where it was installed without its project file."""
    if not PROJECT.exists():
        return None
    told = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    return str(told["project"]["version"])
