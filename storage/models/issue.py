"""Issues and the clocks that run while somebody is waited for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Instant


class Issue(SQLModel, table=True):
    """Something that went wrong. ``visibility`` is "SH" or "INT"; ``severity`` 1 (worst) to 4.

    ``state``: "open" (reported), "acknowledged", "waiting" (on the side in ``waiting_on``), "done" (the owner says so),
    "accepted" (the other side agreed, or silence did), "withdrawn". ``number`` is what people say: issue 12.
    ``answer_by`` is until when the side it waits on should answer, ``accept_by`` when silence counts as acceptance (or,
    for severities that need a word, when that word is overdue). ``level`` is the highest level of the escalation matrix it
    went to since it began or began anew, as far as all its readers may know; 1 is its owner. ``heard_at`` is from when the
    silence of the owner's side is counted: its last word, or since it is theirs again; ``lapses`` how often an
    acknowledgement lapsed, ``handed`` how often the other side got it to solve.
    """

    __tablename__ = "parley_issue"
    __table_args__ = (UniqueConstraint("installation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int = Field(foreign_key="parley_provider.id", index=True)
    programme_id: int = Field(foreign_key="parley_programme.id", index=True)
    number: int
    title: str
    detail: str = ""
    issue_kind: str = "service"
    severity: int
    visibility: str
    state: str = Field(default="open", index=True)
    waiting_on: str = ""
    waiting_for: str = ""
    reporter_id: int = Field(foreign_key="parley_person.id")
    owner_id: int = Field(foreign_key="parley_person.id", index=True)
    reported_at: datetime = Field(sa_type=Instant)
    acknowledge_by: datetime = Field(sa_type=Instant)
    resolve_by: datetime = Field(sa_type=Instant)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    done_note: str = ""
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    accept_by: datetime | None = Field(default=None, sa_type=Instant, index=True)
    answer_by: datetime | None = Field(default=None, sa_type=Instant)
    reopened: int = 0
    level: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    heard_at: datetime | None = Field(default=None, sa_type=Instant)
    lapses: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    handed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    version: int = 1


class IssueClock(SQLModel, table=True):
    """A stretch of time in which an issue waited for ``side``. Open stretches have no ``ended_at``."""

    __tablename__ = "parley_issue_clock"

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="parley_issue.id", index=True)
    side: str
    started_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
