"""What could not be delivered reaches somebody: one message a person and day, edited as more fails or is decided.

A failure of a programme is told to whoever answers for it on the client's side, everything else to the managers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.calendar import wall_of, zone
from handlers.deliveries import cards
from handlers.deliveries.entries import entries_of
from handlers.places import direct_to
from handlers.saying import About, say, show
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import DirectPost, InternalCard
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.undelivered import ROOT_FAILED
from storage.unit_of_work import UnitOfWork

KIND = "delivery.failed"
ACCOUNTABLE = "You are the accountable owner on your company's side."
MANAGING = "You manage Parley here, and nobody else can decide about it."


def gave_up(row: OutboxRow, uow: UnitOfWork, now: datetime) -> None:
    """Tell of what could not be delivered. Never of the telling itself, nor of replies that wait for what failed."""
    if row.kind == KIND or row.trouble == ROOT_FAILED:
        return
    for person in _concerned(row.installation_id, row.programme_id, uow):
        _tell(person, uow, now)


def decided(rows: Sequence[OutboxRow], uow: UnitOfWork, now: datetime) -> None:
    """Somebody decided about these: whoever was told today sees what is left."""
    for installation_id, programme_id in {(row.installation_id, row.programme_id) for row in rows}:
        for person in _concerned(installation_id, programme_id, uow):
            _show(person, uow, now)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one person's decision: the oldest messages, how many there are, and of which programmes."""

    oldest: Sequence[OutboxRow]
    count: int
    programmes: frozenset[int | None]


def waiting_for(person: Person, uow: UnitOfWork) -> Waiting:
    """What this person was or would be told of."""
    found = [each for each in uow.undelivered.failed_in_short(person.installation_id) if each[2] != KIND]
    concerned = {each: _concerned(person.installation_id, each, uow) for each in {row[1] for row in found}}
    theirs = frozenset(each for each, people in concerned.items() if person.id in {one.id for one in people})
    seqs = [seq for seq, programme_id, _ in found if programme_id in theirs and seq is not None]
    return Waiting(uow.undelivered.by_seqs(seqs[: cards.TOLD]), len(seqs), theirs)


def _concerned(installation_id: int, programme_id: int | None, uow: UnitOfWork) -> list[Person]:
    owner = None if programme_id is None else uow.providers.accountable(programme_id, Side.CLIENT)
    if owner is not None and direct_to(uow, owner) is not None:
        return [owner]
    ours = uow.people.of_client(installation_id)
    return [each for each in ours if each.role == "manager"] or [each for each in ours if each.role == "executive"]


def _tell(person: Person, uow: UnitOfWork, now: datetime) -> None:
    uow.session.refresh(
        person, with_for_update=True
    )  # two that fail at once are told one after the other, in one message
    to = direct_to(uow, person)
    if to is None or _show(person, uow, now):
        return
    waiting = waiting_for(person, uow)
    one = next(iter(waiting.programmes)) if len(waiting.programmes) == 1 else None
    about = About(person.installation_id, KIND, "a delivery failed", programme_id=one)
    say(uow, DirectPost(to, _card(waiting, person, uow)), about, _once(person, now), now)


def _show(person: Person, uow: UnitOfWork, now: datetime) -> bool:
    """Let what was told today tell what waits now; False when nothing was told today."""
    once = _once(person, now)
    if uow.outbox.by_once(once) is None:
        return False
    return show(uow, once, _card(waiting_for(person, uow), person, uow), now)


def _card(waiting: Waiting, person: Person, uow: UnitOfWork) -> InternalCard:
    why = MANAGING if None in waiting.programmes else ACCOUNTABLE
    return cards.told_card(entries_of(waiting.oldest, uow), waiting.count, person.zone, why)


def _once(person: Person, now: datetime) -> str:
    return f"{KIND}:{person.id}:{wall_of(now, zone(person.zone)).date().isoformat()}"
