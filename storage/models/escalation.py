"""Who is brought in when an issue waits too long: the matrix both sides agreed on, and every jump that was made by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Instant


class EscalationMatrix(SQLModel, table=True):
    """One version of a programme's escalation matrix; the newest that was not taken back holds. No version: the usual one.

    ``shared`` digests the part both companies read, so that a change of the rest is not announced to both.
    ``provider_agreed_by`` is whose word the provider gave for that part.
    """

    __tablename__ = "parley_escalation_matrix"
    __table_args__ = (UniqueConstraint("programme_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int = Field(foreign_key="parley_provider.id", index=True)
    programme_id: int = Field(foreign_key="parley_programme.id")
    number: int
    shared: str = ""
    visibility: str = "SH"
    created_by: int | None = Field(default=None, foreign_key="parley_person.id")
    created_at: datetime = Field(sa_type=Instant)
    provider_agreed_by: int | None = Field(default=None, foreign_key="parley_person.id")
    provider_agreed_at: datetime | None = Field(default=None, sa_type=Instant)
    taken_back_at: datetime | None = Field(default=None, sa_type=Instant)


class EscalationStep(SQLModel, table=True):
    """Who is brought in on one side at one level (2 or 3) for issues of one severity, and how long after their time is up.

    ``after`` is written as people say it ("30 minutes", "1 day"). Either ``post`` names whoever holds it then ("owner",
    "deputy", "executive"), or ``person_id`` is a person; both empty: nobody. ``how`` is "told" (mentioned and told directly)
    or "summary" (noted for the managers). ``visibility`` is "INT" for the client's level 3.
    """

    __tablename__ = "parley_escalation_step"
    __table_args__ = (UniqueConstraint("matrix_id", "severity", "level", "side"),)

    id: int | None = Field(default=None, primary_key=True)
    matrix_id: int = Field(foreign_key="parley_escalation_matrix.id")
    severity: int
    level: int
    side: str
    after: str
    how: str = "told"
    post: str = ""
    person_id: int | None = Field(default=None, foreign_key="parley_person.id", index=True)
    deputy_id: int | None = Field(default=None, foreign_key="parley_person.id")
    visibility: str


class EscalationJump(SQLModel, table=True):
    """An issue went up one level on one side, once in each ``turn`` of whoever was late; ``waiting`` is the late side.

    ``person_id`` is who was brought in (None: nobody was named), ``instead_of_id`` whom they stood in for. ``reason`` says
    what was late and since when, in a sentence without names.
    """

    __tablename__ = "parley_escalation_jump"
    __table_args__ = (
        UniqueConstraint("issue_id", "turn", "level", "side"),
        Index("parley_escalation_jump_programme", "programme_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id")
    provider_id: int = Field(foreign_key="parley_provider.id")
    programme_id: int = Field(foreign_key="parley_programme.id")
    issue_id: int = Field(foreign_key="parley_issue.id")
    turn: str
    level: int
    side: str
    waiting: str
    how: str = "told"
    person_id: int | None = Field(default=None, foreign_key="parley_person.id")
    instead_of_id: int | None = Field(default=None, foreign_key="parley_person.id")
    reason: str
    visibility: str
    at: datetime = Field(sa_type=Instant)
