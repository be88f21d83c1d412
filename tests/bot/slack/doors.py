"""A Slack door under test: our Bolt app beside the stand-in, in either mode, and a dispatch that records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal

import uvicorn
from starlette.applications import Starlette

from bot.afterwards import Afterwards
from bot.ports import Unavailable
from bot.slack.connection import SocketConnection
from bot.slack.listeners import build_app
from bot.slack.routes import slack_routes
from bot.slack.settings import SlackSettings
from handlers.vocabulary.incoming import AnyIncoming
from handlers.vocabulary.outgoing import Answer
from tests.standins.slack.server import StandInSlack
from tests.standins.slack.surfaces import Message

Mode = Literal["socket", "http"]


class FakeDispatch:
    """Does each event's work once, by id; answers with what the test wants; fails or lingers on demand."""

    def __init__(self) -> None:
        self.done: list[AnyIncoming] = []
        self.calls = 0
        self.answer: Callable[[AnyIncoming], Answer] = lambda incoming: Answer()
        self.refuse = 0
        self.linger = 0.0
        self.cancelled = 0

    async def __call__(self, incoming: AnyIncoming) -> Answer:
        self.calls += 1
        if self.refuse:
            self.refuse -= 1
            raise Unavailable("the database is away")
        try:
            await asyncio.sleep(self.linger)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if incoming.id in {known.id for known in self.done}:
            return Answer()
        self.done.append(incoming)
        return self.answer(incoming)


def settings_for(slack: StandInSlack) -> SlackSettings:
    """Settings that lead to the stand-in."""
    return SlackSettings(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)


@asynccontextmanager
async def opened(
    slack: StandInSlack, mode: Mode, dispatch: FakeDispatch, patience: float = 2.5
) -> AsyncIterator[Afterwards]:
    """The door, open: Socket Mode or HTTP by ``mode``."""
    afterwards = Afterwards()
    settings = settings_for(slack)
    app = build_app(settings, dispatch, afterwards=afterwards, patience=patience)
    if mode == "socket":
        connection = SocketConnection(app, settings, check_every=0.05, stale_after=0.3, ping_every=0.2)
        await connection.start()
        await slack.connected()
        try:
            yield afterwards
        finally:
            await connection.stop()
            await afterwards.finish(1)
        return
    async with served(Starlette(routes=slack_routes(app, settings))) as url:
        slack.request_url = f"{url}/slack/events"
        yield afterwards
        await afterwards.finish(1)


@asynccontextmanager
async def served(application: Starlette) -> AsyncIterator[str]:
    """The application on a free local port; its address."""
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", lifespan="off"))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn offers no event to wait for
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


def only(dispatch: FakeDispatch, kind: type[AnyIncoming]) -> AnyIncoming:
    """The one thing of this kind that was dispatched."""
    found = [incoming for incoming in dispatch.done if isinstance(incoming, kind)]
    assert len(found) == 1, dispatch.done
    return found[0]


def card_by_bot(slack: StandInSlack, channel: str = "C0SHARED") -> Message:
    """A card of ours with a button, standing in the channel."""
    button = {"type": "button", "action_id": "issue.ack", "value": "42", "text": {"type": "plain_text", "text": "Ack"}}
    blocks = [{"type": "actions", "block_id": "k:0", "elements": [button]}]
    return slack.scene.post(slack.channel(channel), {**slack.world.bot_fields(), "text": "An issue", "blocks": blocks})
