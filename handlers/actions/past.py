"""An action item's history in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.actions import consent, terms
from handlers.actions.standing import find, numbered_or_none
from handlers.calendar import day_text
from handlers.records import past
from handlers.records.past import Past, Shown, Step, Storied
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

TEXTS = ("action.agreed", "action.edited")
"""Entries whose words are the item's own title and note."""
STATES = {
    "open": "open",
    "acknowledged": "in hand",
    "blocked": "blocked",
    "done": "done, waiting for a yes",
    "accepted": "accepted",
    "not doing": "not doing",
}


def tell(action_id: int, asker: Asker, uow: UnitOfWork) -> Past:
    """Everything that happened to an item, if the asker may see it. Raises ``Declined`` as for one that is not there."""
    standing = find(action_id, asker, uow)
    entries = uow.audit.of("action", action_id)
    steps = tuple(_step(entry, entries, uow) for entry in entries)
    return Past(terms.heading(standing), steps, Button("action.show", f"Action {standing.item.number}", str(action_id)))


def numbered(number: int, asker: Asker, uow: UnitOfWork) -> int | None:
    """The id behind a number, if the asker may know of it."""
    item = numbered_or_none(number, asker, uow)
    return None if item is None else item.id


STORIED = Storied(numbered, tell)


def _step(entry: AuditEntry, entries: Sequence[AuditEntry], uow: UnitOfWork) -> Step:
    shown: Shown = {
        "state": ("Status", _state),
        "owner_id": ("Owner", lambda person_id: _name(person_id, uow)),
        "due_on": ("Due", lambda day: day_text(date.fromisoformat(day), entry.at.date())),
    }
    changes = past.changed(entry, shown)
    if entry.what == "action.edited":
        changes = (*past.rewordings(entry, entries, TEXTS, ("Title", "Note"), uow), *changes)
    words = "" if entry.what in TEXTS else uow.audit.words(entry) or ""
    return Step(entry.at, past.who(entry, uow), consent.TOLD.get(entry.what, "changed it"), changes, words)


def _state(state: str) -> str:
    return STATES.get(state, state)


def _name(person_id: int, uow: UnitOfWork) -> str:
    person = uow.people.get(person_id)
    return "somebody" if person is None else person.name
