"""Secret calendar addresses, and what a calendar that reads one is told: all of it in a few questions, however many series."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, or_
from sqlmodel import Session, col, select, update

from storage.columns import MOST_ID
from storage.models.calendar import CalendarFeed
from storage.models.person import Person
from storage.models.provider import Owner, Programme, Provider
from storage.models.review import Review, ReviewSeries

RUNNING = ("active", "paused")
"""States of a programme whose dates stand in calendars."""
NOTED_EVERY = timedelta(hours=1)
"""How often it is noted that an address is read: calendars come several times an hour."""

_BY_DIGEST = (
    select(CalendarFeed, Person)
    .join(Person, col(Person.id) == col(CalendarFeed.person_id))
    .where(CalendarFeed.secret_digest == bindparam("digest"))
)
_SERIES = (
    select(ReviewSeries, Programme, Provider)
    .join(Programme, col(Programme.id) == col(ReviewSeries.programme_id))
    .join(Provider, col(Provider.id) == col(ReviewSeries.provider_id))
    .where(
        ReviewSeries.installation_id == bindparam("installation_id"),
        ReviewSeries.state == "active",
        col(Programme.state).in_(RUNNING),
    )
    .order_by(col(Provider.name), col(ReviewSeries.id))
)
_OF_PROVIDER = _SERIES.where(ReviewSeries.provider_id == bindparam("provider_id"))
_POSTS = (
    select(Owner.programme_id)
    .join(Programme, col(Programme.id) == col(Owner.programme_id))
    .where(Owner.person_id == bindparam("person_id"), col(Owner.until).is_(None), col(Programme.state).in_(RUNNING))
)
_OF_CLIENT = _SERIES.where(or_(col(ReviewSeries.programme_id).in_(_POSTS), ~exists(_POSTS)))
_CLIENT_OWNERS = (
    select(Owner.programme_id, Person)
    .join(Person, col(Person.id) == col(Owner.person_id))
    .where(
        col(Owner.programme_id).in_(bindparam("ids", expanding=True)),
        Owner.side == "client",
        Owner.role == "owner",
        col(Owner.until).is_(None),
    )
    .order_by(col(Owner.id).desc())
)
_REVIEWS = (
    select(Review)
    .where(
        col(Review.series_id).in_(bindparam("ids", expanding=True)),
        or_(
            col(Review.planned_wall) > bindparam("since"),
            col(Review.moved_by) != "",
            col(Review.state).in_(("skipped", "cancelled")),
        ),
    )
    .order_by(col(Review.planned_wall))
)
"""Asked at every reading; a statement costs more to make than to ask."""
_TAKING_TURNS = select(Person.id).where(Person.id == bindparam("id")).with_for_update(key_share=True)

Belonging = tuple[ReviewSeries, Programme, Provider]
"""A series, and whose it is."""


class CalendarRepository:
    """Whose calendar reads what."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, feed: CalendarFeed) -> CalendarFeed:
        """Keep a new address, or a change of one."""
        self._session.add(feed)
        self._session.flush()
        return feed

    def get(self, feed_id: int) -> CalendarFeed | None:
        """The address with this id."""
        return None if feed_id > MOST_ID else self._session.get(CalendarFeed, feed_id)

    def by_digest(self, digest: str) -> tuple[CalendarFeed, Person] | None:
        """The address whose secret has this digest, stopped or not, and whose it is."""
        found = self._session.exec(_BY_DIGEST, params={"digest": digest}).first()
        return None if found is None else (found[0], found[1])

    def live_of(self, person_id: int) -> CalendarFeed | None:
        """Somebody's newest address that answers; None: they have none."""
        query = select(CalendarFeed).where(CalendarFeed.person_id == person_id, col(CalendarFeed.revoked_at).is_(None))
        return self._session.exec(query.order_by(col(CalendarFeed.id).desc())).first()

    def in_turn(self, person_id: int) -> None:
        """Whoever changes somebody's address makes the next one wait for the commit (PostgreSQL: the person's row is locked,
        in the mode that lets others refer to it)."""
        self._session.exec(_TAKING_TURNS, params={"id": person_id}).first()

    def stop(self, person_id: int, now: datetime) -> None:
        """No address of this person answers any more."""
        live = update(CalendarFeed).where(
            col(CalendarFeed.person_id) == person_id, col(CalendarFeed.revoked_at).is_(None)
        )
        self._session.exec(live.values(revoked_at=now))

    def note_read(self, feed_id: int, now: datetime) -> None:
        """A calendar came. The caller asks ``is_noted`` first."""
        self._session.exec(update(CalendarFeed).where(col(CalendarFeed.id) == feed_id).values(read_at=now))

    def series_of(self, person: Person) -> Sequence[Belonging]:
        """The active series somebody belongs to, by provider: a provider's person those of their company; one of the client's
        those they hold a post for, else all."""
        wanted = {"installation_id": person.installation_id}
        if person.side == "client":
            found = self._session.exec(_OF_CLIENT, params={**wanted, "person_id": person.id}).all()
        elif person.provider_id is None:
            return []
        else:
            found = self._session.exec(_OF_PROVIDER, params={**wanted, "provider_id": person.provider_id}).all()
        return [(series, programme, provider) for series, programme, provider in found]

    def client_owners(self, programme_ids: Collection[int]) -> Mapping[int, Person]:
        """Who answers for each programme on the client's side; programmes without anybody are left out."""
        found = self._session.exec(_CLIENT_OWNERS, params={"ids": list(programme_ids)}).all()
        return {programme_id: person for programme_id, person in found}

    def reviews_of(self, series_ids: Collection[int], since: datetime) -> Mapping[int, Sequence[Review]]:
        """The reviews by series: all planned after the naive wall ``since``, and of earlier ones those that were moved or left
        out."""
        reviews: dict[int, list[Review]] = {each: [] for each in series_ids}
        for row in self._session.exec(_REVIEWS, params={"ids": list(series_ids), "since": since}).all():
            reviews[row.series_id].append(row)
        return reviews


def is_noted(feed: CalendarFeed, now: datetime) -> bool:
    """Whether it was noted within the hour that the address is read."""
    return feed.read_at is not None and timedelta(0) <= now - feed.read_at < NOTED_EVERY
