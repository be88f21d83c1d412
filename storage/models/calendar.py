"""Secret addresses under which somebody's calendar program reads the dates of reviews."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant


class CalendarFeed(SQLModel, table=True):
    """One person's address. Only a digest of its secret is kept, so that whoever reads the database cannot read on as them.

    ``revoked_at``: the address answers no more; a new one is another row. ``read_at``: when a calendar program last came.
    ``shown_as`` is the ``once`` of the direct message in which the address stands for a while, "" where it stands in none.
    """

    __tablename__ = "parley_calendar_feed"

    id: int | None = Field(default=None, primary_key=True)
    secret_digest: str = Field(unique=True)
    """SHA-256 of the secret, in hex."""
    person_id: int = Field(foreign_key="parley_person.id", index=True)
    made_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
    shown_as: str = Field(default="", sa_column_kwargs={"server_default": ""})
