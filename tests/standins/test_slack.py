"""The stand-in Slack, proved with the real slack-bolt application and slack-sdk client in both modes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import aiohttp
import pytest
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.standins.slack import VENDOR_TEAM, ControlledSlack, Rates, Refused, StandInSlack

Payload = dict[str, Any]


def plain(text: str) -> Payload:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def option(text: str) -> Payload:
    """A menu option whose value is its words in lower case."""
    return {"text": plain(text), "value": text.lower()}


def field(block_id: str, label: str, element: Payload, optional: bool = False) -> Payload:
    """An input block whose element has the block's id as action id."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {**element, "action_id": block_id},
        "optional": optional,
    }


SEVERITIES = [option("Low"), option("High")]
FORM: Payload = {
    "type": "modal",
    "callback_id": "issue.report",
    "private_metadata": "C0SHARED",
    "title": plain("Report an issue"),
    "submit": plain("Report issue"),
    "blocks": [
        field("title", "Title", {"type": "plain_text_input", "max_length": 20}),
        field("severity", "Severity", {"type": "static_select", "options": SEVERITIES}),
        field("due", "Due", {"type": "datepicker", "initial_date": "2026-11-30"}),
        field("at", "At", {"type": "timepicker"}, optional=True),
        field("sites", "Sites", {"type": "multi_static_select", "options": [option("Manila"), option("Cebu")]}, True),
        field("checks", "Checks", {"type": "checkboxes", "options": [option("Seen"), option("Told")]}, True),
        field("kind", "Kind", {"type": "radio_buttons", "options": [option("Call"), option("Mail")]}, True),
        field("owner", "Owner", {"type": "users_select"}, True),
    ],
}
CARD: list[Payload] = [
    {"type": "section", "block_id": "words", "text": {"type": "mrkdwn", "text": "*Refunds* are late"}},
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {"type": "button", "action_id": "done", "text": plain("Done"), "value": "item-1"},
            {"type": "button", "action_id": "form", "text": plain("Report"), "value": "item-1"},
            {"type": "static_select", "action_id": "level", "placeholder": plain("Level"), "options": SEVERITIES},
        ],
    },
]


class Parrot:
    """A small application: a command, buttons, a form with errors at its fields, listeners for events."""

    def __init__(self, slack: StandInSlack) -> None:
        self.bodies: list[Payload] = []
        self.headers: list[dict[str, Any]] = []
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        self.app = AsyncApp(token=slack.bot_token, client=client, signing_secret=slack.signing_secret)
        self.app.middleware(self.remember)
        self.app.command("/vendor")(self.command)
        self.app.action("done")(self.done)
        self.app.action("level")(self.level)
        self.app.action("form")(self.form)
        self.app.message_shortcut("report_issue")(self.form)
        self.app.view("issue.report")(self.submitted)
        self.app.event("app_mention")(self.mentioned)
        for name in ("message", "reaction_added", "channel_shared", "member_joined_channel", "app_home_opened"):
            self.app.event(name)(self.noted)
        for name in ("tokens_revoked", "app_uninstalled"):
            self.app.event(name)(self.noted)

    async def remember(self, body: Payload, request: Any, next: Any) -> None:
        """Keep every body and its headers."""
        self.bodies.append(body)
        self.headers.append(request.headers)
        await next()

    async def command(self, ack: Any, command: Payload) -> None:
        """Answer in the acknowledgement, with blocks if asked for a card."""
        await ack(text=f"You said {command['text']}", blocks=CARD if command["text"] == "card" else None)

    async def done(self, ack: Any, body: Payload, client: AsyncWebClient, respond: Any) -> None:
        """Close the item: the card changes, and the one who clicked gets a private word."""
        await ack()
        channel, ts = body["channel"]["id"], body["container"]["message_ts"]
        await client.chat_update(channel=channel, ts=ts, text=f"Done by <@{body['user']['id']}>")
        await respond(text="Thank you", response_type="ephemeral")

    async def level(self, ack: Any) -> None:
        """Take a menu's choice."""
        await ack()

    async def form(self, ack: Any, body: Payload, client: AsyncWebClient) -> None:
        """Open the form."""
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    async def submitted(self, ack: Any, view: Payload) -> None:
        """Refuse a title without a verb, thank for the others."""
        if view["state"]["values"]["title"]["title"]["value"] == "bad":
            await ack(response_action="errors", errors={"title": "Say what happened."})
        else:
            await ack()

    async def mentioned(self, event: Payload, say: Any) -> None:
        """Answer in the thread."""
        await say(text="Here I am", thread_ts=event.get("thread_ts", event["ts"]), blocks=CARD)

    async def noted(self) -> None:
        """Only remembered."""

    def last(self, kind: str) -> Payload:
        """The last body of this type."""
        return next(body for body in reversed(self.bodies) if kind in {body.get("type"), body.get("command")})


