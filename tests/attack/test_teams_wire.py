"""People of other companies at the whole application in Teams: what a tampered client sends, and what anybody of them reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys import stories
from tests.journeys.office import template
from tests.journeys.teams.office import Office, opened
from tests.standins.teams import HOST_TENANT, INTERNAL, SHARED, Message, Person
from tests.standins.teams.cards import text_of_card
from tests.standins.teams.town import GENERAL, RIVAL

SECRET = "Cypress is leaving"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("wire"))


@pytest.fixture
async def office(empty: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """Manila Support is set up, an internal issue is known, and the bot hears in channels what mentions it only."""
    async with opened(empty, tmp_path) as office:
        office.settle()
        await office.waits(office.shared)
        office.teams.reads_all = False
        sheet = await office.opens(office.maya, "report", press=stories.REPORT, inside=True)
        await office.fills(sheet, {"Title": SECRET})
        await office.waits(lambda: [each for each in office.inside() if SECRET in office.words(each)])
        yield office


def internal_card(office: Office) -> Message:
    """The internal issue's card."""
    return next(each for each in office.inside() if SECRET in office.words(each))


def seen(person: Person) -> str:
    """Every word somebody can read, the cards that only they see among them."""
    cards = [text_of_card(card) for card in person.views.values()]
    return "\n".join([*(f"{each.summary} {each.text}" for each in person.visible()), *cards])


async def test_an_outsider_asks_and_acts_by_mention_alone(office: Office) -> None:
    """Without the bot reading the channel: the thread says whom an answer is for, and only their press shows it; a mention in a
    thread is the reply, and what does not mention the bot is not heard."""
    await office.mentions(office.liza, "actions add Prune the macros @liza due friday")
    asked = await office.liza.mention(SHARED, "actions")
    (line,) = await office.waits(lambda: office.answers(asked))
    assert office.names(line, office.liza) and "Prune" not in office.words(line)
    await office.looks(office.liza, line)
    assert "Prune the macros" in seen(office.liza)
    for other in (office.arnel, office.maya):
        await other.presses("Show my answer", line)
        own = other.own_card(line)
        assert own is not None and "somebody else alone" in text_of_card(own) and "Prune" not in text_of_card(own)
    assert office.dms(office.liza) == []
    card = await stories.an_issue_reported(office)
    reply = await office.liza.mention(SHARED, "ack", card)
    await office.waits(lambda: "is working on it" in office.words(card) and office.reacted(reply))
    assert office.reacted(reply) == ["eyes"]
    unheard = await office.liza.says(SHARED, "done", card)
    await office.quiet()
    assert office.reacted(unheard) == []


async def test_a_tampered_card_shows_nothing_internal(office: Office) -> None:
    """Forged verbs with the internal issue's ids, with "at" and "card" of places that are not theirs, from their own channel."""
    inside, target = internal_card(office), office.shared()[0]
    keys = [row.key for row in office.rows() if row.visibility == "INT" or row.account_user == office.maya.aad_id]
    assert keys and inside.buttons
    for person, place in ((office.liza, SHARED), (office.arnel, SHARED)):
        for action, value in (("issue.show", "1"), ("issue.list", ""), ("issue.done", "1"), ("noise.why", keys[0])):
            for at in (INTERNAL, RIVAL, ""):
                data = {"action": action, "value": value, "hidden": value, "at": at, "card": keys[0]}
                await person.sends_action(target, action, data, place=place)
        for key in keys:
            for action in ("noise.show", "noise.why", "parley.show"):
                data = {"action": action, "value": key, "card": key, "at": INTERNAL}
                await person.sends_action(target, action, data, place=place)
    await office.quiet()
    assert SECRET not in office.outsiders_read()
    assert SECRET in office.words(inside)


async def test_rivals_guests_and_strangers_read_nothing(office: Office) -> None:
    """A rival in a channel of the same host, a guest of the host's own tenant, and somebody whom nobody knows: whatever they ask,
    what they read names no record and no other provider. A guest who joins the internal channel ends what is said there."""
    rey, gus = office.teams.person("rey"), office.teams.person("gus")
    ghost = office.teams.add_person("ghost", anonymous=True)
    office.teams.channel(GENERAL).members.append(ghost.id)
    for person, place in ((rey, RIVAL), (gus, GENERAL), (ghost, GENERAL)):
        root = await person.mention(place, "help")
        for words in ("report list", "setup"):
            await person.mention(place, words, root)
        await office.quiet()
        for line in office.answers(root):
            await person.presses(line.buttons[0], line)
        await person.sends_action(root, "issue.show", {"action": "issue.show", "value": "1", "at": SHARED}, place=place)
    told = [seen(each) for each in (rey, gus, ghost)]
    assert all("my answer is for you alone" in each for each in told[:2])
    assert not [word for word in (SECRET, "Manila Support", "liza") for each in told if word in each]
    before = len(office.inside())
    await office.teams.joins("gus", INTERNAL)
    await office.waits(
        lambda: [each for each in office.dms(office.maya) if "shared with another company" in office.words(each)]
    )
    sheet = await office.opens(office.maya, "report", press=stories.REPORT, inside=True)
    await office.fills(sheet, {"Title": "Juniper is next"})
    await office.quiet()
    assert len(office.inside()) == before and "Juniper" not in office.outsiders_read()
    assert {row.workspace for row in office.rows()} == {HOST_TENANT}
