"""On Teams people of other companies, guests, and whoever forges what a card carries read nothing of others."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from handlers.noise.kinds import KINDS, Beyond
from handlers.saying import decode_card
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, HomeOpened, Pressed, Reacted, Said, Submitted
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Declined
from tests.attack.streets import SECRETS, crowded, filled, keep_secrets, pressed, rival_of, seen_by
from tests.attack.test_outsiders import WORDS, nothing_told
from tests.town import Resident, Town

OFTEN = 23
"""One of so many attacks is made here; the room's own tests make them all."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Northwind and its rival on Teams, with secrets; nobody's attack may change what the next one could see."""
    town = crowded(tmp_path_factory.mktemp("teams"), Platform.TEAMS)
    keep_secrets(town)
    guest_of(town).says("hello")
    return town


@pytest.fixture
def fresh(tmp_path: Path) -> Town:
    """The same, for what changes it."""
    town = crowded(tmp_path, Platform.TEAMS)
    keep_secrets(town)
    return town


def guest_of(town: Town) -> Resident:
    """Somebody whom the company's own tenant lets in as a guest."""
    return Resident(town, "Gil Reyes", f"guest:{town.client}", town.user("GUEST"), town.shared_place)


def places_of(town: Town) -> list[Place]:
    """Where a forged "at" would point, if the door believed it: their own channel, the rival's, the internal one, none of ours, chats of others."""
    named = [town.place(each) for each in ("SHARED", "RIVAL", "INTERNAL", "FREE")]
    return [
        *named,
        town.direct("MAYA"),
        town.direct("RIVAL"),
        Place(Platform.TEAMS, "another-host", "19:x@thread.tacv2"),
    ]


def forge(town: Town, event: AnyIncoming) -> Answer:
    """What comes back; a refusal is one, too."""
    try:
        return town.handle(event)
    except Declined as declined:
        return Answer(done=declined.why)


def nothing_stands(town: Town, seen: tuple[str, ...]) -> None:
    """Nothing that stands where Northwind reads, or that was kept for its people, holds the others' secrets."""
    for row in [*town.rows(), *town.beside()]:
        theirs = row.channel == town.shared_place.channel or row.account_workspace in (
            town.workspace("NORTHWIND"),
            f"guest:{town.client}",
        )
        if theirs:
            told = [word for word in ("Cypress", "Juniper", "Magnolia q", "Magnolia plan") if word in row.content]
            assert [word for word in told if word not in seen] == [], row.once


@pytest.mark.parametrize("who", ["jo", "guest"])
def test_no_forged_press_tells_a_secret_on_teams(town: Town, who: str) -> None:
    """Every action with ids of what is not theirs, begun "at" every place there is."""
    attacker = town.jo if who == "jo" else guest_of(town)
    places = cycle(places_of(town))
    for action, value in list(pressed())[::OFTEN]:
        event = Pressed(
            town.event(), attacker.account, next(places), actor_name=attacker.name, action=action, value=value
        )
        nothing_told(forge(town, event), value)


def test_no_forged_form_tells_a_secret_on_teams(town: Town) -> None:
    """Every action as a form whose hidden part and fields name what is not theirs, from every place."""
    places = cycle(places_of(town))
    for action, values, hidden in list(filled())[:: OFTEN * 2]:
        event = Submitted(
            town.event(), town.jo.account, next(places), action=action, values=values, hidden=hidden, actor_name="Jo"
        )
        nothing_told(forge(town, event), f"{values} {hidden}")


@pytest.mark.parametrize("who", ["jo", "guest"])
def test_no_mention_tells_a_secret_on_teams(town: Town, who: str) -> None:
    """Whatever they ask in whatever channel, what is shown to them, kept for them or stands in the channel tells none."""
    attacker = town.jo if who == "jo" else guest_of(town)
    places = cycle(places_of(town))
    for words in WORDS:
        at = next(places)
        event = Asked(town.event(), attacker.account, at, actor_name="J", words=words, mention=True, message="177244")
        nothing_told(forge(town, event), words)
        nothing_told(forge(town, Said(town.event(), attacker.account, at, words=words, message="177245")), words)
    nothing_stands(town, ())


def test_no_verb_of_managers_for_a_guest(fresh: Town) -> None:
    """A guest of the company's own tenant is an outsider: what is for managers or for the client is refused to them."""
    guest = guest_of(fresh)
    guest.says("hello")
    for words in (
        "setup",
        "digest",
        "digest pause",
        "pulse",
        "deliveries",
        "setup internal",
        "setup manager @Gil Reyes",
    ):
        nothing_told(guest.mentions(words), words)
    with fresh.units() as uow:
        person = uow.people.by_account(1, "teams", guest.workspace, guest.user)
        assert person is not None and (person.side, person.role, person.provider_id) == ("provider", "member", 1)
        assert uow.settings.get("digest.paused:1") is None
    kept = [decode_card(row.content) for row in fresh.rows(kind="answer") if row.account_user == guest.user]
    assert kept and not any(button.action.startswith("providers.") for card in kept for button in card.buttons)


def test_home_shows_an_outsider_their_own_only(town: Town) -> None:
    """A Home that an outsider or a guest asks for holds their own company's records at most."""
    for account in (town.jo.account, guest_of(town).account, rival_of(town).account):
        told = seen_by(forge(town, HomeOpened(town.event(), account, None)))
        secrets = ("Cypress", "Juniper", *(() if account == rival_of(town).account else ("Magnolia q", "Willowbank")))
        assert [word for word in secrets if word in told] == []


