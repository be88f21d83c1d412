"""The stand-in Teams, proved with the real SDK: its application inwards, its client outwards, and the real sign-in library."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msal
import pytest
from aiohttp import web
from microsoft_teams.api.activities import AdaptiveCardInvokeActivity, ConversationUpdateActivity
from microsoft_teams.api.activities.message import MessageActivity, MessageActivityInput, MessageReactionActivity
from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides
from microsoft_teams.api.clients import ApiClient
from microsoft_teams.api.clients.conversation.params import CreateConversationParams
from microsoft_teams.api.models import AdaptiveCardActionCardResponse
from microsoft_teams.api.models import AdaptiveCardActionResponse as AdaptiveCardInvokeResponse
from microsoft_teams.apps import ActivityContext, App, HttpServerAdapter
from microsoft_teams.apps.http.adapter import HttpMethod, HttpRouteHandler
from microsoft_teams.cards import AdaptiveCard
from microsoft_teams.common import ClientOptions

from tests.standins.teams import (
    GENERAL,
    GROUP,
    HOST_TENANT,
    INTERNAL,
    RIVAL,
    SHARED,
    VENDOR_TENANT,
    ControlledTeams,
    Forgery,
    NotOnTheCard,
    Rates,
    Refused,
    StandInTeams,
)
from tests.standins.teams.card_rules import card_problems
from tests.standins.teams.cards import CARD_TYPE

Payload = dict[str, Any]
BOT = "https://api.botframework.com/.default"
CARD: Payload = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [{"type": "TextBlock", "text": "Refunds are late"}],
    "actions": [
        {"type": "Action.Execute", "title": "Report", "verb": "form", "data": {"action": "form"}},
        {"type": "Action.OpenUrl", "title": "Read", "url": "https://example.org"},
    ],
}
FORM: Payload = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "Input.Text", "id": "title", "label": "Title", "isRequired": True, "errorMessage": "Title is needed"},
        {
            "type": "Input.ChoiceSet",
            "id": "severity",
            "label": "Severity",
            "choices": [{"title": "Low", "value": "low"}, {"title": "High, now", "value": "high"}],
        },
        {
            "type": "Input.ChoiceSet",
            "id": "owner",
            "label": "Owner",
            "choices": [],
            "choices.data": {"type": "Data.Query", "dataset": "graph.microsoft.com/users"},
        },
        {"type": "Input.Date", "id": "due", "label": "Due", "value": "2026-11-30"},
        {"type": "Input.Toggle", "id": "seen", "title": "Seen", "valueOn": "yes", "valueOff": "no"},
    ],
    "actions": [
        {"type": "Action.Execute", "title": "Send", "verb": "form", "data": {"action": "form", "hidden": "7"}},
        {"type": "Action.Execute", "title": "Back", "verb": "form", "data": {"back": "1"}, "associatedInputs": "none"},
    ],
}


def with_card(card: Payload) -> Payload:
    """A message that holds a card."""
    return {"type": "message", "summary": "A card", "attachments": [{"contentType": CARD_TYPE, "content": card}]}


async def sign_in(teams: StandInTeams, scope: str = BOT) -> str:
    """A token, got with the real sign-in library, which blocks and so has a thread of its own."""

    def ask() -> str:
        client = msal.ConfidentialClientApplication(
            teams.client_id, teams.client_secret, f"{teams.login_url}/{HOST_TENANT}", instance_discovery=False
        )
        return str(client.acquire_token_for_client([scope])["access_token"])

    return await asyncio.to_thread(ask)


@asynccontextmanager
async def connector(teams: StandInTeams, scope: str = BOT) -> AsyncIterator[httpx.AsyncClient]:
    """A bare client with a token."""
    headers = {"Authorization": f"Bearer {await sign_in(teams, scope)}"}
    async with httpx.AsyncClient(base_url=teams.service_url, headers=headers) as client:
        yield client


@asynccontextmanager
async def sdk_client(teams: StandInTeams) -> AsyncIterator[ApiClient]:
    """The SDK's client for the connector."""
    client = ApiClient(teams.service_url, ClientOptions(token=await sign_in(teams)))
    yield client
    await client.http.http.aclose()


