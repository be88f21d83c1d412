"""An issue's history in words."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.issues import cards, consent, lists
from handlers.issues.jumps import ESCALATED
from handlers.issues.standing import find, find_numbered
from handlers.records import past
from handlers.records.past import Past, Shown, Step, Storied
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

TEXTS = ("issue.reported", "issue.edited")
"""Entries whose words are the issue's own title and description."""


def tell(issue_id: int, asker: Asker, uow: UnitOfWork) -> Past:
    """Everything that happened to an issue, if the asker may see it. Raises ``Declined`` as for an issue that is not there."""
    standing = find(issue_id, asker, uow)
    entries = [each for each in uow.audit.of("issue", issue_id) if _may_read(each, asker)]
    steps = tuple(_step(entry, entries, uow) for entry in entries)
    return Past(cards.heading(standing), steps, Button("issue.show", f"Issue {standing.issue.number}", str(issue_id)))


def done_by_people(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """A history without what only tells that an issue went up: that changes nothing which could be taken back."""
    return [each for each in entries if each.what != ESCALATED]


def _may_read(entry: AuditEntry, asker: Asker) -> bool:
    """The client's highest level is the client's alone, in a history that both companies read too."""
    if entry.what != ESCALATED or entry.visibility == Visibility.SHARED:
        return True
    return asker.side is Side.CLIENT and asker.confirmed


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
    if entry.what == ESCALATED:
        return Step(entry.at, past.who(entry, uow), consent.TOLD[ESCALATED], (), _jump(entry, uow))
    words = "" if entry.what in TEXTS else uow.audit.words(entry) or ""
    return Step(entry.at, past.who(entry, uow), consent.TOLD.get(entry.what, "changed it"), changes, words)


def _jump(entry: AuditEntry, uow: UnitOfWork) -> str:
    """ "Level 2: Ana Cruz. Not acknowledged in time, 30 minutes past it (day and night)." """
    jump = past.states(entry)[1]
    person = "nobody is named" if jump["person"] is None else _name(jump["person"], uow)
    person = "noted for the managers" if jump["how"] == "summary" else person
    why = str(jump["reason"])
    return f"Level {jump['level']}: {person}. {why[:1].upper()}{why[1:]}."


def _state(state: str) -> str:
    return lists.STATES.get(state, state)


def _name(person_id: int, uow: UnitOfWork) -> str:
    person = uow.people.get(person_id)
    return "somebody" if person is None else person.name
