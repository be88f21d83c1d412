"""Which migration a database stands at, told without loading Alembic."""

from __future__ import annotations

from sqlalchemy import inspect, text

from storage.database import Database

PROGRAM = "0.1.0"
"""The version of the program; a test holds it equal to pyproject.toml."""
HEAD = "0003"
"""The newest migration; a test holds it equal to Alembic's own head."""


def version(database: Database) -> str | None:
    """The migration the database stands at; None for an empty one."""
    if not inspect(database.engine).has_table("parley_alembic_version"):
        return None
    with database.engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM parley_alembic_version")).scalar()
