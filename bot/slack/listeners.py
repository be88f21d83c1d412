"""Payload in, answer out: one Bolt app for Socket Mode and for signed HTTP.

Bolt acknowledges events before their listeners run; a crash would lose them. So events are handled by a middleware,
before any acknowledgement: if it raises, Slack gets a 500 (in Socket Mode no acknowledgement) and sends it again.
Commands, clicks and forms are not sent again: they are handled first and acknowledged with the real answer.
"""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.afterwards import Afterwards
from bot.ports import Dispatch, Unavailable
from bot.slack import answers, events, payloads
from bot.slack.clients import bot_client, library_logger
from bot.slack.home import Homes, in_home, standing_at
from bot.slack.identity import Companies, Ourselves
from bot.slack.settings import SlackSettings
from bot.slack.speaker import Speaker
from bot.slack.timing import TimedApp
from bot.watching.measures import Measure, unmeasured
from handlers.vocabulary.incoming import AnyIncoming, HomeOpened, Pressed, Reacted, Submitted
from handlers.vocabulary.outgoing import Answer

Payload = Mapping[str, Any]

log = structlog.get_logger("parley.slack")

PATIENCE = 2.5
"""Seconds one event may take: Slack waits three for the acknowledgement."""
ACKNOWLEDGE_BY = 2.9
"""Seconds after which a command is acknowledged, whether its form opened or not."""
ANYTHING = re.compile(".*", re.DOTALL)


def build_app(
    settings: SlackSettings,
    dispatch: Dispatch,
    *,
    afterwards: Afterwards | None = None,
    patience: float = PATIENCE,
    answered: Measure = unmeasured,
) -> AsyncApp:
    """The Bolt app behind both doors. Nothing is sent before the first request.

    ``dispatch`` is cancelled after ``patience`` seconds, and must then have saved nothing. ``afterwards`` holds what
    follows acknowledgements; pass one to be able to finish it before the process stops. ``answered`` is told how long each
    answer took.
    """
    ourselves = Ourselves(bot_client(settings, patience))
    speaker = Speaker(bot_client(settings), settings.response_prefixes)
    listeners = Listeners(dispatch, ourselves, speaker, bot_client(settings), afterwards or Afterwards(), patience)
    app = TimedApp(
        answered,
        name="parley",
        logger=library_logger(),
        client=_client_without_token(settings),
        authorize=_authorize(ourselves, settings),
        signing_secret=settings.signing_secret or "",
        process_before_response=True,
    )
    app.error(report_failure)
    app.use(listeners.on_event)
    app.command(ANYTHING)(listeners.on_command)
    app.action(ANYTHING)(listeners.on_press)
    app.view(ANYTHING)(listeners.on_submit)
    app.shortcut(ANYTHING)(listeners.on_shortcut)
    return app


def _client_without_token(settings: SlackSettings) -> Any:
    """Bolt copies this client for each request and gives it the token that ``authorize`` returned."""
    client = bot_client(settings)
    client.token = None
    return client


def _authorize(ourselves: Ourselves, settings: SlackSettings) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt's own check answers 200 when Slack does not tell who we are, which would lose an event; this one raises."""

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        us = await ourselves.identity()
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id or us.team,
            bot_user_id=us.bot_user,
            bot_id=us.bot_id,
            bot_token=settings.bot_token,
        )

    return authorize


