"""Reconciling by kind: posts, replies, direct messages, edits, reactions and files stand once, whatever Slack answers.

The real courier speaks over HTTP to the stand-in, with patience and lateness at a twentieth of what they are in use: a post
enters the history up to 0.4 s late (8 s), and is looked for 0.5 s after its timeout (10 s). Every trouble of posting meets
every trouble of looking, in a channel each, all at once.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from bot.clock import Clock
from bot.delivery.courier import Courier
from bot.delivery.patience import Patience
from bot.slack.gateway import SlackGateway
from bot.workers import Workers
from handlers.saying import encode
from handlers.vocabulary.address import Platform, Thread
from handlers.vocabulary.outgoing import File, Panel, Picture, Reaction, SharedCard, Tone
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.outbox import FILE, PICTURE
from storage.unit_of_work import UnitOfWork
from tests.bot.slack.doors import settings_for
from tests.databases import installed, outbox_row
from tests.standins.slack.faults import FaultKind, Rates
from tests.standins.slack.server import StandInSlack

pytestmark = pytest.mark.slow

PATIENCE = Patience(timeout=0.4, settle=0.5, attempts=20, longest=0.05)
LATE = 0.4
SILENCE = 0.6
"""Seconds of a hang: longer than the timeout, shorter than the wait before looking."""
POSTING: tuple[FaultKind, ...] = (
    "rate_limited",
    "error_before",
    "error_after",
    "drop_before",
    "drop_after",
    "hang",
    "slow_answer",
)
LOOKING: tuple[FaultKind | None, ...] = (None, "rate_limited", "error_before", "drop_before", "hang_before")
CASES = list(itertools.product(POSTING, LOOKING))
INVITE = File("review.ics", "text/calendar", "SEQUENCE:0", "Invitation")
CHART = Picture("Weeks", (Panel("SL", "82 %", Tone.GOOD, "on target", ("a", "b"), (1.0, 2.0)),), "rose")


@dataclass
class Post:
    """The stand-in, an outbox, and the real courier between them."""

    slack: StandInSlack
    database: Database
    run: Workers
    patience: Patience = PATIENCE

    def __post_init__(self) -> None:
        gateway = SlackGateway(settings_for(self.slack), timeout=5)
        self.courier = Courier(
            self.units, {Platform.SLACK: gateway}, self.run, Clock().now, {Platform.SLACK: self.patience}
        )

    def units(self) -> UnitOfWork:
        return UnitOfWork(self.database)

    def put(self, once: str, channel: str, **details: Any) -> str:
        """Say something there."""
        with self.units() as uow:
            values = {"platform": "slack", "workspace": "T0HOST", "channel": channel, **details}
            key = uow.outbox.put(outbox_row(once, **values)).key
            uow.commit()
        return key

    def revise(self, key: str, card: SharedCard) -> None:
        """Let it show another card."""
        with self.units() as uow:
            row = uow.outbox.by_key(key)
            assert row is not None
            uow.outbox.revise(row, encode(card), Clock().now())
            uow.commit()

    async def deliver(self, *keys: str) -> None:
        """As the engine does: attempt, wait as told, until done."""

        async def one(key: str) -> None:
            while (wait := await self.courier.attempt(key)) is not None:  # noqa: ASYNC110  # as long as it says
                await asyncio.sleep(wait)

        async with asyncio.timeout(20):
            await asyncio.gather(*map(one, keys))

    def rows(self) -> Sequence[OutboxRow]:
        with self.units() as uow:
            return uow.outbox.everything()

    def trouble(self, method: str, kind: FaultKind | None, channel: str | None) -> None:
        """The next call of this method meets it."""
        if kind is not None:
            seconds = 1 if kind == "rate_limited" else SILENCE
            self.slack.faults.order(method, kind, seconds=seconds, channel=channel)

    def channels(self) -> dict[str, tuple[FaultKind, FaultKind | None]]:
        """A channel for every pair of troubles."""
        found = {f"C0CASE{number:02d}": case for number, case in enumerate(CASES)}
        for channel in found:
            self.slack.add_channel(channel, channel.lower(), ["U0MANAGER"])
        return found


@pytest.fixture
async def post(sqlite_url: str) -> AsyncIterator[Post]:
    database, run = Database(sqlite_url, durable=False), Workers()
    installed(database)
    async with StandInSlack(rates=Rates.unlimited()) as slack:
        slack.world.history_delay = LATE
        slack.scene.share_seconds = LATE
        yield Post(slack, database, run)
    await asyncio.to_thread(run.stop)
    database.dispose()


def texts(slack: StandInSlack, channel: str) -> list[str]:
    """What stands in a channel, oldest first."""
    return [message.text for message in slack.channel(channel).everything()]


async def test_posts_stand_once(post: Post) -> None:
    """A post that met any trouble stands once, and is noted as sent, also when looking for it met trouble of its own."""
    cases = post.channels()
    for channel, (posting, looking) in cases.items():
        post.trouble("chat.postMessage", posting, channel)
        post.trouble("conversations.history", looking, channel)
    await post.deliver(*(post.put(channel, channel) for channel in cases))
    assert {channel: texts(post.slack, channel) for channel in cases} == {each: [f"said {each}"] for each in cases}
    assert {row.state for row in post.rows()} == {"sent"}


async def test_a_history_later_than_patience_doubles(post: Post) -> None:
    """The test above can fail: where the history shows a post later than anybody waits, it is posted again."""
    post.slack.world.history_delay = 3 * (PATIENCE.timeout + PATIENCE.settle)
    post.trouble("chat.postMessage", "error_after", "C0SHARED")
    await post.deliver(post.put("a", "C0SHARED"))
    assert texts(post.slack, "C0SHARED") == ["said a", "said a"]


async def test_replies_stand_once_in_their_thread(post: Post) -> None:
    """The same for replies, which are looked for in their thread; two replies keep their order."""
    cases = post.channels()
    roots = {channel: post.put(f"{channel} root", channel) for channel in cases}
    await post.deliver(*roots.values())
    for channel, (posting, looking) in cases.items():
        post.trouble("chat.postMessage", posting, channel)
        post.trouble("conversations.replies", looking, channel)
    keys = [
        post.put(f"{channel} {number}", channel, thread_card=roots[channel]) for channel in cases for number in (1, 2)
    ]
    await post.deliver(*keys)
    for channel in cases:
        root = post.slack.channel(channel).messages()[0]
        thread = [message.text for message in post.slack.channel(channel).thread(root)]
        assert thread == [f"said {channel} {which}" for which in ("root", 1, 2)]


async def test_direct_messages_stand_once(post: Post) -> None:
    """A direct message's conversation is opened, its id is kept, and the message is looked for there."""
    people = {f"U0CASE{number:02d}": case for number, case in enumerate(CASES)}
    conversations = {}
    for user, (posting, looking) in people.items():
        post.slack.add_person(user, user.lower())
        conversations[user] = post.slack.world.direct_channel(user).id
        post.trouble("chat.postMessage", posting, conversations[user])
        post.trouble("conversations.history", looking, conversations[user])
    post.slack.faults.order("conversations.open", "error_before", times=3)
    to = {"account_workspace": "T0HOST"}
    await post.deliver(*(post.put(user, "", account_user=user, **to) for user in people))
    assert {user: texts(post.slack, where) for user, where in conversations.items()} == {
        user: [f"said {user}"] for user in people
    }
    assert {row.channel for row in post.rows()} == set(conversations.values())


