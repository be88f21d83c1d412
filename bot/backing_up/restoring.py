"""Putting a backup in the place of what is there: what is there is kept aside, and nothing changes unless all of it worked."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.backing_up.archive import Damaged, Manifest, Reader, opened
from bot.backing_up.loading import fill
from bot.backing_up.saving import save
from bot.backing_up.tables import is_empty, names
from bot.delivery.engine import WORKFLOW
from bot.leaving import server
from bot.leaving.files import MARKER, give_way, held, is_ours, kept_name, settle, tables_in
from bot.leaving.talk import CannotLeave
from bot.leaving.whole_log import note_whole
from storage.database import Database
from storage.version import HEAD, version

NOT_EMPTY = "{} holds data: say --replace to put it aside and restore the backup in its place."
LOCK_WAIT = "5s"
SQLITE_BEGINS = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where what had been there is kept ("" when there was nothing)."""

    manifest: Manifest
    kept: str = ""


@contextmanager
def readable(file: Path) -> Iterator[Reader]:
    """A backup of either kind to read from. A copy of a SQLite database is read by way of a backup made of it: so what is
    restored is proved in the same way.

    Raises ``CannotLeave`` for what cannot be restored here.
    """
    try:
        with file.open("rb") as begins:
            is_copy = begins.read(len(SQLITE_BEGINS)) == SQLITE_BEGINS
        with tempfile.TemporaryDirectory(prefix="parley-restore-") as folder:
            source = _as_archive(file, Path(folder)) if is_copy else file
            with opened(source) as reader:
                _check_migration(reader.manifest.migration, file)
                yield reader
    except Damaged as damaged:
        raise CannotLeave(f"{file}: {damaged}. Nothing was changed; take another backup.") from damaged


def _as_archive(file: Path, folder: Path) -> Path:
    if MARKER not in tables_in(file):
        raise CannotLeave(f"{file} is not a database of Parley.")
    mine, made = folder / "copy.sqlite", folder / "copy.zip"
    with closing(sqlite3.connect(file)) as reading, closing(sqlite3.connect(mine)) as writing:
        reading.backup(writing)
    database = Database(f"sqlite:///{mine}", durable=False)
    try:
        _check_migration(version(database) or "", file)
        save(database, made, datetime.fromtimestamp(file.stat().st_mtime, UTC))
    finally:
        database.dispose()
    return made


def _check_migration(migration: str, file: Path) -> None:
    if migration > HEAD:
        raise CannotLeave(
            f"{file} is from a newer Parley (its database stands at {migration}, this one knows {HEAD}):"
            " restore it with that version or a later one."
        )


# --- the embedded database ----------------------------------------------------------------------------------------------


def into_file(backup: Reader, file: Path, replace: bool, now: datetime) -> Restored:
    """Restore beside the file, whole, and only then let the old one give way."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = file.resolve()
    with held(file), tempfile.TemporaryDirectory(prefix="parley-restore-", dir=place.parent) as folder:
        there = place.exists() and place.stat().st_size > 0
        if there:
            _check_replaceable(place, replace)
        made = Path(folder) / "restored.sqlite"
        database = Database(f"sqlite:///{made}")
        try:
            with database.engine.begin() as connection:
                fill(database, connection, backup, now)
            _note(database, backup.manifest, now)
        finally:
            database.dispose()
        settle(made)
        made.chmod(0o600)
        if not there:
            made.replace(place)
            return Restored(backup.manifest)
        settle(place)
        kept = kept_name(place, now)
        give_way(place, made, kept)
        return Restored(backup.manifest, str(kept))


def _check_replaceable(place: Path, replace: bool) -> None:
    if not is_ours(place):
        raise CannotLeave(f"{place} is not a database of Parley: set DATABASE_URL to the one you mean.")
    if replace:
        return
    database = Database(f"sqlite:///{place}")
    try:
        with database.engine.connect() as connection:
            if not is_empty(connection):
                raise CannotLeave(NOT_EMPTY.format(place))
    finally:
        database.dispose()


# --- a database on a server ---------------------------------------------------------------------------------------------


def into_server(backup: Reader, database: Database, replace: bool, now: datetime) -> Restored:
    """Restore in one transaction: the old tables move into a schema of their own, the new ones are made and filled."""
    with server.held(database), database.engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"))
        kept = _put_aside(connection, replace, now)
        _forget_workflows(connection)
        fill(database, connection, backup, now)
    _note(database, backup.manifest, now)
    return Restored(backup.manifest, kept)


def _put_aside(connection: Connection, replace: bool, now: datetime) -> str:
    ours = names(connection)
    if not ours:
        return ""
    quote = connection.dialect.identifier_preparer.quote
    if is_empty(connection):
        connection.execute(text(f"DROP TABLE {', '.join(map(quote, ours))}"))
        return ""
    if not replace:
        raise CannotLeave(NOT_EMPTY.format(f"The database {connection.engine.url.database}"))
    schema = f"{server.KEPT_SCHEMA}{now:%Y%m%d_%H%M%S}"
    connection.execute(text(f"CREATE SCHEMA {schema}"))
    for name in ours:
        connection.execute(text(f"ALTER TABLE {quote(name)} SET SCHEMA {schema}"))
    return f"the schema {schema} (when it is not needed any more: DROP SCHEMA {schema} CASCADE)"


def _forget_workflows(connection: Connection) -> None:
    """The engine's notes are about the messages that were there: a workflow of the same name must not look finished. Those
    that are open get new ones at the start."""
    if inspect(connection).has_table("workflow_status", server.ENGINE_SCHEMA):
        gone = text(f"DELETE FROM {server.ENGINE_SCHEMA}.workflow_status WHERE name = :ours")
        connection.execute(gone, {"ours": WORKFLOW})


def _note(database: Database, manifest: Manifest, now: datetime) -> None:
    """Who may look into the log can see that everything is as it was at an earlier moment, and from when on."""
    facts = {"made_at": manifest.made_at.isoformat(), "rows": manifest.rows, "migration": manifest.migration}
    note_whole(database, "database.restored", facts, now)