class Doors(HttpServerAdapter):
    """The SDK's routes behind a server."""

    def __init__(self) -> None:
        self.bodies: list[Payload] = []
        self.seconds = 0.0
        self.statuses: list[int] = []
        self.empty = False
        self.routes: list[web.RouteDef] = []

    def serve_static(self, path: str, directory: str) -> None:
        """Nothing to serve."""

    async def start(self, port: int) -> None:
        """The test starts the server."""

    async def stop(self) -> None:
        """The test stops it."""

    def register_route(self, method: HttpMethod, path: str, handler: HttpRouteHandler) -> None:
        """Where the SDK wants to be asked."""

        async def ask(request: web.Request) -> web.Response:
            body = await request.json()
            self.bodies.append(body)
            await asyncio.sleep(self.seconds)
            if self.statuses:
                return web.Response(status=self.statuses.pop(0))
            answer = await handler({"body": body, "headers": dict(request.headers)})
            if self.empty or answer["body"] is None:
                return web.Response(status=answer["status"])
            return web.json_response(answer["body"], status=answer["status"])

        self.routes.append(web.post(path, ask))


class Parrot:
    """A small bot on the real SDK: repeats words, opens a form for the one who asked, thanks."""

    def __init__(self, teams: StandInTeams, token: str) -> None:
        self.doors = Doors()
        self.seen: list[Any] = []
        self.app = App(
            client_id=teams.client_id,
            token=lambda scope, tenant: token,
            service_url=teams.service_url,
            cloud=with_overrides(PUBLIC, openid_metadata_url=teams.metadata_url, login_endpoint=teams.login_url),
            http_server_adapter=self.doors,
            fetch_user_token=False,
        )
        self.app.on_message(self.said)
        self.app.on_card_action_execute("form", self.pressed)
        self.app.on_message_reaction(self.reacted)
        self.app.on_conversation_update(self.changed)

    async def said(self, ctx: ActivityContext[MessageActivity]) -> None:
        """Repeat it in the same thread."""
        self.seen.append(ctx.activity)
        answer = MessageActivityInput(text=f"You said {ctx.activity.text}")
        await self.app.api.conversations.create_activity(ctx.activity.conversation.id, answer)

    async def pressed(self, ctx: ActivityContext[AdaptiveCardInvokeActivity]) -> AdaptiveCardInvokeResponse:
        """Show the form to whoever pressed."""
        self.seen.append(ctx.activity)
        return AdaptiveCardActionCardResponse(value=AdaptiveCard.model_validate(FORM))

    async def reacted(self, ctx: ActivityContext[MessageReactionActivity]) -> None:
        """Remember it."""
        self.seen.append(ctx.activity)

    async def changed(self, ctx: ActivityContext[ConversationUpdateActivity]) -> None:
        """Remember it."""
        self.seen.append(ctx.activity)


