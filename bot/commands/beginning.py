"""``run``, begun: what can start before the bot itself is loaded.

Loading all parts takes most of a start. On an empty database the first migration runs meanwhile, in its own process, and
the collector of unreachable objects does not walk again and again over modules that stay for ever.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import subprocess
import sys
from pathlib import Path

from bot.settings import Settings

SQLITE = "sqlite:///"


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options: settings come from the environment and .env."""


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Begin the migration, load the bot, serve until stopped."""
    migration = begin_migration(settings)
    gc.disable()
    running = importlib.import_module("bot.commands.running")
    gc.freeze()
    gc.enable()
    if migration is not None:
        migration.wait()  # whether it succeeded is seen in the database
    code: int = running.run(options, settings)
    return code


def begin_migration(settings: Settings) -> subprocess.Popen[bytes] | None:
    """Make the tables of a SQLite file that does not exist yet, in a process of its own; None where one is there.

    The example makes its own file. An existing database is looked at later: somebody else may be using it.
    """
    file = settings.database_url.removeprefix(SQLITE)
    if settings.is_example or file == settings.database_url or not file or file.startswith(":") or Path(file).exists():
        return None
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = {**os.environ, "PARLEY_MIGRATE_URL": settings.database_url}
    return subprocess.Popen([sys.executable, "-m", "storage.migrate"], env=environment)