async def test_edits_show_the_newest_and_nothing_is_posted(post: Post) -> None:
    """An edit that met any trouble is made again; one that was overtaken by a newer card while it was uncertain never shows
    afterwards."""
    cases = {f"C0CASE{number:02d}": kind for number, kind in enumerate(POSTING)}
    for channel in cases:
        post.slack.add_channel(channel, channel.lower(), ["U0MANAGER"])
    keys = {channel: post.put(channel, channel) for channel in cases}
    await post.deliver(*keys.values())
    for channel, kind in cases.items():
        post.trouble("chat.update", kind, channel)
        post.revise(keys[channel], SharedCard("second"))
    first = [post.courier.attempt(key) for key in keys.values()]
    await asyncio.gather(*first)
    for key in keys.values():
        post.revise(key, SharedCard("third"))
    await post.deliver(*keys.values())
    await asyncio.sleep(SILENCE)  # whatever still hangs comes out
    assert {channel: texts(post.slack, channel) for channel in cases} == {channel: ["third"] for channel in cases}


async def test_reactions_stand_once(post: Post) -> None:
    """An emoji is put again after any trouble; that it is there already is as good as put."""
    cases = {f"C0CASE{number:02d}": kind for number, kind in enumerate(POSTING)}
    keys, messages = [], []
    for channel, kind in cases.items():
        post.slack.add_channel(channel, channel.lower(), ["U0MANAGER"])
        messages.append(await post.slack.person("U0MANAGER").says(channel, "ack"))
        post.trouble("reactions.add", kind, channel)
        emoji = encode(Reaction(Thread(ref=messages[-1].ts), "eyes"))
        keys.append(post.put(channel, channel, kind="reaction", content=emoji, thread_ref=messages[-1].ts))
    await post.deliver(*keys)
    assert [message.reactions for message in messages] == [{"eyes": ["U0BOT"]}] * len(cases)
    assert {row.state for row in post.rows()} == {"sent"}


