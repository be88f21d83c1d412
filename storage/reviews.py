"""Review series, reviews, and what was said in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.columns import MOST_ID
from storage.models.person import Person
from storage.models.provider import Owner, Programme, Provider
from storage.models.review import Review, ReviewEntry, ReviewSeries
from storage.numbered import NumberedRepository
from storage.remembering import first_remembered, locked, remembered

AHEAD = ("planned", "under way")
"""States of a review that is still to be held, or being held."""

_NEXT_OF = (
    select(Review)
    .where(Review.programme_id == bindparam("programme_id"), col(Review.state).in_(AHEAD))
    .order_by(col(Review.starts_at), col(Review.id))
)
_SINCE = (
    select(Review)
    .where(
        Review.programme_id == bindparam("programme_id"),
        col(Review.starts_at) >= bindparam("start"),
        col(Review.starts_at) < bindparam("end"),
    )
    .order_by(col(Review.starts_at), col(Review.id))
)
_SERIES_OF = (
    select(ReviewSeries).where(ReviewSeries.programme_id == bindparam("programme_id")).order_by(col(ReviewSeries.id))
)
_ACTIVE_SERIES_OF = _SERIES_OF.where(ReviewSeries.state == "active")
_SERIES = (
    select(ReviewSeries)
    .where(ReviewSeries.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ITS_SERIES: SelectOfScalar[Any] = (
    select(ReviewSeries.id)
    .where(ReviewSeries.id == select(Review.series_id).where(Review.id == bindparam("id")).scalar_subquery())
    .with_for_update()
)
_OF_SERIES = select(Review).where(Review.series_id == bindparam("series_id")).order_by(col(Review.planned_wall))
_OF_SERIES_AFTER = _OF_SERIES.where((col(Review.planned_wall) > bindparam("after")) | col(Review.state).in_(AHEAD))
_PLANNED_AT = (
    select(Review)
    .where(Review.series_id == bindparam("series_id"), Review.planned_wall == bindparam("wall"))
    .with_for_update()
)
_LAST_HELD = (
    select(Review)
    .where(
        Review.series_id == bindparam("series_id"),
        Review.state == "held",
        col(Review.starts_at) < bindparam("before"),
    )
    .order_by(col(Review.starts_at).desc(), col(Review.id).desc())
    .limit(1)
)
_ENTRIES = (
    select(ReviewEntry)
    .where(ReviewEntry.review_id == bindparam("review_id"), ReviewEntry.state != "struck")
    .order_by(col(ReviewEntry.id))
)
_ENTRIES_OF_KINDS = _ENTRIES.where(col(ReviewEntry.entry_kind).in_(bindparam("kinds", expanding=True)))
"""Asked for every digest and several times for every change of a review; a statement costs more to make than to ask."""


class SeriesRepository:
    """Recurring reviews."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, series: ReviewSeries) -> ReviewSeries:
        """Keep a new series and give it its id."""
        self._session.add(series)
        self._session.flush()
        return series

    def get(self, series_id: int) -> ReviewSeries | None:
        """The series with this id as it is now, locked until the end of the transaction."""
        if series_id > MOST_ID:
            return None
        return locked(self._session, _SERIES, series_id)

    def of(self, programme_id: int, *, ended_too: bool = False) -> Sequence[ReviewSeries]:
        """A programme's active series in the order they were set up; with ``ended_too`` all there ever were."""
        query = _SERIES_OF if ended_too else _ACTIVE_SERIES_OF
        return self._session.exec(query, params={"programme_id": programme_id}).all()

    def in_zone(self, zone: str) -> Sequence[ReviewSeries]:
        """All active series by the clock of this zone."""
        query = select(ReviewSeries).where(ReviewSeries.anchor_zone == zone, ReviewSeries.state == "active")
        return self._session.exec(query.order_by(col(ReviewSeries.id))).all()

    def shown_in_zone(self, zone: str) -> Sequence[ReviewSeries]:
        """All active series by another clock, one of whose sides lives by this zone's."""
        ours = (
            select(Owner.id)
            .join(Person, col(Person.id) == col(Owner.person_id))
            .where(col(Owner.programme_id) == col(Programme.id), Owner.side == "client", col(Owner.until).is_(None))
            .where(Person.zone == zone)
        )
        query = (
            select(ReviewSeries)
            .join(Provider, col(Provider.id) == col(ReviewSeries.provider_id))
            .join(Programme, col(Programme.id) == col(ReviewSeries.programme_id))
            .where(ReviewSeries.state == "active", ReviewSeries.anchor_zone != zone)
            .where((col(Provider.zone) == zone) | (col(Programme.anchor_zone) == zone) | ours.exists())
        )
        return self._session.exec(query.order_by(col(ReviewSeries.id))).all()

    def save(self, series: ReviewSeries) -> None:
        """Keep a change; ``version`` counts them, so that a stale form is noticed."""
        series.version += 1
        self._session.add(series)
        self._session.flush()


