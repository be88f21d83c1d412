"""Calendar addresses on either database: whose they are, what they show, and when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from handlers.calendar import Cadence
from storage.calendars import is_noted
from storage.database import Database
from storage.models.calendar import CalendarFeed
from storage.models.person import Person
from storage.models.provider import Owner
from storage.models.review import Review, ReviewSeries
from storage.unit_of_work import UnitOfWork
from tests.town import Town

DAY = timedelta(days=1)


@pytest.fixture
def town(database: Database) -> Town:
    """Two providers with a weekly series each; Maya answers for the first."""
    town = Town(database)
    _, programme_id = town.takes_on("Sunrise Krakow", "Chat", "C-SUN")
    with town.units() as uow:
        for each in (1, programme_id):
            programme = uow.providers.programme(each)
            assert programme is not None
            add_series(uow, town, programme.provider_id, each)
        uow.commit()
    return town


def add_series(uow: UnitOfWork, town: Town, provider_id: int, programme_id: int) -> ReviewSeries:
    cadence = Cadence.parse("weekly thu 10:00", town.now.date())
    return uow.series.add(
        ReviewSeries(
            installation_id=1,
            provider_id=provider_id,
            programme_id=programme_id,
            name=f"Review {programme_id}",
            rule=cadence.rule,
            first_wall=cadence.first,
            anchor_zone="Europe/London",
            template="weekly",
            uid=f"{programme_id}@parley",
            created_at=town.now,
        )
    )


def person(uow: UnitOfWork, name: str) -> Person:
    found = next(each for each in uow.people.of_client(1) if each.name == name) if name != "Jo Santos" else None
    return found or next(each for each in uow.people.of_provider(1) if each.name == name)


def names(uow: UnitOfWork, name: str) -> list[str]:
    return [series.name for series, _, _ in uow.calendars.series_of(person(uow, name))]


def test_somebody_belongs_to_what_they_answer_for(town: Town) -> None:
    """A provider's person sees their company's series; one of the client's those they hold a post for, and all without one;
    what ended, or whose programme did, is nobody's."""
    with town.units() as uow:
        assert names(uow, "Jo Santos") == ["Review 1"]
        assert names(uow, "Maya Brooks") == ["Review 1"]
        assert names(uow, "Eva Lindqvist") == ["Review 1", "Review 2"]
        maya = person(uow, "Maya Brooks")
        for owner in uow.session.exec(select(Owner).where(Owner.person_id == maya.id)).all():
            uow.providers.end_owner(owner, town.now)
        assert names(uow, "Maya Brooks") == ["Review 1", "Review 2"]
        uow.series.of(1)[0].state = "ended"
        programme = uow.providers.programme(2)
        assert programme is not None
        programme.state = "ended"
        uow.session.flush()
        assert names(uow, "Eva Lindqvist") == []


def test_an_address_ends_with_its_stop_and_no_other(town: Town) -> None:
    """A stop ends all of one person's addresses and nobody else's; a digest is one person's only; that one is read is noted
    within the hour."""
    with town.units() as uow:
        jo, maya = person(uow, "Jo Santos"), person(uow, "Maya Brooks")
        assert jo.id is not None and maya.id is not None
        for digest, whose in (("a", jo.id), ("b", jo.id), ("c", maya.id)):
            uow.calendars.add(CalendarFeed(secret_digest=digest, person_id=whose, made_at=town.now))
        newest = uow.calendars.live_of(jo.id)
        assert newest is not None and newest.secret_digest == "b" and newest.id is not None
        assert not is_noted(newest, town.now)
        uow.calendars.note_read(newest.id, town.now)
        uow.calendars.stop(jo.id, town.now)
        uow.commit()
    with town.units() as uow:
        found = uow.calendars.by_digest("b")
        assert found is not None and found[1].name == "Jo Santos" and found[0].revoked_at == town.now
        assert is_noted(found[0], town.now + timedelta(minutes=59)) and not is_noted(found[0], town.now + DAY)
        assert uow.calendars.live_of(jo.id) is None and uow.calendars.live_of(maya.id) is not None
        assert uow.calendars.by_digest("d") is None
        with pytest.raises(IntegrityError):
            uow.calendars.add(CalendarFeed(secret_digest="c", person_id=jo.id, made_at=town.now))


def test_an_address_follows_who_its_person_turned_out_to_be(town: Town) -> None:
    """When two rows become one person an address is theirs, and goes back when that is taken back."""
    with town.units() as uow:
        jo, maya = person(uow, "Jo Santos"), person(uow, "Maya Brooks")
        assert jo.id is not None and maya.id is not None
        uow.calendars.add(CalendarFeed(secret_digest="a", person_id=jo.id, made_at=town.now))
        moved = uow.merging.move(jo.id, maya.id)
        found = uow.calendars.by_digest("a")
        assert found is not None and found[1].id == maya.id
        uow.merging.move_back(moved, maya.id, jo.id)
        back = uow.calendars.by_digest("a")
        assert back is not None and back[1].id == jo.id


def test_of_long_ago_only_what_differs_is_read(town: Town) -> None:
    """Reviews that were held as planned long ago are left where they are; moved, skipped and newer ones are read."""
    since = town.now.replace(tzinfo=None)
    with town.units() as uow:
        for number, (days, state, moved_by) in enumerate(
            ((-9, "held", ""), (-8, "held", "person"), (-7, "skipped", "holiday"), (7, "planned", "")), 1
        ):
            wall = since + days * DAY
            uow.reviews.add(
                Review(
                    installation_id=1, provider_id=1, programme_id=1, series_id=1, number=number, planned_wall=wall,
                    starts_at=town.now + days * DAY, minutes=30, state=state, moved_by=moved_by, created_at=town.now,
                )
            )  # fmt: skip
        found = uow.calendars.reviews_of([1, 2], since)
        assert [each.number for each in found[1]] == [2, 3, 4] and found[2] == []
        assert {each: one.name for each, one in uow.calendars.client_owners([1, 2]).items()} == {1: "Maya Brooks"}