async def test_files_are_shared_once(post: Post) -> None:
    """A file whose share met any trouble is looked for in its own record, and shared once in its card's thread."""
    for posting, looking in zip(POSTING[2:], itertools.cycle(LOOKING)):
        await _shared_once(post, INVITE, posting, looking)


async def test_a_chart_is_shared_once(post: Post) -> None:
    """The same for a chart, which is drawn before it is uploaded."""
    post.patience = Patience(timeout=3.0, settle=0.5, attempts=20, longest=0.05)
    post.__post_init__()
    await _shared_once(post, CHART, "drop_after", None)


async def _shared_once(post: Post, part: File | Picture, posting: FaultKind, looking: FaultKind | None) -> None:
    card = SharedCard(posting, elements=(part,))
    await post.deliver(post.put(f"{posting} {looking}", "C0SHARED", card=card))
    (row,) = [row for row in post.rows() if row.kind in {FILE, PICTURE} and row.state == "open"]
    post.trouble("files.completeUploadExternal", posting, None)
    post.trouble("files.info", looking, None)
    await post.deliver(row.key)
    root = post.slack.channel("C0SHARED").messages()[-1]
    assert len(post.slack.channel("C0SHARED").thread(root)) == 2, (posting, looking)


async def test_a_post_is_found_on_the_second_page(post: Post) -> None:
    """In a busy channel an uncertain post is found behind hundreds of later messages, and adopted."""
    post.trouble("chat.postMessage", "drop_after", "C0SHARED")
    key = post.put("a", "C0SHARED")
    await post.courier.attempt(key)
    for number in range(230):
        post.slack.world.store(post.slack.channel("C0SHARED"), {"user": "U0LEAD", "text": str(number)})
    await asyncio.sleep(PATIENCE.unclear)
    await post.deliver(key)
    assert texts(post.slack, "C0SHARED").count("said a") == 1 and len(post.slack.calls_of("chat.postMessage")) == 1
    assert len(post.slack.calls_of("conversations.history")) == 2


async def test_a_message_a_person_deleted_is_left_alone(post: Post) -> None:
    """What was deleted in Slack is not posted again when its card changes, and nobody is told of a failure."""
    key = post.put("a", "C0SHARED")
    await post.deliver(key)
    (message,) = post.slack.channel("C0SHARED").messages()
    post.slack.scene.remove(post.slack.channel("C0SHARED"), message)
    post.revise(key, SharedCard("newer"))
    await post.deliver(key)
    assert texts(post.slack, "C0SHARED") == [] and [row.state for row in post.rows()] == ["dropped"]
