"""Action items."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from storage.models.action import ActionItem
from storage.numbered import NumberedRepository
from storage.remembering import remembered

OPEN = ("open", "acknowledged", "blocked")
"""States in which the owner still has to do something."""

_OPEN_OF = (
    select(ActionItem)
    .where(ActionItem.programme_id == bindparam("programme_id"), col(ActionItem.state).in_(OPEN))
    .order_by(col(ActionItem.due_on), col(ActionItem.id))
)
_UNFINISHED_OF = (
    select(ActionItem)
    .where(ActionItem.programme_id == bindparam("programme_id"), col(ActionItem.state).in_((*OPEN, "done")))
    .order_by(col(ActionItem.due_on), col(ActionItem.id))
)
_OPEN_OWNED_BY = (
    select(ActionItem)
    .where(ActionItem.owner_id == bindparam("person_id"), col(ActionItem.state).in_(OPEN))
    .order_by(col(ActionItem.due_on), col(ActionItem.id))
)
"""Asked for every digest, review and morning; a statement costs more to make than to ask."""


class ActionRepository(NumberedRepository[ActionItem]):
    """Who does what by when."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ActionItem)

    def open_of(self, programme_id: int) -> Sequence[ActionItem]:
        """A programme's open action items, by due day."""
        return self._session.exec(_OPEN_OF, params={"programme_id": programme_id}).all()

    def unfinished_of(self, programme_id: int) -> Sequence[ActionItem]:
        """A programme's action items that are open or wait for the other side's yes, by due day."""
        return self._session.exec(_UNFINISHED_OF, params={"programme_id": programme_id}).all()

    def of_issue(self, issue_id: int) -> Sequence[ActionItem]:
        """The action items that came from an issue."""
        return self._session.exec(
            select(ActionItem).where(ActionItem.issue_id == issue_id).order_by(col(ActionItem.id))
        ).all()

    def open_owned_by(self, person_id: int) -> Sequence[ActionItem]:
        """A person's open action items over all providers, by due day."""
        return remembered(self._session, (ActionItem,), _OPEN_OWNED_BY, person_id=person_id)

    def unfinished_owned_by(self, person_id: int) -> Sequence[ActionItem]:
        """A person's action items that are open or wait for the other side's yes, over all providers, by due day."""
        return self._session.exec(
            select(ActionItem)
            .where(ActionItem.owner_id == person_id, col(ActionItem.state).in_((*OPEN, "done")))
            .order_by(col(ActionItem.due_on), col(ActionItem.id))
        ).all()
