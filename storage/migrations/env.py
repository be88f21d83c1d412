"""Alembic's environment: our own tables only; DBOS keeps its own in the same database and migrates them itself."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import text
from sqlmodel import SQLModel

import storage.models as models
from storage.columns import Exact, Instant
from storage.version import NEEDS

assert models.__all__
KEEP = text(
    "INSERT INTO parley_setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


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


def written_down(*, ctx: MigrationContext, step: MigrationInfo, **_: Any) -> None:
    """Keep which program the schema needs: a migration contracts unless it says ``contracts = False``."""
    script: Any = step.up_revision
    if script is None or ctx.connection is None or not getattr(script.module, "contracts", True):
        return
    needed = script.revision if step.is_upgrade else script.down_revision
    if needed is not None:
        ctx.connection.execute(KEEP, {"name": NEEDS, "value": str(needed)})


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    include_name=ours,
    render_item=rendered,
    render_as_batch=connection.dialect.name == "sqlite",
    version_table="parley_alembic_version",
    on_version_apply=written_down,  # type: ignore[arg-type]  # Alembic calls it by keywords
)
with context.begin_transaction():
    context.run_migrations()
