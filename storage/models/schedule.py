"""What fires by the calendar, and every time it did."""

from __future__ import annotations

from datetime import datetime

from pydantic import NaiveDatetime
from sqlalchemy import DateTime, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Instant

_NOT_IN_TIME = text("state <> 'fired'")


class Schedule(SQLModel, table=True):
    """A wall-clock pattern in a zone. ``next_at`` is indexed: the tick asks only for what is due.

    ``subject`` is what it is for ("digest", "figures", "reminders"), ``subject_id`` whose (programme or person).
    ``grace`` is how many seconds late a firing may still be acted on; later ones are recorded as missed.
    """

    __tablename__ = "parley_schedule"
    __table_args__ = (UniqueConstraint("subject", "subject_id"),)

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    subject: str
    subject_id: int
    pattern: str
    zone: str
    next_wall: NaiveDatetime = Field(sa_type=DateTime)
    next_at: datetime = Field(sa_type=Instant, index=True)
    grace: int = 86_400
    state: str = "active"


class Occurrence(SQLModel, table=True):
    """One firing, created once: the key is schedule and wall time. ``covers`` is how many firings it stands for.

    ``state``: "fired", "late" (acted on after its moment) or "missed" (too late to be acted on). Single moments are noted
    only where they were late or missed; their wall time is UTC.
    """

    __tablename__ = "parley_occurrence"
    __table_args__ = (
        UniqueConstraint("schedule_id", "wall"),
        Index("parley_occurrence_late", "fired_at", sqlite_where=_NOT_IN_TIME, postgresql_where=_NOT_IN_TIME),
    )

    id: int | None = Field(default=None, primary_key=True)
    schedule_id: int = Field(foreign_key="parley_schedule.id", index=True)
    wall: NaiveDatetime = Field(sa_type=DateTime)
    due_at: datetime = Field(sa_type=Instant)
    fired_at: datetime = Field(sa_type=Instant)
    state: str
    covers: int = 1
