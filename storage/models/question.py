"""What somebody asked while the bot asked back."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant


class Question(SQLModel, table=True):
    """What one person asked for, kept while they choose which provider they mean; gone once it is done, or after a day."""

    __tablename__ = "parley_question"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="parley_person.id", index=True)
    asked_at: datetime = Field(sa_type=Instant, index=True)
    event: str
    """What reached the bot, as JSON: the person's own words are in it."""
