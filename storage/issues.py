"""Issues and their clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.models.issue import Issue, IssueClock
from storage.models.provider import Installation

OPEN = ("open", "acknowledged", "waiting", "done")
"""States in which somebody still has to do something; "done" waits for the other side's acceptance."""


class IssueRepository:
    """What went wrong."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_number(self, installation_id: int) -> int:
        """The number people will say. Whoever takes one makes the next wait for the commit (PostgreSQL: the installation's
        row is locked, in the mode that lets others refer to it)."""
        taking_turns = select(Installation.id).where(Installation.id == installation_id)
        self._session.exec(taking_turns.with_for_update(key_share=True)).first()
        query = select(func.max(Issue.number)).where(Issue.installation_id == installation_id)
        return (self._session.exec(query).one() or 0) + 1

    def add(self, issue: Issue) -> Issue:
        """Keep a new issue."""
        self._session.add(issue)
        self._session.flush()
        return issue

    def get(self, issue_id: int) -> Issue | None:
        """The issue with this id as it is now, locked until the end of the transaction."""
        query = select(Issue).where(Issue.id == issue_id).with_for_update()
        return self._session.exec(query.execution_options(populate_existing=True)).first()

    def numbered(self, installation_id: int, number: int) -> Issue | None:
        """The issue people call by this number."""
        query = select(Issue).where(Issue.installation_id == installation_id, Issue.number == number)
        return self._session.exec(query).first()

    def save(self, issue: Issue) -> None:
        """Keep a change; ``version`` counts them, so that a stale form is noticed."""
        issue.version += 1
        self._session.add(issue)
        self._session.flush()

    def open_of(self, programme_id: int) -> Sequence[Issue]:
        """A programme's open issues, worst and oldest first."""
        return self._session.exec(
            select(Issue)
            .where(Issue.programme_id == programme_id, col(Issue.state).in_(OPEN))
            .order_by(col(Issue.severity), col(Issue.reported_at), col(Issue.id))
        ).all()

    def closed_between(self, programme_id: int, start: datetime, end: datetime) -> Sequence[Issue]:
        """Issues closed from ``start`` (inclusive) to ``end`` (exclusive)."""
        return self._session.exec(
            select(Issue)
            .where(Issue.programme_id == programme_id, col(Issue.closed_at) >= start, col(Issue.closed_at) < end)
            .order_by(col(Issue.closed_at), col(Issue.id))
        ).all()

    def to_accept(self, now: datetime, limit: int = 200) -> Sequence[Issue]:
        """Issues whose silence has lasted long enough to count as acceptance."""
        return self._session.exec(
            select(Issue)
            .where(Issue.state == "done", col(Issue.accept_by) <= now)
            .order_by(col(Issue.accept_by), col(Issue.id))
            .limit(limit)
        ).all()

    def open_owned_by(self, person_id: int, programme_id: int | None = None) -> Sequence[Issue]:
        """A person's open issues, worst and oldest first; of one programme if given."""
        query = select(Issue).where(Issue.owner_id == person_id, col(Issue.state).in_(OPEN))
        if programme_id is not None:
            query = query.where(Issue.programme_id == programme_id)
        ordered = query.order_by(col(Issue.severity), col(Issue.reported_at), col(Issue.id))
        return self._session.exec(ordered).all()

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
