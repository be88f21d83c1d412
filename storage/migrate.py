"""Bring a database to the newest migration. ``python -m storage.migrate`` does it in a process of its own
(the database's address, which may hold a password, comes by the environment: PARLEY_MIGRATE_URL), so that the running bot
does not carry Alembic in its memory."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage.circles import BROKEN_OFF
from storage.database import Database

FOLDER = Path(__file__).with_name("migrations")
ADVISORY = 0x7061726C657A
"""The number of the migrations' advisory lock: replicas that start together migrate once."""
LOCK_TIMEOUT = "500ms"
"""How long a migration waits for a table that is in use: while it waits, everybody who comes after waits behind it. Less
than PostgreSQL's ``deadlock_timeout`` (1 s), so that of two who wait for each other it is the migration that gives way."""
PAUSES = (0.2, 0.3, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 5.0, 5.0, 5.0, 5.0, 5.0)
"""Seconds between two tries to find the tables free."""
IN_USE = {"55P03", *BROKEN_OFF}
"""PostgreSQL's codes for a lock that was not to be had in time, and for a circle of waiting that was broken."""


def config(database: Database, connection: object, more: Sequence[Path] = ()) -> Config:
    """Alembic's configuration, without a file. ``more`` are further folders of migrations."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("path_separator", "os")
    if more:
        made.set_main_option("version_locations", os.pathsep.join(map(str, (FOLDER / "versions", *more))))
    made.attributes["connection"] = connection
    made.attributes["url"] = database.url
    return made


def upgrade(database: Database, more: Sequence[Path] = ()) -> None:
    """Apply every migration that is missing, in one transaction.

    On PostgreSQL others may be at work: one process migrates at a time, and one that finds a table in use lets go of
    everything and tries again. Raises ``OperationalError`` when it never found them free.
    """
    for pause in PAUSES:
        try:
            _apply(database, more)
            return
        except OperationalError as busy:
            if getattr(busy.orig, "sqlstate", None) not in IN_USE:
                raise
            time.sleep(pause)
    _apply(database, more)


def _apply(database: Database, more: Sequence[Path]) -> None:
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            _alone(connection)
        command.upgrade(config(database, connection, more), "head")


def _alone(connection: Connection) -> None:
    """Until the end of the transaction. Whoever waited here finds the work done."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY})
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))


if __name__ == "__main__":
    upgrade(Database(os.environ["PARLEY_MIGRATE_URL"]))
