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
from tests.town import Resident, Town, town_at


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """A fresh town."""
    return town_at(tmp_path, platform=platform)


def newcomer(town: Town, user: str = "ZOE", company: str = "CLIENT", name: str = "zoe.b") -> Resident:
    """Somebody nobody has seen yet, whose account shows a user name only."""
    return town.somebody(name, company, user)


def known(town: Town, user: str) -> Person:
    """What we know of an account."""
    with town.units() as uow:
        person = uow.people.by_user(1, town.platform, town.user(user))
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
    town.directory[town.user("ZOE")] = Found("Zoe Blake", "America/Chicago", "zoe@example.com", town.client)
    zoe = newcomer(town)
    for _ in range(2):
        zoe.types("help")
    person = known(town, "ZOE")
    assert (person.name, person.zone, person.email) == ("Zoe Blake", "America/Chicago", "zoe@example.com")
    assert [errand.account.user for errand in errands(town)] == [town.user("ZOE")]
    assert town.rows() == []


def test_what_was_said_stands_above_what_is_found(town: Town) -> None:
    """A zone somebody has chosen since, and a zone that does not exist, change nothing."""
    newcomer(town).types("help")
    with town.units() as uow:
        person = uow.people.by_user(1, town.platform, town.user("ZOE"))
        assert person is not None
        person.zone = "Asia/Tokyo"
        uow.people.add(person)
        uow.commit()
    errand = errands(town)[0]
    for number, zone in enumerate(("America/Chicago", "Mars/Olympus")):
        event = PersonFound(f"found-{number}", errand.account, None, 1, errand, "Zoe Blake", zone, "", town.client)
        town.handle(event)
    assert (known(town, "ZOE").name, known(town, "ZOE").zone) == ("Zoe Blake", "Asia/Tokyo")


def test_a_provider_newcomer_keeps_the_site_zone_until_found(town: Town) -> None:
    """Somebody of the provider starts in their provider's zone, and gets their own with their name."""
    eli = newcomer(town, "ELI", "NORTHWIND", "eli")
    eli.types("help")
    assert known(town, "ELI").zone == "Asia/Manila"
    errand = errands(town)[0]
    town.handle(
        PersonFound("f", errand.account, None, 1, errand, "Eli Reyes", "Asia/Cebu", "", town.workspace("NORTHWIND"))
    )
    assert known(town, "ELI").zone == "Asia/Manila", "a zone that does not exist changes nothing"
    town.handle(
        PersonFound("g", errand.account, None, 1, errand, "Eli Reyes", "Asia/Kolkata", "", town.workspace("NORTHWIND"))
    )
    assert (known(town, "ELI").name, known(town, "ELI").zone) == ("Eli Reyes", "Asia/Kolkata")


def test_mornings_move_to_the_zone_that_was_found(town: Town) -> None:
    """Reminders of somebody who turns out to live elsewhere come in their own morning."""
    zoe = newcomer(town)
    zoe.types("help")
    town.maya.types(f"actions add Send the policy <@{town.user('ZOE')}> due friday")
    before = known(town, "ZOE")
    with town.units() as uow:
        schedule = uow.schedules.of("reminders", before.id or 0)
        assert schedule is not None and schedule.zone == before.zone != "America/Chicago"
    errand = errands(town)[0]
    town.handle(PersonFound("f", errand.account, None, 1, errand, "Zoe Blake", "America/Chicago", "", town.client))
    with town.units() as uow:
        schedule = uow.schedules.of("reminders", before.id or 0)
        assert schedule is not None and schedule.zone == "America/Chicago"
        assert schedule.next_at.hour in {14, 15}, "09:00 in Chicago"


def test_an_outsider_named_by_id_gets_their_company(town: Town) -> None:
    """An owner of the provider who was named by id keeps the post, and their workspace is known before they speak."""
    town.directory[town.user("NEL")] = Found("Nel Ortiz", "Asia/Manila", "", town.workspace("NORTHWIND"))
    _people(town, provider_owner=town.user("NEL"))
    nel = known(town, "NEL")
    with town.units() as uow:
        owner = uow.providers.accountable(1, "provider")
        assert owner is not None and (owner.id, owner.name) == (nel.id, "Nel Ortiz")
        assert uow.people.by_account(1, town.platform, town.workspace("NORTHWIND"), town.user("NEL")) is not None


