"""People become known: their name, zone and company come from the platform, and the first administrator manages."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ports import Found
from handlers.saying import decode
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.incoming import Asked, HomeOpened, PersonFound
from handlers.vocabulary.outgoing import Errand
from storage.models.person import Person
from tests.town import CLIENT, Resident, Town, town_at


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A fresh town."""
    return town_at(tmp_path)


def newcomer(town: Town, user: str = "U-ZOE", workspace: str = CLIENT, name: str = "zoe.b") -> Resident:
    """Somebody nobody has seen yet, whose account shows a user name only."""
    return Resident(town, name, workspace, user, town.shared_place)


def known(town: Town, user: str) -> Person:
    """What we know of an account."""
    with town.units() as uow:
        person = uow.people.by_user(1, "room", user)
    assert person is not None
    return person


def errands(town: Town) -> list[Errand]:
    """What the platform was asked."""
    with town.units() as uow:
        contents = [decode(row.content) for row in uow.outbox.everything()]
    return [content for content in contents if isinstance(content, Errand)]


def without_managers(town: Town) -> None:
    """Nobody can steer."""
    with town.units() as uow:
        for person in uow.people.of_client(1):
            person.role = "member"
            uow.people.add(person)
        uow.commit()


def test_who_turns_up_is_looked_up_once(town: Town) -> None:
    """A newcomer gets their proper name, zone and e-mail; turning up again asks nothing, and no message says so."""
    town.directory["U-ZOE"] = Found("Zoe Blake", "America/Chicago", "zoe@example.com", CLIENT)
    zoe = newcomer(town)
    for _ in range(2):
        zoe.types("help")
    person = known(town, "U-ZOE")
    assert (person.name, person.zone, person.email) == ("Zoe Blake", "America/Chicago", "zoe@example.com")
    assert [errand.account.user for errand in errands(town)] == ["U-ZOE"]
    assert town.rows() == []


def test_what_was_said_stands_above_what_is_found(town: Town) -> None:
    """A zone somebody has chosen since, and a zone that does not exist, change nothing."""
    newcomer(town).types("help")
    with town.units() as uow:
        person = uow.people.by_user(1, "room", "U-ZOE")
        assert person is not None
        person.zone = "Asia/Tokyo"
        uow.people.add(person)
        uow.commit()
    errand = errands(town)[0]
    for number, zone in enumerate(("America/Chicago", "Mars/Olympus")):
        event = PersonFound(f"found-{number}", errand.account, None, 1, errand, "Zoe Blake", zone, "", CLIENT)
        town.handle(event)
    assert (known(town, "U-ZOE").name, known(town, "U-ZOE").zone) == ("Zoe Blake", "Asia/Tokyo")


def test_a_provider_newcomer_keeps_the_site_zone_until_found(town: Town) -> None:
    """Somebody of the provider starts in their provider's zone, and gets their own with their name."""
    eli = newcomer(town, "U-ELI", "T-NORTHWIND", "eli")
    eli.types("help")
    assert known(town, "U-ELI").zone == "Asia/Manila"
    errand = errands(town)[0]
    town.handle(PersonFound("f", errand.account, None, 1, errand, "Eli Reyes", "Asia/Cebu", "", "T-NORTHWIND"))
    assert known(town, "U-ELI").zone == "Asia/Manila", "a zone that does not exist changes nothing"
    town.handle(PersonFound("g", errand.account, None, 1, errand, "Eli Reyes", "Asia/Kolkata", "", "T-NORTHWIND"))
    assert (known(town, "U-ELI").name, known(town, "U-ELI").zone) == ("Eli Reyes", "Asia/Kolkata")


def test_mornings_move_to_the_zone_that_was_found(town: Town) -> None:
    """Reminders of somebody who turns out to live elsewhere come in their own morning."""
    zoe = newcomer(town)
    zoe.types("help")
    town.maya.types("actions add Send the policy <@U-ZOE> due friday")
    before = known(town, "U-ZOE")
    with town.units() as uow:
        schedule = uow.schedules.of("reminders", before.id or 0)
        assert schedule is not None and schedule.zone == before.zone != "America/Chicago"
    errand = errands(town)[0]
    town.handle(PersonFound("f", errand.account, None, 1, errand, "Zoe Blake", "America/Chicago", "", CLIENT))
    with town.units() as uow:
        schedule = uow.schedules.of("reminders", before.id or 0)
        assert schedule is not None and schedule.zone == "America/Chicago"
        assert schedule.next_at.hour in {14, 15}, "09:00 in Chicago"


def test_an_outsider_named_by_id_gets_their_company(town: Town) -> None:
    """An owner of the provider who was named by id keeps the post, and their workspace is known before they speak."""
    town.directory["U-NEL"] = Found("Nel Ortiz", "Asia/Manila", "", "T-NORTHWIND")
    _people(town, provider_owner="U-NEL")
    nel = known(town, "U-NEL")
    with town.units() as uow:
        owner = uow.providers.accountable(1, "provider")
        assert owner is not None and (owner.id, owner.name) == (nel.id, "Nel Ortiz")
        assert uow.people.by_account(1, "room", "T-NORTHWIND", "U-NEL") is not None


