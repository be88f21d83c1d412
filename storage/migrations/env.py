"""Alembic's environment: our own tables only; DBOS keeps its own in the same database and migrates them itself."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel

import storage.models as models
from storage.columns import Exact, Instant

assert models.__all__


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a table belongs to us."""
    return kind != "table" or (name or "").startswith("parley_")


def rendered(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types by what they are stored as: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Exact):
        return "sa.String(length=40)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    include_name=ours,
    render_item=rendered,
    render_as_batch=connection.dialect.name == "sqlite",
    version_table="parley_alembic_version",
)
with context.begin_transaction():
    context.run_migrations()
