"""What came in (so that it is done once) and what goes out (so that it is said once)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.columns import Instant

_LATE = text("late IS NOT NULL")
_MIRROR = text("mirror_of IS NOT NULL")


class InboxEntry(SQLModel, table=True):
    """An event that was handled: written in the same transaction as what it caused."""

    __tablename__ = "parley_inbox"

    key: str = Field(primary_key=True)
    received_at: datetime = Field(sa_type=Instant, index=True)


class OutboxRow(SQLModel, table=True):
    """One message (or reaction, or picture) to a place or a person, with its whole delivery.

    ``key`` is opaque and goes to the platform; ``once`` is what it is for, unique, so that nothing is said twice.
    ``content`` is the card as JSON; ``revision`` counts edits and ``sent_revision`` the one that stands out there.
    ``state``: "open" (something to send), "sent" (``sent_revision == revision``), "failed" (``trouble`` says why),
    "missed" (too late to be of use), "dropped", "held" (waits for its reader's morning message), "folded" (stands in it).
    ``trying_since`` is set and committed before a request leaves, ``first_try`` and ``last_try`` tell whether an earlier
    attempt may have reached the platform; a failed row with its mark and no ``attempts`` may stand where nobody can look.
    ``generation`` numbers its workflows.
    ``expires_at``: what was not tried by then is of no use any more and is listed as missed instead of posted late.
    ``unhurried``: the calendar caused it, nobody waits for it, and it lets pass what answers a person. ``turn_at``: the turn
    it got in its workspace's pace.
    ``mirror_of``: the key of the message whose twin on another platform this is; its edits follow that one's.
    ``late``: the line that says why it comes late, as JSON (``handlers.lateness``); None for what comes in time.
    """

    __tablename__ = "parley_outbox"
    __table_args__ = (
        UniqueConstraint("once"),
        Index("parley_outbox_open", "state", "not_before"),
        Index("parley_outbox_reference", "platform", "workspace", "channel", "ref"),
        Index("parley_outbox_subject", "subject", "subject_id"),
        Index(
            "parley_outbox_folded",
            "thread_card",
            sqlite_where=text("state = 'folded'"),
            postgresql_where=text("state = 'folded'"),
        ),
        Index(
            "parley_outbox_held",
            "account_user",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index("parley_outbox_mirror", "mirror_of", sqlite_where=_MIRROR, postgresql_where=_MIRROR),
        Index("parley_outbox_late", "created_at", sqlite_where=_LATE, postgresql_where=_LATE),
    )

    seq: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int | None = Field(default=None, foreign_key="parley_provider.id")
    programme_id: int | None = Field(default=None, foreign_key="parley_programme.id", index=True)
    once: str
    kind: str
    subject: str = ""
    subject_id: int = 0
    visibility: str
    platform: str
    workspace: str
    channel: str = ""
    account_workspace: str = ""
    account_user: str = ""
    thread_card: str | None = None
    thread_ref: str | None = None
    content: str
    reason: str = ""
    revision: int = 1
    sent_revision: int = 0
    state: str = "open"
    generation: int = 0
    attempts: int = 0
    created_at: datetime = Field(sa_type=Instant)
    not_before: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    late: str | None = None
    trying_since: datetime | None = Field(default=None, sa_type=Instant)
    first_try: datetime | None = Field(default=None, sa_type=Instant)
    last_try: datetime | None = Field(default=None, sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    ref: str | None = None
    trouble: str = ""
    unhurried: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    turn_at: datetime | None = Field(default=None, sa_type=Instant)
    mirror_of: str | None = None
