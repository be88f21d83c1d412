"""Where something is said and which provider is meant: asking back instead of failing."""

from __future__ import annotations

from pathlib import Path

import pytest

import storage.models as models
from handlers.asking import find_asker
from handlers.places import (
    internal_channel,
    internal_destination,
    person_mentioned,
    person_named,
    shared_channel,
    the_programme,
)
from handlers.vocabulary.address import Direct, Place, Platform
from handlers.vocabulary.incoming import Asked
from handlers.vocabulary.route import Asker, Declined
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork
from tests.town import CLIENT, Resident, Town, town_at

FREE = Place(Platform.ROOM, CLIENT, "C-FREE")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with a second provider, Northstar, that has no channel."""
    town = town_at(tmp_path)
    with town.units() as uow:
        star = uow.providers.add(
            models.Provider(installation_id=1, name="Northstar", code="NS", country="IN", created_at=town.now)
        )
        uow.providers.add(
            models.Programme(
                installation_id=1,
                provider_id=star.id or 0,
                name="Chat",
                anchor_zone="Europe/London",
                digest_wall="mon 08:30",
                figures_wall="tue 10:00",
                created_at=town.now,
            )
        )
        uow.commit()
    return town


def asker(town: Town, person: Resident, uow: UnitOfWork, at: Place = FREE) -> Asker:
    """Who asks, as the router would find them."""
    found = find_asker(Asked("e", person.account, at), uow, town.now)
    assert found is not None
    return found


def test_the_place_decides_and_otherwise_it_is_asked(town: Town) -> None:
    """In a bound channel its programme is meant; elsewhere there is a button for each, which leads back."""
    with town.units() as uow:
        assert the_programme(asker(town, town.maya, uow, town.shared_place), uow).id == 1
        maya = asker(town, town.maya, uow)
        with pytest.raises(Declined, match="Which provider") as asked:
            the_programme(maya, uow, again="issue.form")
        buttons = {button.label: button for button in asked.value.buttons}
        assert set(buttons) == {"Northwind Manila", "Northstar"}
        assert the_programme(maya, uow, buttons["Northstar"].value).id == 2


@pytest.mark.parametrize("said", ["Northstar", "ns", "northstr", "2", "Northstar: Chat", "chat"])
def test_a_name_a_code_or_nearly_a_name_is_enough(town: Town, said: str) -> None:
    """Names in any case, the client's code, a small slip and a button's id all lead to the programme."""
    with town.units() as uow:
        assert the_programme(asker(town, town.maya, uow), uow, said).id == 2


def test_a_name_of_nobody_is_answered_with_what_there_is(town: Town) -> None:
    """An unknown name is repeated, with the known ones as buttons."""
    with town.units() as uow, pytest.raises(Declined, match="'Zebra'") as refused:
        the_programme(asker(town, town.maya, uow), uow, "Zebra")
    assert len(refused.value.buttons) == 2


def test_a_provider_learns_of_no_other(town: Town) -> None:
    """A provider's person is never offered another provider, by name, by id or as a choice."""
    with town.units() as uow:
        jo = asker(town, town.jo, uow)
        assert the_programme(jo, uow).id == 1
        for wanted in ("Northstar", "2"):
            try:
                assert the_programme(jo, uow, wanted).id == 1
            except Declined as refused:
                assert all("Northstar" not in button.label for button in refused.buttons)


def test_a_frozen_channel_is_no_destination(town: Town) -> None:
    """Frozen or outsider-read channels are no destination; what is internal then goes to the owner directly."""
    with town.units() as uow:
        assert shared_channel(uow, 1) is not None and internal_channel(uow, 1) is not None
        for kind in ("shared", "internal"):
            channel = uow.providers.channel(1, kind)
            assert channel is not None
            channel.frozen = kind == "shared"
            channel.outside = True
            uow.providers.add(channel)
        assert shared_channel(uow, 1) is None and internal_channel(uow, 1) is None
        to = internal_destination(uow, 1)
        assert isinstance(to, Direct) and to.account.user == "U-MAYA"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<@U-JO> please", "Jo Santos"),
        ("<@U-JO|jo>", "Jo Santos"),
        ("owner @Jo Santos by friday", "Jo Santos"),
        ("@jo", "Jo Santos"),
        ("@Joanna", None),
        ("<@U-NOBODY>", None),
        ("jo@example.com", None),
        ("no mention", None),
    ],
)
def test_who_is_mentioned(town: Town, text: str, name: str | None) -> None:
    """Mentions by id and by name are found; words that only look alike are not."""
    with town.units() as uow:
        found = person_mentioned(uow, 1, Platform.ROOM, text)
        assert (None if found is None else found.name) == name


def test_a_first_name_of_two_is_nobody(town: Town) -> None:
    """Two of a first name: the full name decides, the first name alone is nobody."""
    people = [
        Person(installation_id=1, name=name, side="client", created_at=town.now) for name in ("Jo Santos", "Jo Reyes")
    ]
    assert person_named(people, "jo") is None
    found = person_named(people, "jo reyes today")
    assert found is not None and found.name == "Jo Reyes"
