"""Which message is the one of a channel's day."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel


class ChannelDay(SQLModel, table=True):
    """The one message that came by itself on a day of a channel, outside threads: ``key`` is its outbox key.

    ``day`` is a day of the channel's own calendar. The primary key is the rule: a second message finds the day taken,
    whichever process it comes from.
    """

    __tablename__ = "parley_channel_day"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    key: str
