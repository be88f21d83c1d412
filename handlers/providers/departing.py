"""Somebody leaves: nothing is left with them (S2), in one step, told in one message."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.providers import departure_cards as cards
from handlers.providers import departure_people as people
from handlers.providers import departure_telling as telling
from handlers.providers.departure import Share, name_of, shares
from handlers.providers.departure_cards import SEVERAL, WHOLE
from handlers.providers.people import appoint
from handlers.providers.people_commands import AskLeave, Leave
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import OwnerChanged, PersonLeft
from handlers.vocabulary.outgoing import Answer, Form
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

LEFT = "person.left"


def ask(command: AskLeave, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Who has left, and who takes over? The form asks for what is missing."""
    if command.person_id is None and not command.who:
        options = people.speakable(asker, uow)
        if not options:
            raise Declined("A manager notes who has left, or the owner on the provider's side for their own people.")
        return Answer(form=cards.leaver_form(options))
    person = _leaver(command.person_id, command.who, asker, uow)
    needing = [each for each in shares(person, uow) if each.needs_successor]
    if not needing:
        assert person.id is not None
        return Answer(card=cards.nothing_left_card(person.name, person.id))
    return Answer(form=_successor_form(person, needing, asker, uow))


def leave(command: Leave, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """They leave, and everything goes to whoever was named. Raises ``Invalid`` at a field without a successor."""
    person = _leaver(command.person_id, "", asker, uow)
    theirs = shares(person, uow)
    successors = people.successors(command.successors, person, theirs, asker, uow, now)
    posts = {share.id: _posts(share, person.side, uow) for share in theirs}
    assert person.id is not None
    person.left_at = now
    uow.people.add(person)
    _hand_over(person, theirs, successors, asker, uow, now)
    entry = _audit(person, theirs, successors, posts, asker, now)
    uow.audit.note(entry)
    uow.happened(PersonLeft(person.id))
    telling.tell(person, theirs, successors, entry, uow, now)
    empty = [(name_of(each, theirs, uow), each.id) for each in theirs if _lost_deputy(each, posts, person, uow)]
    card = cards.handed_over_card(person.name, person.id, telling.private_lines(theirs, successors, uow), empty)
    return Answer(card=card, done=card.text)


def _leaver(person_id: int | None, who: str, asker: Asker, uow: UnitOfWork) -> Person:
    person = people.meant(person_id, who, asker, uow)
    if person.left_at is not None:
        raise Declined(f"{person.name} is noted as having left already.")
    people.refuse_last_manager(person, uow)
    return person


def _successor_form(person: Person, needing: Sequence[Share], asker: Asker, uow: UnitOfWork) -> Form:
    options = people.colleagues(person, asker, uow)
    known, asked = {option.value for option in options}, []
    for share in needing:
        proposed = people.user_of(uow.providers.accountable(share.id, person.side, "deputy"), asker, uow)
        much = share.counted(shared_only=False)
        what = f"{name_of(share, needing, uow)}: who takes over{f' ({much})' if much else ''}?"
        asked.append((f"{WHOLE}_{share.id}", what, proposed if proposed in known else ""))
    if len(needing) > SEVERAL:
        asked = [(WHOLE, f"Who takes over all {len(needing)} programmes?", asked[0][2])]
    intro = f"{person.name} can do nothing here afterwards. For ten minutes you can undo it."
    return cards.successor_form(person.id or 0, asked, options, intro)


def _hand_over(
    person: Person,
    theirs: Sequence[Share],
    successors: Mapping[int, Person],
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
) -> None:
    """Posts and open records go over; the rooms that hold the records follow the event."""
    assert person.id is not None
    side = Side(person.side)
    for share in theirs:
        change, successor = people.changing(share, asker, uow, now), successors.get(share.id)
        if share.deputy:
            appoint(uow, side, "deputy", None, change)
        if share.owner:
            appoint(uow, side, "owner", successor, change, told=True)
        elif successor is not None:
            assert successor.id is not None
            uow.happened(OwnerChanged(share.id, side, person.id, successor.id, told=True))
        for review in uow.reviews.ahead_of(share.id):
            if review.led_by == person.id and successor is not None:
                review.led_by = successor.id
                uow.reviews.save(review)


def _posts(share: Share, side: str, uow: UnitOfWork) -> list[list[object]]:
    """Who holds which post on a side: role and person."""
    return [[row.role, row.person_id] for row in uow.providers.owners(share.id) if row.side == side]


def _lost_deputy(share: Share, posts: Mapping[int, list[list[object]]], person: Person, uow: UnitOfWork) -> bool:
    """Whether there was a deputy and is none now."""
    had = any(role == "deputy" for role, _ in posts[share.id])
    return had and uow.providers.accountable(share.id, person.side, "deputy") is None


def _audit(
    person: Person,
    theirs: Sequence[Share],
    successors: Mapping[int, Person],
    posts: Mapping[int, list[list[object]]],
    asker: Asker,
    now: datetime,
) -> AuditEntry:
    """Ids only: enough to take all of it back. ``posts`` are those of the side before."""
    assert person.id is not None
    facts = {
        "posts": {str(programme): held for programme, held in posts.items()},
        "successors": {str(programme): successor.id for programme, successor in successors.items()},
        "issues": [issue.id for each in theirs for issue in each.issues],
        "actions": [action.id for each in theirs for action in each.actions],
    }
    return AuditEntry(
        installation_id=person.installation_id,
        at=now,
        person_id=asker.person_id,
        what=LEFT,
        subject="person",
        subject_id=person.id,
        visibility="INT" if person.side == Side.CLIENT else "SH",
        facts=json.dumps(facts, sort_keys=True),
    )
