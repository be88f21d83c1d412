"""The room's own tables: what a chat platform would keep for us, the room keeps itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from storage.columns import Instant


class RoomChannel(SQLModel, table=True):
    """A channel. ``kind`` is "shared" (both companies), "internal" (the client) or "direct" (one person and the bot).

    ``provider`` is the name the rail groups shared channels under; ``topic`` is one line under the channel's name.
    """

    __tablename__ = "parley_room_channel"

    id: str = Field(primary_key=True)
    name: str
    kind: str
    provider: str = ""
    topic: str = ""
    position: int = 0


class RoomUser(SQLModel, table=True):
    """A person of the room. ``side`` is "client" or "provider"; ``zone`` an IANA name.

    ``workspace`` is the person's own company's team, which differs from the room's for a provider's people.
    ``colour`` is one of the page's eight ink names. ``seat`` says whether one can act as this person.
    """

    __tablename__ = "parley_room_user"

    id: str = Field(primary_key=True)
    name: str
    initials: str = ""
    colour: str = "slate"
    side: str
    title: str = ""
    company: str = ""
    town: str = ""
    zone: str = "UTC"
    workspace: str = "room"
    seat: bool = False
    position: int = 0


class RoomMember(SQLModel, table=True):
    """Who is in which channel, and up to which message they have read it (empty: nothing yet)."""

    __tablename__ = "parley_room_member"

    channel_id: str = Field(primary_key=True, foreign_key="parley_room_channel.id")
    user_id: str = Field(primary_key=True, foreign_key="parley_room_user.id", index=True)
    read_up_to: str = ""


class RoomMessage(SQLModel, table=True):
    """A message: a person's ``words`` or the bot's ``card`` (its JSON). ``id`` sorts in the order of posting.

    ``author`` is a user's id or "parley". ``card_key`` is the outbox key of a card, ``nonce`` the page's submission a
    person's message came from; both unique, so that neither is posted twice. ``only_for`` is the one person who sees a
    private answer. ``reactions`` maps emoji names to the ids of those who put them.
    """

    __tablename__ = "parley_room_message"
    __table_args__ = (Index("parley_room_message_page", "channel_id", "thread_ref", "id"),)

    id: str = Field(primary_key=True)
    channel_id: str = Field(foreign_key="parley_room_channel.id")
    thread_ref: str | None = None
    author: str
    words: str | None = None
    card: str | None = None
    card_key: str | None = Field(default=None, unique=True, index=True)
    nonce: str | None = Field(default=None, unique=True, index=True)
    revision: int = 1
    posted_at: datetime = Field(sa_type=Instant)
    edited_at: datetime | None = Field(default=None, sa_type=Instant)
    only_for: str | None = None
    reactions: dict[str, list[str]] = Field(default_factory=dict, sa_type=JSON)
