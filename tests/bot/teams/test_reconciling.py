"""Reconciling by kind on Teams: where Graph lets us read, everything stands once whatever Teams answers; where it does not, a
post that stood without our hearing of it stands twice, or a manager is told, as it is set; and nothing is ever lost.

As for Slack: the real courier over HTTP, with patience at a twentieth of what it is in use, and every trouble of posting
meeting every trouble of looking, in a channel each, all at once.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from bot.clock import Clock
from bot.delivery.courier import Courier
from bot.delivery.patience import Patience
from bot.workers import Workers
from handlers.saying import encode
from handlers.vocabulary.address import Platform, Thread
from handlers.vocabulary.outgoing import Reaction, SharedCard
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.bot.teams.lines import gateway_to, know
from tests.databases import installed, outbox_row
from tests.standins.teams.faults import FaultKind, Rates
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import SHARED
from tests.standins.teams.world import HOST_TENANT

pytestmark = pytest.mark.slow

PATIENCE = Patience(timeout=0.5, settle=0.5, attempts=20, longest=0.05)
LATE = 0.4
SILENCE = 0.7
"""Seconds of a hang: longer than the timeout, shorter than the wait before looking."""
UNHEARD: tuple[FaultKind, ...] = ("error_after", "drop_after", "hang", "slow_answer")
"""Troubles after which the message stands, and Teams has not said so."""
UNDONE: tuple[FaultKind, ...] = ("rate_limited", "error_before", "drop_before")
POSTING = UNDONE + UNHEARD
LOOKING: tuple[FaultKind | None, ...] = (None, "rate_limited", "error_before", "drop_before", "hang_before")
CASES = [(posting, looking) for posting in POSTING for looking in (LOOKING if posting in UNHEARD else LOOKING[:2])]


@dataclass
class Post:
    """The stand-in, an outbox, and the real courier between them."""

    teams: StandInTeams
    database: Database
    courier: Courier

    def put(self, once: str, channel: str, **details: Any) -> str:
        """Say something there."""
        with UnitOfWork(self.database) as uow:
            values = {"platform": "teams", "workspace": HOST_TENANT, "channel": channel, **details}
            key = uow.outbox.put(outbox_row(once, **values)).key
            uow.commit()
        return key

    def revise(self, key: str, card: SharedCard) -> None:
        """Let it show another card."""
        with UnitOfWork(self.database) as uow:
            row = uow.outbox.by_key(key)
            assert row is not None
            uow.outbox.revise(row, encode(card), Clock().now())
            uow.commit()

    async def deliver(self, *keys: str) -> None:
        """As the engine does: attempt, wait as told, until done."""

        async def one(key: str) -> None:
            while (wait := await self.courier.attempt(key)) is not None:  # noqa: ASYNC110  # as long as it says
                await asyncio.sleep(wait)

        async with asyncio.timeout(30):
            await asyncio.gather(*map(one, keys))

    def rows(self) -> Sequence[OutboxRow]:
        with UnitOfWork(self.database) as uow:
            return uow.outbox.everything()

    def states(self, keys: dict[str, str]) -> dict[str, str]:
        """The state of each channel's row."""
        found = {row.key: row.state for row in self.rows()}
        return {channel: found[key] for channel, key in keys.items()}

    def trouble(self, method: str, kind: FaultKind | None, channel: str) -> None:
        """The next call of this method meets it."""
        if kind is not None:
            seconds = 1 if kind == "rate_limited" else SILENCE
            self.teams.faults.order(method, kind, seconds=seconds, channel=channel, status=502)

    def channels(self, many: int) -> list[str]:
        """So many new channels the bot is in."""
        names = [f"19:case{number:02d}@thread.tacv2" for number in range(many)]
        know(self.teams, self.database, *(self.teams.add_channel(each, each, ["maya"]) for each in names))
        return names


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as open_until_then:
        yield open_until_then


@pytest.fixture
async def teams(stack: AsyncExitStack) -> StandInTeams:
    teams = await stack.enter_async_context(StandInTeams(rates=Rates.unlimited()))
    teams.graph_delay, teams.graph_allowed = LATE, True
    return teams


async def post_to(teams: StandInTeams, url: str, stack: AsyncExitStack, **settings: Any) -> Post:
    """A post office; ``settings`` are the gateway's. Its database and workers end with ``stack``."""
    database, run = Database(url, durable=False), Workers()
    installed(database)
    stack.callback(database.dispose)
    stack.push_async_callback(asyncio.to_thread, run.stop)
    gateway = await stack.enter_async_context(gateway_to(teams, database, within=5.0, **settings))
    courier = Courier(
        lambda: UnitOfWork(database), {Platform.TEAMS: gateway}, run, Clock().now, {Platform.TEAMS: PATIENCE}
    )
    return Post(teams, database, courier)


