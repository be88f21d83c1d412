"""Action items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.models.action import ActionItem
from storage.models.provider import Installation

OPEN = ("open", "acknowledged", "blocked")
"""States in which the owner still has to do something."""


class ActionRepository:
    """Who does what by when."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_number(self, installation_id: int) -> int:
        """The number people will say. Whoever takes one makes the next wait for the commit (PostgreSQL: the installation's
        row is locked, in the mode that lets others refer to it)."""
        taking_turns = select(Installation.id).where(Installation.id == installation_id)
        self._session.exec(taking_turns.with_for_update(key_share=True)).first()
        query = select(func.max(ActionItem.number)).where(ActionItem.installation_id == installation_id)
        return (self._session.exec(query).one() or 0) + 1

    def add(self, action: ActionItem) -> ActionItem:
        """Keep a new action item."""
        self._session.add(action)
        self._session.flush()
        return action

    def get(self, action_id: int) -> ActionItem | None:
        """The action item with this id as it is now, locked until the end of the transaction."""
        query = select(ActionItem).where(ActionItem.id == action_id).with_for_update()
        return self._session.exec(query.execution_options(populate_existing=True)).first()

    def numbered(self, installation_id: int, number: int) -> ActionItem | None:
        """The action item people call by this number."""
        query = select(ActionItem).where(ActionItem.installation_id == installation_id, ActionItem.number == number)
        return self._session.exec(query).first()

    def save(self, action: ActionItem) -> None:
        """Keep a change; ``version`` counts them, so that a stale form is noticed."""
        action.version += 1
        self._session.add(action)
        self._session.flush()

    def open_of(self, programme_id: int) -> Sequence[ActionItem]:
        """A programme's open action items, by due day."""
        return self._session.exec(
            select(ActionItem)
            .where(ActionItem.programme_id == programme_id, col(ActionItem.state).in_(OPEN))
            .order_by(col(ActionItem.due_on), col(ActionItem.id))
        ).all()

    def unfinished_of(self, programme_id: int) -> Sequence[ActionItem]:
        """A programme's action items that are open or wait for the other side's yes, by due day."""
        return self._session.exec(
            select(ActionItem)
            .where(ActionItem.programme_id == programme_id, col(ActionItem.state).in_((*OPEN, "done")))
            .order_by(col(ActionItem.due_on), col(ActionItem.id))
        ).all()

    def of_issue(self, issue_id: int) -> Sequence[ActionItem]:
        """The action items that came from an issue."""
        return self._session.exec(
            select(ActionItem).where(ActionItem.issue_id == issue_id).order_by(col(ActionItem.id))
        ).all()

    def open_owned_by(self, person_id: int) -> Sequence[ActionItem]:
        """A person's open action items over all providers, by due day."""
        return self._session.exec(
            select(ActionItem)
            .where(ActionItem.owner_id == person_id, col(ActionItem.state).in_(OPEN))
            .order_by(col(ActionItem.due_on), col(ActionItem.id))
        ).all()

    def due_by(self, day: date, limit: int = 10_000) -> Sequence[ActionItem]:
        """Every open action item due on or before a day."""
        return self._session.exec(
            select(ActionItem)
            .where(col(ActionItem.state).in_(OPEN), col(ActionItem.due_on) <= day)
            .order_by(col(ActionItem.due_on), col(ActionItem.id))
            .limit(limit)
        ).all()

    def closed_between(self, programme_id: int, start: datetime, end: datetime) -> Sequence[ActionItem]:
        """Action items closed from ``start`` (inclusive) to ``end`` (exclusive)."""
        return self._session.exec(
            select(ActionItem)
            .where(
                ActionItem.programme_id == programme_id,
                col(ActionItem.closed_at) >= start,
                col(ActionItem.closed_at) < end,
            )
            .order_by(col(ActionItem.closed_at), col(ActionItem.id))
        ).all()

    def to_accept(self, now: datetime, limit: int = 200) -> Sequence[ActionItem]:
        """Action items whose silence has lasted long enough to count as acceptance."""
        return self._session.exec(
            select(ActionItem)
            .where(ActionItem.state == "done", col(ActionItem.accept_by) <= now)
            .order_by(col(ActionItem.accept_by), col(ActionItem.id))
            .limit(limit)
        ).all()