def test_an_outsider_named_for_the_client_never_reads_what_is_internal(town: Town) -> None:
    """Who was named on the wrong side leaves the post as soon as it is known, and the managers are told what to do."""
    town.directory["U-SPY"] = Found("Sam Pye", "Asia/Manila", "", "T-NORTHWIND")
    _people(town, client_deputy="U-SPY")
    spy = known(town, "U-SPY")
    assert (spy.side, spy.role) == ("provider", "lead")
    with town.units() as uow:
        assert uow.providers.accountable(1, "client", "deputy") is None
    (told,) = town.rows(kind="person.wrong_side")
    card = decode(told.content)
    assert told.account_user == "U-MAYA" and told.visibility == "PRV"
    assert "Sam Pye was named as deputy on your side, but is of another company" in getattr(card, "text", "")


def test_our_own_person_named_for_the_provider_is_noticed(town: Town) -> None:
    """Somebody of the client cannot answer for the provider."""
    town.directory["U-ZOE"] = Found("Zoe Blake", "Europe/London", "", CLIENT)
    _people(town, provider_deputy="U-ZOE")
    assert known(town, "U-ZOE").side == "client" and known(town, "U-ZOE").provider_id is None
    (told,) = town.rows(kind="person.wrong_side")
    assert "is of your own company" in getattr(decode(told.content), "text", "")


def test_the_first_administrator_manages(town: Town) -> None:
    """While nobody manages, a workspace administrator who types the command becomes manager and is told directly."""
    without_managers(town)
    town.directory["U-BEN"] = Found("Ben Carter", "Europe/London", "", CLIENT, is_admin=True)
    town.directory["U-EVA"] = Found("Eva Lindqvist", "Europe/London", "", CLIENT, is_admin=True)
    answer = town.ben.types("setup")
    assert answer.card is not None and "first manager in a moment" in answer.card.text
    (told,) = town.rows(kind="manager.first")
    assert told.account_user == "U-BEN" and "first manager" in getattr(decode(told.content), "text", "")
    assert known(town, "U-BEN").role == "manager"
    town.eva.types("setup")
    assert known(town, "U-EVA").role == "member"
    assert town.ben.types("setup").form is not None


@pytest.mark.parametrize(
    ("found", "by"),
    [
        (Found("Ben Carter", "Europe/London", "", CLIENT, is_admin=False), "command"),
        (Found("Ben Carter", "Europe/London", "", "T-NORTHWIND", is_admin=True), "command"),
        (Found("Ben Carter", "Europe/London", "", CLIENT, is_admin=True), "talk"),
    ],
)
def test_nobody_else_becomes_manager(town: Town, found: Found, by: str) -> None:
    """Not a member, not an administrator of somewhere else, and not one who never used the command."""
    without_managers(town)
    town.directory["U-BEN"] = found
    if by == "command":
        town.ben.types("setup")
    else:
        town.ben.says("good morning")
    with town.units() as uow:
        assert not uow.people.has_manager(1)
    assert town.rows(kind="manager.first") == []


def test_a_home_makes_nobody_of_the_provider_known_as_ours(town: Town) -> None:
    """A Home opened by somebody who is known under another company's workspace shows nothing and makes no second person."""
    town.jo.says("hello")
    opened = HomeOpened(town.event(), Account(Platform.ROOM, CLIENT, town.jo.account.user), None)
    card = town.handle(opened).card
    assert card is not None and "which company you belong to" in card.text
    with town.units() as uow:
        assert uow.people.by_account(1, "room", CLIENT, town.jo.account.user) is None


def test_an_account_that_is_known_twice_stays_with_whoever_has_it(town: Town) -> None:
    """Somebody assumed to be ours turns out to be the provider's lead, who is known already: the double is no client of ours,
    and the lead keeps their account."""
    town.jo.says("hello")
    double = Account(Platform.ROOM, CLIENT, town.jo.account.user)
    town.handle(Asked(town.event(), double, town.shared_place, "help"))
    found = PersonFound("f", double, None, 1, Errand("person", double), "Jo Santos", "", "", town.jo.account.workspace)
    town.handle(found)
    with town.units() as uow:
        lead = uow.people.by_account(1, "room", town.jo.account.workspace, double.user)
        other = uow.people.by_account(1, "room", CLIENT, double.user)
        assert lead is not None and other is not None and lead.id != other.id
        assert (lead.name, lead.side, other.side) == ("Jo Santos", "provider", "provider")


def test_an_errand_about_nobody_we_know_is_nothing(town: Town) -> None:
    """What is found about a stranger, or for another installation, makes nobody known."""
    account = Account(Platform.ROOM, CLIENT, "U-NOBODY")
    for installation in (1, 99):
        town.handle(PersonFound(f"f-{installation}", account, None, installation, None, "No Body"))
    with town.units() as uow:
        assert uow.people.by_user(1, "room", "U-NOBODY") is None


def _people(town: Town, **changed: str) -> None:
    """Change who holds the posts of the programme."""
    posts = {
        "client_owner": "U-MAYA",
        "client_deputy": "U-BEN",
        "provider_owner": "U-JO",
        "provider_deputy": "U-REY",
        **changed,
    }
    answer = town.maya.submits("providers.people", posts, '{"programme": 1}')
    assert answer.form is not None, answer.problems
