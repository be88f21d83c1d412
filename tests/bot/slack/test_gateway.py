"""The Slack gateway against the stand-in: what is posted, what each kind of trouble means, what is found afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ports import Delivery, Found, FoundMessage, Later, Missing, Refused, Sent, Unsure, Uploaded
from bot.slack.files import shared_in
from bot.slack.gateway import SlackGateway, outsiders_read, person_of
from bot.slack.settings import SlackSettings
from handlers.vocabulary.address import Account, Place, Platform, Thread, Visibility
from handlers.vocabulary.outgoing import File, Panel, Picture, Reaction, SharedCard, Tone
from tests.bot.slack.doors import settings_for
from tests.standins.slack.faults import FaultKind, Rates
from tests.standins.slack.server import StandInSlack

SHARED = Place(Platform.SLACK, "T0HOST", "C0SHARED")
CARD = SharedCard("An issue & <more>", title="Issue 42")
POST = Delivery("post-1", 1, Visibility.SHARED, CARD, SHARED)


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    async with StandInSlack(rates=Rates.unlimited()) as standin:
        yield standin


@pytest.fixture
def gateway(slack: StandInSlack) -> SlackGateway:
    return SlackGateway(settings_for(slack), timeout=0.5)


async def sent(gateway: SlackGateway, delivery: Delivery = POST) -> Sent:
    """Posts what must succeed."""
    outcome = await gateway.post(delivery)
    assert isinstance(outcome, Sent), outcome
    return outcome


async def test_a_post_carries_its_key(slack: StandInSlack, gateway: SlackGateway) -> None:
    """A post has text and blocks, the key and revision as metadata, and neither unfurls nor parses anything."""
    ref = await sent(gateway)
    message = slack.channel("C0SHARED").find(ref.ref)
    assert message is not None and ref.place == SHARED
    assert message.metadata == {"event_type": "parley_card", "event_payload": {"key": "post-1", "revision": 1}}
    assert "Issue 42" in message.words and "&lt;more&gt;" in message.text
    call = slack.calls_of("chat.postMessage")[0]
    assert not call.flag("unfurl_links", True) and not call.flag("unfurl_media", True)
    assert not {"parse", "link_names"} & set(call.args)


async def test_replies_and_edits(slack: StandInSlack, gateway: SlackGateway) -> None:
    """A reply stands in its thread; an edit changes the words and the revision in the metadata, also when repeated."""
    root = await sent(gateway)
    reply = await sent(gateway, replace(POST, key="post-2", thread=root.ref))
    edited = replace(POST, revision=2, ref=root.ref, card=SharedCard("Done", title="Issue 42, done"))
    assert await gateway.update(edited) == await gateway.update(edited) == Sent(root.ref, SHARED)
    thread = slack.channel("C0SHARED").thread(root.ref)
    assert [message.ts for message in thread] == [root.ref, reply.ref]
    assert "done" in thread[0].words
    assert (thread[0].metadata or {})["event_payload"] == {"key": "post-1", "revision": 2}


async def test_a_person_is_written_to_directly(slack: StandInSlack, gateway: SlackGateway) -> None:
    """Without a place the conversation is opened, once; the place it stands in comes back."""
    direct = replace(POST, place=None, account=Account(Platform.SLACK, "T0VENDOR", "U0LEAD"))
    first = await sent(gateway, direct)
    await sent(gateway, replace(direct, key="post-2"))
    assert first.place.workspace == "T0HOST" and first.place.channel.startswith("D")
    assert len(slack.calls_of("conversations.open")) == 1
    assert len(slack.person("U0LEAD").direct_messages) == 2


async def test_a_reaction_twice_is_sent(slack: StandInSlack, gateway: SlackGateway) -> None:
    """A reaction goes onto the person's message; that it is there already is as good as put."""
    message = await slack.person("U0LEAD").says("C0SHARED", "ack")
    reaction = replace(POST, card=Reaction(Thread(ref=message.ts), "eyes"))
    assert await gateway.post(reaction) == await gateway.post(reaction) == Sent(message.ts, SHARED)
    assert message.reactions == {"eyes": ["U0BOT"]}
    assert await gateway.find(reaction, 0) == Missing()


