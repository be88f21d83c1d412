"""Which migration a database stands at, and which programs can run on it, told without loading Alembic.

A migration *expands* (new tables and nullable columns) or *contracts* (anything a program of the release before would
stumble over). Replicas are replaced one by one, so a program may find a database newer than itself: it runs on as long as
everything it does not know only expands. What is needed is kept in the database, where old programs can read it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from storage.database import Database

PROGRAM = "0.1.0"
"""The version of the program; a test holds it equal to pyproject.toml."""
HEAD = "0005"
"""The newest migration; a test holds it equal to Alembic's own head."""


def version(database: Database) -> str | None:
    """The migration the database stands at; None for an empty one."""
    if not inspect(database.engine).has_table("parley_alembic_version"):
        return None
    with database.engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM parley_alembic_version")).scalar()


NEEDS = "schema.needs"
"""Setting: the newest migration that contracts. Only a program that knows it can run on this schema; every migration after
it only expands. The migrations' environment keeps it."""
_SCRIPTS = Path(__file__).with_name("migrations") / "versions"


def known() -> frozenset[str]:
    """The migrations this program knows, by the names of their files."""
    return frozenset(script.name.partition("_")[0] for script in _SCRIPTS.glob("[0-9]*.py"))


def needs(database: Database) -> str | None:
    """The migration a program has to know to run on this database; None where it was never written down."""
    if not inspect(database.engine).has_table("parley_setting"):
        return None
    with database.engine.connect() as connection:
        query = text("SELECT value FROM parley_setting WHERE name = :name")
        return connection.execute(query, {"name": NEEDS}).scalar()