def test_an_outsider_named_for_the_client_never_reads_what_is_internal(town: Town) -> None:
    """Who was named on the wrong side leaves the post as soon as it is known, and the managers are told what to do."""
    town.directory[town.user("SPY")] = Found("Sam Pye", "Asia/Manila", "", town.workspace("NORTHWIND"))
    _people(town, client_deputy=town.user("SPY"))
    spy = known(town, "SPY")
    assert (spy.side, spy.role) == ("provider", "lead")
    with town.units() as uow:
        assert uow.providers.accountable(1, "client", "deputy") is None
    (told,) = town.rows(kind="person.wrong_side")
    card = decode(told.content)
    assert told.account_user == town.user("MAYA") and told.visibility == "PRV"
    assert "Sam Pye was named as deputy on your side, but is of another company" in getattr(card, "text", "")


def test_our_own_person_named_for_the_provider_is_noticed(town: Town) -> None:
    """Somebody of the client cannot answer for the provider."""
    town.directory[town.user("ZOE")] = Found("Zoe Blake", "Europe/London", "", town.client)
    _people(town, provider_deputy=town.user("ZOE"))
    assert known(town, "ZOE").side == "client" and known(town, "ZOE").provider_id is None
    (told,) = town.rows(kind="person.wrong_side")
    assert "is of your own company" in getattr(decode(told.content), "text", "")


def test_the_first_administrator_manages(town: Town) -> None:
    """While nobody manages, a workspace administrator who types the command becomes manager and is told directly."""
    without_managers(town)
    town.directory[town.user("BEN")] = Found("Ben Carter", "Europe/London", "", town.client, is_admin=True)
    town.directory[town.user("EVA")] = Found("Eva Lindqvist", "Europe/London", "", town.client, is_admin=True)
    answer = town.ben.types("setup")
    assert answer.card is not None and "Nobody manages Parley here yet" in answer.card.text
    (told,) = town.rows(kind="manager.first")
    assert told.account_user == town.user("BEN") and "first manager" in getattr(decode(told.content), "text", "")
    assert known(town, "BEN").role == "manager"
    town.eva.types("setup")
    assert known(town, "EVA").role == "member"
    assert town.ben.types("setup").form is not None


@pytest.mark.parametrize(
    ("company", "is_admin", "by"),
    [("CLIENT", False, "command"), ("NORTHWIND", True, "command"), ("CLIENT", True, "talk")],
)
def test_nobody_else_becomes_manager(town: Town, company: str, is_admin: bool, by: str) -> None:
    """Not a member, not an administrator of somewhere else, and not one who never used the command."""
    without_managers(town)
    found = Found("Ben Carter", "Europe/London", "", town.workspace(company), is_admin=is_admin)
    town.directory[town.user("BEN")] = found
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
    opened = HomeOpened(town.event(), Account(town.platform, town.client, town.jo.account.user), None)
    card = town.handle(opened).card
    assert card is not None and "which company you belong to" in card.text
    with town.units() as uow:
        assert uow.people.by_account(1, town.platform, town.client, town.jo.account.user) is None


def test_an_account_that_is_known_twice_stays_with_whoever_has_it(town: Town) -> None:
    """Somebody assumed to be ours turns out to be the provider's lead, who is known already: the double is no client of ours,
    and the lead keeps their account."""
    town.jo.says("hello")
    double = Account(town.platform, town.client, town.jo.account.user)
    town.handle(Asked(town.event(), double, town.shared_place, "help"))
    found = PersonFound("f", double, None, 1, Errand("person", double), "Jo Santos", "", "", town.jo.account.workspace)
    town.handle(found)
    with town.units() as uow:
        lead = uow.people.by_account(1, town.platform, town.jo.account.workspace, double.user)
        other = uow.people.by_account(1, town.platform, town.client, double.user)
        assert lead is not None and other is not None and lead.id != other.id
        assert (lead.name, lead.side, other.side) == ("Jo Santos", "provider", "provider")


def test_an_errand_about_nobody_we_know_is_nothing(town: Town) -> None:
    """What is found about a stranger, or for another installation, makes nobody known."""
    account = Account(town.platform, town.client, town.user("NOBODY"))
    for installation in (1, 99):
        town.handle(PersonFound(f"f-{installation}", account, None, installation, None, "No Body"))
    with town.units() as uow:
        assert uow.people.by_user(1, town.platform, town.user("NOBODY")) is None


def _people(town: Town, **changed: str) -> None:
    """Change who holds the posts of the programme."""
    posts = {
        "client_owner": town.user("MAYA"),
        "client_deputy": town.user("BEN"),
        "provider_owner": town.user("JO"),
        "provider_deputy": town.user("REY"),
        **changed,
    }
    answer = town.maya.submits("providers.people", posts, '{"programme": 1}')
    assert answer.form is not None, answer.problems
