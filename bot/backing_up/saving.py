"""Making a backup while the bot runs: everything as it was at one moment, and a file that appears only when it is whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from bot.backing_up.archive import Manifest, Writer
from bot.backing_up.tables import VERSION_TABLE, lines, reflected
from bot.leaving.talk import CannotLeave
from storage.database import Database
from storage.snapshot import snapshot
from storage.version import PROGRAM

ASIDE = ".being-written"


def save(database: Database, file: Path, now: datetime) -> Manifest:
    """Write all our tables into ``file``; ``now`` (aware UTC) is noted in it.

    Raises database errors and ``OSError`` as they are; no file is left then.
    """
    with _appearing(file) as aside, snapshot(database) as connection:
        migration = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one()
        writer = Writer(aside)
        for name, table in reflected(connection).items():
            writer.table(name, lines(connection, table))
        return writer.finish(migration, PROGRAM, now, database.url.get_backend_name())


def copy(source: Path, file: Path) -> int:
    """Copy a SQLite database whole, the engine's tables too, while others write to it; answers its size in bytes.

    In one step: with write-ahead logging a reader holds nobody up, while a copy in many steps begins anew whenever somebody
    writes. Raises ``CannotLeave`` when what was copied is not sound, ``sqlite3.Error`` and ``OSError`` as they are.
    """
    with _appearing(file) as aside:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True, timeout=10)) as reading,
            closing(sqlite3.connect(aside)) as writing,
        ):
            reading.backup(writing, pages=-1)
            writing.execute("PRAGMA journal_mode=DELETE")
            found = writing.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise CannotLeave(f"{source} is damaged ({found}): nothing was written. See python -m bot db check.")
        return aside.stat().st_size


@contextmanager
def _appearing(file: Path) -> Iterator[Path]:
    """Where to write: beside ``file``, which it becomes when all is written and on the disk. It holds people's words and
    the keys that seal them, so only its owner may read it."""
    aside = file.with_name(file.name + ASIDE)
    aside.unlink(missing_ok=True)  # what an attempt that broke off left may be open to others, or lead elsewhere
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield aside
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.rename(file)
    finally:
        aside.unlink(missing_ok=True)
