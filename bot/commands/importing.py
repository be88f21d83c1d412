"""``import metrics FILE``, ``import providers FILE`` and ``import series FILE``: always a preview first; nothing is stored until --yes."""

from __future__ import annotations

import argparse
import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.answering import add_defaults, defaults_of
from bot.migrating import migrate
from bot.room.time import ahead
from bot.settings import Settings
from handlers.csv_file import UnreadableCsv
from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.keeping import import_observations
from handlers.metrics.reading import UnreadableFile, propose, read_table
from handlers.providers.importing import import_providers, preview_providers
from handlers.reviews.series.importing import import_series, preview_series
from handlers.router import follow
from handlers.routes import table
from storage.database import Database
from storage.unit_of_work import UnitOfWork

ONLY_PREVIEWED = "\nNothing was imported. Import it with: --yes"


class NoWorkspace(LookupError):
    """Nothing can be imported before a workspace is connected; says what to do."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What, from where, and whether to do it."""
    parser.add_argument("what", choices=["metrics", "providers", "series"])
    parser.add_argument("file", type=Path)
    add_defaults(parser)
    parser.add_argument("--yes", action="store_true", help="import what the preview shows")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Preview; with --yes, import."""
    try:
        return {"metrics": _metrics, "providers": _providers, "series": _series}[options.what](options, settings)
    except FileNotFoundError:
        print(f"{options.file}: there is no such file.", file=sys.stderr)
    except OSError as trouble:
        print(f"{options.file}: {trouble.strerror}. Give a file that can be read.", file=sys.stderr)
    except (UnreadableFile, UnreadableCsv) as trouble:
        print(f"{options.file}: {trouble}", file=sys.stderr)
    except NoWorkspace as trouble:
        print(trouble, file=sys.stderr)
    return 2


def _metrics(options: argparse.Namespace, settings: Settings) -> int:
    preview = propose(read_table(options.file), load_catalogue(), defaults=defaults_of(options))
    print("\n".join(preview.lines()))
    if not preview.ready:
        return 1
    if not options.yes:
        print(ONLY_PREVIEWED)
        return 0
    with _open(settings) as uow:
        installation_id, now = _installation_id(uow), _now(uow)
        summary = import_observations(uow, installation_id, preview.observations, now, origin=options.file.name)
        follow(table().followers, uow, now)
        uow.commit()
    print(f"\n{summary.added} new figures, {summary.changed} corrected, {summary.unchanged} as they were.")
    print("\n".join((*summary.refused, *summary.notes)))
    return 0


def _providers(options: argparse.Namespace, settings: Settings) -> int:
    preview = preview_providers(_text(options.file), datetime.now(UTC))
    print("\n".join(preview.lines()))
    if not options.yes:
        print(ONLY_PREVIEWED)
        return 0
    with _open(settings) as uow:
        installation_id, now = _installation_id(uow), _now(uow)
        summary = import_providers(preview, uow, installation_id, now)
        follow(table().followers, uow, now)
        uow.commit()
    print("\n" + "\n".join(summary.lines()))
    return 0


def _series(options: argparse.Namespace, settings: Settings) -> int:
    """All rows or none: a regimen of meetings with a hole in it is worse than a file to mend."""
    text = _text(options.file)
    with _open(settings) as uow:
        installation_id, now = _installation_id(uow), _now(uow)
        preview = preview_series(text, uow, installation_id, now)
        print("\n".join(preview.lines()))
        if not preview.ready:
            return 1
        if not options.yes:
            print(ONLY_PREVIEWED)
            return 0
        done = import_series(preview, uow, now)
        follow(table().followers, uow, now)
        uow.commit()
    print("\n" + "\n".join(done or ["Nothing is new."]))
    return 0


def _text(file: Path) -> str:
    """The text of a file as spreadsheets save it: UTF-8, or UTF-16 with its mark. Raises ``UnreadableCsv`` for anything else,
    as names would be read wrong by a guess."""
    written = file.read_bytes()
    try:
        text = written.decode("utf-16" if written.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UnreadableCsv(
            f"byte {problem.start} is not UTF-8 text. Save it anew as “CSV UTF-8” where it was made, and import that."
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _open(settings: Settings) -> UnitOfWork:
    """A short ordinary writer beside the running bot; its minute's repair enqueues what is to be said."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database_url)
    migrate(database)
    return UnitOfWork(database)


def _now(uow: UnitOfWork) -> datetime:
    """The present, which in the example is where its clock was moved to: a review set up now is not one of last week."""
    return datetime.now(UTC) + ahead(uow)


def _installation_id(uow: UnitOfWork) -> int:
    """Whose the file is. Raises ``NoWorkspace``."""
    installation = uow.providers.only_installation()
    if installation is None or installation.id is None:
        raise NoWorkspace("No workspace is connected yet: start Parley once with make run, then import.")
    return installation.id
