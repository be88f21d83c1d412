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
