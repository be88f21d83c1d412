"""Joint improvement plans, their milestones and the actions they intend."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Exact, Instant


class ImprovementPlan(SQLModel, table=True):
    """What both sides do about a problem, until the metric holds (S14).

    ``state``: "draft" (the client's alone, visibility "INT"), "proposed" (both see it, "SH"), "agreed" (both gave their
    word), "done" (one side calls a plan without a figure finished, its word is the one that stands), "closed",
    "withdrawn". ``hold_periods`` is how many periods in a row the metric must hold at ``target`` before
    the plan closes. ``metric`` is the catalogue's id, "" for a problem without a figure. A date of agreement is set for
    each side when it gave its word; an edit of what was agreed takes both words back. ``agreed_at`` is when both had first
    agreed: periods count from there. ``held_until`` is the first day of the last period that counted when the plan closed.
    ``target`` None with a metric: the agreed band in force. ``found_as`` marks a draft that was written from a decline in the
    figures ("<programme>:<metric>:<first day of the week it was found in>"), so that two replicas write it once; None for
    what a person drafted.
    """

    __tablename__ = "parley_improvement_plan"
    __table_args__ = (UniqueConstraint("installation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int = Field(foreign_key="parley_provider.id", index=True)
    programme_id: int = Field(foreign_key="parley_programme.id", index=True)
    number: int
    title: str
    metric: str = ""
    definition: str = ""
    target: Decimal | None = Field(default=None, sa_type=Exact)
    hold_periods: int = 4
    problem: str = ""
    cause: str = ""
    containment: str = ""
    visibility: str = "INT"
    state: str = Field(default="draft", index=True)
    reason: str = ""
    created_by: int | None = Field(default=None, foreign_key="parley_person.id")
    created_at: datetime = Field(sa_type=Instant)
    proposed_at: datetime | None = Field(default=None, sa_type=Instant)
    client_agreed_by: int | None = Field(default=None, foreign_key="parley_person.id")
    client_agreed_at: datetime | None = Field(default=None, sa_type=Instant)
    provider_agreed_by: int | None = Field(default=None, foreign_key="parley_person.id")
    provider_agreed_at: datetime | None = Field(default=None, sa_type=Instant)
    agreed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    held_until: date | None = None
    reopened: int = 0
    found_as: str | None = Field(default=None, index=True, unique=True)
    version: int = 1


class PlanMilestone(SQLModel, table=True):
    """A value to be reached by a day. ``state``: "ahead", "met", "missed", "no figure" (nothing was reported for it, or
    nobody said yet whether what ``words`` name is reached).

    ``value`` is what was found at ``checked_at``; None is unknown, never zero.
    """

    __tablename__ = "parley_plan_milestone"
    __table_args__ = (UniqueConstraint("plan_id", "check_on"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="parley_improvement_plan.id", index=True)
    target: Decimal | None = Field(default=None, sa_type=Exact)
    words: str = ""
    check_on: date
    state: str = "ahead"
    value: Decimal | None = Field(default=None, sa_type=Exact)
    checked_at: datetime | None = Field(default=None, sa_type=Instant)


class PlannedAction(SQLModel, table=True):
    """Something one side will do once both agreed; it becomes an action item then and is dropped from here.

    ``due_on`` is a day in the owner's own zone.
    """

    __tablename__ = "parley_planned_action"

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="parley_improvement_plan.id", index=True)
    title: str
    owner_id: int = Field(foreign_key="parley_person.id", index=True)
    due_on: date
