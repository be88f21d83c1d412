"""Who asks, and where: everybody who speaks in a channel of ours becomes known, on the right side, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import storage.models as models
from handlers.asking import find_asker
from handlers.saying import decode
from handlers.vocabulary.address import Account, Place, Platform, Side
from handlers.vocabulary.incoming import AnyIncoming, Asked, Pressed, Said, Submitted
from handlers.vocabulary.outgoing import Errand
from handlers.vocabulary.route import Asker
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork
from tests.town import CLIENT, Town, town_at

ANA = Account(Platform.ROOM, CLIENT, "U-ANA")
LEO = Account(Platform.ROOM, "T-NORTHWIND", "U-LEO")
SHARED = Place(Platform.ROOM, CLIENT, "C-SHARED")
INTERNAL = Place(Platform.ROOM, CLIENT, "C-INTERNAL")
UNBOUND = Place(Platform.ROOM, CLIENT, "C-UNBOUND")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town in which Southwind's programme is bound to Northwind's shared channel too, and Southwind's own is unbound."""
    town = town_at(tmp_path)
    with town.units() as uow:
        south = uow.providers.add(
            models.Provider(installation_id=1, name="Southwind", country="IN", zone="Asia/Kolkata", created_at=town.now)
        )
        programme = uow.providers.add(
            models.Programme(
                installation_id=1,
                provider_id=south.id or 0,
                name="Chat",
                anchor_zone="Europe/London",
                digest_wall="mon 08:30",
                figures_wall="tue 10:00",
                created_at=town.now,
            )
        )
        uow.providers.add(
            models.Channel(
                installation_id=1,
                programme_id=programme.id or 0,
                platform="room",
                workspace=CLIENT,
                channel="C-SHARED",
                kind="shared",
            )
        )
        uow.commit()
    return town


def asks(town: Town, event: AnyIncoming) -> Asker | None:
    """Who asks; what was learned is kept."""
    with town.units() as uow:
        found = find_asker(event, uow, town.now)
        uow.commit()
    return found


def known(town: Town, account: Account) -> Person | None:
    """The person behind an account, if there is one."""
    with town.units() as uow:
        return uow.people.of_account(account.platform, account.workspace, account.user)


def errands(town: Town) -> list[tuple[str, str]]:
    """What the platform is asked: what, and about whom."""
    with town.units() as uow:
        contents = [decode(row.content) for row in uow.outbox.open()]
    return [(each.what, each.account.user) for each in contents if isinstance(each, Errand)]


def people(uow: UnitOfWork) -> int:
    """How many accounts are known."""
    return (
        len(uow.people.of_client(1))
        + sum(len(uow.people.of_provider(number)) for number in (1, 2))
        + len(uow.people.strangers(1))
    )


# --- who becomes known


def test_a_colleague_becomes_known_on_the_clients_side(town: Town) -> None:
    """Somebody of the installing workspace is the client's, in the zone of the channel's programme, and may not steer."""
    asker = asks(town, Said("e", ANA, SHARED, actor_name="Ana Lopez", words="hi"))
    assert asker is not None
    assert (asker.name, asker.side, asker.role, asker.zone) == ("Ana Lopez", Side.CLIENT, "member", "Europe/London")
    assert not asker.manages
    person = known(town, ANA)
    assert person is not None and person.provider_id is None and person.id == asker.person_id


def test_an_outsider_becomes_known_on_the_side_of_the_channels_provider(town: Town) -> None:
    """Somebody of another workspace is the provider's, with its zone and country."""
    asker = asks(town, Said("e", LEO, SHARED, actor_name="Leo", words="hi"))
    assert asker is not None
    assert (asker.side, asker.zone, asker.country) == (Side.PROVIDER, "Asia/Manila", "PH")
    person = known(town, LEO)
    assert person is not None and person.provider_id == 1


def test_who_became_known_is_looked_up_once(town: Town) -> None:
    """The platform is asked once who they are; speaking again makes no second person."""
    first = asks(town, Said("e1", LEO, SHARED, words="hi"))
    second = asks(town, Said("e2", LEO, SHARED, words="hi again"))
    assert first is not None and second is not None and first.person_id == second.person_id
    assert errands(town) == [("person", "U-LEO")]


def test_an_outsider_outside_our_channels_belongs_to_nobody_until_they_speak_in_one(town: Town) -> None:
    """A command in an unbound channel makes them known without a provider; the first word in a bound one places them."""
    stray = asks(town, Asked("e1", LEO, UNBOUND, words="help"))
    assert stray is not None and (stray.side, stray.zone, stray.programme_ids) == (Side.PROVIDER, "UTC", ())
    placed = asks(town, Said("e2", LEO, SHARED, words="hi"))
    assert placed is not None and (placed.person_id, placed.zone) == (stray.person_id, "Asia/Manila")
    assert placed.programme_ids == (1,)


def test_who_was_named_before_they_spoke_is_recognised(town: Town) -> None:
    """An owner who was chosen by user id, workspace unknown, is that person when they first speak."""
    with town.units() as uow:
        named = uow.people.add(
            Person(installation_id=1, provider_id=1, name="Leo Tan", side="provider", role="lead", created_at=town.now)
        )
        uow.people.connect(named, "room", "", "U-LEO")
        uow.commit()
    asker = asks(town, Said("e", LEO, SHARED, actor_name="leo", words="hi"))
    assert asker is not None and (asker.person_id, asker.name, asker.role) == (named.id, "Leo Tan", "lead")


