"""Who is talked to: the installation, its providers, their programmes, the channels, and who is accountable."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Instant


class Installation(SQLModel, table=True):
    """One workspace (Slack team, Teams tenant, or the room) that installed the bot. The root of every key.

    ``joined_to``: the same company's other workspace, whose records these are; every record hangs on that installation, and
    this row only says which workspace is theirs on this platform.
    """

    __tablename__ = "parley_installation"
    __table_args__ = (UniqueConstraint("platform", "workspace"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    name: str = ""
    bot_user: str = ""
    installed_at: datetime = Field(sa_type=Instant)
    joined_to: int | None = None


class Provider(SQLModel, table=True):
    """An outsourced company. ``country`` is ISO 3166-1 alpha-2, ``zone`` an IANA name, ``code`` the client's own key."""

    __tablename__ = "parley_provider"
    __table_args__ = (UniqueConstraint("installation_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    name: str
    code: str = ""
    country: str = ""
    zone: str = "UTC"
    contract_end: date | None = None
    created_at: datetime = Field(sa_type=Instant)


class Programme(SQLModel, table=True):
    """One line of work a provider does for the client. A provider may have several, each with its channels and times.

    ``anchor_zone`` names the zone of its weeks and its digest; ``digest_wall`` is a wall-clock pattern ("mon 08:30") in
    that zone, ``figures_wall`` one in the provider's own zone. ``state`` is "draft" (its set-up is not finished), "active", "paused" or "ended".
    """

    __tablename__ = "parley_programme"
    __table_args__ = (UniqueConstraint("provider_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int = Field(foreign_key="parley_provider.id", index=True)
    name: str
    anchor_zone: str
    digest_wall: str
    figures_wall: str
    state: str = "active"
    created_at: datetime = Field(sa_type=Instant)


class Channel(SQLModel, table=True):
    """A channel bound to a programme. ``kind`` is "shared" (both companies) or "internal" (the client only).

    ``outside`` is whether outsiders can read it, as last seen at ``seen_at``; None is unknown. ``frozen`` channels get
    no posts (their sharing changed, or the bot left).
    """

    __tablename__ = "parley_channel"
    __table_args__ = (UniqueConstraint("platform", "workspace", "channel", "programme_id"),)

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    programme_id: int = Field(foreign_key="parley_programme.id", index=True)
    platform: str
    workspace: str
    channel: str = Field(index=True)
    kind: str
    name: str = ""
    outside: bool | None = None
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    frozen: bool = False


class Owner(SQLModel, table=True):
    """Who answers for a programme on one side: ``role`` is "owner" or "deputy" (S2). ``until`` ends it; rows stay."""

    __tablename__ = "parley_owner"

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="parley_programme.id", index=True)
    side: str
    role: str
    person_id: int = Field(foreign_key="parley_person.id", index=True)
    since: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)
