"""What of reviews and their series the verb "undo" can take back, wherever it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers.records.past import Undoable
from handlers.reviews.meeting.commands import OneReview
from handlers.reviews.meeting.handler import Undoing
from handlers.reviews.series import undoing
from handlers.reviews.series.commands import Undo
from handlers.reviews.series.history import REVIEW, SERIES
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

IN_REVIEW = ("review.noted", "review.settled", "review.ended", "review.begun")
"""What people do in a review, as the audit log calls it."""


def undoable(meeting: Undoing) -> Mapping[str, Undoable]:
    """By subject. ``meeting`` takes back what was done in a review."""

    def of_review(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        if entry.what in undoing.OF_REVIEW:
            return undoing.undo(Undo(REVIEW, entry.subject_id), asker, uow, now)
        return meeting.last(OneReview(entry.subject_id), asker, uow, now)

    def of_series(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        return undoing.undo(Undo(SERIES, entry.subject_id), asker, uow, now)

    return {
        REVIEW: Undoable(frozenset({*undoing.OF_REVIEW, *IN_REVIEW}), of_review),
        SERIES: Undoable(frozenset(undoing.OF_SERIES), of_series),
    }