@asynccontextmanager
async def parrot(teams: StandInTeams) -> AsyncIterator[Parrot]:
    """The bot, running and told to the stand-in; it has fetched its keys, for fetching them would stop the loop."""
    bird = Parrot(teams, await sign_in(teams))
    await bird.app.initialize()
    validator = bird.app.server._token_validator  # the SDK has no other way to fetch keys early
    assert validator is not None
    await asyncio.to_thread(validator._service_validator._jwks_client.get_signing_keys)
    served = web.Application()
    served.add_routes(bird.doors.routes)
    runner = web.AppRunner(served, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    try:
        yield bird
    finally:
        await runner.cleanup()
        for http in (bird.app.http_client.http, bird.app.api.http.http):
            await http.aclose()


# Inwards


async def test_a_mention_in_a_teams_channel_is_answered_in_its_thread() -> None:
    """The SDK takes what a person writes, signature and all, and its answer stands in the thread of the message."""
    async with StandInTeams() as teams, parrot(teams) as bird:
        asked = await teams.person("liza").mention(SHARED, "help & <more>")
        answer = await teams.until(lambda: teams.channel(SHARED).thread(asked))
        assert answer[0].text == "You said <at>Parley</at> help & <more>"
        heard = bird.seen[0]
        assert heard.conversation.id == f"{SHARED};messageid={asked.id}"
        assert heard.from_.aad_object_id == teams.person("liza").aad_id
        assert heard.channel_data.tenant.id == HOST_TENANT and heard.channel_data.channel.id == SHARED
        assert [one.mentioned.id for one in heard.entities if one.type == "mention"] == [f"28:{teams.client_id}"]


async def test_teams_tells_a_bot_only_what_mentions_it_unless_it_reads_all() -> None:
    """Words in a channel reach the bot by mention, in the personal chat, or with the resource-specific permission."""
    async with StandInTeams() as teams, parrot(teams) as bird:
        maya = teams.person("maya")
        root = await maya.says(SHARED, "nothing for the bot")
        assert bird.doors.bodies == []
        teams.reads_all = True
        reply = await maya.says(SHARED, "ack", thread=root)
        assert bird.doors.bodies[-1]["conversation"]["id"] == f"{SHARED};messageid={root.id}"
        assert bird.doors.bodies[-1]["id"] == reply.id
        teams.reads_all = False
        await maya.dms("home")
        assert bird.doors.bodies[-1]["conversation"]["conversationType"] == "personal"


async def test_an_action_answers_with_a_card_that_only_the_presser_sees_until_the_bot_edits() -> None:
    """The answer to Action.Execute is the presser's own view; an update of the message takes it away again."""
    async with StandInTeams() as teams, parrot(teams) as bird, connector(teams) as client:
        made = await client.post(f"v3/conversations/{SHARED}/activities", json=with_card(CARD))
        message = teams.channel(SHARED).find(made.json()["id"])
        assert message is not None
        liza, arnel = teams.person("liza"), teams.person("arnel")
        await liza.presses("Report", message)
        assert (liza.last_error, teams.complaints) == (None, [])
        assert "Title" in str(liza.card(message)) and arnel.card(message) == CARD
        value = bird.doors.bodies[-1]["value"]
        assert value["action"]["verb"] == "form" and value["trigger"] == "manual"
        assert bird.doors.bodies[-1]["replyToId"] == message.id
        await client.put(f"v3/conversations/{SHARED}/activities/{message.id}", json=with_card(CARD))
        assert liza.card(message) == CARD


async def test_inputs_of_a_card_are_sent_as_text_and_required_ones_are_asked_for() -> None:
    """What is typed arrives as strings beside the action's data; an empty required input is refused by the client itself."""
    async with StandInTeams() as teams, parrot(teams) as bird, connector(teams) as client:
        await client.post(f"v3/conversations/{SHARED}/activities", json=with_card(FORM))
        maya, dan = teams.person("maya"), teams.person("dan")
        assert await maya.submits({"Severity": "High, now"}, press="Send") is None
        assert maya.last_error == "Title is needed" and bird.doors.bodies == []
        await maya.submits({"Title": "Refunds", "Owner": dan, "Seen": True})
        sent = {"title": "Refunds", "severity": "high", "owner": dan.aad_id, "due": "2026-11-30", "seen": "yes"}
        assert bird.doors.bodies[-1]["value"]["action"]["data"] == {"action": "form", "hidden": "7", **sent}
        with pytest.raises(ValueError, match="no choice 'Medium'"):
            maya.fills({"Severity": "Medium"})
        with pytest.raises(NotOnTheCard, match="Colour"):
            maya.fills({"Colour": "red"})


async def test_a_teams_card_that_refreshes_asks_for_whom_it_names_and_not_all_the_time() -> None:
    """Opening a conversation asks the bot once for a person whom the card names, with the automatic trigger."""
    action = {"type": "Action.Execute", "verb": "form", "data": {"action": "form"}}
    async with StandInTeams() as teams, parrot(teams) as bird, connector(teams) as client:
        maya = teams.person("maya")
        card = {**CARD, "refresh": {"action": action, "userIds": [maya.user.teams_id]}}
        await client.post(f"v3/conversations/{SHARED}/activities", json=with_card(card))
        assert await teams.person("dan").opens(SHARED) == []
        attempts = await maya.opens(SHARED)
        assert [bird.doors.bodies[-1]["value"]["trigger"], len(attempts)] == ["automatic", 1]
        assert await maya.opens(SHARED) == []


async def test_teams_sends_again_what_failed_was_too_slow_or_was_answered_with_nothing() -> None:
    """A message comes again after 500 and after silence, an invoke after an empty answer; a refusal is final."""
    async with StandInTeams() as teams, parrot(teams) as bird, connector(teams) as client:
        teams.retry_delays, teams.answer_seconds = (0.0, 0.0), 5.0
        bird.doors.statuses = [500, 503]
        await teams.person("maya").mention(SHARED, "one")
        await teams.until(lambda: len(bird.seen) == 1)
        assert [attempt.status for attempt in teams.deliveries[0].attempts][:2] == [500, 503]
        bird.doors.statuses = [403]
        await teams.person("maya").mention(SHARED, "two")
        assert [attempt.status for attempt in teams.deliveries[1].attempts] == [403]
        await client.post(f"v3/conversations/{SHARED}/activities", json=with_card(CARD))
        bird.doors.empty = True
        await teams.person("liza").presses("Report")
        await teams.until(lambda: len(teams.deliveries[2].attempts) == 3)
        assert teams.person("liza").last_error is not None
        assert len({body["id"] for body in bird.doors.bodies if body["type"] == "invoke"}) == 2
        bird.doors.empty, bird.doors.seconds, teams.answer_seconds = False, 0.2, 0.05
        await teams.person("maya").mention(SHARED, "late")
        await teams.until(lambda: len(teams.deliveries[3].attempts) == 3)
        assert {attempt.failure for attempt in teams.deliveries[3].attempts} == {"timeout"}


FORGED = {
    "audience": Forgery(audience="11111111-0000-4000-8000-000000000001"),
    "issuer": Forgery(issuer="https://example.org"),
    "key": Forgery(key="other"),
    "kid": Forgery(key="unknown"),
    "unsigned": Forgery(key="none"),
    "expired": Forgery(age=3600),
    "service url": Forgery(service_url="https://example.org/teams/"),
    "nothing": Forgery(header=""),
}


async def test_teams_forged_requests_are_refused_by_the_sdk_and_the_true_one_is_not() -> None:
    """Each kind of false token is answered 401; one without expiry the SDK takes, so that we must not."""
    async with StandInTeams() as teams, parrot(teams):
        await teams.person("maya").mention(SHARED, "one")
        true = teams.deliveries[0]
        found = {name: (await teams.redeliver(true, forgery)).status for name, forgery in FORGED.items()}
        assert found == dict.fromkeys(FORGED, 401)
        assert (await teams.redeliver(true)).status == 200
        assert (await teams.redeliver(true, Forgery(no_expiry=True))).status == 200


async def test_what_happens_in_a_team_is_told_as_the_sdk_models_it() -> None:
    """Members, channels, sharing, the bot's coming and going and reactions arrive as activities the SDK can read."""
    async with StandInTeams() as teams, parrot(teams) as bird, connector(teams) as client:
        await client.post(f"v3/conversations/{SHARED}/activities", json=with_card(CARD))
        message = teams.channel(SHARED).messages()[0]
        await teams.person("liza").reacts(message, "like")
        assert bird.seen[-1].reactions_added[0].type == "like" and bird.seen[-1].reply_to_id == message.id
        await teams.joins("gus", SHARED)
        await teams.shares(SHARED, VENDOR_TENANT)
        await teams.unshares(SHARED, VENDOR_TENANT)
        await teams.renames_channel(INTERNAL, "office")
        await teams.removes_bot(RIVAL)
        await teams.deletes_channel(INTERNAL)
        told = [one.channel_data.event_type for one in bird.seen if one.type == "conversationUpdate"]
        wanted = ["channelMemberAdded", "channelShared", "channelUnshared", "channelRenamed"]
        assert told == [*wanted, "channelMemberRemoved", "channelDeleted"]
        assert teams.person("liza").id not in teams.channel(SHARED).members
        assert [one.activity["action"] for one in teams.events("installationUpdate")] == ["remove"]
        refused = await client.post(f"v3/conversations/{RIVAL}/activities", json=with_card(CARD))
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "BotNotInConversationRoster")