@pytest.mark.parametrize(
    ("kind", "is_there"),
    [("error_before", False), ("error_after", True), ("drop_before", False), ("drop_after", True), ("hang", True)],
)
async def test_no_clear_answer_is_unsure_and_never_repeated(
    slack: StandInSlack, gateway: SlackGateway, kind: FaultKind, is_there: bool
) -> None:
    """After a 5xx, a dropped connection or a silence the post is unsure, was tried once, and the history tells."""
    started = time.time()
    slack.faults.order("chat.postMessage", kind, seconds=0.6)
    assert isinstance(await gateway.post(POST), Unsure)
    if kind == "hang":
        await slack.until(lambda: slack.channel("C0SHARED").messages())
    assert len(slack.calls_of("chat.postMessage")) == 1
    found = await gateway.find(POST, started)
    assert isinstance(found, Sent) is is_there
    assert isinstance(found, Missing) is not is_there


async def test_a_limit_says_when_and_whose(slack: StandInSlack, gateway: SlackGateway) -> None:
    """A 429 is Later with Slack's own seconds: the channel's limit if it was just posted to, else the workspace's."""
    slack.faults.order("chat.postMessage", "rate_limited", seconds=7)
    assert await gateway.post(POST) == Later(7, "workspace")
    await sent(gateway)
    slack.faults.order("chat.postMessage", "rate_limited", seconds=3)
    assert await gateway.post(POST) == Later(3, "channel")
    slack.faults.order("chat.postMessage", "api_error", error="message_limit_exceeded")
    assert await gateway.post(POST) == Later(60, "workspace")
    slack.faults.order("chat.postMessage", "api_error", error="ratelimited")
    assert isinstance(await gateway.post(POST), Later)
    slack.faults.order("chat.update", "rate_limited", seconds=5)
    assert await gateway.update(replace(POST, ref="1.2")) == Later(5, "workspace")


async def test_slack_out_of_reach_is_later(slack: StandInSlack) -> None:
    """When no connection can be made at all, surely nothing was posted."""
    nowhere = SlackGateway(SlackSettings("xoxb-1", api_url="http://127.0.0.1:9/api/"))
    assert await nowhere.post(POST) == Later(5, "workspace")
    assert await nowhere.find(POST, 0) == Later(5, "workspace")
    assert await nowhere.is_shared(SHARED) is None


