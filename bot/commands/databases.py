"""``db``: upgrade the database, back it up while Parley runs, restore a backup, and look whether all of it is sound."""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DatabaseError, OperationalError

from bot.backing_up.examination import examine
from bot.backing_up.restoring import Restored, into_file, into_server, readable
from bot.backing_up.saving import copy, save
from bot.leaving.files import file_of, opened
from bot.leaving.talk import CannotLeave, Talk, Terminal, told
from bot.migrating import TooNew, migrate
from bot.settings import Settings
from storage.database import Database
from storage.version import HEAD, version

COPIES = (".sqlite", ".sqlite3", ".db")
"""Endings that ask for a copy of a SQLite file; every other backup is a zip that restores into either kind of database."""
ARCHIVE = ".zip"
AWAY = "DATABASE_URL: the database does not answer ({}). Is it running, and is the address right?"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to do, with which file, and whether what is there may be put aside."""

    what: str
    file: Path | None = None
    replace: bool = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do."""
    shown = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    shown.add_parser("upgrade", help="bring the database to this version")
    shown.add_parser("version", help="say where the database stands")
    shown.add_parser("check", help="look whether all of it is sound; 1 when something has to be mended")
    backup = shown.add_parser("backup", help="write everything into one file, while Parley runs")
    backup.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="a new file: .zip restores into SQLite and PostgreSQL, .sqlite is a copy; or a folder, for a file named by the moment",
    )
    restore = shown.add_parser("restore", help="put a backup in the place of the database")
    restore.add_argument("file", type=Path, metavar="FILE", help="what db backup wrote")
    restore.add_argument(
        "--replace", action="store_true", help="also when the database holds data, which is kept aside"
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do it. 0 well, 1 found trouble, 2 could not begin."""
    wanted = Wanted(options.what, getattr(options, "file", None), getattr(options, "replace", False))
    return told(partial(operate, wanted, settings), Terminal())


def operate(wanted: Wanted, settings: Settings, talk: Talk) -> int:
    """Do what is wanted. Raises ``CannotLeave`` with the reason and the way out; nothing is changed then."""
    try:
        return _WHAT[wanted.what](wanted, settings, talk)
    except OperationalError as away:
        where = file_of(settings)
        raise CannotLeave(AWAY.format(away.orig) if where is None else f"{where}: {away.orig}") from away
    except (DatabaseError, sqlite3.Error) as trouble:
        raise CannotLeave(
            f"The database refused ({getattr(trouble, 'orig', trouble)}): nothing was changed."
        ) from trouble
    except OSError as refused:
        raise CannotLeave(f"{refused.filename or wanted.file}: {refused.strerror}; nothing was changed.") from refused
    except TooNew as newer:
        raise CannotLeave(" ".join(f"{TooNew.__doc__} ({newer})".split())) from newer
    except subprocess.CalledProcessError as failed:
        raise CannotLeave("The database could not be brought to this version; the lines above say why.") from failed


def _upgrade(wanted: Wanted, settings: Settings, talk: Talk) -> int:
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _closed_afterwards(Database(settings.database_url)) as database:
        migrate(database)
    return _version(wanted, settings, talk)


def _version(wanted: Wanted, settings: Settings, talk: Talk) -> int:
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _closed_afterwards(Database(settings.database_url)) as database:
        talk.tell(f"database at {version(database) or 'no version yet'}; this Parley wants {HEAD}")
    return 0


def _check(wanted: Wanted, settings: Settings, talk: Talk) -> int:
    well = True
    with _closed_afterwards(opened(settings)) as database:
        for finding in examine(database, datetime.now(UTC)):
            talk.tell(f"{'MEND' if finding.mend else 'ok  '}  {finding.subject}: {finding.what}")
            if finding.mend:
                talk.tell(f"      -> {finding.mend}")
                well = False
    return 0 if well else 1


def _backup(wanted: Wanted, settings: Settings, talk: Talk) -> int:
    now = datetime.now(UTC)
    file = _new_file(wanted, now)
    with _closed_afterwards(opened(settings)) as database:
        if file.suffix in COPIES:
            source = file_of(settings)
            if source is None:
                raise CannotLeave(
                    f"{file}: a copy is made of a SQLite file only; name a {ARCHIVE} for a database on a server."
                )
            talk.tell(f"{file}: a copy of {source}, {copy(source, file):,} bytes.")
        else:
            manifest = save(database, file, now)
            size = file.stat().st_size
            talk.tell(f"{file}: {manifest.rows:,} rows of {len(manifest.tables)} tables, {size:,} bytes.")
    talk.tell(
        "It holds people's words and the keys that seal them: keep it as you keep the database. Try it now and then:",
        f"  DATABASE_URL=sqlite:///try.sqlite python -m bot db restore {file}",
    )
    return 0


def _new_file(wanted: Wanted, now: datetime) -> Path:
    assert wanted.file is not None
    file = wanted.file / f"parley-{now:%Y-%m-%d-%H%M%S}{ARCHIVE}" if wanted.file.is_dir() else wanted.file
    if file.exists():
        raise CannotLeave(f"{file} is there already: name another file, or a folder for one named by the moment.")
    if file.suffix not in (*COPIES, ARCHIVE):
        raise CannotLeave(f"{file}: let its name end in {ARCHIVE}, or in {COPIES[0]} for a copy of a SQLite file.")
    if not file.parent.is_dir():
        raise CannotLeave(f"{file.parent}: there is no such folder.")
    return file


def _restore(wanted: Wanted, settings: Settings, talk: Talk) -> int:
    assert wanted.file is not None
    now, place = datetime.now(UTC), file_of(settings)
    with readable(wanted.file) as backup:
        talk.tell(f"{wanted.file}: {backup.manifest.rows:,} rows, as of {backup.manifest.made_at:%Y-%m-%d %H:%M} UTC.")
        if place is not None:
            done = into_file(backup, place, wanted.replace, now)
        else:
            with _closed_afterwards(Database(settings.database_url)) as database:
                done = into_server(backup, database, wanted.replace, now)
    talk.tell(*_afterwards(done))
    return 0


def _afterwards(done: Restored) -> list[str]:
    kept = [f"What was there is kept in {done.kept}."] if done.kept else []
    return [
        "Restored, and proved equal to the backup row by row.",
        *kept,
        "What was open then is looked for in its channel before it is said. What came in since the backup is not in it.",
    ]


@contextmanager
def _closed_afterwards(database: Database) -> Iterator[Database]:
    try:
        yield database
    finally:
        database.dispose()


_WHAT: Mapping[str, Callable[[Wanted, Settings, Talk], int]] = {
    "upgrade": _upgrade,
    "version": _version,
    "check": _check,
    "backup": _backup,
    "restore": _restore,
}