# Outwards


async def test_the_sdks_client_posts_replies_edits_reacts_and_reads_members() -> None:
    """Everything the SDK's client asks of the connector is answered in a shape it understands."""
    async with StandInTeams() as teams, sdk_client(teams) as api:
        sent = await api.conversations.create_activity(SHARED, MessageActivityInput(text="One"))
        thread = f"{SHARED};messageid={sent.id}"
        reply = await api.conversations.create_activity(thread, MessageActivityInput(text="Two"))
        beside = await api.conversations.reply_to_activity(SHARED, sent.id, MessageActivityInput(text="Three"))
        await api.conversations.update_activity(thread, reply.id, MessageActivityInput(text="Two, edited"))
        await api.conversations.add_reaction(SHARED, sent.id, "like")
        place = teams.channel(SHARED)
        assert [one.text for one in place.messages()] == ["One", "Three"] and place.find(beside.id) is not None
        assert [one.text for one in place.thread(sent.id)] == ["Two, edited"]
        assert place.messages()[0].reactions == {"like": [f"28:{teams.client_id}"]}
        await api.conversations.delete_activity(thread, reply.id)
        assert place.thread(sent.id) == []
        member = await api.conversations.get_member_by_id(SHARED, teams.person("arnel").aad_id)
        assert (member.name, member.tenant_id, member.email) == ("arnel", VENDOR_TENANT, "arnel@manila.example")
        page = await api.conversations.get_paged_members(SHARED, 3)
        rest = await api.conversations.get_paged_members(SHARED, 3, page.continuation_token)
        assert [one.name for one in page.members + rest.members] == ["maya", "dan", "liza", "arnel"]
        guest = await api.conversations.get_member_by_id(GENERAL, teams.person("gus").user.teams_id)
        assert guest.user_role == "guest" and "#EXT#" in str(guest.user_principal_name)
        assert (await api.teams.get_by_id(GENERAL)).aad_group_id == GROUP