@pytest.fixture
async def post(teams: StandInTeams, sqlite_url: str, stack: AsyncExitStack) -> Post:
    return await post_to(teams, sqlite_url, stack)


def texts(teams: StandInTeams, channel: str) -> list[str]:
    """What stands in a conversation, oldest first, as notifications read it."""
    return [message.summary for message in teams.channel(channel).everything()]


async def test_what_graph_shows_stands_once_on_teams(post: Post) -> None:
    """Where Graph lets us read, a post that met any trouble stands once and is noted as sent, also when looking for it met
    trouble of its own."""
    cases = dict(zip(post.channels(len(CASES)), CASES, strict=True))
    for channel, (posting, looking) in cases.items():
        post.trouble("post", posting, channel)
        post.trouble("graph.messages", looking, channel)
    await post.deliver(*(post.put(channel, channel) for channel in cases))
    assert {channel: texts(post.teams, channel) for channel in cases} == {each: [f"said {each}"] for each in cases}
    assert {row.state for row in post.rows()} == {"sent"}


async def test_graph_later_than_patience_doubles(post: Post) -> None:
    """The test above can fail: where Graph shows a post later than anybody waits, it is posted again."""
    post.teams.graph_delay = 3 * (PATIENCE.timeout + PATIENCE.settle)
    post.trouble("post", "error_after", SHARED)
    await post.deliver(post.put("a", SHARED))
    assert texts(post.teams, SHARED) == ["said a", "said a"]


async def test_replies_stand_once_in_their_thread_on_teams(post: Post) -> None:
    """The same for replies, which are looked for in their thread; two replies keep their order."""
    cases = dict(zip(post.channels(len(UNHEARD)), zip(UNHEARD, LOOKING, strict=False), strict=True))
    roots = {channel: post.put(f"{channel} root", channel) for channel in cases}
    await post.deliver(*roots.values())
    for channel, (posting, looking) in cases.items():
        post.trouble("reply", posting, channel)
        post.trouble("graph.replies", looking, channel)
    numbered = itertools.product(cases, (1, 2))
    keys = [post.put(f"{channel} {number}", channel, thread_card=roots[channel]) for channel, number in numbered]
    await post.deliver(*keys)
    for channel in cases:
        (root,) = post.teams.channel(channel).messages()
        replies = [message.summary for message in post.teams.channel(channel).thread(root)]
        assert replies == [f"said {channel} 1", f"said {channel} 2"]


async def test_what_nobody_lets_us_read_stands_twice_at_most(
    teams: StandInTeams, sqlite_url: str, stack: AsyncExitStack
) -> None:
    """Without Graph and with TEAMS_UNSURE=twice nothing is lost, and doubled is exactly what stood without our hearing."""
    teams.graph_allowed = False
    post = await post_to(teams, sqlite_url, stack, unsure="twice")
    cases = dict(zip(post.channels(len(POSTING)), POSTING, strict=True))
    for channel, posting in cases.items():
        post.trouble("post", posting, channel)
    await post.deliver(*(post.put(channel, channel) for channel in cases))
    counted = {posting: len(texts(teams, channel)) for channel, posting in cases.items()}
    assert counted == {**dict.fromkeys(UNDONE, 1), **dict.fromkeys(UNHEARD, 2)}
    assert {row.state for row in post.rows()} == {"sent"}


async def test_what_nobody_lets_us_read_is_told_to_a_manager(
    teams: StandInTeams, sqlite_url: str, stack: AsyncExitStack
) -> None:
    """With TEAMS_UNSURE=never nothing is posted twice: what may stand has failed, and sent again it is posted."""
    teams.graph_allowed = False
    post = await post_to(teams, sqlite_url, stack, unsure="never")
    cases = dict(zip(post.channels(len(POSTING)), POSTING, strict=True))
    for channel, posting in cases.items():
        post.trouble("post", posting, channel)
    keys = {channel: post.put(channel, channel) for channel in cases}
    await post.deliver(*keys.values())
    counted = {posting: len(texts(teams, channel)) for channel, posting in cases.items()}
    assert counted == {"rate_limited": 1, "error_before": 0, "drop_before": 0, **dict.fromkeys(UNHEARD, 1)}
    states = {cases[channel]: state for channel, state in post.states(keys).items()}
    assert states == {**dict.fromkeys(POSTING, "failed"), "rate_limited": "sent"}
    (again,) = [channel for channel, posting in cases.items() if posting == "error_before"]
    with UnitOfWork(post.database) as uow:
        row = uow.outbox.by_key(keys[again])
        assert row is not None and "TEAMS_UNSURE" in row.trouble and uow.outbox.retry(row, Clock().now())
        uow.commit()
    await post.deliver(keys[again])
    assert texts(teams, again) == [f"said {again}"] and post.states(keys)[again] == "sent"