async def report_failure(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """What was not handled: a line with the error's kind and place (its words may quote people), a 500 for Slack."""
    request = body.get("event_id") or body.get("type") or body.get("command") or ""
    if isinstance(error, Unavailable):
        log.warning("slack.not_saved", request=request)
    else:
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        log.error("slack.request_failed", request=request, error=type(error).__name__, where=where)
    return BoltResponse(status=500, body="")


class Listeners:
    """The five entries of the Slack door."""

    def __init__(
        self,
        dispatch: Dispatch,
        ourselves: Ourselves,
        speaker: Speaker,
        client: AsyncWebClient,
        afterwards: Afterwards,
        patience: float,
    ) -> None:
        self._dispatch = dispatch
        self._ourselves = ourselves
        self._speaker = speaker
        self._afterwards = afterwards
        self._patience = patience
        self._homes = Homes(client, self._handle)
        self._companies = Companies(client)

    async def on_event(
        self, body: dict[str, Any], ack: AsyncAck, next: Callable[[], Awaitable[Any]]
    ) -> BoltResponse | None:
        """Handles an event to its commit, then acknowledges; everything else goes on to the listeners."""
        if body.get("type") != "event_callback":
            await next()
            return None
        us = await self._ourselves.known() or events.named_in(body)
        incoming = events.event(body, us)
        if isinstance(incoming, Reacted) and not incoming.actor.workspace:
            incoming = replace(incoming, actor=await self._companies.completed(incoming.actor))
        if incoming is not None:
            answer = await self._handle(incoming)
            if isinstance(incoming, HomeOpened):
                self._afterwards.start(self._homes.show(incoming, answer, standing_at(body)))
            elif answer != Answer():
                self._afterwards.start(self._speaker.answer_message(incoming, answer))
        return await ack()

    async def on_command(self, body: dict[str, Any], ack: AsyncAck) -> None:
        """The root command: a form is opened before the acknowledgement, all else is said in it."""
        by = asyncio.get_running_loop().time() + ACKNOWLEDGE_BY
        try:
            answer = await self._handle(payloads.asked(body, await self._ourselves.identity()))
        except Unavailable:
            await ack(answers.command_ack(Answer(done=answers.NOT_SAVED)))
            return
        if answer.form is not None:
            left = max(0.3, by - asyncio.get_running_loop().time())
            opened = await self._speaker.open_form(body, answer.form, within=left)
            answer = Answer() if opened else Answer(done=answers.NOT_OPENED)
        await _acknowledge(ack, answers.command_ack(answer))

    async def on_press(self, body: dict[str, Any], ack: AsyncAck) -> None:
        """A button or select: an empty acknowledgement, then a form or a private word."""
        us = await self._ourselves.identity()
        pressed = payloads.pressed(body, us)
        answer = await self._handle_gesture(pressed)
        await ack()
        outside = pressed.actor.workspace != us.team
        self._afterwards.start(self._answer_press(body, pressed, answer, outside))

    async def _answer_press(self, body: Payload, pressed: Pressed, answer: Answer, outside: bool) -> None:
        if not (in_home(body) and _shows_itself(answer)):
            await self._speaker.answer_gesture(body, answer, outside=outside)
        if in_home(body) or self._may_outdate_home(pressed):
            await self._homes.refresh(_home_after(pressed))

    def _may_outdate_home(self, done: Pressed | Submitted) -> bool:
        """What was done in no channel was done in Home, or in a form opened from there."""
        return done.place is None and self._homes.shown_to(done.actor.user)

    async def on_shortcut(self, body: dict[str, Any], ack: AsyncAck) -> None:
        """A shortcut: as a button."""
        answer = await self._handle_gesture(payloads.shortcut(body, await self._ourselves.identity()))
        await ack()
        self._afterwards.start(self._speaker.answer_gesture(body, answer))

    async def on_submit(self, body: dict[str, Any], ack: AsyncAck) -> None:
        """A form: what it leads to is said in the acknowledgement."""
        submitted = payloads.submitted(body, await self._ourselves.identity())
        try:
            answer = await self._handle(submitted)
        except Unavailable:
            await ack(answers.submit_not_saved(body))
            return
        await ack(answers.submit_ack(answer, payloads.channel_of(body)))
        if not answer.problems and self._may_outdate_home(submitted):
            self._afterwards.start(self._homes.refresh(_home_after(submitted)))

    async def _handle_gesture(self, incoming: AnyIncoming) -> Answer:
        try:
            return await self._handle(incoming)
        except Unavailable:
            return Answer(done=answers.NOT_SAVED)

    async def _handle(self, incoming: AnyIncoming) -> Answer:
        """Awaits the commit, but not longer than Slack waits. Raises ``Unavailable`` when it was not saved."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._dispatch(incoming)
        except TimeoutError as error:
            raise Unavailable("the event was not saved in time") from error


def _shows_itself(answer: Answer) -> bool:
    """Whether a bare confirmation needs no window of its own: the Home tab shows in a moment that it is done."""
    return answer.card is None and answer.form is None and not answer.problems and answer.done != answers.NOT_SAVED


def _home_after(done: Pressed | Submitted) -> HomeOpened:
    """Home is looked at again after something was done; an event of its own, heard once."""
    unique = f"{done.id}:home"
    return HomeOpened(unique, done.actor, None, actor_name=done.actor_name, request=unique)


async def _acknowledge(ack: AsyncAck, body: dict[str, Any]) -> None:
    """Bolt would send an empty dict as JSON; nothing to say is an empty body."""
    await (ack(body) if body else ack())