async def test_a_bot_opens_a_personal_chat_only_with_people_of_its_own_tenant() -> None:
    """The chat is the same each time; outsiders, guests and whoever has not got the bot are refused with 403."""
    async with StandInTeams() as teams, connector(teams) as client, sdk_client(teams) as api:

        async def opened(name: str, tenant: str) -> tuple[int, str | None]:
            body = {"members": [{"id": teams.person(name).id}], "tenantId": tenant}
            answer = await client.post("v3/conversations", json=body)
            return answer.status_code, answer.json().get("id")

        assert await opened("maya", HOST_TENANT) == await opened("maya", HOST_TENANT)
        found = [await opened(name, tenant) for name, tenant in (("liza", VENDOR_TENANT), ("gus", HOST_TENANT))]
        await teams.person("dan").uninstalls()
        assert [*found, await opened("dan", HOST_TENANT)] == [(403, None)] * 3
        params = CreateConversationParams(members=[], tenant_id=HOST_TENANT)
        with pytest.raises(httpx.HTTPStatusError):
            await api.conversations.create(params)


async def test_teams_conversation_windows_are_kept() -> None:
    """The eighth post within a second waits; the wait is told, and other conversations are not concerned."""
    async with StandInTeams() as teams, connector(teams) as client:
        path = f"v3/conversations/{SHARED}/activities"
        answers = [await client.post(path, json={"type": "message", "text": "a"}) for _ in range(9)]
        assert [one.status_code for one in answers][:7] == [201] * 7
        assert 429 in [one.status_code for one in answers[7:]] and answers[-1].headers["Retry-After"] == "1"
        other = await client.post(f"v3/conversations/{RIVAL}/activities", json={"type": "message", "text": "a"})
        assert other.status_code == 201
        teams.rates = Rates.unlimited()
        assert (await client.post(path, json={"type": "message", "text": "a"})).status_code == 201


async def test_tokens_of_the_stand_in_run_out_and_are_for_one_audience() -> None:
    """Without a token, with a revoked one or with Graph's the connector answers 401."""
    async with StandInTeams() as teams, connector(teams, f"{teams.graph_url}/.default") as client:
        path = f"v3/conversations/{SHARED}/members"
        assert (await client.get(path)).status_code == 401
        own = {"Authorization": f"Bearer {await sign_in(teams)}"}
        assert (await client.get(path, headers=own)).status_code == 200
        teams.login.revoke()
        assert (await client.get(path, headers=own)).status_code == 401
        assert (await client.get(path, headers={"Authorization": ""})).status_code == 401


