"""Bring a database to this version, in a process of its own: no command carries Alembic in its memory."""

from __future__ import annotations

import os
import subprocess
import sys

from storage.database import Database
from storage.version import HEAD, version


def migrate(database: Database) -> None:
    """Apply what is missing, if anything is.

    Raises ``subprocess.CalledProcessError`` when a migration fails.
    """
    if version(database) != HEAD:
        url = database.url.render_as_string(hide_password=False)
        subprocess.run(
            [sys.executable, "-m", "storage.migrate"], check=True, env={**os.environ, "PARLEY_MIGRATE_URL": url}
        )
