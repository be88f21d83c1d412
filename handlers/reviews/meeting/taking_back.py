"""Taking the last step of a meeting back: ten minutes, by whoever made it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from handlers import schedules
from handlers.records.record import UNDO_WITHIN
from handlers.reviews import planning
from handlers.reviews.meeting import changes, entries, steps
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import Standing, entries_of
from handlers.vocabulary.route import Asker, Declined
from storage.models.action import ActionItem
from storage.models.audit import AuditEntry
from storage.models.review import ReviewEntry
from storage.unit_of_work import UnitOfWork

TakeBack = Callable[[ActionItem, Asker, UnitOfWork, datetime], None]
"""Takes an action item back that was just agreed. Raises ``Declined`` when somebody acted on it since."""

KINDS = {
    Kind.AGENDA: "the agenda line",
    Kind.DECISION: "the decision",
    Kind.ACTION: "the action",
    Kind.RISK: "the risk",
    Kind.ATTENDANCE: "that you are there",
}


def undo(standing: Standing, take_back: TakeBack, asker: Asker, uow: UnitOfWork, now: datetime) -> str:
    """Take the asker's last step in this review back. Answers what that was. Raises ``Declined`` with the reason."""
    by_hand = (each for each in uow.audit.of("review", standing.id) if each.what != planning.REPLANNED)
    mine = [each for each in by_hand if each.person_id == asker.person_id]
    last = mine[-1] if mine else None
    if last is None or last.what in ("review.undone", "review.struck"):
        raise Declined("You changed nothing in this review that could be taken back.")
    if now - last.at > UNDO_WITHIN:
        raise Declined(
            "That was more than ten minutes ago, so others may rely on it. Say in the thread what should change."
        )
    if last.what == "review.noted":
        return entry_back(standing, _entry(last, uow), take_back, asker, uow, now)
    if last.what == "review.settled":
        return _unsettle(standing, _entry(last, uow), asker, uow, now)
    if last.what == "review.ended" and standing.review.state == "held":
        steps.go_on(standing, asker, uow, now)
        return "the end. The review goes on"
    if last.what == "review.begun" and standing.review.state == "under way":
        return _not_begun(standing, last, asker, uow, now)
    raise Declined("The last step cannot be taken back this way. Say in the thread what should happen now.")


def entry_back(
    standing: Standing, entry: ReviewEntry, take_back: TakeBack, asker: Asker, uow: UnitOfWork, now: datetime
) -> str:
    """Take one line of one's own back, and the action item it became. Answers what it was."""
    entries.strike(standing, entry, asker, uow, now)
    item = None if entry.action_item_id is None else uow.actions.get(entry.action_item_id)
    if item is not None:
        take_back(item, asker, uow, now)
    return KINDS[Kind(entry.entry_kind)]


def _entry(last: AuditEntry, uow: UnitOfWork) -> ReviewEntry:
    entry = uow.reviews.entry(json.loads(last.facts)["after"]["entry"])
    assert entry is not None  # rows are never deleted
    return entry


def _unsettle(standing: Standing, entry: ReviewEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> str:
    entry.state = "open"
    changes.keep_entry(standing, entry, "review.undone", asker, uow, now)
    return "that the decision is settled"


def _not_begun(standing: Standing, last: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> str:
    """As it was before somebody pressed too early; once others have taken part it cannot be taken back."""
    others = [each for each in entries_of(standing, uow) if each.at >= last.at and each.person_id != asker.person_id]
    if others:
        raise Declined("Others have taken part since. End the review, or go on.")
    before = changes.facts_of(standing.review)
    changes.restore(standing.review, json.loads(last.facts)["before"])
    changes.keep(standing, before, "review.undone", asker, uow, now)
    schedules.cancel(uow, steps.CLOSE, standing.id)
    planning.set_moments(standing.review, standing.series, uow, now)
    return "the beginning"
