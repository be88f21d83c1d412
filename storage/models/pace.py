"""How fast a whole workspace is posted to, over all processes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant


class WorkspacePace(SQLModel, table=True):
    """When the next turn of each line is: ``unhurried_at`` of what the calendar caused, ``prompt_at`` of what answers a
    person. Turns are taken in the transaction that marks or postpones a message."""

    __tablename__ = "parley_workspace_pace"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    unhurried_at: datetime = Field(sa_type=Instant)
    prompt_at: datetime = Field(sa_type=Instant)


class ConversationPace(SQLModel, table=True):
    """What left into one conversation in the last hour, and until when turns are given away there. ``conversation`` "" counts
    the whole workspace. ``requests`` is a JSON list of [milliseconds since the epoch, how many], the oldest first.
    """

    __tablename__ = "parley_conversation_pace"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    conversation: str = Field(primary_key=True)
    requests: str = "[]"
    booked_until: datetime | None = Field(default=None, sa_type=Instant)
