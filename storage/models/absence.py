"""When people are away; their deputies get the reminders meanwhile."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant


class Absence(SQLModel, table=True):
    """A stretch of days, both ends included, in the person's own zone. ``ended_at``: they came back early or took it back."""

    __tablename__ = "parley_absence"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="parley_person.id", index=True)
    first_day: date
    last_day: date
    told_by: int | None = Field(default=None, foreign_key="parley_person.id")
    told_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
