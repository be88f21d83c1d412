"""Teams: conversations, joined workspaces, twins of messages on another platform

Expands only: a program of the release before runs on this schema while replicas are replaced one by one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
contracts = False
"""A program of the release before runs on this schema. Only a migration that says so can be applied under it."""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "parley_teams_conversation",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("team_group", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("service_url", sa.String(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "conversation"),
    )
    op.create_index("ix_parley_teams_conversation_user", "parley_teams_conversation", ["user"], unique=False)
    op.create_table(
        "parley_conversation_pace",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("requests", sa.String(), nullable=False),
        sa.Column("booked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("platform", "workspace", "conversation"),
    )
    op.add_column("parley_installation", sa.Column("joined_to", sa.Integer(), nullable=True))
    op.add_column("parley_person_account", sa.Column("email", sa.String(), nullable=False, server_default=""))
    op.add_column("parley_person", sa.Column("same_as", sa.Integer(), nullable=True))
    op.add_column("parley_outbox", sa.Column("mirror_of", sa.String(), nullable=True))
    op.create_index(
        "parley_outbox_mirror",
        "parley_outbox",
        ["mirror_of"],
        unique=False,
        sqlite_where=sa.text("mirror_of IS NOT NULL"),
        postgresql_where=sa.text("mirror_of IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("parley_outbox_mirror", table_name="parley_outbox")
    op.drop_column("parley_outbox", "mirror_of")
    op.drop_column("parley_person", "same_as")
    op.drop_column("parley_person_account", "email")
    op.drop_column("parley_installation", "joined_to")
    op.drop_table("parley_conversation_pace")
    op.drop_index("ix_parley_teams_conversation_user", table_name="parley_teams_conversation")
    op.drop_table("parley_teams_conversation")
