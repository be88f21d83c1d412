"""Secret calendar addresses; questions kept while the bot asks back

Expands only: a program of the release before runs on this schema while replicas are replaced one by one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
contracts = False
"""A program of the release before runs on this schema. Only a migration that says so can be applied under it."""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "parley_calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_digest", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_as", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["parley_person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_digest"),
    )
    op.create_index("ix_parley_calendar_feed_person_id", "parley_calendar_feed", ["person_id"], unique=False)
    op.create_table(
        "parley_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["parley_person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_parley_question_person_id", "parley_question", ["person_id"], unique=False)
    op.create_index("ix_parley_question_asked_at", "parley_question", ["asked_at"], unique=False)
    op.add_column("parley_improvement_plan", sa.Column("found_as", sa.String(), nullable=True))
    op.create_index("ix_parley_improvement_plan_found_as", "parley_improvement_plan", ["found_as"], unique=True)
    op.add_column("parley_teams_conversation", sa.Column("hears", sa.Boolean(), nullable=True))
    op.add_column("parley_teams_conversation", sa.Column("home_ref", sa.String(), nullable=False, server_default=""))
    op.add_column("parley_person_account", sa.Column("zone", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_parley_improvement_plan_found_as", table_name="parley_improvement_plan")
    op.drop_column("parley_improvement_plan", "found_as")
    op.drop_column("parley_person_account", "zone")
    op.drop_column("parley_teams_conversation", "home_ref")
    op.drop_column("parley_teams_conversation", "hears")
    op.drop_index("ix_parley_question_asked_at", table_name="parley_question")
    op.drop_index("ix_parley_question_person_id", table_name="parley_question")
    op.drop_table("parley_question")
    op.drop_index("ix_parley_calendar_feed_person_id", table_name="parley_calendar_feed")
    op.drop_table("parley_calendar_feed")
