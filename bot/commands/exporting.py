"""``export``: every record as files that others can read, as it all was at one moment."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rapidfuzz import process
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session, col, select

from bot.leaving.explanation import who_may_see
from bot.leaving.files import opened
from bot.leaving.scope import Scope
from bot.leaving.standing import standing
from bot.leaving.talk import CannotLeave, Talk, Terminal, told
from bot.leaving.whole_log import note_whole
from bot.leaving.writing import Written, write
from bot.settings import Settings
from storage.database import Database
from storage.models.provider import Provider
from storage.providers import named
from storage.snapshot import snapshot
from storage.version import HEAD, version

SUGGESTED = 3
"""How many near names a wrong one is answered with."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was asked for: a folder, and one provider's name or code ("" for everything)."""

    folder: Path
    provider: str = ""
    internal: bool = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and of whom."""
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="a folder that is empty or not there yet"
    )
    parser.add_argument(
        "--provider", default="", metavar="NAME", help="only what concerns this provider, for both companies"
    )
    parser.add_argument("--internal", action="store_true", help="with --provider: also what only your company may see")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Write the folder and say what is in it."""
    wanted = Export(options.out, options.provider, options.internal)
    return told(partial(export, wanted, settings), Terminal())


def export(wanted: Export, settings: Settings, talk: Talk) -> int:
    """Write everything that is wanted. Raises ``CannotLeave`` with the reason and the way out."""
    if wanted.internal and not wanted.provider:
        raise CannotLeave("--internal goes with --provider NAME: without a provider everything is exported anyway.")
    database = opened(settings)
    try:
        written = _exported(wanted, database, talk)
    except DatabaseError as trouble:
        raise CannotLeave(_unreadable(database, trouble)) from trouble
    except OSError as trouble:
        raise CannotLeave(f"--out {wanted.folder}: {trouble.strerror}; nothing was left there.") from trouble
    finally:
        database.dispose()
    records = sum(each.records for each in written)
    talk.tell(*(f"{each.records:9,}  {each.file}" for each in written))
    talk.tell("", f"{records:,} records in {len(written)} files; README.txt in {wanted.folder} says how to read them.")
    return 0


def _unreadable(database: Database, trouble: DatabaseError) -> str:
    if isinstance(trouble, OperationalError) and not database.is_sqlite:
        return f"DATABASE_URL: the database does not answer ({trouble.orig}). Is it running, and is the address right?"
    return f"{database.url.database}: the database cannot be read ({trouble.orig}); nothing was exported. Try python -m bot db upgrade."


def _exported(wanted: Export, database: Database, talk: Talk) -> list[Written]:
    _check_version(database)
    now = datetime.now(UTC)
    with snapshot(database) as connection:
        scope = _scope(wanted, connection)
        found = standing(connection)
        talk.tell(f"Exporting {scope.provider or found.words()} to {wanted.folder}", "", *who_may_see(scope), "")
        source = {"client": found.client, "example": found.example}
        written = write(connection, wanted.folder, scope, source, now)
    _note(database, scope, sum(each.records for each in written), now)
    return written


def _check_version(database: Database) -> None:
    at = version(database)
    if at is None:
        raise CannotLeave("Parley has no tables in this database: set DATABASE_URL to the one you mean.")
    if at != HEAD:
        raise CannotLeave(
            f"The database stands at {at}, this Parley reads {HEAD}: run python -m bot db upgrade first, then export."
        )


def _scope(wanted: Export, connection: Connection) -> Scope:
    if not wanted.provider:
        return Scope()
    providers = Session(connection).exec(select(Provider).order_by(col(Provider.id))).all()
    found = named(providers, wanted.provider)
    if found is None:
        raise CannotLeave(_unknown(wanted.provider, [each.name for each in providers]))
    return Scope(found.id, found.name, wanted.internal)


def _unknown(name: str, names: Sequence[str]) -> str:
    if not names:
        return f"--provider {name}: there is no provider in this database yet."
    near = [match for match, _, _ in process.extract(name, names, limit=SUGGESTED)]
    return f"--provider {name}: there is no such provider. Nearest are: {', '.join(near)}."


def _note(database: Database, scope: Scope, records: int, now: datetime) -> None:
    """Who may look into the log can see that everything was taken out, and when."""
    facts = {"provider": scope.provider_id, "internal": scope.internal, "records": records}
    note_whole(database, "records.exported", facts, now)
