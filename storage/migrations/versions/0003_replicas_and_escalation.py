"""Replicas, workspace pauses, messages that expire

Expands only: a program of the release before runs on this schema while replicas are replaced one by one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "parley_replica",
        sa.Column("executor", sa.String(), nullable=False),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("executor"),
    )
    op.create_index("ix_parley_replica_beat_at", "parley_replica", ["beat_at"], unique=False)
    op.create_table(
        "parley_workspace_pause",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace"),
    )
    op.add_column("parley_outbox", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("parley_outbox", schema=None) as batch_op:
        batch_op.drop_column("expires_at")
    op.drop_table("parley_workspace_pause")
    op.drop_index("ix_parley_replica_beat_at", table_name="parley_replica")
    op.drop_table("parley_replica")
