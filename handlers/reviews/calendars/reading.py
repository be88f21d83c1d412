"""What a calendar that comes with a secret is told: the same reviews, under the same identities, as the files in the threads."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from icalendar import vDuration

from handlers.reviews.calendars import rules
from handlers.reviews.planning import LOOK_BACK, over_after
from handlers.reviews.series.invited import invited
from handlers.reviews.series.invites import Invitation, begun, written
from handlers.reviews.sides import sides_between
from handlers.vocabulary.address import Side
from storage.calendars import Belonging, is_noted
from storage.models.person import Person
from storage.models.review import Review
from storage.unit_of_work import UnitOfWork

EVERY = timedelta(hours=1)
"""How often a calendar is asked to come again; many take their own time all the same."""
SEVERAL = "Reviews with providers"


@dataclass(frozen=True, slots=True)
class Read:
    """A calendar as text. ``feed_id`` is the address's id, ``noted`` whether it was noted lately that it is read."""

    text: str
    feed_id: int
    noted: bool


def read(secret: str, uow: UnitOfWork, now: datetime) -> Read | None:
    """What the address with this secret shows at ``now``; None where it answers nothing: it never was one, it was stopped, or
    its person has left. Nothing is changed."""
    digest = rules.digest_of(secret)
    found = uow.calendars.by_digest(digest) if rules.is_secret(secret) else None
    if found is None:
        return None
    feed, person = found
    is_theirs = hmac.compare_digest(feed.secret_digest, digest)
    if not is_theirs or feed.revoked_at is not None or person.left_at is not None or feed.id is None:
        return None
    return Read(_text(person, uow, now), feed.id, is_noted(feed, now))


def _text(person: Person, uow: UnitOfWork, now: datetime) -> str:
    belonging = uow.calendars.series_of(person)
    if not belonging:
        return calendar_of((), SEVERAL, now)
    installation = uow.providers.installation_by_id(person.installation_id)
    client = "" if installation is None else installation.name
    since = (now.astimezone(UTC) - LOOK_BACK - timedelta(days=1)).replace(tzinfo=None)
    reviews = uow.calendars.reviews_of([series.id for series, _, _ in belonging if series.id is not None], since)
    owners = uow.calendars.client_owners({programme.id for _, programme, _ in belonging if programme.id is not None})
    invitations = [_invitation(each, owners, client, reviews, now) for each in belonging]
    return calendar_of(invitations, _name(invitations, person), now)


def _invitation(
    belonging: Belonging,
    owners: Mapping[int, Person],
    client: str,
    reviews: Mapping[int, Sequence[Review]],
    now: datetime,
) -> Invitation:
    series, programme, provider = belonging
    sides = sides_between(programme, provider, owners.get(programme.id or 0), client, series.anchor_zone)
    made = invited(series, sides, reviews.get(series.id or 0, ()), over_after(programme, provider), now)
    return replace(made, passed_on=False)


def _name(invitations: Sequence[Invitation], person: Person) -> str:
    """What the calendar is called: with whom its reader meets."""
    others = {each.sides.names[Side(person.side).other] for each in invitations}
    return f"Reviews with {others.pop()}" if len(others) == 1 else SEVERAL


def calendar_of(invitations: Sequence[Invitation], name: str, now: datetime) -> str:
    """One calendar with several series. Pure."""
    calendar = begun("PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(EVERY), {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(EVERY))
    for each in invitations:
        for event in each.events():
            calendar.add_component(event)
    first = min((each.series.first_wall for each in invitations), default=now.replace(tzinfo=None))
    return written(calendar, first, now)
