"""The processes that run, and when one of them last ticked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from storage.models.replica import Replica


class ReplicaRepository:
    """Heartbeats."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def beat(self, executor: str, program: str, now: datetime) -> None:
        """This process ticks."""
        mine = self._session.get(Replica, executor)
        if mine is None:
            mine = Replica(executor=executor, program=program, started_at=now, beat_at=now)
        mine.beat_at, mine.program = max(mine.beat_at, now), program
        self._session.add(mine)
        self._session.flush()

    def last_beat(self) -> datetime | None:
        """When any process last ticked; None before the first one ever."""
        return self._session.exec(select(func.max(col(Replica.beat_at)))).first()

    def all(self) -> Sequence[Replica]:
        """Every process that is remembered, the newest beat first."""
        return self._session.exec(select(Replica).order_by(col(Replica.beat_at).desc())).all()

    def drop(self, executor: str) -> None:
        """Forget one process: another took over what it left."""
        self._session.connection().execute(delete(Replica).where(col(Replica.executor) == executor))

    def forget(self, before: datetime) -> None:
        """Drop those that last ticked before that moment; the newest of all stays, so that a gap can be told."""
        newest = self.last_beat()
        if newest is not None:
            kept = min(before, newest)
            self._session.connection().execute(delete(Replica).where(col(Replica.beat_at) < kept))
