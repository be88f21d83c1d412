"""The embedded database as files: whose it is, whether somebody holds it, and how it gives way to another one."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from bot.leaving.talk import CannotLeave
from bot.replicas.locks import AlreadyRunning, FileLock
from bot.settings import Settings
from storage.database import Database

MARKER = "parley_alembic_version"
"""The table that tells a database of ours from anybody else's."""
BESIDE = ("-wal", "-shm", "-journal", ".lock")
"""What SQLite and our lock keep beside the file."""
ENGINE_TABLES = frozenset(
    {
        "application_versions",
        "dbos_migrations",
        "event_dispatch_kv",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)
"""The tables the delivery engine keeps in the same file."""
KEPT = ".kept-"
RUNNING = "Parley is running on {}: stop it first (Ctrl+C where it runs), then try again."


def file_of(settings: Settings) -> Path | None:
    """The embedded database's file; None for a database on a server."""
    if not settings.database_url.startswith("sqlite:///"):
        return None
    path = settings.database_url.removeprefix("sqlite:///")
    if not path or path.startswith(":"):
        raise CannotLeave(f"DATABASE_URL is {settings.database_url!r}: name a file, such as sqlite:///parley.sqlite.")
    return Path(path)


@contextmanager
def held(file: Path) -> Iterator[None]:
    """The lock of a running bot, taken so that none can start meanwhile. Raises ``CannotLeave`` while one runs."""
    place = Path(f"{file}.lock")
    new, lock = not place.exists(), FileLock(place)
    try:
        lock.take()
    except AlreadyRunning as running:
        raise CannotLeave(RUNNING.format(file)) from running
    except OSError as refused:
        raise CannotLeave(
            f"{place} cannot be written ({refused.strerror}): run this as whoever runs Parley."
        ) from refused
    try:
        yield
    finally:
        if new:
            place.unlink(missing_ok=True)
        lock.free()


def settle(file: Path) -> None:
    """Fold what stands beside the file into it, so that the one file is the whole database.

    SQLite does that only for whoever is alone with the file: raises ``CannotLeave`` when somebody else has it open.
    """
    try:
        with closing(sqlite3.connect(file, timeout=2, isolation_level=None)) as connection:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.Error as trouble:
        raise CannotLeave(
            f"{file} is in use or cannot be written ({trouble}): close what has it open, then try again."
        ) from trouble
    if mode != "delete":
        raise CannotLeave(f"{file} is in use: close what has it open, then try again.")


def tables_in(file: Path) -> frozenset[str]:
    """The tables of a SQLite file; none at all for a file that is not one. Nothing is written."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=2)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    except sqlite3.Error:
        return frozenset()
    return frozenset(name for (name,) in found)


def foreign_tables(file: Path) -> frozenset[str]:
    """Tables in the file that are neither ours nor the engine's: somebody else's data."""
    return frozenset(
        name for name in tables_in(file) if not name.startswith(("parley_", "sqlite_")) and name not in ENGINE_TABLES
    )


def is_ours(file: Path) -> bool:
    """Whether the file is a database Parley made."""
    return file.is_file() and not file.is_symlink() and MARKER in tables_in(file)


def kept_name(file: Path, now: datetime) -> Path:
    """Where a copy is kept: beside the file, with the day and time (UTC) in its name."""
    wanted = file.with_name(f"{file.stem}{KEPT}{now:%Y-%m-%d-%H%M%S}{file.suffix}")
    count = 1
    while wanted.exists():
        count += 1
        wanted = file.with_name(f"{file.stem}{KEPT}{now:%Y-%m-%d-%H%M%S}-{count}{file.suffix}")
    return wanted


def give_way(file: Path, made: Path, kept: Path) -> None:
    """``file`` is kept as ``kept`` and ``made`` stands in its place. Whatever fails, the old one is still in place.

    A second name for the old file and one replacement: there is no moment without a database. Where the disk knows no
    second names, two renames, the first one taken back should the second fail. Raises ``OSError``.
    """
    try:
        os.link(file, kept)
    except OSError:
        file.rename(kept)
        try:
            made.rename(file)
        except OSError:
            kept.rename(file)
            raise
        return
    try:
        made.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            kept.unlink()
        raise


def opened(settings: Settings) -> Database:
    """The database of these settings, which must be there already. Raises ``CannotLeave``."""
    file = file_of(settings)
    if file is not None and not file.exists():
        raise CannotLeave(f"{file}: there is no database yet. Start Parley once with make run, or set DATABASE_URL.")
    if file is not None and MARKER not in tables_in(file):
        raise CannotLeave(f"{file} is not a database of Parley: set DATABASE_URL to the one you mean.")
    return Database(settings.database_url)
