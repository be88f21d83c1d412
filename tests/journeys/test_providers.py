"""Setting up: the wizard, the first manager, owners, and channels that change hands."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.plain import plain
from bot.ports import Found
from handlers.providers.setup import new_setup_code
from handlers.saying import decode_card
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.events import OwnerChanged
from handlers.vocabulary.incoming import ChannelChanged
from handlers.vocabulary.outgoing import Answer, Form
from storage.models.person import Person
from storage.models.provider import Owner
from tests.town import Town, town_at

COMPANY = {"provider": "Southwind", "country": "Colombia", "zone": "", "programme": "Chat"}
POSTS = ("client_owner", "client_deputy", "provider_owner", "provider_deputy")
TIMES = {"day": "mon", "time": "08:30", "zone": "Europe/London", "figures": "tue 10:00", "internal": "direct"}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """A fresh town, whose platform can tell of Ana, who is not known yet."""
    town = town_at(tmp_path, platform=platform)
    town.directory[town.user("ANA")] = Found("Ana Diaz", "America/Bogota", "", town.workspace("SOUTH"))
    return town


def people(town: Town) -> dict[str, str]:
    """Maya answers here, Ana there, and nobody stands in."""
    return dict.fromkeys(POSTS, "") | {"client_owner": town.user("MAYA"), "provider_owner": town.user("ANA")}


def hidden(answer: Answer) -> str:
    """What the form carries; it must be a form."""
    assert answer.form is not None, answer
    return answer.form.hidden


def walk(town: Town, **changed: str) -> Answer:
    """The whole wizard in a free channel; the answer to the last step."""
    carried = hidden(town.maya.types("setup", at=town.place("NEW")))
    carried = hidden(town.maya.submits("providers.company", {**COMPANY, **changed}, carried))
    carried = hidden(town.maya.submits("providers.metrics", {"preset": "voice_support", "own": ""}, carried))
    carried = hidden(town.maya.submits("providers.people", people(town), carried))
    return town.maya.submits("providers.times", TIMES, carried)


def people_form(town: Town, channel: Place | None = None) -> Form:
    """The third form, as it stands for the programme of this channel."""
    again = town.maya.types("setup", at=channel or town.place("NEW")).form
    assert again is not None
    company = {field.name: field.initial for field in again.fields}
    carried = hidden(town.maya.submits("providers.company", company, again.hidden))
    form = town.maya.submits("providers.metrics", {"preset": "none", "own": "quality"}, carried).form
    assert form is not None
    return form


def test_four_short_forms_set_a_provider_up(town: Town) -> None:
    """Four forms lead to one friendly post in the channel, five metrics with targets, owners and both schedules."""
    answer = walk(town)
    assert answer.card is not None and answer.card.text == answer.done == "Southwind is set up."
    (welcome,) = town.rows(kind="programme.welcome")
    assert (welcome.channel, welcome.visibility) == (town.channel("NEW"), "SH")
    with town.units() as uow:
        provider = uow.providers.provider_named(1, "Southwind")
        assert provider is not None and provider.id is not None
        (programme,) = uow.providers.programmes_of(provider.id)
        assert programme.id is not None
        assert (provider.country, provider.zone, programme.state) == ("CO", "America/Bogota", "active")
        tracked = uow.metrics.tracked(programme.id)
        assert len(tracked) == 5
        target = uow.metrics.target(tracked[0].id or 0, town.now.date())
        assert target is not None and target.target == 80
        digest, figures = (uow.schedules.of(subject, programme.id) for subject in ("digest", "figures"))
        assert digest is not None and (digest.pattern, digest.zone) == ("mon 08:30", "Europe/London")
        assert figures is not None and (figures.pattern, figures.zone) == ("tue 10:00", "America/Bogota")
        ana = uow.providers.accountable(programme.id, "provider")
        assert ana is not None and (ana.name, ana.zone) == ("Ana Diaz", "America/Bogota")


def test_the_form_shows_who_holds_each_post(town: Town) -> None:
    """Opened again, each post shows its holder's account; one known by name only is said, and kept when left alone."""
    walk(town)
    with town.units() as uow:
        named = uow.people.add(
            Person(installation_id=1, provider_id=2, name="Rosa", side="provider", created_at=town.now)
        )
        assert named.id is not None
        uow.providers.add(Owner(programme_id=2, side="provider", role="deputy", person_id=named.id, since=town.now))
        uow.commit()
    form = people_form(town)
    shown = {field.name: (field.kind, field.initial, field.required) for field in form.fields}
    assert shown == {
        "client_owner": ("person", town.user("MAYA"), True),
        "client_deputy": ("person", "", False),
        "provider_owner": ("person", town.user("ANA"), True),
        "provider_deputy": ("person", "", False),
    }
    assert "So far Rosa" in form.fields[3].hint
    assert {option.value for option in form.fields[0].options} >= {town.user("MAYA"), town.user("BEN")}
    town.maya.submits("providers.people", people(town), form.hidden)
    with town.units() as uow:
        deputy = uow.providers.accountable(2, "provider", "deputy")
        assert deputy is not None and deputy.name == "Rosa"


