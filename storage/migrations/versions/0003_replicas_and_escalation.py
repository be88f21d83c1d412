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
contracts = False
"""A program of the release before runs on this schema. Only a migration that says so can be applied under it."""


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
    op.create_table(
        "parley_channel_day",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "channel", "day"),
    )
    op.create_index(
        "parley_outbox_folded",
        "parley_outbox",
        ["thread_card"],
        unique=False,
        sqlite_where=sa.text("state = 'folded'"),
        postgresql_where=sa.text("state = 'folded'"),
    )
    op.create_index(
        "parley_outbox_held",
        "parley_outbox",
        ["account_user"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "parley_workspace_pace",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("unhurried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prompt_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace"),
    )
    op.add_column("parley_outbox", sa.Column("unhurried", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("parley_outbox", sa.Column("turn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("parley_outbox", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("parley_outbox", sa.Column("late", sa.String(), nullable=True))
    op.add_column("parley_review", sa.Column("held_wall", sa.DateTime(), nullable=True))
    late, not_in_time = sa.text("late IS NOT NULL"), sa.text("state <> 'fired'")
    op.create_index("parley_outbox_late", "parley_outbox", ["created_at"], sqlite_where=late, postgresql_where=late)
    op.create_index(
        "parley_occurrence_late",
        "parley_occurrence",
        ["fired_at"],
        sqlite_where=not_in_time,
        postgresql_where=not_in_time,
    )
    _escalation()


def _escalation() -> None:
    op.create_table(
        "parley_escalation_matrix",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("shared", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_agreed_by", sa.Integer(), nullable=True),
        sa.Column("provider_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["installation_id"], ["parley_installation.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["parley_provider.id"]),
        sa.ForeignKeyConstraint(["programme_id"], ["parley_programme.id"]),
        sa.ForeignKeyConstraint(["created_by"], ["parley_person.id"]),
        sa.ForeignKeyConstraint(["provider_agreed_by"], ["parley_person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("programme_id", "number"),
    )
    for name in ("installation_id", "provider_id"):
        op.create_index(f"ix_parley_escalation_matrix_{name}", "parley_escalation_matrix", [name], unique=False)
    op.create_table(
        "parley_escalation_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matrix_id", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["matrix_id"], ["parley_escalation_matrix.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["parley_person.id"]),
        sa.ForeignKeyConstraint(["deputy_id"], ["parley_person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("matrix_id", "severity", "level", "side"),
    )
    op.create_index("ix_parley_escalation_step_person_id", "parley_escalation_step", ["person_id"], unique=False)
    op.create_table(
        "parley_escalation_jump",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("waiting", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["installation_id"], ["parley_installation.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["parley_provider.id"]),
        sa.ForeignKeyConstraint(["programme_id"], ["parley_programme.id"]),
        sa.ForeignKeyConstraint(["issue_id"], ["parley_issue.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["parley_person.id"]),
        sa.ForeignKeyConstraint(["instead_of_id"], ["parley_person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issue_id", "turn", "level", "side"),
    )
    op.create_index("parley_escalation_jump_programme", "parley_escalation_jump", ["programme_id", "at"], unique=False)
    op.add_column("parley_issue", sa.Column("level", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("parley_issue", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("parley_issue", sa.Column("lapses", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("parley_issue", sa.Column("handed", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Go back."""
    op.drop_index("parley_outbox_folded", table_name="parley_outbox")
    op.drop_index("parley_outbox_held", table_name="parley_outbox")
    op.drop_table("parley_channel_day")
    with op.batch_alter_table("parley_review", schema=None) as batch_op:
        batch_op.drop_column("held_wall")
    op.drop_index("parley_occurrence_late", table_name="parley_occurrence")
    op.drop_index("parley_outbox_late", table_name="parley_outbox")
    with op.batch_alter_table("parley_issue", schema=None) as batch_op:
        for name in ("handed", "lapses", "heard_at", "level"):
            batch_op.drop_column(name)
    op.drop_index("parley_escalation_jump_programme", table_name="parley_escalation_jump")
    op.drop_table("parley_escalation_jump")
    op.drop_index("ix_parley_escalation_step_person_id", table_name="parley_escalation_step")
    op.drop_table("parley_escalation_step")
    for name in ("provider_id", "installation_id"):
        op.drop_index(f"ix_parley_escalation_matrix_{name}", table_name="parley_escalation_matrix")
    op.drop_table("parley_escalation_matrix")
    with op.batch_alter_table("parley_outbox", schema=None) as batch_op:
        batch_op.drop_column("late")
        batch_op.drop_column("turn_at")
        batch_op.drop_column("unhurried")
        batch_op.drop_column("expires_at")
    op.drop_table("parley_workspace_pace")
    op.drop_table("parley_workspace_pause")
    op.drop_index("ix_parley_replica_beat_at", table_name="parley_replica")
    op.drop_table("parley_replica")