async def test_trouble_that_was_ordered_of_teams_strikes_before_or_after_the_work() -> None:
    """Dropped and failed answers leave the message standing or not, as ordered, and every call is recorded."""
    async with StandInTeams() as teams, connector(teams) as client:
        path = f"v3/conversations/{SHARED}/activities"
        teams.faults.order("post", "drop_before")
        teams.faults.order("post", "drop_after")
        for _ in range(2):
            with pytest.raises(httpx.TransportError):
                await client.post(path, json={"type": "message", "text": "a"})
        teams.faults.order("post", "error_after", status=502, seconds=3)
        failed = await client.post(path, json={"type": "message", "text": "a"})
        assert (failed.status_code, failed.headers["Retry-After"]) == (502, "3")
        assert [call.done for call in teams.calls_of("post")] == [False, True, True]
        assert len(teams.channel(SHARED).messages()) == 2


async def test_graph_reads_back_with_consent_only_newest_first_and_late() -> None:
    """Without consent 403; with it messages, replies and cards as text, and a delay until a new one shows."""
    async with StandInTeams() as teams, connector(teams) as client:
        root = (await client.post(f"v3/conversations/{SHARED}/activities", json=with_card(CARD))).json()["id"]
        await client.post(f"v3/conversations/{SHARED};messageid={root}/activities", json=with_card(FORM))
        await client.post(f"v3/conversations/{SHARED}/activities", json={"type": "message", "text": "newest"})
        there = f"{teams.graph_url}/v1.0/teams/{GROUP}/channels/{SHARED}/messages"
        headers = {"Authorization": f"Bearer {await sign_in(teams, f'{teams.graph_url}/.default')}"}
        assert (await client.get(there, headers=headers)).status_code == 403
        teams.graph_allowed = True
        page = (await client.get(there, headers=headers, params={"$top": 1})).json()
        assert page["value"][0]["body"]["content"] == "newest"
        second = (await client.get(page["@odata.nextLink"], headers=headers)).json()["value"][0]
        assert second["id"] == root and '"Refunds are late"' in second["attachments"][0]["content"]
        replies = (await client.get(f"{there}/{root}/replies", headers=headers)).json()["value"]
        assert [one["replyToId"] for one in replies] == [root]
        teams.graph_delay = 60.0
        await client.post(f"v3/conversations/{SHARED}/activities", json={"type": "message", "text": "unseen"})
        assert len((await client.get(there, headers=headers)).json()["value"]) == 2


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"version": "1.6"}, "newer"),
        ({"body": [{"type": "Sparkle"}]}, "no fallback"),
        ({"body": [{"type": "TextBlock"}]}, "without text"),
        ({"actions": [{"type": "Action.Execute", "title": "A"}]}, "without verb"),
        ({"actions": CARD["actions"] * 4}, "primary actions"),
        ({"body": [{"type": "Input.Text", "id": "a"}, {"type": "Input.Text", "id": "a"}]}, "stands twice"),
        ({"body": [], "actions": []}, "empty"),
    ],
)
def test_cards_that_teams_would_not_take_are_refused(broken: Payload, said: str) -> None:
    """Each fault of a card is told; the whole card has none."""
    assert card_problems(CARD) == [] and card_problems(FORM) == []
    assert said in " ".join(card_problems({**CARD, **broken}))


async def test_a_message_that_teams_would_not_take_is_refused() -> None:
    """Nothing to say is 400, too much 413, another's message cannot be edited."""
    async with StandInTeams() as teams, connector(teams) as client:
        path = f"v3/conversations/{SHARED}/activities"
        said = await teams.person("maya").says(SHARED, "mine")
        answers = [
            await client.post(path, json={"type": "message"}),
            await client.post(path, json={"type": "message", "text": "ö" * 41_000}),
            await client.put(f"{path}/{said.id}", json={"type": "message", "text": "x"}),
            await client.post(path.replace("shared", "nobody"), json={"type": "message", "text": "x"}),
        ]
        assert [one.status_code for one in answers] == [400, 413, 403, 404]


async def test_outsiders_of_teams_cannot_write_to_the_bot_alone() -> None:
    """Somebody of another tenant has no personal chat with the bot and sees no channel they are not in."""
    async with StandInTeams() as teams:
        liza = teams.person("liza")
        with pytest.raises(Refused):
            await liza.dms("hello")
        with pytest.raises(Refused):
            await liza.says(RIVAL, "hello")
        assert liza.is_outsider and teams.person("gus").is_outsider and not teams.person("maya").is_outsider