def test_whoever_sets_up_is_proposed_to_answer_for_it(town: Town) -> None:
    """The third form of a first set-up starts with the asker as the client's owner, and with nobody elsewhere."""
    carried = hidden(town.maya.types("setup", at=town.place("NEW")))
    carried = hidden(town.maya.submits("providers.company", COMPANY, carried))
    form = town.maya.submits("providers.metrics", {"preset": "voice_support", "own": ""}, carried).form
    assert form is not None
    assert {field.name: field.initial for field in form.fields} == dict.fromkeys(POSTS, "") | {
        "client_owner": town.user("MAYA")
    }


def test_the_welcome_names_dates_in_their_order(town: Town) -> None:
    """What comes first is said first, and each metric of the example reply has a value one could see of it."""
    walk(town)
    (row,) = town.rows(kind="programme.welcome")
    lines = plain(decode_card(row.content)).splitlines()
    asks = [line for line in lines if "once a week" in line]
    assert ["Figures" in asks[0], "Digest" in asks[1]] == [True, True]
    assert "SL 82% ABD 4%" in asks[0] and "Mondays 08:30 (Europe/London)" in asks[1]


def test_nothing_is_said_before_the_last_step(town: Town) -> None:
    """A wizard that is left half-way posts nothing, schedules nothing, and can be gone on with."""
    carried = hidden(town.maya.types("setup", at=town.place("NEW")))
    town.maya.submits("providers.company", COMPANY, carried)
    assert town.rows() == []
    with town.units() as uow:
        assert uow.schedules.of("digest", 2) is None
    card = town.maya.types("", at=town.place("NEW")).card
    assert card is not None and card.choose is not None
    offered = {option.label: option.value for option in card.choose.options}
    again = town.maya.presses("providers.setup", offered["Go on with Southwind: Chat"], at=town.place("NEW"))
    assert again.form is not None and again.form.fields[0].initial == "Southwind"
    anew = town.maya.submits("providers.company", COMPANY, carried)
    assert anew.form is not None and '"programme": 2' in anew.form.hidden


