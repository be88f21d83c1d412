"""What each person was reminded of, and what they put off."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Instant


class Ping(SQLModel, table=True):
    """One reminder of one item to one person. ``step`` is its rung ("before", "due", "after", "managers", or
    "again:2026-03-05" for one that was put off until that day). One that went to whoever stood in for the owner ends with
    ":for:" and the owner's id, and counts as the owner's.

    At most one row for each rung, so that a rung is never said twice.
    """

    __tablename__ = "parley_ping"
    __table_args__ = (UniqueConstraint("action_item_id", "person_id", "step", "due_on"),)

    id: int | None = Field(default=None, primary_key=True)
    action_item_id: int = Field(foreign_key="parley_action_item.id", index=True)
    person_id: int = Field(foreign_key="parley_person.id", index=True)
    step: str
    due_on: date
    at: datetime = Field(sa_type=Instant)


class Snooze(SQLModel, table=True):
    """One person's own reminder of one item, put off until a day in their zone. Nobody else is told."""

    __tablename__ = "parley_snooze"
    __table_args__ = (UniqueConstraint("action_item_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    action_item_id: int = Field(foreign_key="parley_action_item.id", index=True)
    person_id: int = Field(foreign_key="parley_person.id", index=True)
    until: date
    at: datetime = Field(sa_type=Instant)
