"""The steps of a meeting: it begins, it ends, and goes on if the end was a slip.

A step takes the review as it stands; refusals are ``Declined`` and change nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import schedules
from handlers.records.posting import settle as without_buttons
from handlers.reviews import planning
from handlers.reviews.meeting import agenda_terms, changes, minutes
from handlers.reviews.meeting.entries import Source, is_there
from handlers.reviews.standing import OVER, SHOW, Standing, planned_end
from handlers.vocabulary.events import ReviewEnded
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined
from storage.unit_of_work import UnitOfWork

A_DAY = timedelta(hours=12)
"""A review that is further away than this is not begun by a single press."""
FORGOTTEN = timedelta(hours=2)
"""After its planned length and this, a review that nobody ended is ended."""
CLOSE = "review.close"
"""Subject of the timer that ends what nobody ended."""


def begins_name(review_id: int) -> str:
    """The ``once`` of the line that says that a review begins."""
    return f"review.begins:{review_id}"


def begin(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, *, sure: bool = True) -> None:
    """The review is under way; whoever begins it is there. ``sure``: even long before its time."""
    review = standing.review
    if review.state == "under way":
        return
    if review.state in OVER:
        raise over(standing)
    if not sure and review.starts_at - now > A_DAY:
        when = standing.sides.clocks(review.starts_at)
        raise Declined(f"{standing.series.name} is planned for {when}.", *agenda_terms.begin_anyway(standing))
    before = changes.facts_of(review)
    is_there(standing, asker, Source("button"), uow, now)
    review.state, review.started_at, review.led_by = "under way", now, asker.person_id
    changes.keep(standing, before, "review.begun", asker, uow, now)
    for subject in (planning.AGENDA, planning.BEGIN):
        schedules.cancel(uow, subject, standing.id)
    close_at = max(now + timedelta(minutes=review.minutes), planned_end(standing)) + FORGOTTEN
    schedules.once_at(uow, CLOSE, standing.id, review.installation_id, close_at)
    without_buttons(begins_name(standing.id), uow, now)


def end(standing: Standing, asker: Asker | None, uow: UnitOfWork, now: datetime) -> None:
    """The review is over: its minutes are said in the same transaction. ``asker`` None: nobody ended it.

    Raises ``Declined`` when it is not under way.
    """
    review = standing.review
    if review.state in OVER:
        raise over(standing)
    if review.state != "under way":
        raise Declined(
            f"{standing.series.name} has not begun. If it was held without me, tell me what was decided.",
            Button("review.was_held", "It was held", standing.value),
            Button("review.begin.now", "Begin it now", standing.value),
        )
    if asker is not None:
        is_there(standing, asker, Source("button"), uow, now)
    before = changes.facts_of(review)
    review.state, review.ended_at, review.closed_at = "held", now, now
    changes.keep(standing, before, "review.ended", asker, uow, now)
    for subject in (CLOSE, planning.UNHELD):
        schedules.cancel(uow, subject, standing.id)
    planning.ensure_next(standing.series, uow, now)
    minutes.post(standing, uow, now, forgotten=asker is None)
    uow.happened(ReviewEnded(standing.id))


def go_on(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """The end is taken back: the review goes on, and its minutes say so."""
    review, before = standing.review, changes.facts_of(standing.review)
    review.state, review.ended_at, review.closed_at = "under way", None, None
    changes.keep(standing, before, "review.undone", asker, uow, now)
    schedules.once_at(uow, CLOSE, standing.id, review.installation_id, now + FORGOTTEN)


def over(standing: Standing) -> Declined:
    """What is said of a review that takes place no more."""
    how = {"held": "is over", "skipped": "was skipped", "cancelled": "was cancelled", "not held": "was not held"}
    return Declined(
        f"{standing.series.name} of {standing.day(standing.review.starts_at)} {how[standing.review.state]}. "
        "What is still to be said can go on the next agenda.",
        Button("review.line", "Add agenda line", str(standing.id)),
        SHOW,
    )