def test_who_was_named_by_id_is_known_when_they_speak(town: Town) -> None:
    """An owner named by user id before they ever spoke is the same person afterwards, of the right provider."""
    walk(town)
    ana = town.somebody("Ana", "SOUTH", "ANA", town.place("NEW"))
    ana.mentions("help", at=town.place("NEW"))
    with town.units() as uow:
        person = uow.people.by_account(1, town.platform, town.workspace("SOUTH"), town.user("ANA"))
        assert person is not None and person.name == "Ana Diaz" and person.provider_id == 2
        assert len(uow.people.of_provider(2)) == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("country", "Atlantis", "not a country"),
        ("country", "United States", "several time zones"),
        ("zone", "Manilla", "Asia/Manila"),
        ("provider", " ", "needs a name"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(town: Town, field: str, value: str, says: str) -> None:
    """A wrong country, zone or name comes back with what was read and a way out, and nothing is kept."""
    carried = hidden(town.maya.types("setup", at=town.place("NEW")))
    answer = town.maya.submits("providers.company", {**COMPANY, field: value}, carried)
    (problem,) = answer.problems.values()
    assert says in problem and not problem.startswith(("country:", "zone:"))
    with town.units() as uow:
        assert uow.providers.provider_named(1, "Southwind") is None


def test_more_metrics_than_people_can_act_on_are_refused(town: Town) -> None:
    """The eighth metric is refused with the list to choose from (S8)."""
    carried = hidden(town.maya.types("setup"))
    values = {"preset": "voice_support", "own": "complaints,attrition,hold"}
    company = {**COMPANY, "provider": "Northwind Manila", "country": "PH", "programme": "Voice support"}
    carried = hidden(town.maya.submits("providers.company", company, carried))
    answer = town.maya.submits("providers.metrics", values, carried)
    assert "8 are chosen" in answer.problems["own"] and "attrition" in answer.problems["own"]


def test_nobody_is_without_an_owner(town: Town) -> None:
    """A set-up without an owner on both sides is refused (S2)."""
    carried = hidden(town.maya.types("setup", at=town.place("NEW")))
    carried = hidden(town.maya.submits("providers.company", COMPANY, carried))
    answer = town.maya.submits("providers.people", {**people(town), "provider_owner": ""}, carried)
    assert list(answer.problems) == ["provider_owner"]
    answer = town.maya.submits("providers.people", {**people(town), "provider_owner": town.user("JO")}, carried)
    assert "not one of Southwind's people" in answer.problems["provider_owner"]
    wrong = {
        **people(town),
        "client_owner": town.user("JO"),
        "provider_owner": town.user("BEN"),
        "provider_deputy": town.user("BEN"),
    }
    answer = town.maya.submits("providers.people", wrong, carried)
    assert list(answer.problems) == ["provider_deputy"] and "own deputy" in answer.problems["provider_deputy"]
    answer = town.maya.submits("providers.people", {**wrong, "provider_deputy": ""}, carried)
    assert "choose somebody of your own company" in answer.problems["client_owner"]
    assert "Ben Carter belongs to the client's company" in answer.problems["provider_owner"]
    with town.units() as uow:
        assert uow.providers.owners(2) == []


def test_setup_in_a_bound_channel_changes_it(town: Town) -> None:
    """Opening the wizard again shows what is set, changes it at once, and introduces nobody a second time."""
    form = town.maya.types("settings").form
    assert form is not None and form.fields[0].initial == "Northwind Manila"
    carried = form.hidden
    company = {"provider": "Northwind Manila", "country": "PH", "zone": "", "programme": "Voice"}
    carried = hidden(town.maya.submits("providers.company", company, carried))
    carried = hidden(town.maya.submits("providers.metrics", {"preset": "none", "own": "quality"}, carried))
    people = {
        "client_owner": town.user("MAYA"),
        "client_deputy": town.user("BEN"),
        "provider_owner": town.user("JO"),
        "provider_deputy": town.user("REY"),
    }
    carried = hidden(town.maya.submits("providers.people", people, carried))
    answer = town.maya.submits("providers.times", {**TIMES, "day": "tue"}, carried)
    assert answer.card is not None and answer.card.text == "Northwind Manila is up to date."
    assert town.rows(kind="programme.welcome") == []
    with town.units() as uow:
        digest = uow.schedules.of("digest", 1)
        assert digest is not None and digest.pattern == "tue 08:30"
        assert [row.metric for row in uow.metrics.tracked(1)] == ["quality"]


def test_the_first_manager_brings_the_code(town: Town) -> None:
    """The code from the console makes one person of the client a manager, once, and nobody of the provider."""
    with town.units() as uow:
        code = new_setup_code(uow)
        uow.commit()
    refused = town.jo.types(f"setup code {code}").card
    assert refused is not None and "does not work" in refused.text
    welcome = town.ben.types(f"setup code {code.lower()}").card
    assert welcome is not None and welcome.text.startswith("Welcome, Ben Carter")
    again = town.eva.types(f"setup code {code}").card
    assert again is not None and "does not work" in again.text
    assert town.ben.types("setup", at=town.place("NEW")).form is not None


def test_a_manager_names_another_and_nobody_else_can(town: Town) -> None:
    """Members are told whom to ask; a manager names a second one by mention."""
    told = town.ben.types("setup", at=town.place("NEW")).card
    assert told is not None and "Ask Maya Brooks" in told.text
    town.maya.types(f"setup manager <@{town.user('BEN')}>")
    assert town.ben.types("setup", at=town.place("NEW")).form is not None
    refused = town.maya.types("setup manager @Jo Santos").card
    assert refused is not None and "not of your company" in refused.text


def test_owners_change_hands_with_an_event(town: Town) -> None:
    """A provider's owner names their own successor; the change is an event, so that open items are handed over."""
    refused = town.ben.types("setup owner @Ben Carter client").card
    assert refused is not None and "managers" in refused.text
    told = town.jo.types("setup owner @rey").card
    assert told is not None and told.text == "Rey Cruz is owner for Northwind Manila from now on."
    with town.units() as uow:
        rey = uow.providers.accountable(1, "provider")
        assert rey is not None and rey.name == "Rey Cruz"
        assert uow.providers.accountable(1, "provider", "deputy") is None
        (entry,) = [each for each in uow.audit.of("programme", 1) if each.what == "owner.changed"]
        assert '"role": "owner"' in entry.facts
    refused = town.rey.types("setup owner @Maya client").card
    assert refused is not None and "nobody I know" in refused.text


def test_an_owner_change_reaches_its_followers(town: Town) -> None:
    """The followers of OwnerChanged see who was and who is accountable."""
    seen: list[object] = []
    followers = {**town.router._table.followers, OwnerChanged: [lambda event, uow, now: seen.append(event)]}
    object.__setattr__(town.router._table, "followers", followers)
    town.maya.types("setup owner @Ben")
    assert seen == [OwnerChanged(1, "client", 1, 2)]


def test_an_internal_channel_that_is_shared_falls_silent_at_once(town: Town) -> None:
    """Sharing the internal channel freezes it, tells the managers privately, and refuses it as internal afterwards."""
    event = ChannelChanged(
        "ev-shared", Account(town.platform, town.client, town.user("MAYA")), town.internal_place, change="shared"
    )
    town.handle(event)
    with town.units() as uow:
        channel = uow.providers.channel(1, "internal")
        assert channel is not None and channel.frozen and channel.outside
    told = town.rows(kind="channel.frozen")
    assert [(row.visibility, row.account_user) for row in told] == [("PRV", town.user("MAYA"))]
    refused = town.maya.types("setup internal", at=town.internal_place).card
    assert refused is not None and "Another company reads" in refused.text


def test_a_channel_follows_its_new_id_and_waits_for_the_bot(town: Town) -> None:
    """A renamed channel keeps its programme under the new id; one the bot left is silent until it is back."""
    maya = Account(town.platform, town.client, town.user("MAYA"))
    town.handle(ChannelChanged("ev-a", maya, town.shared_place, change="renamed", new_channel=town.channel("NEXT")))
    after = town.place("NEXT")
    town.handle(ChannelChanged("ev-b", maya, after, change="left"))
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None and (channel.channel, channel.frozen) == (town.channel("NEXT"), True)
    town.handle(ChannelChanged("ev-c", maya, after, change="joined"))
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None and not channel.frozen


def test_one_channel_is_never_shared_by_two_providers_nor_both_internal_and_shared(town: Town) -> None:
    """A provider's channel cannot become another's, nor an internal one: somebody would read what is not theirs."""
    refused = town.maya.types("setup internal", at=town.shared_place).card
    assert refused is not None and "kept for what both companies read" in refused.text
    carried = hidden(town.maya.types("setup", at=town.place("NEW"))).replace(
        town.channel("NEW"), town.channel("SHARED")
    )
    carried = hidden(town.maya.submits("providers.company", COMPANY, carried))
    town.maya.submits("providers.people", people(town), carried)
    answer = town.maya.submits("providers.times", TIMES, carried)
    assert "another provider" in " ".join(answer.problems.values())
    assert town.rows() == []


def test_forms_are_for_managers_however_they_are_sent(town: Town) -> None:
    """A form sent in by somebody who may not is refused, also with a forged programme id."""
    for somebody in (town.ben, town.jo):
        answer = somebody.submits("providers.times", TIMES, '{"programme": 1}')
        assert answer.card is not None and "managers" in answer.card.text
    answer = town.maya.submits("providers.times", TIMES, '{"programme": 99}')
    assert answer.card is not None and "not there any more" in answer.card.text