class ReviewRepository(NumberedRepository[Review]):
    """The reviews themselves."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, Review)

    def get(self, record_id: int) -> Review | None:
        """The review with this id as it is now, locked until the end of the transaction, and its series before it: everybody
        takes the two in the same order, so that nobody waits in a circle."""
        if record_id > MOST_ID:
            return None
        if self._session.get_bind().dialect.name != "sqlite":  # its writer is alone anyway
            locked(self._session, _ITS_SERIES, record_id)
        return super().get(record_id)

    def ahead_of(self, programme_id: int) -> Sequence[Review]:
        """A programme's reviews that are planned or under way, soonest first."""
        return self._session.exec(_NEXT_OF, params={"programme_id": programme_id}).all()

    def between(self, programme_id: int, start: datetime, end: datetime) -> Sequence[Review]:
        """A programme's reviews, in whatever state, that start from ``start`` (inclusive) to ``end`` (exclusive)."""
        return self._session.exec(_SINCE, params={"programme_id": programme_id, "start": start, "end": end}).all()

    def of_series(self, series_id: int, after: datetime | None = None) -> Sequence[Review]:
        """A series' reviews by their planned wall time; only those planned after the naive wall ``after``, if given, and those
        still to be held, however long ago they were planned."""
        if after is None:
            return remembered(self._session, (Review,), _OF_SERIES, series_id=series_id)
        return remembered(self._session, (Review,), _OF_SERIES_AFTER, series_id=series_id, after=after)

    def planned_at(self, series_id: int, wall: datetime) -> Review | None:
        """The review of a series with this planned wall time, if it was made."""
        return first_remembered(self._session, (Review,), _PLANNED_AT, series_id=series_id, wall=wall)

    def last_held(self, series_id: int, before: datetime) -> Review | None:
        """The newest review of a series that was held and started before ``before``."""
        return first_remembered(self._session, (Review,), _LAST_HELD, series_id=series_id, before=before)

    # entries
    def add_entry(self, entry: ReviewEntry) -> ReviewEntry:
        """Keep a line and give it its id."""
        self._session.add(entry)
        self._session.flush()
        return entry

    def entry(self, entry_id: int) -> ReviewEntry | None:
        """The line with this id as it is now, locked until the end of the transaction."""
        if entry_id > MOST_ID:
            return None
        query = select(ReviewEntry).where(ReviewEntry.id == entry_id).with_for_update()
        return self._session.exec(query.execution_options(populate_existing=True)).first()

    def entries(self, review_id: int, *kinds: str) -> Sequence[ReviewEntry]:
        """A review's lines in the order they came; only of these kinds, if any are named. Struck ones are left out."""
        if not kinds:
            return remembered(self._session, (ReviewEntry,), _ENTRIES, review_id=review_id)
        return remembered(self._session, (ReviewEntry,), _ENTRIES_OF_KINDS, review_id=review_id, kinds=kinds)