async def test_a_sign_in_that_hangs_or_fails_does_so_as_ordered() -> None:
    """The token endpoint and the key set can be slow or broken like every other call."""
    async with StandInTeams() as teams, httpx.AsyncClient() as client:
        teams.faults.order("keys", "hang", seconds=0.2)
        began = time.monotonic()
        keys = await client.get(teams.metadata_url.replace("openidconfiguration", "keys"))
        assert keys.json()["keys"][0]["endorsements"] == ["msteams"] and time.monotonic() - began >= 0.2
        teams.faults.order("token", "error_before", status=500)
        assert (await client.post(f"{teams.url}/{HOST_TENANT}/oauth2/v2.0/token")).status_code == 500


@asynccontextmanager
async def driven() -> AsyncIterator[tuple[ControlledTeams, httpx.AsyncClient]]:
    """A stand-in with its control API, and who asks it."""
    async with ControlledTeams() as teams, httpx.AsyncClient(base_url=f"{teams.url}/control/") as control:
        yield teams, control


async def test_another_process_drives_people_and_reads_what_stands_in_teams() -> None:
    """Over the control API people write and press, settings and faults change, and what stands and was sent is told."""
    async with driven() as (teams, control), parrot(teams), connector(teams) as client:
        said = await control.post("people/liza/mention", json={"channel": SHARED, "text": "help"})
        await teams.until(lambda: teams.channel(SHARED).thread(said.json()["id"]))
        made = await client.post(f"v3/conversations/{SHARED}/activities", json=with_card(CARD))
        target = {"channel": SHARED, "id": made.json()["id"]}
        pressed = (await control.post("people/liza/presses", json={"label": "Report", **target})).json()
        assert (pressed["status"], pressed["card"]["actions"][0]["title"]) == (200, "Send")
        assert (await control.post("settings", json={"rates": None, "graph_allowed": True})).status_code == 200
        assert teams.graph_allowed
        await control.post("faults", json={"method": "post", "kind": "api_error", "status": 412})
        failed = await client.post(f"v3/conversations/{SHARED}/activities", json=with_card(CARD))
        assert failed.status_code == 412
        standing = (await control.get("standing")).json()
        assert [one["text"] for one in standing["channels"][SHARED]][-1] == "Refunds are late"
        assert standing["views"][0]["person"] == teams.person("liza").id
        assert len((await control.get("calls", params={"method": "post"})).json()["calls"]) == 2
        assert (await control.get("deliveries")).json()["deliveries"][0]["kind"] == "message"
        assert (await control.get("state")).json()["complaints"] == []


async def test_teams_balances_between_processes_and_sends_twice_if_told_so() -> None:
    """Activities go to the addresses in turn, past one that is down; doubled ones arrive twice with one id."""
    async with StandInTeams() as teams, parrot(teams) as bird:
        assert teams.request_url is not None
        teams.other_urls = ["http://127.0.0.1:9/api/messages", teams.request_url]
        teams.postman.doubles = True
        for words in ("one", "two"):
            await teams.person("maya").mention(SHARED, words)
        await teams.until(lambda: len(bird.doors.bodies) == 4)
        assert len({body["id"] for body in bird.doors.bodies}) == 2
        assert {attempt.status for one in teams.deliveries for attempt in one.attempts} == {200}


async def test_what_is_typed_can_come_in_teams_own_markup() -> None:
    """With the switch on, words arrive escaped, with a hard space after the mention; the HTML beside them always is so."""
    async with StandInTeams() as teams, parrot(teams) as bird:
        teams.scribe.escapes = True
        await teams.person("maya").mention(SHARED, "a < b & c")
        body = bird.doors.bodies[0]
        assert body["text"] == "<at>Parley</at>&nbsp;a &lt; b &amp; c\n"
        assert body["attachments"][0]["content"].endswith("Parley</span>&nbsp;a &lt; b &amp; c</p>")


async def test_mentions_that_teams_would_show_as_plain_words_are_complained_of() -> None:
    """A mention of nobody we know, or one whose words are not in the card, is no refusal and no silence either."""
    nobody = {"type": "mention", "text": "<at>jo</at>", "mentioned": {"id": "29:nobody", "name": "jo"}}
    async with StandInTeams() as teams, connector(teams) as client:
        card = {**CARD, "msteams": {"entities": [nobody]}}
        made = await client.post(f"v3/conversations/{SHARED}/activities", json=with_card(card))
        assert made.status_code == 201 and len(teams.complaints) == 2


