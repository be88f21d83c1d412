"""Bring a database to this version, in a process of its own: no command carries Alembic in its memory."""

from __future__ import annotations

import os
import subprocess
import sys

import structlog

from storage.database import Database
from storage.version import HEAD, known, needs, version

log = structlog.get_logger(__name__)


class TooNew(Exception):
    """The database is of a newer Parley than this one, which cannot run on it. Start the newer program, or restore a backup
    from before its migration."""


def migrate(database: Database) -> None:
    """Apply what is missing, if anything is. A database that a newer program only expanded is left as it is.

    Raises ``TooNew`` where this program cannot run, and ``subprocess.CalledProcessError`` when a migration fails.
    """
    at = version(database)
    if at == HEAD:
        return
    if at is not None and at not in known():
        needed = needs(database)
        if needed not in known():
            raise TooNew(f"the database stands at migration {at} and needs a program that knows {needed or at}")
        log.warning("database.newer", at=at, wanted=HEAD)
        return
    url = database.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-m", "storage.migrate"], check=True, env={**os.environ, "PARLEY_MIGRATE_URL": url})
