"""What has to be known to speak into a conversation on Teams: the stored conversation references."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant


class TeamsConversation(SQLModel, table=True):
    """A conversation the bot takes part in, as Teams last told of it. ``conversation`` is its id without any thread.

    ``kind`` is "channel", "group" or "personal"; ``layout`` of a channel is "standard", "shared" or "private", "" while
    nobody told. ``team`` and ``team_group`` are the team's thread id and its Entra group; ``user`` whose personal chat it is
    (an Entra object id). ``service_url`` is where to speak to. ``outside`` is whether people of other companies read it, as
    last seen; None is unknown. ``gone_at``: the bot was taken out of it. ``hears`` is whether what does not mention the bot
    reaches it in a channel: True once such a message came, or the owners consented to it; None is unknown. ``home_ref`` is the
    message in a personal chat that shows Home, "" for none.
    """

    __tablename__ = "parley_teams_conversation"

    tenant: str = Field(primary_key=True)
    conversation: str = Field(primary_key=True)
    kind: str
    layout: str = ""
    team: str = ""
    team_group: str = ""
    user: str = Field(default="", index=True)
    name: str = ""
    service_url: str
    outside: bool | None = None
    seen_at: datetime = Field(sa_type=Instant)
    gone_at: datetime | None = Field(default=None, sa_type=Instant)
    hears: bool | None = None
    home_ref: str = Field(default="", sa_column_kwargs={"server_default": ""})
