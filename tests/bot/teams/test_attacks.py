"""What somebody in the same channel may try with cards and words that are meant for others, and what Graph may answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.ports import Delivery, Later, Sent
from bot.teams.gateway import TeamsGateway
from handlers.saying import encode
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.incoming import ChannelChanged, Pressed
from handlers.vocabulary.outgoing import Answer, InternalCard, PrivateCard, SharedCard
from storage.database import Database
from tests.bot.slack.doors import FakeDispatch
from tests.bot.teams.doors import Entry
from tests.bot.teams.lines import gateway_to, place_of
from tests.bot.teams.test_door import stands
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import GENERAL, GROUP, INTERNAL, SHARED
from tests.standins.teams.world import HOST_TENANT


async def test_an_internal_card_shows_nothing_new_to_an_outsider(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Somebody of another company who came into the internal channel finds the cards that stand there; what they would say by
    now, they do not show."""
    old = InternalCard("Issue #3: Cypress", title="Issue #3")
    card = await stands(teams, entry, old, INTERNAL)  # type: ignore[arg-type]
    with entry.units() as uow:
        row = uow.outbox.by_reference("teams", HOST_TENANT, INTERNAL, card.id)
        assert row is not None
        row.visibility = "INT"
        uow.outbox.revise(row, encode(InternalCard("Issue #3: Cypress is leaving in May")), row.created_at)
        uow.commit()
        key = row.key
    gus, maya = teams.person("gus"), teams.person("maya")
    await teams.joins("gus", INTERNAL)
    data = {"action": "card.show", "card": key}
    shown = {
        each.name: str((await each.sends_action(card, "card.show", data, place=INTERNAL)).answer)
        for each in (gus, maya)
    }
    assert "leaving in May" in shown["maya"]
    assert "Cypress" not in shown["gus"]


async def test_nobody_lends_their_rights_to_a_strangers_words(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """The line in place of an answer to somebody whom nobody knows bears none of their words: whoever presses its button would
    say them in their own name."""
    ghost = teams.add_person("ghost", anonymous=True)
    teams.channel(GENERAL).members.append(ghost.id)
    dispatch.answer = lambda event: Answer(card=PrivateCard("I cannot tell which company you belong to."))
    root = await ghost.mention(GENERAL, "setup unlink maya")
    await entry.settled()
    (line,) = [each for each in teams.channel(GENERAL).thread(root) if each.sender == teams.world.bot_id]
    await teams.person("maya").presses("Show my answer", line)
    (pressed,) = [each for each in dispatch.done if isinstance(each, Pressed)]
    assert "unlink" not in pressed.value


@pytest.fixture
async def gateway(teams: StandInTeams, database: Database) -> AsyncIterator[TeamsGateway]:
    async with gateway_to(teams, database, within=3) as opened:
        yield opened


async def test_an_empty_page_is_not_the_end(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """Graph may give a page without messages and a next one: what stands behind it is found, and not posted a second time."""
    teams.graph_allowed = True
    sent = await gateway.post(Delivery("k1", 1, Visibility.SHARED, SharedCard("said"), place_of(SHARED)))
    assert isinstance(sent, Sent)
    pages, path = teams.graph._page, f"teams/{GROUP}/channels/{SHARED}/messages"

    def first_an_empty_one(call, messages):  # type: ignore[no-untyped-def]
        answer = pages(call, messages)
        if "$skiptoken" not in call.query:
            answer.body["@odata.nextLink"] = f"{teams.graph_url}/v1.0/{path}?$top=50&$skiptoken=0"
            answer.body["value"] = []
        return answer

    teams.graph._page = first_an_empty_one  # type: ignore[method-assign]
    assert await gateway.find(Delivery("k1", 1, Visibility.SHARED, SharedCard("said"), place_of(SHARED)), 0) == sent


async def elsewhere(onwards: str, heard: list[str]) -> web.AppRunner:
    """A server that notes the tokens it is sent, and sends everybody ``onwards``, if there is such a place."""

    async def hears(request: web.Request) -> web.StreamResponse:
        heard.append(request.headers.get("authorization", ""))
        if onwards:
            raise web.HTTPTemporaryRedirect(onwards)
        return web.json_response({"id": "1", "value": []})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", hears)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


async def test_a_redirect_takes_our_token_nowhere(teams: StandInTeams, sqlite_url: str) -> None:
    """A connector and a Graph that send us elsewhere are not followed, whatever is asked of them; it is tried again later."""
    database, stolen, seen = Database(sqlite_url, durable=False), list[str](), list[str]()
    evil = await elsewhere("", stolen)
    odd = await elsewhere(f"http://127.0.0.1:{evil.addresses[0][1]}/x", seen)
    address = f"http://127.0.0.1:{odd.addresses[0][1]}"
    async with gateway_to(teams, database, service_url=f"{address}/teams/", graph_url=f"{address}/graph") as gateway:
        card, ref = SharedCard("said"), "1772442000001"
        posted = await gateway.post(Delivery("k", 1, Visibility.SHARED, card, place_of(SHARED)))
        edited = await gateway.update(Delivery("k", 2, Visibility.SHARED, card, place_of(SHARED), ref=ref))
        found = await gateway.find(Delivery("k", 1, Visibility.SHARED, card, place_of(SHARED)), 0)
    for runner in (evil, odd):
        await runner.cleanup()
    database.dispose()
    assert [isinstance(each, Later) for each in (posted, edited, found)] == [True] * 3
    assert len(seen) >= 3 and all(each.startswith("Bearer ") for each in seen) and stolen == []


async def test_an_answer_outlives_a_moments_refusal(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """Somebody whose personal chat takes nothing for a moment is answered after it, once; one that takes nothing for long keeps
    nobody waiting."""
    dispatch.answer = lambda event: Answer(card=PrivateCard("Nothing waits for you."))
    maya = teams.person("maya")
    for seconds, answers in ((1, 1), (60, 1)):
        teams.faults.order("post", "rate_limited", seconds=seconds, times=1)
        await maya.dms("help")
        await entry.settled()
        assert sum("Nothing waits" in each.summary for each in maya.direct_messages) == answers


async def test_who_joins_is_looked_at_however_busy_teams_is(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """An outsider who comes into the internal channel while Teams does not tell who they are is not taken for one of ours: the
    change is heard again, until it is known."""
    teams.faults.order("member", "rate_limited", seconds=1, times=1)
    await teams.joins("gus", INTERNAL)
    await teams.until(lambda: teams.deliveries[-1].acked)
    assert [each.change for each in dispatch.done if isinstance(each, ChannelChanged)] == ["shared"]
