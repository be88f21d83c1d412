"""An issue's history in words."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.issues import cards, consent, lists
from handlers.issues.standing import find, find_numbered
from handlers.records import past
from handlers.records.past import Past, Shown, Step, Storied
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

TEXTS = ("issue.reported", "issue.edited")
"""Entries whose words are the issue's own title and description."""


def tell(issue_id: int, asker: Asker, uow: UnitOfWork) -> Past:
    """Everything that happened to an issue, if the asker may see it. Raises ``Declined`` as for an issue that is not there."""
    standing = find(issue_id, asker, uow)
    entries = uow.audit.of("issue", issue_id)
    steps = tuple(_step(entry, entries, uow) for entry in entries)
    return Past(cards.heading(standing), steps, Button("issue.show", f"Issue {standing.issue.number}", str(issue_id)))


def numbered(number: int, asker: Asker, uow: UnitOfWork) -> int | None:
    """The id behind a number, if the asker may know of it."""
    try:
        return find_numbered(number, asker, uow).id
    except Declined:
        return None


STORIED = Storied(numbered, tell)


def _step(entry: AuditEntry, entries: Sequence[AuditEntry], uow: UnitOfWork) -> Step:
    shown: Shown = {
        "state": ("Status", _state),
        "owner_id": ("Owner", lambda person_id: _name(person_id, uow)),
        "severity": ("Severity", str),
        "issue_kind": ("Kind", str),
    }
    changes = past.changed(entry, shown)
    if entry.what == "issue.edited":
        changes = (*past.rewordings(entry, entries, TEXTS, ("Title", "What happened"), uow), *changes)
    words = "" if entry.what in TEXTS else uow.audit.words(entry) or ""
    return Step(entry.at, past.who(entry, uow), consent.TOLD.get(entry.what, "changed it"), changes, words)


def _state(state: str) -> str:
    return lists.STATES.get(state, state)


def _name(person_id: int, uow: UnitOfWork) -> str:
    person = uow.people.get(person_id)
    return "somebody" if person is None else person.name