async def test_a_bot_comes_and_goes_in_teams_by_team_by_channel_and_by_person() -> None:
    """Removed from a team it is out of all its channels, and told with the team's id; added, only in its standard ones."""
    async with StandInTeams() as teams, parrot(teams) as bird, connector(teams) as client:
        new = "19:desk@thread.tacv2"
        await teams.creates_channel(new, "desk", ["maya", "dan"])
        assert bird.doors.bodies[-1]["conversation"]["id"] == GENERAL
        assert bird.doors.bodies[-1]["channelData"]["channel"] == {"id": new, "name": "desk", "type": "standard"}
        await teams.removes_bot(new)
        removed = teams.events("conversationUpdate")[-1].activity
        assert removed["conversation"]["id"] == GENERAL and "channel" not in removed["channelData"]
        assert not any(teams.channel(one).has_bot for one in (GENERAL, new, SHARED, RIVAL))
        await teams.adds_bot(GENERAL)
        assert [teams.channel(one).has_bot for one in (GENERAL, new, SHARED)] == [True, True, False]
        dan = teams.person("dan")
        await dan.uninstalls()
        await dan.dms("hello")
        assert [one.activity["action"] for one in teams.events("installationUpdate")[-2:]] == ["remove", "add"]
        dan.user.blocked = True
        chat = teams.world.personal(dan.user).id
        refused = await client.post(f"v3/conversations/{chat}/activities", json={"type": "message", "text": "a"})
        assert refused.json()["error"]["code"] == "MessageWritesBlocked"


async def test_guests_and_nameless_people_of_teams_are_told_as_such() -> None:
    """A guest has the host's tenant or, by a switch, their own; somebody anonymous has no Entra object id anywhere."""
    async with StandInTeams() as teams, parrot(teams) as bird, connector(teams) as client:
        gus = f"v3/conversations/{GENERAL}/members/{teams.person('gus').aad_id}"
        assert (await client.get(gus)).json()["tenantId"] == HOST_TENANT
        teams.connector.guest_tenant_is_home = True
        assert (await client.get(gus)).json()["tenantId"] == VENDOR_TENANT
        nameless = teams.add_person("someone", VENDOR_TENANT, anonymous=True)
        await teams.joins(nameless, SHARED)
        assert "aadObjectId" not in teams.deliveries[-1].activity["membersAdded"][0]
        await nameless.mention(SHARED, "help")
        assert "aadObjectId" not in bird.doors.bodies[-1]["from"]
        member = await client.get(f"v3/conversations/{SHARED}/members/{nameless.user.teams_id}")
        assert member.json()["userRole"] == "anonymous"


async def test_the_control_of_teams_says_what_went_wrong() -> None:
    """Teams' own refusals are 409, what is not there 404, what is missing or unknown 400."""
    async with driven() as (_, control):
        asked = [
            await control.post("people/liza/dms", json={"text": "hello"}),
            await control.post("people/nobody/dms", json={"text": "hello"}),
            await control.post("people/maya/dms", json={}),
            await control.post("settings", json={"colour": "red"}),
            await control.post(f"channels/{SHARED}/explodes", json={}),
        ]
        assert [one.status_code for one in asked] == [409, 404, 400, 400, 404]


async def test_a_process_is_known_by_the_secret_it_signs_in_with() -> None:
    """Two processes of one bot are told apart in the records, whatever service URL they were given."""
    async with StandInTeams() as teams, httpx.AsyncClient(base_url=teams.service_url) as client:
        form = {"grant_type": "client_credentials", "client_id": teams.client_id, "scope": BOT}
        for name in ("a", "b"):
            secret = f"{teams.client_secret}@{name}"
            url = f"{teams.url}/{HOST_TENANT}/oauth2/v2.0/token"
            token = (await client.post(url, data={**form, "client_secret": secret})).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            await client.get(f"v3/conversations/{SHARED}/members", headers=headers)
        assert [call.caller for call in teams.calls_of("members")] == ["a", "b"]
        assert not any("secret" in call.text for call in teams.calls)
