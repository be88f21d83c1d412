"""Action items: who does what by when, on either side."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Instant


class ActionItem(SQLModel, table=True):
    """A commitment. ``side`` is the owner's. ``due_on`` is a day in the owner's own zone.

    ``state``: "open", "acknowledged", "blocked", "done" (the owner says so), "accepted", "not doing" (with ``reason``).
    ``visibility`` is "SH" or "INT". ``issue_id`` is set when it came from an issue, ``review_id`` from a review,
    ``plan_id`` when it belongs to an improvement plan; ``metric`` when it came from a figure.
    """

    __tablename__ = "parley_action_item"
    __table_args__ = (UniqueConstraint("installation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int = Field(foreign_key="parley_provider.id", index=True)
    programme_id: int = Field(foreign_key="parley_programme.id", index=True)
    number: int
    title: str
    side: str
    owner_id: int = Field(foreign_key="parley_person.id", index=True)
    due_on: date = Field(index=True)
    state: str = Field(default="open", index=True)
    reason: str = ""
    note: str = ""
    visibility: str = "SH"
    issue_id: int | None = Field(default=None, foreign_key="parley_issue.id")
    review_id: int | None = Field(default=None, foreign_key="parley_review.id", index=True)
    plan_id: int | None = Field(default=None, foreign_key="parley_improvement_plan.id", index=True)
    metric: str = ""
    created_by: int = Field(foreign_key="parley_person.id")
    created_at: datetime = Field(sa_type=Instant)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    accept_by: datetime | None = Field(default=None, sa_type=Instant, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
