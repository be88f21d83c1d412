"""What action items do when something happened elsewhere, and when their time comes."""

from __future__ import annotations

from datetime import datetime

from handlers import lateness
from handlers.actions import changes, steps, voice
from handlers.actions.rules import CLOSED
from handlers.actions.standing import standing_of
from handlers.records.hours import silence as silence_of
from handlers.vocabulary.events import ActionChanged, ActionOverdue, ContractReopened, Fired, HandedBack, OwnerChanged
from storage.unit_of_work import UnitOfWork


def owner_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Somebody else answers for a side: what the one before had not finished goes over to them."""
    assert isinstance(event, OwnerChanged)
    successor = uow.people.get(event.after)
    if successor is None:
        return
    for item in uow.actions.unfinished_of(event.programme_id):
        if item.owner_id == event.before and item.side == successor.side == event.side:
            steps.hand_over(standing_of(item, uow), None, uow, now, successor, told=event.told)


def handed_back(event: object, uow: UnitOfWork, now: datetime) -> None:
    """A hand-over was taken back: what nobody touched since returns, and the card says so."""
    assert isinstance(event, HandedBack)
    to = uow.people.get(event.to)
    for item in [uow.actions.get(action_id) for action_id in event.action_ids]:
        if to is None or item is None or item.state in CLOSED:
            continue
        last = uow.audit.of("action", item.id or 0)[-1]
        if (last.what, last.person_id, last.at) == ("action.owner", None, event.since):
            steps.hand_over(standing_of(item, uow), None, uow, now, to, told=True)


def reopened(event: object, uow: UnitOfWork, now: datetime) -> None:
    """A contract goes on after its end: what waits for a yes is accepted by silence again, and people are reminded."""
    assert isinstance(event, ContractReopened)
    for item in uow.actions.unfinished_of(event.programme_id):
        changes.set_timer(item, uow)
        assert item.id is not None
        uow.happened(ActionChanged(item.id))


def overdue(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Nobody touched the item, yet it stands otherwise: its card says that it is late."""
    assert isinstance(event, ActionOverdue)
    item = uow.actions.get(event.action_id)
    if item is not None:
        voice.show_card(standing_of(item, uow), uow, now)


def silence(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Two business days without a word: what was called done is accepted. A word while nothing ran may have been lost, so
    then there is as long again to say it."""
    item = uow.actions.get(fired.subject_id)
    programme = None if item is None else uow.providers.programme(item.programme_id)
    if item is None or programme is None or programme.state != "active":
        return
    if item.state != "done" or item.done_at is None or item.accept_by is None or item.accept_by > now:
        return
    standing = standing_of(item, uow)
    hours = standing.accepting_hours()
    moment, gap = lateness.heard_out(item.done_at, item.accept_by, lateness.gaps(uow), silence_of(hours), hours)
    if gap is None or moment <= now:
        steps.accept_by_silence(standing, uow, now)
    else:
        steps.wait_longer(standing, moment, gap, uow, now)
