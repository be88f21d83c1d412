"""Issues and their clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from storage.models.issue import Issue, IssueClock
from storage.numbered import NumberedRepository

OPEN = ("open", "acknowledged", "waiting", "done")
"""States in which somebody still has to do something; "done" waits for the other side's acceptance."""

_OPEN_OF = (
    select(Issue)
    .where(Issue.programme_id == bindparam("programme_id"), col(Issue.state).in_(OPEN))
    .order_by(col(Issue.severity), col(Issue.reported_at), col(Issue.id))
)
_OWNED_BY = (
    select(Issue)
    .where(Issue.owner_id == bindparam("person_id"), col(Issue.state).in_(OPEN))
    .order_by(col(Issue.severity), col(Issue.reported_at), col(Issue.id))
)
_OWNED_BY_IN = _OWNED_BY.where(Issue.programme_id == bindparam("programme_id"))
"""Asked for every digest and morning; a statement costs more to make than to ask."""


class IssueRepository(NumberedRepository[Issue]):
    """What went wrong."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, Issue)

    def open_of(self, programme_id: int) -> Sequence[Issue]:
        """A programme's open issues, worst and oldest first."""
        return self._session.exec(_OPEN_OF, params={"programme_id": programme_id}).all()

    def open_owned_by(self, person_id: int, programme_id: int | None = None) -> Sequence[Issue]:
        """A person's open issues, worst and oldest first; of one programme if given."""
        query = _OWNED_BY if programme_id is None else _OWNED_BY_IN
        return self._session.exec(query, params={"person_id": person_id, "programme_id": programme_id}).all()

    def start_clock(self, issue: Issue, side: str, now: datetime) -> None:
        """From now on ``side`` is waited for; whichever clock was running stops."""
        self.stop_clock(issue, now)
        assert issue.id is not None
        self._session.add(IssueClock(issue_id=issue.id, side=side, started_at=now))
        self._session.flush()

    def stop_clock(self, issue: Issue, now: datetime) -> None:
        """Nobody is waited for any more."""
        for clock in self.clocks(issue):
            if clock.ended_at is None:
                clock.ended_at = now
                self._session.add(clock)
        self._session.flush()

    def clocks(self, issue: Issue) -> Sequence[IssueClock]:
        """Every stretch of waiting, oldest first."""
        query = select(IssueClock).where(IssueClock.issue_id == issue.id).order_by(col(IssueClock.id))
        return self._session.exec(query).all()

    def running_clocks(self, issue_ids: Sequence[int]) -> Mapping[int, IssueClock]:
        """The clock that runs for each of these issues, in one question; closed ones are missing."""
        query = select(IssueClock).where(col(IssueClock.issue_id).in_(issue_ids), col(IssueClock.ended_at).is_(None))
        return {clock.issue_id: clock for clock in self._session.exec(query.order_by(col(IssueClock.id)))}

    def rewind_clock(self, issue: Issue, count: int, running: int | None) -> None:
        """Take back what a change did to the clocks: only the first ``count`` remain, and the one that ran runs on."""
        for index, clock in enumerate(self.clocks(issue)):
            if index >= count:
                self._session.delete(clock)
            elif clock.id == running:
                clock.ended_at = None
                self._session.add(clock)
        self._session.flush()
