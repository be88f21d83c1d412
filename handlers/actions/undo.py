"""Taking the last step back: ten minutes, by whoever made it, unless somebody acted on it since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.actions import cards, changes, consent
from handlers.actions.past import TEXTS
from handlers.actions.standing import Standing, find
from handlers.records import past, posting
from handlers.records.past import Undoable
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.action import ActionItem
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

REASONS = ("action.blocked", "action.not_doing")
"""Entries whose words are why it waits, or is not going to be done."""


def undo(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[Standing, str]:
    """Take the asker's last change back, within ten minutes. Answers how it stands, and what was taken back.

    An item whose adding is taken back is not going to be done: it stays readable. Raises ``Declined`` with the reason.
    """
    entries = uow.audit.of("action", standing.id)
    if not entries:
        raise Declined("There is nothing to undo.")
    last = entries[-1]
    by = "" if last.person_id is None else past.who(last, uow)
    consent.may_undo(last.what, last.person_id, last.at, by, asker, now)
    item, before = standing.item, changes.facts_of(standing.item)
    if last.what == "action.agreed":
        item.state, item.reason, item.closed_at = "not doing", f"taken back by {asker.name}", now
    else:
        _reword(item, entries, last, uow)
        changes.restore(item, past.states(last)[0])
        item.reason = _reason_before(entries, last, uow)
    after, _ = changes.keep(item, before, "action.undone", asker, uow, now)
    told = f"{asker.name} {consent.UNDOABLE[last.what]}, and took that back."
    posting.strike(last, told, uow, now)
    return after, told


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The same for a change found in the audit log, answered to whoever asked."""
    after, _ = undo(find(entry.subject_id, asker, uow), asker, uow, now)
    said = f"Taken back: you {consent.UNDOABLE[entry.what]}. This is how action {after.item.number} stands."
    return Answer(card=cards.private_card(after, now, said), done=said)


UNDOABLE = Undoable(frozenset(consent.UNDOABLE), take_back)


def _reword(item: ActionItem, entries: Sequence[AuditEntry], last: AuditEntry, uow: UnitOfWork) -> None:
    """Put the wording back that was there before an edit. Raises ``Declined`` where it cannot be read any more."""
    if last.what != "action.edited":
        return
    before = past.wording_before(entries, last, TEXTS, uow)
    if before is None:
        raise Declined("What it said before is not kept any more. Use Edit.")
    item.title, item.note = before


def _reason_before(entries: Sequence[AuditEntry], last: AuditEntry, uow: UnitOfWork) -> str:
    """Why it was blocked or closed before the last change: the words of the latest such change before it."""
    earlier = [entry for entry in entries if entry.what in REASONS and (entry.id or 0) < (last.id or 0)]
    return (uow.audit.words(earlier[-1]) or "") if earlier else ""
