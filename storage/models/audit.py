"""The audit log: who did what to which record. It holds ids; people's own words are encrypted under that person's key.

Destroying a person's key erases their words while the hash chain over the log still verifies.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.columns import Instant


class PersonKey(SQLModel, table=True):
    """The key under which one person's words in the log are encrypted. A destroyed key is None."""

    __tablename__ = "parley_person_key"

    person_id: int = Field(foreign_key="parley_person.id", primary_key=True)
    secret: bytes | None = None


class AuditEntry(SQLModel, table=True):
    """One change. ``chain`` is set by the sealing tick: the hash of the previous entry's chain and this entry's fields."""

    __tablename__ = "parley_audit"
    __table_args__ = (Index("parley_audit_person", "person_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    programme_id: int | None = Field(default=None, foreign_key="parley_programme.id")
    at: datetime = Field(sa_type=Instant)
    person_id: int | None = Field(default=None, foreign_key="parley_person.id")
    what: str
    subject: str
    subject_id: int
    visibility: str
    facts: str = ""
    words: bytes | None = None
    chain: str = Field(default="", index=True)
