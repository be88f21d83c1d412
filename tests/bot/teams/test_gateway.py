"""The way out on Teams, against the stand-in: what is sent where, who is told what, and what is never sent anywhere."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.ports import Delivery, Found, FoundMessage, Later, Missing, Refused, Sent, Unsure
from bot.teams.conversations import trusted
from bot.teams.gateway import EMOJI, TeamsGateway
from bot.teams.roster import PAGE
from bot.teams.settings import TeamsSettings
from handlers.vocabulary.address import Account, Platform, Thread, Visibility
from handlers.vocabulary.outgoing import REACTIONS, Button, Reaction, SharedCard
from storage.database import Database
from storage.models.teams import TeamsConversation
from storage.unit_of_work import UnitOfWork
from tests.bot.teams.lines import account_of, gateway_to, know, place_of
from tests.standins.teams.faults import Rates
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import GENERAL, INTERNAL, RIVAL, SHARED
from tests.standins.teams.world import CLIENT_ID, HOST_TENANT, VENDOR_TENANT, Message

CARD = SharedCard("Refunds are slow", title="Issue 7", buttons=(Button("issue.ack", "Acknowledge", "7"),))


@pytest.fixture
async def teams() -> AsyncIterator[StandInTeams]:
    async with StandInTeams(rates=Rates.unlimited()) as teams:
        yield teams


@pytest.fixture
def database(sqlite_url: str) -> Database:
    return Database(sqlite_url, durable=False)


@pytest.fixture
async def gateway(teams: StandInTeams, database: Database) -> AsyncIterator[TeamsGateway]:
    async with gateway_to(teams, database) as gateway:
        yield gateway
    database.dispose()


def delivery(key: str = "p1", channel: str = SHARED, **details: object) -> Delivery:
    """A card to a channel."""
    return replace(Delivery(key, 1, Visibility.SHARED, CARD, place_of(channel)), **details)  # type: ignore[arg-type]


def direct(teams: StandInTeams, name: str, key: str = "p1") -> Delivery:
    """A card to somebody."""
    return delivery(key, place=None, account=account_of(teams, name))


async def sent(gateway: TeamsGateway, what: Delivery) -> Sent:
    """Posts what must succeed."""
    outcome = await gateway.post(what)
    assert isinstance(outcome, Sent), outcome
    return outcome


def only(teams: StandInTeams, channel: str = SHARED) -> Message:
    """The one message of the bot there."""
    (message,) = teams.channel(channel).from_bot()
    return message


# --- what is sent


async def test_a_message_is_a_card_that_reads_as_words(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """The card is the message's only attachment, without words above it; notifications read its text; every button brings
    our key back."""
    await sent(gateway, delivery())
    message = only(teams)
    assert (message.summary, message.payload.get("text"), len(message.cards)) == ("Refunds are slow", None, 1)
    assert message.card is not None and message.card["actions"][0]["data"]["card"] == "p1"
    assert [call.body["from"]["id"] for call in teams.calls_of("post")] == [f"28:{CLIENT_ID}"]


async def test_a_reply_goes_into_its_thread(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """A reply's address names its thread, also when it is edited; a root nobody on Teams can have is refused."""
    root = await sent(gateway, delivery())
    reply = await sent(gateway, delivery("reply", thread=root.ref))
    assert [each.id for each in teams.channel(SHARED).thread(root.ref)] == [reply.ref]
    assert isinstance(await gateway.update(delivery("reply", thread=root.ref, ref=reply.ref)), Sent)
    assert teams.calls_of("update")[-1].args["thread"] == root.ref
    assert isinstance(await gateway.post(delivery("odd", thread="1234.5678")), Refused)


async def test_a_personal_chat_is_opened_once_and_has_no_threads(
    teams: StandInTeams, gateway: TeamsGateway, database: Database
) -> None:
    """The first message opens the chat in the person's tenant; it is kept, for other processes too, and what would be a
    thread's stands in the chat."""
    first = await sent(gateway, direct(teams, "maya"))
    again = await sent(gateway, replace(direct(teams, "maya", "p2"), thread=first.ref))
    (made,) = teams.calls_of("create")
    assert made.body["tenantId"] == HOST_TENANT and first.place == again.place
    with UnitOfWork(database) as uow:
        kept = uow.conversations.personal(HOST_TENANT, account_of(teams, "maya").user)
        assert kept is not None and kept.conversation == first.place.channel and kept.service_url == teams.service_url
    assert [each.thread for each in teams.channel(first.place.channel).from_bot()] == [None, None]