@pytest.mark.parametrize(
    ("error", "way_out"),
    [
        ("channel_not_found", "/invite"),
        ("not_in_channel", "/invite"),
        ("is_archived", "unarchive"),
        ("invalid_blocks", "layout"),
        ("msg_too_long", "longer"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("account_inactive", "install it again"),
        ("a_new_error", "python -m bot check"),
    ],
)
async def test_a_refusal_names_the_way_out(
    slack: StandInSlack, gateway: SlackGateway, error: str, way_out: str
) -> None:
    """What Slack refuses is Refused with Slack's word and a sentence for a manager."""
    slack.faults.order("chat.postMessage", "api_error", error=error)
    outcome = await gateway.post(POST)
    assert isinstance(outcome, Refused) and outcome.why.startswith(f"{error}: ") and way_out in outcome.why


async def test_real_refusals(slack: StandInSlack, gateway: SlackGateway) -> None:
    """An archived channel, one the bot is not in, a rival's colleague without a common channel: all Refused."""
    await slack.archives("C0RIVAL")
    slack.add_channel("C0OTHER", "other", ["U0MANAGER"], with_bot=False)
    for channel, word in (("C0RIVAL", "is_archived"), ("C0OTHER", "not_in_channel"), ("C0NONE", "channel_not_found")):
        outcome = await gateway.post(replace(POST, place=replace(SHARED, channel=channel)))
        assert isinstance(outcome, Refused) and word in outcome.why
    assert await gateway.update(POST) == Refused("the delivery names no message to edit")


async def test_find_reads_page_after_page(slack: StandInSlack, gateway: SlackGateway) -> None:
    """A post is found behind hundreds of later messages, in a channel and in a thread; another key is missing."""
    started = time.time()
    root = await sent(gateway)
    reply = await sent(gateway, replace(POST, key="post-2", thread=root.ref))
    for number in range(230):
        fields = {"user": "U0LEAD", "text": str(number)}
        slack.world.store(slack.channel("C0SHARED"), fields)
        slack.world.store(slack.channel("C0SHARED"), {**fields, "thread_ts": root.ref})
    assert await gateway.find(POST, started) == root
    assert await gateway.find(replace(POST, key="post-2", thread=root.ref), started) == reply
    assert await gateway.find(replace(POST, key="post-3"), started) == Missing()
    assert len(slack.calls_of("conversations.history")) >= 4


async def test_only_our_own_messages_are_found(slack: StandInSlack, gateway: SlackGateway) -> None:
    """Somebody else's message that carries our key does not pass for our post."""
    metadata = {"event_type": "parley_card", "event_payload": {"key": "post-1", "revision": 1}}
    forged = {"user": "U0RIVAL", "bot_id": "B0OTHER", "text": "forged", "metadata": metadata}
    slack.world.store(slack.channel("C0SHARED"), forged)
    assert await gateway.find(POST, time.time()) == Missing()


@pytest.mark.parametrize("kind", ["rate_limited", "error_before", "drop_before", "hang_before"])
async def test_a_history_that_fails_is_later(slack: StandInSlack, gateway: SlackGateway, kind: FaultKind) -> None:
    """A history that could not be read never counts as read."""
    slack.faults.order("conversations.history", kind, seconds=2, times=None)
    assert isinstance(await gateway.find(POST, time.time()), Later)
    slack.faults.clear()
    slack.faults.order("conversations.history", "api_error", error="missing_scope")
    assert isinstance(await gateway.find(POST, time.time()), Later)


async def test_whether_outsiders_read_a_channel(slack: StandInSlack, gateway: SlackGateway) -> None:
    """Shared now, or an invitation pending: yes. The host's alone: no. Not told: None."""
    assert await gateway.is_shared(SHARED) is True
    internal = replace(SHARED, channel="C0INTERNAL")
    assert await gateway.is_shared(internal) is False
    await slack.invites_team("C0INTERNAL", "T0VENDOR")
    assert await gateway.is_shared(internal) is True
    slack.faults.order("conversations.info", "error_before")
    assert await gateway.is_shared(internal) is None
    assert await gateway.is_shared(replace(SHARED, channel="C0NONE")) is None


@pytest.mark.parametrize(
    ("channel", "answer"),
    [
        ({}, None),
        ({"is_shared": True}, None),
        ({"is_ext_shared": False, "is_shared": True}, None),
        ({"is_ext_shared": False, "is_shared": True, "is_org_shared": True}, False),
        ({"is_ext_shared": False, "is_shared": False}, False),
        ({"is_ext_shared": True}, True),
        ({"is_pending_ext_shared": True}, True),
        ({"is_ext_shared": False, "pending_shared": ["T1"]}, True),
    ],
)
def test_sharing_fails_closed(channel: dict[str, object], answer: bool | None) -> None:
    """Only a channel that is plainly the host's own counts as not shared."""
    assert outsiders_read(channel) is answer


PANEL = Panel("Handle time", "6:52", Tone.WARN, "watch", ("W1", "W2"), (400.0, 412.0))
PICTURE = Picture("Four weeks", (PANEL,), "Handle time rose")
WITH_PICTURE = replace(POST, card=SharedCard("Digest", elements=(PICTURE,)))


INVITATION = File("review.ics", "text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\n", "Invitation to the review")
WITH_FILE = replace(POST, card=SharedCard("Review", elements=(INVITATION,)))


async def apart(gateway: SlackGateway, delivery: Delivery, part: Picture | File) -> Delivery:
    """The delivery of a part of a card that stands in its channel."""
    card = await sent(gateway, delivery)
    return replace(delivery, key="part", place=card.place, thread=card.ref, attachment=part)


async def uploaded(gateway: SlackGateway, delivery: Delivery) -> Delivery:
    """The same, uploaded."""
    outcome = await gateway.upload(delivery)
    assert isinstance(outcome, Uploaded)
    return replace(delivery, upload=outcome.file)


def shown_in(slack: StandInSlack, delivery: Delivery) -> list[str]:
    """The ids of the files that stand in the thread."""
    thread = slack.channel("C0SHARED").thread(delivery.thread or "")
    return [file["id"] for message in thread for file in message.payload.get("files", ())]


async def test_a_picture_follows_into_the_thread(slack: StandInSlack, gateway: SlackGateway) -> None:
    """The chart is uploaded as a PNG with its words, and shared in the card's thread."""
    part = await uploaded(gateway, await apart(gateway, WITH_PICTURE, PICTURE))
    outcome = await gateway.post(part)
    assert isinstance(outcome, Sent) and shown_in(slack, part) == [outcome.ref]
    file = slack.world.files[outcome.ref]
    assert (file.content or b"").startswith(b"\x89PNG") and file.alt_text == "Handle time rose"


async def test_a_file_follows_under_its_own_name(slack: StandInSlack, gateway: SlackGateway) -> None:
    """A text file arrives with its name, its label and every byte; the card itself says that it is there."""
    part = await uploaded(gateway, await apart(gateway, WITH_FILE, INVITATION))
    assert shown_in(slack, part) == [], "nobody sees it before it is shared"
    outcome = await gateway.post(part)
    assert isinstance(outcome, Sent) and shown_in(slack, part) == [part.upload]
    file = slack.world.files[outcome.ref]
    assert (file.name, file.title, file.content) == ("review.ics", INVITATION.label, INVITATION.content.encode())
    card = slack.channel("C0SHARED").messages()[-1]
    assert INVITATION.label in card.words


async def test_slack_tells_whether_a_file_was_shared(slack: StandInSlack, gateway: SlackGateway) -> None:
    """Its record says so, a little late; what was never uploaded was not; without the permission its thread tells."""
    slack.scene.share_seconds = 0.2
    part = await apart(gateway, WITH_FILE, INVITATION)
    assert await gateway.find(part, 0) == Missing()
    part = await uploaded(gateway, part)
    assert await gateway.find(part, 0) == Missing()
    shared = await gateway.post(part)
    assert await gateway.find(part, 0) == Missing(), "the record is late"
    await asyncio.sleep(0.25)
    assert await gateway.find(part, 0) == shared
    slack.api.scopes = {"channels:history", "chat:write"}
    assert await gateway.find(part, 0) == shared
    assert await gateway.find(replace(part, upload="F0OTHER"), 0) == Missing()


async def test_a_file_that_fails(slack: StandInSlack, gateway: SlackGateway) -> None:
    """Before the last request nothing is visible, so trouble is Later; in the last it is Unsure; a lost file is Refused."""
    part = await apart(gateway, WITH_FILE, INVITATION)
    for method in ("files.getUploadURLExternal", "files.upload"):
        slack.faults.order(method, "error_before")
        assert isinstance(await gateway.upload(part), Later)
    part = await uploaded(gateway, part)
    slack.faults.order("files.completeUploadExternal", "drop_after")
    assert isinstance(await gateway.post(part), Unsure)
    assert isinstance(await gateway.find(part, 0), Sent)
    lost = await gateway.post(replace(part, upload="F0LOST"))
    assert isinstance(lost, Refused) and "file_not_found" in lost.why
    assert isinstance(await gateway.upload(replace(part, attachment=None)), Refused)


def test_shares_are_read_however_slack_tells_them() -> None:
    """Public, private and direct conversations, and the older lists."""
    assert shared_in({"shares": {"public": {"C1": [{}]}, "private": {"G1": [{}]}}}) == {"C1", "G1"}
    assert shared_in({"shares": {}, "ims": ["D1"], "groups": None}) == {"D1"} and shared_in({}) == set()


async def test_one_message_is_read_wherever_it_stands(slack: StandInSlack, gateway: SlackGateway) -> None:
    """A message, its thread's root and a reply in it say who wrote what where; an outsider's company is told."""
    manager, lead = slack.person("U0MANAGER"), slack.person("U0LEAD")
    root = await manager.says("C0SHARED", "Weekly & review")
    await manager.says("C0SHARED", "aside")
    await lead.says("C0SHARED", "first", root)
    reply = await lead.says("C0SHARED", "We hire two leads <@U0MANAGER>", root)
    names = [slack.world.users[user].real_name or slack.world.users[user].name for user in ("U0MANAGER", "U0LEAD")]
    assert await gateway.look_at(SHARED, root.ts) == FoundMessage(
        "Weekly & review", None, Account(Platform.SLACK, "T0HOST", "U0MANAGER"), names[0]
    )
    assert await gateway.look_at(SHARED, reply.ts) == FoundMessage(
        "We hire two leads <@U0MANAGER>", root.ts, Account(Platform.SLACK, "T0VENDOR", "U0LEAD"), names[1]
    )


async def test_one_message_of_the_bot_has_no_author(slack: StandInSlack, gateway: SlackGateway) -> None:
    """An emoji on a card of ours finds its fallback words and nobody who wrote them."""
    card = await sent(gateway, POST)
    found = await gateway.look_at(SHARED, card.ref)
    assert isinstance(found, FoundMessage) and (found.words, found.author) == (CARD.text, None)


async def test_one_message_that_cannot_be_read(slack: StandInSlack, gateway: SlackGateway) -> None:
    """Gone, or where the bot is not, is refused; a rate limit waits; an author Slack does not tell of stays without company."""
    said = await slack.person("U0LEAD").says("C0SHARED", "hello")
    slack.faults.order("conversations.replies", "rate_limited", seconds=9)
    assert await gateway.look_at(SHARED, said.ts) == Later(9, "workspace")
    slack.faults.order("users.info", "api_error", error="user_not_visible")
    nameless = await gateway.look_at(SHARED, said.ts)
    assert isinstance(nameless, FoundMessage) and nameless.author is not None
    assert (nameless.author.user, nameless.author.workspace, nameless.author_name) == ("U0LEAD", "", "")
    for place, ts in ((SHARED, "1.000001"), (replace(SHARED, channel="C0NOWHERE"), said.ts)):
        assert isinstance(await gateway.look_at(place, ts), Refused)
    await slack.person("U0LEAD").deletes(said)
    assert isinstance(await gateway.look_at(SHARED, said.ts), Refused)


async def test_a_reply_unknown_to_one_method_is_asked_of_the_other(slack: StandInSlack, gateway: SlackGateway) -> None:
    """Should replies know threads only, the channel's history has the message."""
    said = await slack.person("U0LEAD").says("C0SHARED", "hello")
    slack.faults.order("conversations.replies", "api_error", error="thread_not_found")
    found = await gateway.look_at(SHARED, said.ts)
    assert isinstance(found, FoundMessage) and found.words == "hello"


async def test_who_somebody_is(slack: StandInSlack, gateway: SlackGateway) -> None:
    """Name, zone and company of a member and of an outsider; administrators are said to be; strangers are refused."""
    slack.world.users["U0MANAGER"].is_admin = True
    ours = await gateway.look_up(Account(Platform.SLACK, "T0HOST", "U0MANAGER"))
    theirs = await gateway.look_up(Account(Platform.SLACK, "", "U0LEAD"))
    assert isinstance(ours, Found) and ours.is_admin and ours.workspace == "T0HOST" and ours.zone == "Europe/London"
    assert isinstance(theirs, Found) and not theirs.is_admin and theirs.workspace == "T0VENDOR" and theirs.name
    unknown = await gateway.look_up(Account(Platform.SLACK, "", "U0NOBODY"))
    assert isinstance(unknown, Refused) and "user_not_found" in unknown.why


async def test_who_somebody_is_can_wait(slack: StandInSlack, gateway: SlackGateway) -> None:
    """A rate limit waits as Slack says, trouble of its own a little while; a missing permission is refused."""
    account = Account(Platform.SLACK, "", "U0LEAD")
    slack.faults.order("users.info", "rate_limited", seconds=7)
    assert await gateway.look_up(account) == Later(7, "workspace")
    slack.faults.order("users.info", "error_before")
    assert await gateway.look_up(account) == Later(5, "workspace")
    slack.api.scopes = {"chat:write"}
    refused = await gateway.look_up(account)
    assert isinstance(refused, Refused) and "missing_scope" in refused.why


def test_a_person_as_slack_tells_it() -> None:
    """The full name comes before the display name; what Slack leaves out is empty, never made up."""
    assert person_of({"name": "zoe.b", "profile": {"display_name": "zoe", "real_name": " "}}) == Found("zoe")
    told = {"name": "z", "real_name": "Zoe Blake", "tz": "America/Chicago", "team_id": "T1", "is_owner": True}
    assert person_of(told) == Found("Zoe Blake", "America/Chicago", "", "T1", True)
