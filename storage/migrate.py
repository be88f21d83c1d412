"""Bring a database to the newest migration. ``python -m storage.migrate`` does it in a process of its own
(the database's address, which may hold a password, comes by the environment: PARLEY_MIGRATE_URL), so that the running bot
does not carry Alembic in its memory."""

from __future__ import annotations

import os
from pathlib import Path

from alembic import command
from alembic.config import Config

from storage.database import Database

FOLDER = Path(__file__).with_name("migrations")


def config(database: Database, connection: object) -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    made.attributes["url"] = database.url
    return made


def upgrade(database: Database) -> None:
    """Apply every migration that is missing, in one transaction."""
    with database.engine.begin() as connection:
        command.upgrade(config(database, connection), "head")


if __name__ == "__main__":
    upgrade(Database(os.environ["PARLEY_MIGRATE_URL"]))
