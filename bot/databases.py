"""``db upgrade``: bring the database to this version."""

from __future__ import annotations

import argparse

from bot.migrating import migrate
from bot.settings import Settings
from storage.database import Database
from storage.version import HEAD, version


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do."""
    parser.add_argument("what", choices=["upgrade", "version"])


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do it, and say where the database stands."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database_url)
    if options.what == "upgrade":
        migrate(database)
    print(f"database at {version(database) or 'no version yet'}; this Parley wants {HEAD}")
    return 0
