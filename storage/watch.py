"""How the work stands, in a handful of numbers that whoever watches the bot asks for every few seconds: each from an index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from storage.models.delivery import OutboxRow
from storage.models.replica import Replica
from storage.models.schedule import Schedule

ALIVE_FOR = timedelta(minutes=1)
"""A process that ticked within it counts as alive."""

_DUE = select(func.count(), func.min(col(OutboxRow.not_before))).where(
    OutboxRow.state == "open", col(OutboxRow.not_before) <= bindparam("now")
)
_FAILED = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "failed")
_BEHIND = (
    select(col(Schedule.next_at))
    .where(Schedule.state == "active", col(Schedule.next_at) <= bindparam("now"))
    .order_by(col(Schedule.next_at))
    .limit(1)
)
_ALIVE = select(func.count()).select_from(Replica).where(col(Replica.beat_at) >= bindparam("since"))


@dataclass(frozen=True, slots=True)
class Watch:
    """``due`` messages are not sent, the oldest since ``oldest_due``; ``undeliverable`` ones wait for somebody's decision.
    ``schedule_due`` is when the calendar's oldest unanswered firing was due. Moments are None where nothing is due."""

    due: int
    oldest_due: datetime | None
    undeliverable: int
    schedule_due: datetime | None
    alive: int


def watch(session: Session, now: datetime) -> Watch:
    """Look now (aware UTC)."""
    due, oldest = session.exec(_DUE, params={"now": now}).one()
    return Watch(
        due=due,
        oldest_due=oldest,
        undeliverable=session.exec(_FAILED).one(),
        schedule_due=session.exec(_BEHIND, params={"now": now}).first(),
        alive=session.exec(_ALIVE, params={"since": now - ALIVE_FOR}).one(),
    )
