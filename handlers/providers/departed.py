"""Somebody who was noted as having left is here again: by undo, with what was theirs, or later, with nothing yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.providers import departure_cards as cards
from handlers.providers import departure_people as people
from handlers.providers import departure_telling as telling
from handlers.providers.departing import LEFT
from handlers.providers.departure import Share
from handlers.providers.people import put_in_charge
from handlers.providers.people_commands import Returned
from handlers.records.past import Undoable
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import HandedBack, PersonKnown
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

RETURNED = "person.returned"


def undo(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """They never left: posts and records return, but for what somebody acted on since, which is said."""
    person = uow.people.get(entry.subject_id)
    if person is None or person.left_at is None:
        raise Declined("They are here again already, so there is nothing to take back.")
    facts = json.loads(entry.facts)
    person.left_at = None
    uow.people.add(person)
    kept = _touched(facts, entry, uow)
    theirs = [share for share in _shares(facts, uow) if share is not None]
    kept += [
        f"the posts of {share.programme.name}"
        for share in theirs
        if not _posts_back(share, facts, person, asker, uow, now)
    ]
    assert person.id is not None
    uow.happened(HandedBack(person.id, tuple(facts["issues"]), tuple(facts["actions"]), entry.at))
    _note(person, asker, uow, now)
    for person_id in (person.id, *facts["successors"].values()):
        uow.happened(PersonKnown(person_id))
    telling.take_back(person, theirs, entry, asker.name, uow, now)
    return Answer(card=cards.returned_card(person.name, kept))


UNDOABLE = Undoable(frozenset({LEFT}), undo)


def returned(command: Returned, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """They are back after a while; what they had stays with whoever took over. Nothing changes for who never left."""
    person = people.meant(None, command.who, asker, uow)
    if person.left_at is None:
        return Answer(card=cards.never_left_card(person.name))
    person.left_at = None
    uow.people.add(person)
    _note(person, asker, uow, now)
    return Answer(card=cards.welcome_back_card(person.name))


def _touched(facts: Mapping[str, Any], entry: AuditEntry, uow: UnitOfWork) -> list[str]:
    """Records that somebody acted on after they went over, or that are closed."""
    found = []
    for subject, ids in (("issue", facts["issues"]), ("action", facts["actions"])):
        for record_id in ids:
            last = uow.audit.of(subject, record_id)[-1]
            record = uow.issues.get(record_id) if subject == "issue" else uow.actions.get(record_id)
            if record is not None and (last.what, last.person_id, last.at) != (f"{subject}.owner", None, entry.at):
                found.append(f"{subject} {record.number}")
    return found


def _shares(facts: Mapping[str, Any], uow: UnitOfWork) -> Sequence[Share | None]:
    programmes = [uow.providers.programme(int(programme_id)) for programme_id in facts["posts"]]
    return [None if each is None else Share(each, False, False, (), ()) for each in programmes]


def _posts_back(
    share: Share, facts: Mapping[str, Any], person: Person, asker: Asker, uow: UnitOfWork, now: datetime
) -> bool:
    """Let the side's posts be held as before; False where somebody else was named since."""
    before = {role: person_id for role, person_id in facts["posts"][str(share.id)]}
    if person.id not in before.values():
        return True
    side, successor = Side(person.side), facts["successors"].get(str(share.id))
    held = {row.role: row.person_id for row in uow.providers.owners(share.id) if row.side == side}
    was_owner = before.get("owner") == person.id
    expected = {"owner": successor} if was_owner else {role: each for role, each in before.items() if each != person.id}
    if was_owner and before.get("deputy") not in (None, successor):
        expected["deputy"] = before["deputy"]
    if held != expected or uow.people.turned_out(before.values()):
        return False
    change = people.changing(share, asker, uow, now)
    for role, holder in before.items():
        put_in_charge(uow, side, role, uow.people.get(holder), change)
    change.note(uow, "owner.restored", side=side, posts=before)
    return True


def _note(person: Person, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    assert person.id is not None
    entry = AuditEntry(
        installation_id=person.installation_id,
        at=now,
        person_id=asker.person_id,
        what=RETURNED,
        subject="person",
        subject_id=person.id,
        visibility="INT" if person.side == Side.CLIENT else "SH",
    )
    uow.audit.note(entry)
