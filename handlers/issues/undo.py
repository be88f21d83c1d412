"""Taking the last step back: ten minutes, by whoever made it, unless somebody acted on it since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.issues import cards, changes, consent, steps
from handlers.issues.past import TEXTS, done_by_people
from handlers.issues.standing import Standing, find
from handlers.records import past, posting
from handlers.records.past import Undoable
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.issue import Issue
from storage.unit_of_work import UnitOfWork

EDITS = ("issue.edited", "issue.owner")
"""What the form behind Edit does at once: taken back at once too."""


def undo(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[Standing, str]:
    """Take the last change back. Answers how the issue stands, and what was taken back in a word ("called it done").

    A report that is taken back is withdrawn: it stays readable. Raises ``Declined`` with the reason when it is too late.
    """
    entries = done_by_people(uow.audit.of("issue", standing.id))
    last = entries[-1]
    consent.may_undo(last.what, last.person_id, last.at, _since(entries, asker, standing, uow), asker, now)
    told = consent.UNDOABLE[last.what]
    if last.what == "issue.reported":
        return steps.close(standing, "issue.undone", asker, uow, now), told
    at_once = _at_once(entries)
    issue, before = standing.issue, changes.facts_of(standing)
    _reword(issue, entries, at_once, uow)
    changes.restore(issue, past.states(at_once[0])[0], uow)
    if last.what == "issue.done":
        issue.done_note = ""
    elif last.what == "issue.blocked":
        issue.waiting_for = ""
    after, _ = changes.keep(issue, before, "issue.undone", asker, uow, now)
    for entry in at_once:
        posting.strike(entry, f"{asker.name} took this back:", uow, now)
    return after, told


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The same for a change found in the audit log, answered to whoever asked."""
    after, told = undo(find(entry.subject_id, asker, uow), asker, uow, now)
    said = f"Taken back: you {told}. Issue {after.issue.number} stands as before."
    return Answer(card=cards.private_card(after, now, said), done=said)


UNDOABLE = Undoable(frozenset(consent.UNDOABLE), take_back)


def _at_once(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """The last change, with those that the same form made with it; oldest first."""
    last, found = entries[-1], []
    for entry in reversed(entries):
        same = (entry.person_id, entry.at) == (last.person_id, last.at) and entry.what in EDITS
        if entry is not last and not (same and last.what in EDITS):
            break
        found.append(entry)
    return found[::-1]


def _reword(issue: Issue, entries: Sequence[AuditEntry], at_once: Sequence[AuditEntry], uow: UnitOfWork) -> None:
    """Put the wording back that was there before an edit. Raises ``Declined`` where it cannot be read any more."""
    if not any(entry.what == "issue.edited" and entry.words is not None for entry in at_once):
        return
    before = past.wording_before(entries, at_once[0], TEXTS, uow)
    if before is None:
        raise Declined("What it said before is not kept any more. Use Edit on the card.")
    issue.title, issue.detail = before


def _since(entries: Sequence[AuditEntry], asker: Asker, standing: Standing, uow: UnitOfWork) -> str:
    """Who acted on the asker's last change after it, in words; empty when nobody did."""
    mine = [index for index, entry in enumerate(entries) if entry.person_id == asker.person_id]
    if not mine:
        return ""
    later = entries[mine[-1] + 1 :]
    if later:
        return f"{past.who(later[-1], uow)} {consent.TOLD.get(later[-1].what, 'changed it')} since"
    after = entries[mine[-1]].at
    added = [each for each in uow.actions.of_issue(standing.id) if each.created_at > after]
    return f"action {added[-1].number} was agreed on it since" if added else ""