async def test_direct_messages_on_teams_double_only_unheard(post: Post) -> None:
    """A personal chat is opened once and kept; nobody may read it back, so what stood unheard stands twice."""
    people = {post.teams.add_person(f"case{number}").id: kind for number, kind in enumerate(POSTING)}
    chats = {who: post.teams.world.personal(post.teams.person(who).user).id for who in people}
    for who, kind in people.items():
        post.trouble("post", kind, chats[who])
    to = {"account_workspace": HOST_TENANT}
    await post.deliver(*(post.put(who, "", account_user=who, **to) for who in people))
    assert {people[who]: len(texts(post.teams, chat)) for who, chat in chats.items()} == {
        **dict.fromkeys(UNDONE, 1),
        **dict.fromkeys(UNHEARD, 2),
    }
    assert {row.channel for row in post.rows()} == set(chats.values())
    before = len(post.teams.calls_of("create"))
    await post.deliver(*(post.put(f"{who} again", "", account_user=who, **to) for who in people))
    assert len(post.teams.calls_of("create")) == before


async def test_edits_on_teams_show_the_newest(post: Post) -> None:
    """An edit that met any trouble is made again; one that was overtaken while it was uncertain never shows afterwards."""
    cases = dict(zip(post.channels(len(POSTING)), POSTING, strict=True))
    keys = {channel: post.put(channel, channel) for channel in cases}
    await post.deliver(*keys.values())
    for channel, kind in cases.items():
        post.trouble("update", kind, channel)
        post.revise(keys[channel], SharedCard("second"))
    await asyncio.gather(*(post.courier.attempt(key) for key in keys.values()))
    for key in keys.values():
        post.revise(key, SharedCard("third"))
    await post.deliver(*keys.values())
    await asyncio.sleep(SILENCE)  # whatever still hangs comes out
    assert {channel: texts(post.teams, channel) for channel in cases} == {channel: ["third"] for channel in cases}


async def test_reactions_on_teams_stand_once(post: Post) -> None:
    """An emoji is put again after any trouble; that it is there already is as good as put."""
    cases = dict(zip(post.channels(len(POSTING)), POSTING, strict=True))
    keys, messages = [], []
    for channel, kind in cases.items():
        messages.append(post.teams.world.store(post.teams.channel(channel), "maya", {"text": "ack"}))
        post.trouble("react", kind, channel)
        emoji = encode(Reaction(Thread(ref=messages[-1].id), "eyes"))
        keys.append(post.put(channel, channel, kind="reaction", content=emoji, thread_ref=messages[-1].id))
    await post.deliver(*keys)
    assert [list(message.reactions) for message in messages] == [["1f440_eyes"]] * len(cases)
    assert {row.state for row in post.rows()} == {"sent"}


async def test_a_refused_emoji_worries_nobody(post: Post) -> None:
    """Where the connector knows no reactions, the emoji is dropped and no failure is kept."""
    post.teams.connector.reactions = False
    message = post.teams.world.store(post.teams.channel(SHARED), "maya", {"text": "ack"})
    emoji = encode(Reaction(Thread(ref=message.id), "eyes"))
    await post.deliver(post.put("emoji", SHARED, kind="reaction", content=emoji, thread_ref=message.id))
    assert [row.state for row in post.rows()] == ["dropped"]


async def test_a_post_on_teams_is_found_on_the_second_page(post: Post) -> None:
    """In a busy channel an uncertain post is found behind a page of later messages, and adopted."""
    post.trouble("post", "drop_after", SHARED)
    key = post.put("a", SHARED)
    await post.courier.attempt(key)
    for number in range(60):
        post.teams.world.store(post.teams.channel(SHARED), "maya", {"text": str(number)})
    await asyncio.sleep(PATIENCE.unclear)
    await post.deliver(key)
    assert texts(post.teams, SHARED).count("said a") == 1 and len(post.teams.calls_of("post")) == 1
    assert len(post.teams.calls_of("graph.messages")) == 2


async def test_what_a_person_deleted_on_teams_is_left_alone(post: Post) -> None:
    """What was deleted in Teams is not posted again when its card changes, and nobody is told of a failure."""
    key = post.put("a", SHARED)
    await post.deliver(key)
    (message,) = post.teams.channel(SHARED).messages()
    message.deleted = True
    post.revise(key, SharedCard("newer"))
    await post.deliver(key)
    assert texts(post.teams, SHARED) == [] and [row.state for row in post.rows()] == ["dropped"]