@asynccontextmanager
async def by_socket(slack: StandInSlack, parrot: Parrot) -> AsyncIterator[None]:
    """Run the application over Socket Mode."""
    client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
    handler = AsyncSocketModeHandler(parrot.app, slack.app_token, web_client=client, ping_interval=0.2)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await slack.connected()
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def by_http(slack: StandInSlack, parrot: Parrot) -> AsyncIterator[None]:
    """Run the application behind a real HTTP server."""
    handler = AsyncSlackRequestHandler(parrot.app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    routes = [Route("/slack/events", endpoint, methods=["POST"])]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    await slack.until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    try:
        yield
    finally:
        server.should_exit = True
        await task


MODES = {"socket": by_socket, "http": by_http}


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    """A running stand-in without an application."""
    async with StandInSlack() as running:
        yield running


@pytest.fixture
def client(slack: StandInSlack) -> AsyncWebClient:
    """A client of the Web API as the bot, which never repeats a call."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=2)


@pytest.fixture(params=list(MODES))
async def parrot(slack: StandInSlack, request: pytest.FixtureRequest) -> AsyncIterator[Parrot]:
    """The small application, connected in each mode in turn."""
    parrot = Parrot(slack)
    async with MODES[request.param](slack, parrot):
        yield parrot
        await slack.settled()


@pytest.fixture
async def http_parrot(slack: StandInSlack) -> AsyncIterator[Parrot]:
    """The small application behind signed HTTP."""
    parrot = Parrot(slack)
    async with by_http(slack, parrot):
        yield parrot


async def refusal(call: Any) -> Any:
    """The response of a call that must fail."""
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response


# Both modes


async def test_a_command_is_answered_in_its_acknowledgement(slack: StandInSlack, parrot: Parrot) -> None:
    """A command's text and blocks in the ack become an ephemeral message that only the caller sees."""
    manager = slack.person("U0MANAGER")
    await manager.command("/vendor", "report a < b", "C0SHARED")
    assert manager.ephemerals[-1].text == "You said report a &lt; b"
    await manager.command("/vendor", "card", "C0SHARED")
    assert "*Refunds* are late" in manager.ephemerals[-1].words
    assert manager.last_error is None
    assert slack.channel("C0SHARED").messages() == []


async def test_a_mention_a_click_and_a_form_work_from_outside(slack: StandInSlack, parrot: Parrot) -> None:
    """An external member mentions the bot, clicks, meets an error at a field, corrects it and submits."""
    lead, channel = slack.person("U0LEAD"), slack.channel("C0SHARED")
    asked = await lead.mention(channel, "actions")
    card = (await slack.until(lambda: channel.thread(asked)[1:]))[0]
    assert card.buttons == ["Done", "Report", "Low", "High"]
    await lead.clicks("Report", card)
    assert lead.open_view is not None
    await lead.fills(lead.open_view, {"Title": "bad", "Severity": "High"})
    await lead.clicks("Report issue")
    assert lead.open_view.error_at("Title") == "Say what happened."
    await lead.submits({"Title": "Refunds late"})
    assert lead.open_view is None

    click, submit = parrot.last("block_actions"), parrot.last("view_submission")
    assert (click["team"]["id"], click["user"]["team_id"]) == ("T0HOST", VENDOR_TEAM)
    assert (submit["team"]["id"], submit["view"]["app_installed_team_id"]) == (VENDOR_TEAM, "T0HOST")
    event = parrot.last("event_callback")
    assert event["team_id"] == VENDOR_TEAM
    assert event["authorizations"][0]["team_id"] == "T0HOST"
    assert slack.complaints == []


async def test_a_form_holds_what_was_filled_in(slack: StandInSlack, parrot: Parrot) -> None:
    """Every kind of input arrives in the view's state as Slack writes it, initial values included."""
    slack.add_shortcut("Report an issue", "report_issue")
    manager = slack.person("U0MANAGER")
    message = await manager.says("C0SHARED", "a customer complained")
    await manager.shortcut("Report an issue", message)
    await manager.submits()
    assert manager.last_error is not None and manager.open_view is not None
    await manager.submits(
        {
            "Title": "Refunds late",
            "Severity": "High",
            "Due": date(2026, 12, 1),
            "At": "09:30",
            "Sites": ["Manila", "Cebu"],
            "Checks": ["Told"],
            "Kind": "Mail",
            "Owner": slack.person("U0LEAD"),
        }
    )
    values = parrot.last("view_submission")["view"]["state"]["values"]
    assert values["title"]["title"]["value"] == "Refunds late"
    assert values["severity"]["severity"]["selected_option"]["value"] == "high"
    assert values["due"]["due"]["selected_date"] == "2026-12-01"
    assert values["at"]["at"]["selected_time"] == "09:30"
    assert [one["value"] for one in values["sites"]["sites"]["selected_options"]] == ["manila", "cebu"]
    assert [one["value"] for one in values["checks"]["checks"]["selected_options"]] == ["told"]
    assert values["kind"]["kind"]["selected_option"]["value"] == "mail"
    assert values["owner"]["owner"]["selected_user"] == "U0LEAD"


async def test_a_click_changes_the_card_and_answers_privately(slack: StandInSlack, parrot: Parrot) -> None:
    """A button's handler can update the message and use the response url; a menu's choice arrives too."""
    manager, channel = slack.person("U0MANAGER"), slack.channel("C0SHARED")
    await parrot.app.client.chat_postMessage(channel=channel.id, text="Refunds", blocks=CARD)
    card = channel.messages()[0]
    await manager.clicks("High", card)
    assert parrot.last("block_actions")["actions"][0]["selected_option"]["value"] == "high"
    await manager.clicks("Done", card)
    await slack.until(lambda: manager.ephemerals)
    assert card.words == "Done by <@U0MANAGER>"
    assert manager.ephemerals[0].text == "Thank you"


async def test_channel_events_reach_the_application(slack: StandInSlack, parrot: Parrot) -> None:
    """Joining, sharing, reacting, direct words and uninstalling are told as events, the bot's own words too."""
    lead = slack.person("U0LEAD")
    message = await lead.says("C0SHARED", "SL 82%")
    await lead.reacts(message, "eyes")
    await lead.dms("hello")
    await slack.joins("U0RIVAL", "C0SHARED")
    await parrot.app.client.chat_postMessage(channel="C0SHARED", text="noted")
    await slack.uninstalls()
    await slack.settled()
    events = [body["event"] for body in parrot.bodies if body.get("type") == "event_callback"]
    kinds = {(event["type"], event.get("channel_type")) for event in events}
    assert kinds >= {("message", "channel"), ("message", "im"), ("reaction_added", None), ("channel_shared", None)}
    assert kinds >= {("member_joined_channel", None)}
    own = [one.payload["event"] for one in slack.events("message") if one.payload["event"].get("bot_id")]
    assert [one["text"] for one in own] == ["noted"]
    assert all(slack.events(name)[0].acked for name in ("tokens_revoked", "app_uninstalled"))
    response = await refusal(parrot.app.client.auth_test())
    assert response["error"] == "token_revoked"


# What Slack refuses


async def test_external_members_have_no_commands_shortcuts_home(slack: StandInSlack) -> None:
    """A command, a shortcut, a Home tab and a word where one is no member are refused with visible words."""
    lead = slack.person("U0LEAD")
    slack.add_shortcut("Report an issue", "report_issue")
    message = await lead.says("C0SHARED", "hello")
    with pytest.raises(Refused, match="not a valid command"):
        await lead.command("/vendor", "report", "C0SHARED")
    with pytest.raises(Refused, match="no shortcut"):
        await lead.shortcut("Report an issue", message)
    with pytest.raises(Refused, match="work in progress"):
        await lead.opens_home()
    with pytest.raises(Refused, match="not in northwind-cebu"):
        await lead.says("C0RIVAL", "hello")
    with pytest.raises(Refused, match="not supported in threads"):
        await slack.person("U0MANAGER").command("/vendor", "report", "C0SHARED", thread=message)
    assert lead.last_error is not None
    assert [delivery.kind for delivery in slack.deliveries] == ["events_api"]


async def test_outsiders_need_a_common_channel_for_direct_messages(slack: StandInSlack, client: AsyncWebClient) -> None:
    """Neither side can open direct messages once no channel is shared, and a published Home is never seen."""
    lead = slack.person("U0LEAD")
    assert (await client.conversations_open(users="U0LEAD"))["channel"]["id"].startswith("D")
    await client.views_publish(user_id="U0LEAD", view={"type": "home", "blocks": []})
    assert lead.home is None
    await slack.unshares("C0SHARED", VENDOR_TEAM)
    assert (await refusal(client.conversations_open(users="U0LEAD")))["error"] == "user_not_visible"
    with pytest.raises(Refused):
        await lead.dms("hello")


async def test_ephemerals_to_outsiders_may_be_lost(slack: StandInSlack, client: AsyncWebClient) -> None:
    """An ephemeral message to an external member is recorded, and by a switch never seen."""
    slack.scene.outsiders_see_ephemerals = False
    await client.chat_postEphemeral(channel="C0SHARED", user="U0LEAD", text="psst")
    assert slack.person("U0LEAD").ephemerals == []
    assert [one.text for one in slack.world.ephemerals] == ["psst"]
    assert (await refusal(client.chat_postEphemeral(channel="C0SHARED", user="U0RIVAL", text="x")))["error"] == (
        "user_not_in_channel"
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0OPEN", "text": "x"}, "not_in_channel"),
        ({"channel": "C0OLD", "text": "x"}, "is_archived"),
        ({"channel": "C0SHARED"}, "no_text"),
        ({"channel": "C0SHARED", "text": "x" * 40001}, "msg_too_long"),
        ({"channel": "C0SHARED", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "C0SHARED", "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
    ],
)
async def test_a_post_is_refused(slack: StandInSlack, client: AsyncWebClient, arguments: Payload, error: str) -> None:
    """chat.postMessage refuses with the error Slack documents, and posts nothing."""
    slack.add_channel("C0OPEN", "open", ["U0MANAGER"], with_bot=False)
    await slack.archives(slack.add_channel("C0OLD", "old", ["U0MANAGER"]))
    assert (await refusal(client.api_call("chat.postMessage", json=arguments)))["error"] == error
    assert slack.messages() == []


def actions_of(count: int, **fields: Any) -> Payload:
    """A row of buttons."""
    buttons = [{"type": "button", "action_id": f"b{i}", "text": plain("Go"), **fields} for i in range(count)]
    return {"type": "actions", "elements": buttons}


def table_of(rows: int, columns: int) -> Payload:
    """A table of one-letter cells."""
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


CHART: Payload = {
    "type": "data_visualization",
    "title": "AHT",
    "chart": {"type": "line", "series": [{"name": "AHT", "data": [{"label": "W1", "value": 4}]}]},
}


@pytest.mark.parametrize(
    ("block", "where"),
    [
        ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text"),
        ({"type": "section", "text": plain("x" * 3001)}, "/blocks/0/text/text"),
        ({"type": "section", "text": plain("")}, "/blocks/0/text/text"),
        ({"type": "section", "fields": [plain("x")] * 11}, "/blocks/0/fields"),
        ({"type": "section", "fields": [plain("x" * 2001)]}, "/blocks/0/fields/0/text"),
        ({"type": "context", "elements": [plain("x")] * 11}, "/blocks/0/elements"),
        (actions_of(26), "/blocks/0/elements"),
        (actions_of(1, text=plain("x" * 76)), "/blocks/0/elements/0/text/text"),
        (actions_of(1, value="x" * 2001), "/blocks/0/elements/0/value"),
        (actions_of(1, action_id="x" * 256), "/blocks/0/elements/0/action_id"),
        (actions_of(2, action_id="same"), "action_id already exists"),
        ({"type": "divider", "block_id": "x" * 256}, "/blocks/0/block_id"),
        ({"type": "section", "text": plain("x"), "accessory": {"type": "static_select", "options": []}}, "options"),
        ({"type": "image", "alt_text": "x", "slack_file": {"id": "F0NONE"}}, "invalid slack file"),
        ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
        ({"type": "carrot"}, "unsupported type: carrot"),
        (table_of(101, 1), "/blocks/0/rows"),
        (table_of(1, 21), "/blocks/0/rows/0"),
        (CHART, "unsupported type: data_visualization"),
    ],
)
async def test_blocks_beyond_a_limit(slack: StandInSlack, client: AsyncWebClient, block: Payload, where: str) -> None:
    """A block over a limit is `invalid_blocks` with a message that points at the place."""
    slack.scene.knows_charts = False
    response = await refusal(client.chat_postMessage(channel="C0SHARED", text="x", blocks=[block]))
    assert response["error"] == "invalid_blocks"
    assert where in response["response_metadata"]["messages"][0]


async def test_blocks_at_the_limits_pass(slack: StandInSlack, client: AsyncWebClient) -> None:
    """What just fits is posted: 50 blocks, a full table, a chart, the longest texts."""
    full = [
        {"type": "header", "text": plain("x" * 150)},
        {"type": "section", "text": plain("x" * 3000)},
        actions_of(25, value="x" * 2000, text=plain("x" * 75)),
        table_of(100, 20),
        CHART,
    ]
    blocks = full + [{"type": "divider"}] * 45
    await client.chat_postMessage(channel="C0SHARED", text="x", blocks=blocks)
    response = await refusal(
        client.chat_postMessage(channel="C0SHARED", text="x", blocks=[*blocks, {"type": "divider"}])
    )
    assert response["error"] == "invalid_blocks"


async def test_modals_have_limits_and_a_trigger_works_once(slack: StandInSlack, http_parrot: Parrot) -> None:
    """A long title or metadata is refused, and so is a trigger used twice, too late, or made up."""
    client = http_parrot.app.client
    trigger = slack.world.new_trigger("U0MANAGER")
    for wrong in ({"title": plain("x" * 25)}, {"private_metadata": "x" * 3001}, {"submit": plain("x" * 25)}):
        response = await refusal(client.views_open(trigger_id=trigger.id, view={**FORM, **wrong}))
        assert response["error"] == "invalid_arguments"
    alert = {"type": "alert", "text": plain("Both companies will see this"), "level": "info"}
    await client.views_open(trigger_id=trigger.id, view={**FORM, "blocks": [alert, *FORM["blocks"]]})
    view = slack.person("U0MANAGER").open_view
    assert view is not None and "Both companies will see this" in view.words
    assert (await refusal(client.views_open(trigger_id=trigger.id, view=FORM)))["error"] == "exchanged_trigger_id"
    late = slack.world.new_trigger("U0MANAGER")
    late.expires = time.monotonic() - 0.001
    assert (await refusal(client.views_open(trigger_id=late.id, view=FORM)))["error"] == "expired_trigger_id"
    assert (await refusal(client.views_open(trigger_id="1.2", view=FORM)))["error"] == "invalid_trigger_id"
    assert (await refusal(client.views_update(view_id=view.id, hash="old", view=FORM)))["error"] == "hash_conflict"


async def test_tokens_methods_and_scopes_are_checked(slack: StandInSlack, client: AsyncWebClient) -> None:
    """A wrong token, an unknown method and a missing scope have Slack's errors; auth.test names the scopes."""
    answer = await client.auth_test()
    assert "chat:write" in answer.headers["x-oauth-scopes"]
    assert answer["user_id"] == slack.bot_user_id
    assert (await refusal(client.auth_test(token="xoxb-wrong")))["error"] == "invalid_auth"
    assert (await refusal(client.api_call("vendor.hug")))["error"] == "unknown_method"
    assert (await refusal(client.apps_connections_open(app_token=slack.bot_token)))["error"] == "not_allowed_token_type"
    slack.install_manifest({"oauth_config": {"scopes": {"bot": ["chat:write"]}}})
    assert (await refusal(client.users_info(user="U0LEAD")))["error"] == "missing_scope"
    assert slack.calls[0].token == slack.bot_token


async def test_people_and_channels_tell_who_is_outside(slack: StandInSlack, client: AsyncWebClient) -> None:
    """users.info and conversations.info show other teams, missing e-mail, shared and pending channels."""
    lead = (await client.users_info(user="U0LEAD"))["user"]
    assert lead["team_id"] == VENDOR_TEAM and "email" not in lead["profile"] and lead["tz_offset"] == 8 * 3600
    assert (await client.users_lookupByEmail(email="Maya@northwind.example"))["user"]["id"] == "U0MANAGER"
    assert (await refusal(client.users_lookupByEmail(email="x@y.example")))["error"] == "users_not_found"
    shared = (await client.conversations_info(channel="C0SHARED"))["channel"]
    assert shared["is_ext_shared"] and shared["is_shared"] and not shared["is_pending_ext_shared"]
    await slack.invites_team("C0INTERNAL", VENDOR_TEAM)
    inner = (await client.conversations_info(channel="C0INTERNAL"))["channel"]
    assert inner["is_pending_ext_shared"] and not inner["is_ext_shared"] and inner["is_private"]
    members = (await client.conversations_members(channel="C0SHARED", limit=2))["members"]
    assert members == ["U0MANAGER", "U0DEPUTY"]


# Trouble


async def test_metadata_is_found_in_history_only_when_asked(slack: StandInSlack, client: AsyncWebClient) -> None:
    """History and replies return metadata with include_all_metadata, page by cursor, and heed `oldest`."""
    mark = {"event_type": "card", "event_payload": {"once": "k1"}}
    first = await client.chat_postMessage(channel="C0SHARED", text="one", metadata=mark)
    await client.chat_postMessage(channel="C0SHARED", text="reply", thread_ts=first["ts"], metadata=mark)
    await client.chat_postMessage(channel="C0SHARED", text="two")
    bare = await client.conversations_history(channel="C0SHARED")
    assert [one["text"] for one in bare["messages"]] == ["two", "one"]
    assert all("metadata" not in one for one in bare["messages"])
    full = await client.conversations_history(channel="C0SHARED", include_all_metadata=True)
    assert full["messages"][1]["metadata"] == mark
    thread = await client.conversations_replies(channel="C0SHARED", ts=first["ts"], include_all_metadata=True)
    assert [one["metadata"] for one in thread["messages"]] == [mark, mark]
    later = await client.conversations_history(channel="C0SHARED", oldest=first["ts"])
    assert [one["text"] for one in later["messages"]] == ["two"]
    page = await client.conversations_history(channel="C0SHARED", limit=1)
    assert page["has_more"]
    rest = await client.conversations_history(channel="C0SHARED", cursor=page["response_metadata"]["next_cursor"])
    assert [one["text"] for one in rest["messages"]] == ["one"]


async def test_a_channel_takes_one_post_a_second_after_a_burst(slack: StandInSlack, client: AsyncWebClient) -> None:
    """Beyond the burst a post answers 429 with Retry-After and is not made; other channels are free."""
    slack.rates = Rates(channel_burst=2)
    for text in ("one", "two"):
        await client.chat_postMessage(channel="C0SHARED", text=text)
    response = await refusal(client.chat_postMessage(channel="C0SHARED", text="three"))
    assert (response.status_code, response.headers["Retry-After"]) == (429, "1")
    await client.chat_postMessage(channel="C0RIVAL", text="elsewhere")
    assert len(slack.channel("C0SHARED").messages()) == 2
    slack.rates = Rates(workspace_minute=1)
    await client.chat_postMessage(channel="C0SHARED", text="four")
    assert int((await refusal(client.chat_postMessage(channel="C0RIVAL", text="five"))).headers["Retry-After"]) > 50


async def test_a_connection_dropped_after_the_post(slack: StandInSlack, client: AsyncWebClient) -> None:
    """The message is there once though the caller saw only a broken connection; history finds it by metadata."""
    mark = {"event_type": "card", "event_payload": {"once": "k9"}}
    slack.faults.order("chat.postMessage", "drop_after")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0SHARED", text="once", metadata=mark)
    found = await client.conversations_history(channel="C0SHARED", include_all_metadata=True)
    assert [one["metadata"] for one in found["messages"]] == [mark]
    posts = slack.calls_of("chat.postMessage")
    assert [(call.done, call.ok, call.fault) for call in posts] == [(True, False, "drop_after")]


async def test_the_default_retry_handler_would_post_twice(slack: StandInSlack) -> None:
    """With slack-sdk's default handlers the same fault makes two posts: why the posting client has none."""
    slack.faults.order("chat.postMessage", "drop_after")
    await AsyncWebClient(token=slack.bot_token, base_url=slack.api_url).chat_postMessage(channel="C0SHARED", text="x")
    assert len(slack.channel("C0SHARED").messages()) == 2


async def test_ordered_faults_strike_as_ordered(slack: StandInSlack, client: AsyncWebClient) -> None:
    """429, 5xx before and after the work, an error, silence, lateness in history and an outage each do their part."""
    post: Payload = {"channel": "C0SHARED", "text": "x"}
    channel = slack.channel("C0SHARED")
    slack.faults.order("chat.postMessage", "rate_limited", seconds=7)
    assert (await refusal(client.chat_postMessage(**post))).headers["Retry-After"] == "7"
    slack.faults.order("chat.postMessage", "error_before")
    assert (await refusal(client.chat_postMessage(**post))).status_code == 503
    slack.faults.order("chat.postMessage", "api_error", error="fatal_error")
    assert (await refusal(client.chat_postMessage(**post)))["error"] == "fatal_error"
    assert channel.messages() == []
    slack.faults.order("chat.postMessage", "error_after", status=500)
    assert (await refusal(client.chat_postMessage(**post))).status_code == 500
    assert len(channel.messages()) == 1
    slack.faults.order("chat.postMessage", "late_visibility", seconds=0.15)
    await client.chat_postMessage(**post)
    assert len((await client.conversations_history(channel="C0SHARED"))["messages"]) == 1
    slack.faults.order("conversations.history", "hang", seconds=0.2)
    assert len((await client.conversations_history(channel="C0SHARED"))["messages"]) == 2
    slack.faults.outage()
    assert (await refusal(client.auth_test())).status_code == 503
    slack.faults.clear()
    assert (await client.auth_test())["ok"]
    with pytest.raises(ValueError, match="is no fault"):
        slack.faults.order("auth.test", "sulk")  # type: ignore[arg-type]


async def test_an_outage_takes_calls_and_websockets(slack: StandInSlack) -> None:
    """While Slack is down nothing answers and no websocket stands; afterwards the application is reached again."""
    slack.retry_delays, slack.ack_seconds = (0.1, 0.3, 0.6, 1.0), 0.5
    parrot = Parrot(slack)
    async with by_socket(slack, parrot):
        await slack.goes_down()
        await slack.person("U0LEAD").says("C0SHARED", "anybody?")
        assert slack.deliveries[0].attempts[0].failure == "connection_failed"
        assert (await refusal(parrot.app.client.auth_test())).status_code == 503
        slack.comes_back()
        await slack.until(lambda: slack.deliveries[0].acked)
        assert slack.hub.connections


async def test_post_only_invitees_and_strangers_to_a_message_cannot_click(
    slack: StandInSlack, client: AsyncWebClient
) -> None:
    """Who may only post cannot click, and nobody can click what was whispered to another."""
    lead, channel = slack.person("U0LEAD"), slack.channel("C0SHARED")
    await client.chat_postMessage(channel=channel.id, text="x", blocks=CARD)
    lead.user.post_only = True
    with pytest.raises(Refused, match="only post"):
        await lead.clicks("Done", channel.messages()[0])
    await client.chat_postEphemeral(channel=channel.id, user="U0MANAGER", text="x", blocks=CARD)
    with pytest.raises(Refused, match="not there for you"):
        await slack.person("U0AGENT").clicks("Done", slack.person("U0MANAGER").ephemerals[0])
    with pytest.raises(LookupError, match="'Done', 'Report', 'Low', 'High'"):
        await slack.person("U0AGENT").clicks("Explode", channel.messages()[0])


async def test_what_people_type_arrives_as_slack_writes_it(slack: StandInSlack) -> None:
    """Text is escaped with mentions kept; the rich text beside it names the person and is not escaped."""
    message = await slack.person("U0MANAGER").says("C0SHARED", "R&D owes <@U0LEAD> > 3")
    event = slack.events("message")[0].payload["event"]
    assert event["text"] == "R&amp;D owes <@U0LEAD> &gt; 3"
    assert event["blocks"][0]["elements"][0]["elements"][1] == {"type": "user", "user_id": "U0LEAD"}
    assert message.words == "R&D owes <@U0LEAD> > 3"


async def test_a_hang_outlasts_the_clients_patience(slack: StandInSlack) -> None:
    """A client with a timeout gives up on a silent call, though the work is done afterwards."""
    hasty = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=0)
    hasty.timeout = 0.05  # type: ignore[assignment]
    slack.faults.order("chat.postMessage", "hang", seconds=0.15)
    with pytest.raises(TimeoutError):
        await hasty.chat_postMessage(channel="C0SHARED", text="slow")
    await slack.until(lambda: slack.calls[0].fault == "hang")


# Delivery


async def test_events_are_tried_again_and_commands_are_not(slack: StandInSlack) -> None:
    """With nobody listening an event is tried four times, a command once, and the person is told."""
    slack.retry_delays = (0.0, 0.01, 0.02)
    manager = slack.person("U0MANAGER")
    await manager.says("C0SHARED", "hello")
    await manager.command("/vendor", "report", "C0SHARED")
    await slack.until(lambda: len(slack.deliveries[0].attempts) == 4)
    assert [attempt.retry for attempt in slack.deliveries[0].attempts] == [0, 1, 2, 3]
    assert len(slack.deliveries[1].attempts) == 1
    assert manager.last_error == '/vendor failed with the error "dispatch_failed"'


async def test_retries_carry_their_headers_in_both_modes(slack: StandInSlack, parrot: Parrot) -> None:
    """An event sent again is the same event, and says that it is a retry and why."""
    await slack.person("U0LEAD").says("C0SHARED", "SL 82%")
    await slack.redeliver(slack.events("message")[0])
    assert parrot.bodies[0]["event_id"] == parrot.bodies[1]["event_id"]
    assert parrot.headers[1]["x-slack-retry-num"] == ["1"]
    assert parrot.headers[1]["x-slack-retry-reason"] == ["http_timeout"]


async def test_signatures_are_real(slack: StandInSlack, http_parrot: Parrot) -> None:
    """A forged signature and an old timestamp are refused by the application; a replay inside the window passes."""
    await slack.person("U0LEAD").says("C0SHARED", "SL 82%")
    sent = slack.events("message")[0]
    assert (await slack.redeliver(sent, secret="wrong")).status == 401
    assert (await slack.redeliver(sent, age=301)).status == 401
    assert (await slack.replay(sent.attempts[0])).status == 200


async def test_a_slow_acknowledgement_is_a_timeout(slack: StandInSlack, parrot: Parrot) -> None:
    """An acknowledgement after the limit counts as none: the person sees the failure."""
    slack.ack_seconds = 0.05

    async def slow(ack: Any) -> None:
        await asyncio.sleep(0.2)
        await ack()

    parrot.app.command("/slow")(slow)
    manager = slack.person("U0MANAGER")
    await manager.command("/slow", "", "C0SHARED")
    assert manager.last_error == '/slow failed with the error "operation_timeout"'
    await asyncio.sleep(0.2)


async def test_a_broken_websocket_comes_back(slack: StandInSlack) -> None:
    """After a cut and after a refresh the Socket Mode client connects again with a new ticket."""
    slack.retry_delays, slack.ack_seconds = (0.1, 0.2, 0.4), 0.5
    parrot = Parrot(slack)
    async with by_socket(slack, parrot):
        await slack.hub.cut()
        await slack.until(lambda: slack.hub.opened >= 2 and slack.hub.connections)
        await slack.hub.refresh()
        await slack.until(lambda: slack.hub.opened >= 3 and slack.hub.connections)
        await slack.person("U0MANAGER").says("C0SHARED", "still there?")
        await slack.until(lambda: slack.deliveries[0].acked)


# Files


async def test_a_picture_must_be_shared_before_a_block_shows_it(slack: StandInSlack, client: AsyncWebClient) -> None:
    """An upload in three steps; an image block with it is refused until the file has been shared."""
    block = {"type": "image", "alt_text": "chart", "slack_file": {"id": ""}}
    loose = await client.files_upload_v2(content=b"png-1", filename="a.png", alt_txt="chart")
    block["slack_file"] = {"id": loose["file"]["id"]}
    response = await refusal(client.chat_postMessage(channel="C0SHARED", text="x", blocks=[block]))
    assert response["error"] == "invalid_blocks"
    shared = await client.files_upload_v2(content=b"png-2", filename="b.png", channel="C0SHARED", initial_comment="b")
    info = (await client.files_info(file=shared["file"]["id"]))["file"]
    ts = info["shares"]["public"]["C0SHARED"][0]["ts"]
    assert slack.channel("C0SHARED").messages()[0].ts == ts
    block["slack_file"] = {"id": info["id"]}
    await client.chat_postMessage(channel="C0SHARED", text="x", blocks=[block])


async def test_files_from_outside_need_files_info(slack: StandInSlack, client: AsyncWebClient) -> None:
    """An external member's file arrives without its details; files.info has them; the bytes need the token."""
    message = await slack.person("U0LEAD").uploads("C0SHARED", "week.csv", b"SL,82")
    stub = slack.events("message")[0].payload["event"]["files"][0]
    assert stub["file_access"] == "check_file_info" and "name" not in stub
    info = (await client.files_info(file=stub["id"]))["file"]
    assert info["name"] == "week.csv" and info["shares"]["public"]["C0SHARED"][0]["ts"] == message.ts
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        async with session.get(info["url_private"], headers=headers) as response:
            assert await response.read() == b"SL,82"
        async with session.get(info["url_private"]) as response:
            assert response.content_type == "text/html"


async def test_a_text_file_is_told_of_when_it_is_shared(slack: StandInSlack, client: AsyncWebClient) -> None:
    """A file in three steps stands in its thread under its name and title; its record tells of the share a little later."""
    slack.scene.share_seconds = 0.05
    root = await slack.person("U0MANAGER").says("C0SHARED", "invitation")
    reserved = await client.files_getUploadURLExternal(filename="a.ics", length=5)
    assert (await refusal(client.files_info(file=reserved["file_id"])))["error"] == "file_not_found"
    async with aiohttp.ClientSession() as session, session.post(reserved["upload_url"], data=b"BEGIN") as response:
        assert response.status == 200
    whole = [{"id": reserved["file_id"], "title": "Invitation"}]
    await client.files_completeUploadExternal(files=whole, channel_id="C0SHARED", thread_ts=root.ts)
    (shared,) = [one for one in slack.channel("C0SHARED").thread(root)[1:] if one.payload.get("files")]
    assert [(one["name"], one["title"]) for one in shared.payload["files"]] == [("a.ics", "Invitation")]
    assert (await client.files_info(file=reserved["file_id"]))["file"]["shares"] == {}
    await asyncio.sleep(0.06)
    info = (await client.files_info(file=reserved["file_id"]))["file"]
    assert [one["ts"] for one in info["shares"]["public"]["C0SHARED"]] == [shared.ts]


# Home and emoji

HOME_TAB: Payload = {
    "type": "home",
    "blocks": [{"type": "section", "block_id": "s", "text": plain("Needs you")}, *CARD],
}


async def test_a_home_tab_is_published_opened_and_pressed(
    slack: StandInSlack, parrot: Parrot, client: AsyncWebClient
) -> None:
    """The event of opening says what stands there; a press has the tab as its view, a trigger and no response_url."""
    manager = slack.person("U0MANAGER")
    await manager.opens_home()
    first = slack.events("app_home_opened")[0].payload["event"]
    assert first["tab"] == "home" and "view" not in first
    published = await client.views_publish(user_id="U0MANAGER", view=HOME_TAB)
    await manager.opens_home()
    seen = slack.events("app_home_opened")[1].payload["event"]["view"]
    assert seen["hash"] == published["view"]["hash"] and seen["app_installed_team_id"] == "T0HOST"
    await manager.clicks("Report", manager.home)
    body = parrot.last("block_actions")
    assert body["container"] == {"type": "view", "view_id": published["view"]["id"]}
    assert body["view"]["type"] == "home" and "response_url" not in body and "channel" not in body
    assert manager.open_view is not None and manager.open_view.title == "Report an issue"


async def test_a_home_tab_has_limits(slack: StandInSlack, client: AsyncWebClient) -> None:
    """101 blocks, an older hash, and an app without a Home tab are refused, each with its own error."""
    rows = [{"type": "divider"}] * 101
    crowded = await refusal(client.views_publish(user_id="U0MANAGER", view={"type": "home", "blocks": rows}))
    assert crowded["error"] == "invalid_arguments"
    older = (await client.views_publish(user_id="U0MANAGER", view=HOME_TAB))["view"]["hash"]
    await client.views_publish(user_id="U0MANAGER", view=HOME_TAB, hash=older)
    late = await refusal(client.views_publish(user_id="U0MANAGER", view=HOME_TAB, hash=older))
    assert late["error"] == "hash_conflict"
    slack.install_manifest({"features": {"app_home": {"home_tab_enabled": False}}})
    assert (await refusal(client.views_publish(user_id="U0MANAGER", view=HOME_TAB)))["error"] == "not_enabled"
    with pytest.raises(Refused, match="no Home tab"):
        await slack.person("U0MANAGER").opens_home()


async def test_emoji_need_their_event_and_permission(slack: StandInSlack) -> None:
    """Both kinds of emoji events reach an app that asked for them and may read reactions, and no other; a reply's tells
    neither its thread nor the person's company."""
    manager = slack.person("U0MANAGER")
    root = await manager.says("C0SHARED", "review")
    reply = await slack.person("U0LEAD").says("C0SHARED", "we hire", root)
    events = {"bot_events": ["reaction_added", "reaction_removed"]}
    for scopes, told in ([], 0), (["reactions:read"], 2):
        slack.install_manifest(
            {"oauth_config": {"scopes": {"bot": scopes}}, "settings": {"event_subscriptions": events}}
        )
        await slack.person("U0LEAD").reacts(reply, ":pushpin:")
        await slack.person("U0LEAD").unreacts(reply, "pushpin")
        assert len(slack.events("reaction_added") + slack.events("reaction_removed")) == told
    event = slack.events("reaction_added")[0].payload["event"]
    assert event["item"] == {"type": "message", "channel": "C0SHARED", "ts": reply.ts}
    assert not {"thread_ts", "user_team", "team"} & set(event)


# As a process


async def test_the_control_api_drives_people_and_faults(unused_tcp_port: int) -> None:
    """Over HTTP one can speak as a person, be refused, order a fault, and read the state and the calls."""
    async with ControlledSlack(port=unused_tcp_port) as slack, aiohttp.ClientSession(slack.url) as session:

        async def post(path: str, **body: Any) -> Payload:
            async with session.post(f"/control/{path}", json=body) as response:
                return {"status": response.status, **await response.json()}

        said = await post("people/U0LEAD/says", channel="C0SHARED", text="hello")
        refused = await post("people/U0LEAD/command", channel="C0SHARED", command="/vendor")
        assert (said["status"], refused["status"]) == (200, 409)
        assert (await post("people/U0NOBODY/says", channel="C0SHARED", text="x"))["status"] == 404
        assert (await post("people/U0LEAD/says", text="x"))["status"] == 400
        await post("faults", method="auth.test", kind="api_error", error="fatal_error")
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        assert (await refusal(client.auth_test()))["error"] == "fatal_error"
        async with session.get("/control/calls") as response:
            assert [call["method"] for call in (await response.json())["calls"]] == ["auth.test"]
        async with session.get("/control/state") as response:
            state = json.loads(await response.text())
        assert state["channels"]["C0SHARED"]["messages"][0]["ts"] == said["ts"]