def test_a_colleague_is_never_taken_for_a_named_outsider(town: Town) -> None:
    """A user id of the installing workspace does not claim the provider's person of that id."""
    with town.units() as uow:
        named = uow.people.add(
            Person(installation_id=1, provider_id=1, name="Somebody", side="provider", created_at=town.now)
        )
        uow.people.connect(named, "room", "", "U-ANA")
        uow.commit()
    asker = asks(town, Said("e", ANA, SHARED, words="hi"))
    assert asker is not None and asker.person_id != named.id and asker.side is Side.CLIENT


# --- who does not


@pytest.mark.parametrize(
    "event",
    [
        Said("e", Account(Platform.ROOM, "", "U-X"), SHARED, words="hi"),
        Asked("e", Account(Platform.ROOM, "", "U-X"), SHARED, words="help"),
        Pressed("e", Account(Platform.ROOM, "", "U-JO"), SHARED, action="x"),
        Said("e", LEO, Place(Platform.ROOM, "T-ELSEWHERE", "C-SHARED"), words="hi"),
        Said("e", LEO, Place(Platform.SLACK, CLIENT, "C-SHARED"), words="hi"),
        Submitted("e", LEO, None, action="x"),
        Said("e", ANA, UNBOUND, words="hi"),
        Said("e", LEO, UNBOUND, words="hi"),
    ],
    ids=["no workspace", "no workspace asks", "no workspace presses", "not installed there", "not installed on it",
         "no place and unknown", "unbound channel", "unbound channel, outsider"],
)  # fmt: skip
def test_nobody_and_nothing_written(town: Town, event: AnyIncoming) -> None:
    """Whose workspace is not told, where nothing is installed, and plain talk in an unbound channel: nobody becomes known
    and nobody is asked about."""
    with town.units() as uow:
        before = people(uow)
        assert find_asker(event, uow, town.now) is None
        assert people(uow) == before
        assert uow.outbox.everything() == []


def test_who_is_known_may_speak_anywhere(town: Town) -> None:
    """Somebody known is found in an unbound channel too, where no programme is meant; alone with the bot it is so told."""
    asker = asks(town, Said("e", town.jo.account, UNBOUND, words="hi"))
    assert asker is not None and asker.name == "Jo Santos" and asker.programme_ids == ()
    alone = asks(town, Said("e", ANA, Place(Platform.ROOM, CLIENT, "D-1"), words="hi", direct=True))
    assert alone is not None and alone.direct and alone.name == "U-ANA"


# --- without a place


def test_a_providers_form_without_a_place_finds_its_installation(town: Town) -> None:
    """A provider's own workspace installed nothing: the account tells whose form it is."""
    asker = asks(town, Submitted("e", town.jo.account, None, action="x"))
    assert asker is not None
    assert (asker.installation_id, asker.name, asker.side, asker.place) == (1, "Jo Santos", Side.PROVIDER, None)


def test_a_client_without_a_place_is_found_by_their_workspace(town: Town) -> None:
    """Of the client's people even those who never spoke."""
    for account in (town.maya.account, ANA):
        asker = asks(town, Pressed("e", account, None, action="x"))
        assert asker is not None and (asker.installation_id, asker.side) == (1, Side.CLIENT)


def test_the_place_decides_whose_installation_it_is(town: Town) -> None:
    """A client's colleague who is a guest in another installation is there an outsider."""
    with town.units() as uow:
        uow.providers.add(models.Installation(platform="room", workspace="T-OTHER", installed_at=town.now))
        uow.commit()
    guest = Account(Platform.ROOM, CLIENT, "U-GUEST")
    asker = asks(town, Asked("e", guest, Place(Platform.ROOM, "T-OTHER", "C-1"), words="help"))
    assert asker is not None and (asker.installation_id, asker.side) == (2, Side.PROVIDER)


# --- what they may know


def test_provider_people_see_only_their_own_programmes_in_a_channel_of_several(town: Town) -> None:
    """The client is told of both programmes bound to the channel, Northwind's people of theirs alone."""
    maya, jo = (asks(town, Asked("e", who.account, SHARED)) for who in (town.maya, town.jo))
    assert maya is not None and maya.programme_ids == (1, 2)
    assert jo is not None and jo.programme_ids == (1,)


def test_only_a_channel_of_the_client_alone_is_internal(town: Town) -> None:
    """Internal is where every binding is; never a shared, unbound or missing place."""
    for place, internal in ((INTERNAL, True), (SHARED, False), (UNBOUND, False), (None, False)):
        asker = asks(town, Asked("e", town.maya.account, place))
        assert asker is not None and asker.internal is internal, place


# --- the first manager


def test_an_administrator_is_asked_for_while_nobody_manages(town: Town) -> None:
    """While nobody manages, the platform is asked whether a colleague who typed the command administers, once a day; not
    for a mention, an outsider, or once somebody manages."""
    asks(town, Asked("e1", town.ben.account, SHARED))
    assert errands(town) == []
    with town.units() as uow:
        for manager in uow.people.of_client(1):
            manager.role = "member"
            uow.people.add(manager)
        uow.commit()
    asks(town, Asked("e2", town.ben.account, SHARED, mention=True))
    asks(town, Asked("e3", town.jo.account, SHARED))
    assert errands(town) == []
    asks(town, Asked("e4", town.ben.account, SHARED))
    asks(town, Asked("e5", town.ben.account, SHARED))
    assert errands(town) == [("administrator", "U-BEN")]
    town.now += timedelta(days=1)
    asks(town, Asked("e6", town.ben.account, SHARED))
    assert errands(town) == [("administrator", "U-BEN")] * 2
