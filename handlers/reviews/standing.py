"""How a review stands: the record with its series, its two sides and its people, and who may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_datetime

from handlers.calendar import wall_of
from handlers.records.record import UNDO_WITHIN, may_see, value_of
from handlers.reviews.planning import programme_of, sides_of_series
from handlers.reviews.sides import Sides
from handlers.reviews.templates import Template, agenda_of
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.provider import Programme, Provider
from storage.models.review import Review, ReviewEntry, ReviewSeries
from storage.unit_of_work import UnitOfWork

OVER = ("held", "skipped", "cancelled", "not held")
"""States of a review that takes place no more."""
SHOW = Button("review.list", "Reviews")
"""What to press to see which reviews there are."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A review and what it takes to speak about it."""

    review: Review
    series: ReviewSeries
    programme: Programme
    provider: Provider
    sides: Sides

    @property
    def id(self) -> int:
        """The record's id."""
        assert self.review.id is not None
        return self.review.id

    @property
    def value(self) -> str:
        """What a button carries: the id, and the version it was drawn for."""
        return value_of(self.review)

    @property
    def template(self) -> Template:
        """What the review is about."""
        return agenda_of(self.series)

    def name(self, side: Side) -> str:
        """How a side is called."""
        return self.sides.names[side]

    def day(self, at: datetime) -> str:
        """The day of a moment on the anchor's clock: "Thursday 5 March"."""
        return format_datetime(wall_of(at, self.sides.anchor), "EEEE d MMMM", locale="en_GB")


def standing_of(review: Review, uow: UnitOfWork) -> Standing:
    """Gather what belongs to a review. Nothing is changed."""
    series = uow.series.get(review.series_id)
    assert series is not None  # rows are never deleted
    programme, provider = programme_of(series, uow)
    return Standing(review, series, programme, provider, sides_of_series(series, uow))


def find(review_id: int | None, asker: Asker, uow: UnitOfWork) -> Standing:
    """The review an asker means, if they may know of it; otherwise it does not exist for them. Raises ``Declined``."""
    review = None if review_id is None else uow.reviews.get(review_id)
    if review is None or not may_see(review, asker, uow):
        raise Declined("That review is not in your list. Here is what is planned.", SHOW)
    return standing_of(review, uow)


def find_entry(entry_id: int, asker: Asker, uow: UnitOfWork) -> tuple[Standing, ReviewEntry]:
    """A line and its review, if the asker may know of it. Raises ``Declined`` in the same words for what is missing."""
    entry = uow.reviews.entry(entry_id)
    review = None if entry is None else uow.reviews.get(entry.review_id)
    if entry is None or review is None or not may_see(review, asker, uow):
        raise Declined("That line is not in your list. Here is what is planned.", SHOW)
    return standing_of(review, uow), entry


def entries_of(standing: Standing, uow: UnitOfWork, *kinds: str) -> list[ReviewEntry]:
    """What was kept in a review, in the order it came."""
    return list(uow.reviews.entries(standing.id, *kinds))


def planned_end(standing: Standing) -> datetime:
    """When the review is over by the plan (UTC)."""
    return standing.review.starts_at + timedelta(minutes=standing.review.minutes)


def is_open(review: Review, now: datetime) -> bool:
    """Whether something may still be kept in it: it is under way, or was ended within the last ten minutes."""
    ended = review.ended_at
    just_over = review.state == "held" and ended is not None and now - ended <= UNDO_WITHIN
    return review.state == "under way" or just_over


def open_ones(programme_ids: Sequence[int], uow: UnitOfWork, now: datetime) -> list[Review]:
    """The reviews of some programmes in which something may be kept now, newest first."""
    just_over = now - UNDO_WITHIN, now + timedelta(microseconds=1)
    found = [
        each
        for one in programme_ids
        for each in (*uow.reviews.ahead_of(one), *uow.reviews.closed_between(one, *just_over))
        if is_open(each, now)
    ]
    return sorted(found, key=lambda each: each.starts_at, reverse=True)