async def test_outsiders_are_not_written_to(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """Nobody of another tenant, no guest and nobody unknown is written to, and Teams is not even asked."""
    liza = account_of(teams, "liza")
    for workspace in (liza.workspace, f"guest:{HOST_TENANT}", ""):
        outcome = await gateway.post(delivery(place=None, account=replace(liza, workspace=workspace)))
        assert isinstance(outcome, Refused) and "own organisation" in outcome.why
    assert teams.calls == []


async def test_who_has_not_the_app_is_refused_with_the_way_out(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """A chat that cannot be opened, or that somebody blocked, is refused with a reason a manager can act on."""
    teams.person("dan").user.installed = False
    outcome = await gateway.post(direct(teams, "dan"))
    assert isinstance(outcome, Refused) and outcome.why.startswith("ForbiddenOperationException: ")
    await sent(gateway, direct(teams, "maya"))
    teams.person("maya").user.blocked = True
    outcome = await gateway.post(direct(teams, "maya", "p2"))
    assert isinstance(outcome, Refused) and "add it again" in outcome.why


async def test_every_emoji_of_ours_is_one_of_teams(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """Each name the house uses has an id on Teams; what has none, or no message, is nobody's worry."""
    message = await sent(gateway, delivery())
    assert set(EMOJI) == set(REACTIONS)
    for name in REACTIONS:
        put = replace(delivery(), card=Reaction(Thread(ref=message.ref), name))
        assert isinstance(await gateway.post(put), Sent)
    assert set(only(teams).reactions) == set(EMOJI.values())
    unknown = await gateway.post(replace(delivery(), card=Reaction(Thread(ref=message.ref), "unicorn")))
    assert isinstance(unknown, Refused) and unknown.gone


async def test_an_answer_past_the_outbox_is_counted(
    teams: StandInTeams, gateway: TeamsGateway, database: Database
) -> None:
    """What is answered at once counts where the outbox counts: a personal chat by its person, a channel by itself."""
    chat = await sent(gateway, direct(teams, "maya"))
    for place in (chat.place, place_of(SHARED)):
        await gateway._conversations.spoke(place)
    maya = account_of(teams, "maya").user
    with UnitOfWork(database) as uow:
        counted = {
            each: uow.pace.conversation("teams", HOST_TENANT, each).requests for each in (f"@{maya}", SHARED, "")
        }
    assert [len(json.loads(each)) for each in counted.values()] == [1, 1, 2]


# --- where a token goes, and what becomes of one


async def test_a_token_goes_to_known_addresses_only(
    teams: StandInTeams, gateway: TeamsGateway, database: Database
) -> None:
    """A conversation whose stored address is none of Microsoft's, nor the one that is set, is spoken to where it is set."""
    with UnitOfWork(database) as uow:
        row = uow.conversations.get(HOST_TENANT, SHARED)
        assert row is not None
        row.service_url = "http://localhost:9/teams/"
        uow.session.add(row)
        uow.commit()
    await sent(gateway, delivery())
    assert len(teams.calls_of("post")) == 1


def test_trusted_addresses() -> None:
    """https to a documented host, or exactly the host that is set; nothing that only looks like one."""
    usual = TeamsSettings(CLIENT_ID, "secret", HOST_TENANT)
    local = TeamsSettings(CLIENT_ID, "secret", HOST_TENANT, service_url="http://127.0.0.1:99/teams/")
    cases = {
        "https://smba.trafficmanager.net/emea/": (True, True),
        "http://smba.trafficmanager.net/emea/": (False, False),
        "https://smba.trafficmanager.net.evil.example/": (False, False),
        "https://evil.example/smba.trafficmanager.net": (False, False),
        "https://smba.trafficmanager.net@evil.example/": (False, False),
        "http://127.0.0.1:99/by/two/teams/": (False, True),
        "http://127.0.0.1:98/teams/": (False, False),
        "": (False, False),
    }
    assert {url: (trusted(usual, url), trusted(local, url)) for url in cases} == cases


async def test_a_worthless_token_is_replaced_once(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """After a 401 the request is made again with a fresh token, for the connector and for Graph; a second 401 is for later."""
    teams.graph_allowed = True
    posted = await sent(gateway, delivery())
    assert isinstance(await gateway.find(delivery(), 0), Sent)
    teams.login.revoke()
    await sent(gateway, delivery("p2"))
    found = await gateway.find(delivery(), 0)
    assert isinstance(found, Sent) and found.ref == posted.ref and len(teams.calls_of("token")) == 4
    teams.login.lifetime = -1.0
    teams.login.revoke()
    before = len(teams.calls_of("post"))
    assert await gateway.post(delivery("p3")) == Later(30.0, "workspace")
    assert len(teams.calls_of("post")) == before + 2


async def test_without_a_token_nothing_left(teams: StandInTeams, database: Database) -> None:
    """A sign-in that hangs longer than a request may take means later, not perhaps: nothing was sent."""
    async with gateway_to(teams, database, sign_in=0.3) as gateway:
        teams.faults.order("token", "hang", seconds=1.0)
        assert await gateway.post(delivery()) == Later(30.0, "workspace")
        assert teams.calls_of("post") == []


@pytest.mark.parametrize("trouble", ["hang", "slow_answer", "drop_before", "drop_after", "error_after"])
async def test_no_clear_answer_is_uncertain_and_asked_once(
    teams: StandInTeams, database: Database, trouble: str
) -> None:
    """Whatever leaves a post open is uncertain, within the time a request may take, and one request is all that was made."""
    async with gateway_to(teams, database, within=0.8) as gateway:
        await sent(gateway, delivery())
        teams.faults.order("post", trouble, seconds=1.4, status=502)  # type: ignore[arg-type]
        assert isinstance(await gateway.post(delivery("p2")), Unsure)
        assert len(teams.calls_of("post")) == 2


async def test_a_throttled_conversation_waits_as_told(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """A 429's Retry-After is when the channel is spoken to again."""
    teams.faults.order("post", "rate_limited", seconds=17)
    assert await gateway.post(delivery()) == Later(17.0, "channel")


# --- reading back


async def test_only_our_own_card_is_found(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """A person who forwards our card does not make it look posted, and a key that only begins alike is another."""
    teams.graph_allowed = True
    copied = await sent(gateway, delivery("p1", INTERNAL))
    payload = teams.channel(INTERNAL).find(copied.ref)
    assert payload is not None
    teams.world.store(teams.channel(SHARED), teams.person("maya").id, payload.payload)
    assert await gateway.find(delivery("p1"), 0) == Missing()
    await sent(gateway, delivery("p11"))
    assert await gateway.find(delivery("p1"), 0) == Missing()


async def test_what_is_older_is_not_read(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """Pages older than the first attempt are not asked for."""
    teams.graph_allowed = True
    for number in range(120):
        teams.world.store(teams.channel(SHARED), teams.person("maya").id, {"text": str(number)})
    later = datetime.now(UTC).timestamp() + 3600
    assert await gateway.find(delivery(), later) == Missing() and len(teams.calls_of("graph.messages")) == 1
    assert await gateway.find(delivery(), 0) == Missing() and len(teams.calls_of("graph.messages")) == 4


async def test_a_next_page_elsewhere_is_not_followed(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """Our token for Graph is not sent to whatever address an answer names."""
    for address in (
        "https://evil.example/v1.0/x",
        "http://127.0.0.1:9/v1.0/x",
        teams.graph_url + ".evil.example/v1.0/",
    ):
        with pytest.raises(ValueError, match="not Graph's"):
            await gateway._asking.graph(address)


@pytest.mark.parametrize("trouble", ["error_before", "drop_before", "rate_limited"])
async def test_a_reading_that_fails_is_made_later(teams: StandInTeams, gateway: TeamsGateway, trouble: str) -> None:
    """A failing Graph does not make a post look missing."""
    teams.graph_allowed = True
    teams.faults.order("graph.messages", trouble)  # type: ignore[arg-type]
    assert isinstance(await gateway.find(delivery(), 0), Later)


async def test_what_cannot_be_read_is_decided_by_the_setting(teams: StandInTeams, database: Database) -> None:
    """Without consent, for a chat and for a channel of which nothing is known: missing with "twice", refused with "never"."""
    for unsure, answer in (("twice", Missing), ("never", Refused)):
        async with gateway_to(teams, database, unsure=unsure) as gateway:
            for what in (delivery(), delivery(channel="19:nowhere@thread.tacv2"), direct(teams, "maya")):
                assert isinstance(await gateway.find(what, 0), answer)


# --- who is there


async def test_outsiders_are_seen_at_once(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """A channel made to be shared, one with a guest, and one an outsider has just joined are read by outsiders."""
    shared = {channel: await gateway.is_shared(place_of(channel)) for channel in (SHARED, RIVAL, GENERAL, INTERNAL)}
    assert shared == {SHARED: True, RIVAL: True, GENERAL: True, INTERNAL: False}
    teams.channel(INTERNAL).members.append(teams.person("liza").id)
    assert await gateway.is_shared(place_of(INTERNAL)) is True


@pytest.mark.parametrize("trouble", ["error_before", "drop_before", "rate_limited", "hang"])
async def test_who_cannot_be_seen_is_not_assumed_absent(teams: StandInTeams, database: Database, trouble: str) -> None:
    """A roster that fails tells nothing."""
    async with gateway_to(teams, database, within=0.8) as gateway:
        await sent(gateway, delivery())
        teams.faults.order("members", trouble, seconds=1.4)  # type: ignore[arg-type]
        assert await gateway.is_shared(place_of(INTERNAL)) is None


async def test_an_outsider_on_the_last_page_is_seen(
    teams: StandInTeams, gateway: TeamsGateway, database: Database
) -> None:
    """A team of more people than a page holds is read to its end."""
    people = [teams.add_person(f"person {number}").id for number in range(PAGE + 5)]
    big = teams.add_channel("19:big@thread.tacv2", "big", people)
    know(teams, database, big)
    assert await gateway.is_shared(place_of(big.id)) is False
    big.members.append(teams.person("gus").id)
    assert await gateway.is_shared(place_of(big.id)) is True
    assert len(teams.calls_of("members")) == 4


async def test_a_channel_nobody_described_is_asked_about(
    teams: StandInTeams, gateway: TeamsGateway, database: Database
) -> None:
    """Where the layout was never told the team's list has it; without a team nobody can tell, nor where the bot was removed."""
    with UnitOfWork(database) as uow:
        for channel, change in (
            (INTERNAL, {"layout": ""}),
            (SHARED, {"layout": ""}),
            (RIVAL, {"gone_at": datetime.now(UTC)}),
        ):
            row = uow.conversations.get(HOST_TENANT, channel)
            assert row is not None
            uow.conversations.keep(TeamsConversation(**{**row.model_dump(), **change}))
        uow.commit()
    asked = [await gateway.is_shared(place_of(channel)) for channel in (INTERNAL, SHARED, RIVAL)]
    assert asked == [False, True, None]


async def test_people_are_looked_up_where_the_bot_is_with_them(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """Name, e-mail and tenant come from the personal chat or a channel; a guest is one, and counts for no tenant of ours; no
    zone and no administrator is ever claimed."""
    maya, liza = account_of(teams, "maya"), account_of(teams, "liza")
    assert await gateway.look_up(maya) == Found("maya", "", "maya@northwind.example", HOST_TENANT)
    assert await gateway.look_up(liza) == Found("liza", "", "liza@manila.example", VENDOR_TENANT)
    assert await gateway.look_up(replace(liza, workspace="")) == await gateway.look_up(liza)
    gus = await gateway.look_up(Account(Platform.TEAMS, "", teams.person("gus").id))
    assert isinstance(gus, Found) and gus.is_guest and gus.workspace == f"guest:{HOST_TENANT}"
    nobody = await gateway.look_up(Account(Platform.TEAMS, HOST_TENANT, "00000000-0000-4000-8000-00000000dead"))
    assert isinstance(nobody, Refused) and nobody.gone


async def test_a_look_up_that_fails_is_made_later(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """A connector in trouble does not make somebody a stranger."""
    teams.faults.order("member", "error_before")
    assert isinstance(await gateway.look_up(account_of(teams, "maya")), Later)


async def test_a_persons_message_is_read_with_whose_people_they_are(teams: StandInTeams, gateway: TeamsGateway) -> None:
    """Words without markup, the thread, and the author under their own tenant; without consent the way out is named."""
    root = teams.world.store(teams.channel(SHARED), teams.person("liza").id, {"text": "Refunds &amp; <b>returns</b>"})
    reply = teams.world.store(teams.channel(SHARED), teams.person("gus").id, {"text": "ack"}, root.id)
    refused = await gateway.look_at(place_of(SHARED), root.id)
    assert isinstance(refused, Refused) and "ChannelMessage.Read.Group" in refused.why
    teams.graph_allowed = True
    found = await gateway.look_at(place_of(SHARED), root.id)
    assert found == FoundMessage("Refunds & returns", None, account_of(teams, "liza"), "liza")
    stranger = await gateway.look_at(place_of(SHARED), reply.id)
    assert isinstance(stranger, FoundMessage) and stranger.thread == root.id
    assert stranger.author is not None and stranger.author.workspace == ""  # not in this channel any more
    gone = await gateway.look_at(place_of(SHARED), "1")
    assert isinstance(gone, Refused) and gone.gone
