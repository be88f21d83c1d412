"""Taking a change of owners back: the side's posts are held as before, and what went over by it returns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from handlers.providers import cards
from handlers.providers.handler import installation_of
from handlers.providers.people import Changing, changing, put_in_charge
from handlers.records.past import Undoable
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import HandedBack, PersonKnown
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

CHANGED, RESTORED = "owner.changed", "owner.restored"


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Undo what the asker changed at once, on both sides. Raises ``Declined`` when the posts have changed since."""
    programme = uow.providers.programme(entry.subject_id)
    assert programme is not None and programme.id is not None
    change = changing(installation_of(uow, programme), programme, asker, uow, now)
    for side in Side:
        facts = [each for each in _at_once(entry, uow) if each["side"] == side]
        if facts:
            _restore(facts[0]["before"], facts, side, change, entry.at, uow)
    change.note(uow, RESTORED)
    return Answer(card=cards.told(f"Taken back: {change.provider.name} has the owners it had before."))


UNDOABLE = Undoable(frozenset({CHANGED}), take_back)


def _at_once(entry: AuditEntry, uow: UnitOfWork) -> list[dict[str, Any]]:
    """What one form changed, in order."""
    entries = uow.audit.of(entry.subject, entry.subject_id)
    same = [each for each in entries if (each.what, each.person_id, each.at) == (entry.what, entry.person_id, entry.at)]
    return [json.loads(each.facts) for each in same]


def _restore(
    before: dict[str, int], facts: Sequence[dict[str, Any]], side: Side, change: Changing, at: datetime, uow: UnitOfWork
) -> None:
    """Posts as in ``before`` (person by role); records that went over at the moment ``at`` return to the owner before."""
    programme_id = change.programme.id
    assert programme_id is not None
    held = {row.role: row.person_id for row in uow.providers.owners(programme_id) if row.side == side}
    expected = _after(before, facts)
    if held != expected or uow.people.turned_out(before.values()):
        raise Declined("The people have changed since, so that is not put back. Name them anew in the set-up.")
    for role in ("owner", "deputy"):
        person = None if role not in before else uow.people.get(before[role])
        put_in_charge(uow, side, role, person, change)
    owner, was = held.get("owner"), before.get("owner")
    if owner is not None and was is not None and owner != was:
        issues = [each.id for each in uow.issues.open_owned_by(owner, programme_id) if each.id is not None]
        actions = [each.id for each in uow.actions.unfinished_owned_by(owner) if each.programme_id == programme_id]
        uow.happened(HandedBack(was, tuple(issues), tuple(each for each in actions if each is not None), at))
    for person_id in dict.fromkeys([*held.values(), *before.values()]):
        uow.happened(PersonKnown(person_id))


def _after(before: dict[str, int], facts: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Who held which post when all of it was done: a newcomer leaves the post they held."""
    held = dict(before)
    for change in facts:
        held = {role: person for role, person in held.items() if person != change["person"] and role != change["role"]}
        if change["person"] is not None:
            held[change["role"]] = change["person"]
    return held
