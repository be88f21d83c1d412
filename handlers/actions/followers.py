"""What action items do when something happened elsewhere, and when their time comes."""

from __future__ import annotations

from datetime import datetime

from handlers.actions import steps, voice
from handlers.actions.standing import standing_of
from handlers.vocabulary.events import ActionOverdue, Fired, OwnerChanged
from storage.unit_of_work import UnitOfWork


def owner_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Somebody else answers for a side: the open items of the one before go over to them."""
    assert isinstance(event, OwnerChanged)
    successor = uow.people.get(event.after)
    if successor is None:
        return
    for item in uow.actions.open_of(event.programme_id):
        if item.owner_id == event.before and item.side == successor.side == event.side:
            steps.hand_over(standing_of(item, uow), None, uow, now, successor)


def overdue(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Nobody touched the item, yet it stands otherwise: its card says that it is late."""
    assert isinstance(event, ActionOverdue)
    item = uow.actions.get(event.action_id)
    if item is not None:
        voice.show_card(standing_of(item, uow), uow, now)


def silence(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Two business days without a word: what was called done is accepted."""
    item = uow.actions.get(fired.subject_id)
    if item is not None and item.state == "done" and item.accept_by is not None and item.accept_by <= now:
        steps.accept_by_silence(standing_of(item, uow), uow, now)
