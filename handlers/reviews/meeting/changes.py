"""What every change of a meeting has in common: the record, its audit entry, the event.

The state before is kept in the audit entry (ids, states and moments only), so that the change can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.records import history
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import Standing
from handlers.vocabulary.events import ReviewChanged
from handlers.vocabulary.route import Asker
from storage.models.review import Review, ReviewEntry
from storage.unit_of_work import UnitOfWork

PLAIN = ("state", "led_by", "reason")
MOMENTS = ("started_at", "ended_at", "closed_at")


def facts_of(review: Review) -> dict[str, Any]:
    """A review's state without anybody's words, as the audit log keeps it."""
    facts = history.state_of(review, PLAIN, MOMENTS)
    del facts["reason"]  # somebody's own words
    return facts


def restore(review: Review, before: Mapping[str, Any]) -> None:
    """Put a review back to the state that ``facts_of`` wrote down."""
    history.put_back(review, {**before, "reason": review.reason}, PLAIN, MOMENTS)


def keep(
    standing: Standing,
    before: Mapping[str, Any],
    what: str,
    asker: Asker | None,
    uow: UnitOfWork,
    now: datetime,
    words: str = "",
) -> None:
    """Keep a change that was made to the review. ``asker`` None: time made it, nobody did."""
    review = standing.review
    uow.reviews.save(review)
    history.note(review, "review", what, (before, facts_of(review)), asker, uow, now, words)
    uow.happened(ReviewChanged(standing.id))


def keep_entry(
    standing: Standing, entry: ReviewEntry, what: str, asker: Asker | None, uow: UnitOfWork, now: datetime
) -> None:
    """Keep a line that is new, or whose state changed; a decision may stand on the agendas that come after it too."""
    uow.reviews.add_entry(entry)
    facts = {"entry": entry.id, "kind": entry.entry_kind, "state": entry.state}
    history.note(standing.review, "review", what, (None, facts), asker, uow, now, entry.words)
    uow.happened(ReviewChanged(standing.id))
    if entry.entry_kind == Kind.DECISION:
        for later in uow.reviews.ahead_of(standing.review.programme_id):
            if later.series_id == standing.review.series_id and later.id is not None and later.id != standing.id:
                uow.happened(ReviewChanged(later.id))
