"""Secret calendar addresses; questions kept while the bot asks back; targets that are proposed

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
    _target_proposals()
    op.add_column("parley_improvement_plan", sa.Column("found_as", sa.String(), nullable=True))
    op.create_index("ix_parley_improvement_plan_found_as", "parley_improvement_plan", ["found_as"], unique=True)
    op.add_column("parley_teams_conversation", sa.Column("hears", sa.Boolean(), nullable=True))
    op.add_column("parley_teams_conversation", sa.Column("home_ref", sa.String(), nullable=False, server_default=""))
    op.add_column("parley_person_account", sa.Column("zone", sa.String(), nullable=False, server_default=""))


def _target_proposals() -> None:
    still_open = sa.text("state = 'open'")
    op.create_table(
        "parley_target_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("tracked_metric_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=True),
        sa.Column("minimum", sa.String(length=40), nullable=True),
        sa.Column("was_target", sa.String(length=40), nullable=True),
        sa.Column("was_minimum", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["parley_person.id"]),
        sa.ForeignKeyConstraint(["installation_id"], ["parley_installation.id"]),
        sa.ForeignKeyConstraint(["programme_id"], ["parley_programme.id"]),
        sa.ForeignKeyConstraint(["proposed_by"], ["parley_person.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["parley_provider.id"]),
        sa.ForeignKeyConstraint(["target_id"], ["parley_metric_target.id"]),
        sa.ForeignKeyConstraint(["tracked_metric_id"], ["parley_tracked_metric.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("installation_id", "target_id", "tracked_metric_id"):
        op.create_index(f"ix_parley_target_proposal_{column}", "parley_target_proposal", [column], unique=False)
    op.create_index(
        "parley_target_proposal_open",
        "parley_target_proposal",
        ["tracked_metric_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("parley_target_proposal_open", table_name="parley_target_proposal")
    for column in ("installation_id", "target_id", "tracked_metric_id"):
        op.drop_index(f"ix_parley_target_proposal_{column}", table_name="parley_target_proposal")
    op.drop_table("parley_target_proposal")
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
