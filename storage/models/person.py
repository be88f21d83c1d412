"""People and their accounts on the platforms. Keys are ids, never names or e-mail addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Instant


class Person(SQLModel, table=True):
    """One human. ``side`` is "client" or "provider"; ``role`` is "manager", "executive", "lead" or "member".

    ``same_as`` is who they turned out to be, where one person had become known twice: nothing hangs on this row any more but
    what the sealed log says of it. ``zone`` is an IANA name, ``country`` ISO 3166-1 alpha-2 (for holidays), ``morning`` the wall time of their reminders.
    """

    __tablename__ = "parley_person"

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int | None = Field(default=None, foreign_key="parley_provider.id", index=True)
    name: str
    side: str
    role: str = "member"
    email: str = ""
    zone: str = "UTC"
    country: str = ""
    morning: str = "09:00"
    created_at: datetime = Field(sa_type=Instant)
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    same_as: int | None = None


class PersonAccount(SQLModel, table=True):
    """A person's identity on one platform; ``workspace`` is their own team or tenant. ``email`` is the address that told of
    them itself, in lower case; "" while it told none. ``zone`` is the IANA name their own client last told; "" for none."""

    __tablename__ = "parley_person_account"
    __table_args__ = (UniqueConstraint("platform", "workspace", "user"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="parley_person.id", index=True)
    platform: str
    workspace: str
    user: str
    email: str = Field(default="", sa_column_kwargs={"server_default": ""})
    zone: str = Field(default="", sa_column_kwargs={"server_default": ""})