def test_a_button_of_an_internal_card_does_nothing_for_an_outsider(fresh: Town) -> None:
    """The buttons of internal cards and of managers' messages, copied into a card of their own, do and tell nothing."""
    fresh.later(days=1)
    internal = [row for row in fresh.rows() if row.visibility == "INT" or row.account_user == fresh.user("MAYA")]
    buttons = {(each.action, each.value) for row in internal for each in decode_card(row.content).buttons}
    keys = {(action, row.key) for row in internal for action in ("noise.why", "noise.show")}
    assert len(buttons) > 3 and keys
    for action, value in sorted(buttons | keys):
        for attacker in (fresh.jo, guest_of(fresh)):
            before = _internal(fresh)
            nothing_told(attacker.presses(action, value), value)
            assert _internal(fresh) == before, (action, value)


def _internal(town: Town) -> list[object]:
    with town.units() as uow:
        issue, item = uow.issues.get(1), uow.actions.get(1)
        assert issue is not None and item is not None
        return [issue.state, issue.owner_id, item.state, item.owner_id, uow.settings.get("digest.paused:1")]


def test_the_rival_in_the_wrong_channel_is_nobodys_guest(fresh: Town) -> None:
    """A person of one provider who mentions the bot in another's channel is shown their own company's, and nothing of it
    stands there."""
    rival = replace(rival_of(fresh), here=fresh.shared_place)
    for words in ("report list", "actions all", "report 3", "done 3", "ack issue 3"):
        rival.mentions(words)
    kept = [row for row in fresh.rows(kind="answer") if row.account_workspace == fresh.workspace("WILLOWBANK")]
    assert kept and all("Shared trouble" not in row.content and "Northwind" not in row.content for row in kept)
    lines = [row for row in fresh.beside() if row.channel == fresh.shared_place.channel and row.kind == "answer"]
    assert len(lines) == len(kept)
    assert all("Magnolia q" not in row.content and "Willowbank" not in row.content for row in lines)
    with fresh.units() as uow:
        issue, item = uow.issues.get(3), uow.actions.get(3)
        assert issue is not None and item is not None and (issue.state, item.state) == ("open", "open")


def test_who_moved_to_another_company_is_somebody_else(fresh: Town) -> None:
    """The same account of another tenant reads nothing that was said to it before, and owns nothing."""
    fresh.jo.mentions("actions")
    (line,) = [row for row in fresh.beside() if row.kind == "answer"]
    button = decode_card(line.content).buttons[0]
    moved = replace(fresh.jo, workspace=fresh.workspace("WILLOWBANK"))
    refused = moved.presses(button.action, button.value).card
    assert refused is not None and "somebody else" in refused.text
    shown = moved.presses("action.list", "mine").card
    assert shown is None or "Shared step" not in str(shown)


def test_the_companys_own_people_stay_so_elsewhere(fresh: Town) -> None:
    """Somebody of the company who is a guest in the provider's tenant is of the company: their own tenant decides."""
    shown = fresh.ben.mentions("report list")
    assert shown.card is not None and "Cypress" not in shown.card.text
    with fresh.units() as uow:
        person = uow.people.by_account(1, "teams", fresh.client, fresh.user("BEN"))
        assert person is not None and person.side == "client"


@pytest.mark.parametrize("user", ["29:1anonymous", "U-MAYA", ""])
def test_whose_tenant_is_not_known_is_nobody(town: Town, user: str) -> None:
    """Without a tenant nothing is told and nothing kept, whatever the user id says; plain talk is left alone."""
    nobody = Account(Platform.TEAMS, "", user if user != "U-MAYA" else town.user("MAYA"))
    at, rows = town.shared_place, len(town.rows())
    said: list[AnyIncoming] = [
        Asked(town.event(), nobody, at, words="report list", mention=True, message="1772443000000"),
        Pressed(town.event(), nobody, at, action="issue.show", value="1"),
        Submitted(town.event(), nobody, at, action="issue.report", values={"title": "x"}, hidden="1"),
        HomeOpened(town.event(), nobody, None),
        Said(town.event(), nobody, at, words="done 1", message="1772443000001", thread="1772442000001"),
        Reacted(town.event(), nobody, at, emoji="white_check_mark", message="1772442000001"),
    ]
    for event in said:
        told = seen_by(forge(town, event))
        assert [word for word in (*SECRETS, "Northwind", "Shared trouble") if word in told] == []
    assert len(town.rows()) == rows


def test_a_host_that_never_installed_the_bot_is_told_nothing(town: Town) -> None:
    """A place of another host, forged by one of our own managers, leads nowhere."""
    elsewhere = Place(Platform.TEAMS, "another-host", town.shared_place.channel)
    for person in (town.maya, town.jo):
        told = seen_by(forge(town, Pressed(town.event(), person.account, elsewhere, action="issue.list", value="")))
        assert "Cypress" not in told and "Shared trouble" not in told


def test_weeks_of_calendar_on_teams_tell_no_secret(fresh: Town) -> None:
    """Digests, reminders in threads, late lines and what waits behind buttons keep everybody's own."""
    fresh.jo.mentions("away 2026-03-10")
    fresh.later(days=8)
    nothing_stands(fresh, ())
    for row in [*fresh.rows(), *fresh.beside()]:
        if row.channel == fresh.channel("RIVAL") or row.account_workspace == fresh.workspace("WILLOWBANK"):
            assert not any(word in row.content for word in ("Cypress", "Juniper", "Northwind", "Shared ")), row.once
    direct = [row for row in fresh.rows() if row.account_user]
    assert {row.account_workspace for row in direct if row.state == "sent"} == {fresh.client}
    beyond = {row.kind for row in direct if row.account_workspace != fresh.client}
    assert beyond and not {kind for kind in beyond if KINDS[kind].beyond is Beyond.NEVER}
