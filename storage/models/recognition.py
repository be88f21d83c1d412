"""Wins: what went well, said by somebody."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant


class Win(SQLModel, table=True):
    """Kudos posted in a shared channel; it stands in the next digest."""

    __tablename__ = "parley_win"

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="parley_programme.id", index=True)
    words: str
    said_by: int = Field(foreign_key="parley_person.id")
    said_at: datetime = Field(sa_type=Instant)
