"""What answers a person by a request of its own: a form, a private word, a reaction. Best effort, never a record.

Whatever must arrive goes through the outbox instead. Nothing here raises: what Slack refuses is logged by its name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack import answers, forms
from bot.slack.clients import library_logger
from bot.slack.payloads import channel_of
from handlers.vocabulary.address import Place
from handlers.vocabulary.incoming import AnyIncoming, Asked, Said
from handlers.vocabulary.outgoing import Answer, Form

Payload = Mapping[str, Any]
Body = dict[str, Any]

log = structlog.get_logger("parley.slack")


class Speaker:
    """Speaks to the one who asked."""

    def __init__(self, client: AsyncWebClient, response_prefixes: tuple[str, ...]) -> None:
        self._client = client
        self._response_prefixes = response_prefixes

    async def open_form(self, body: Payload, form: Form, within: float) -> bool:
        """Opens the form by the payload's trigger, on top of one that is open already. False when it did not open."""
        opener = self._client.views_push if _in_modal(body) else self._client.views_open
        view = forms.modal(form, channel_of(body))
        return await self._try("form", opener(trigger_id=body.get("trigger_id", ""), view=view), within)

    async def answer_gesture(self, body: Payload, answer: Answer, *, outside: bool = False) -> None:
        """What follows a click or a shortcut: a form, else a private word.

        Whether somebody from ``outside`` sees a private word in a channel is not certain: they get it directly, unless
        it only confirms what the card shows anyway.
        """
        if answer.form is not None:
            if await self.open_form(body, answer.form, within=2.5):
                return
            answer = Answer(done=answers.NOT_OPENED)
        words = answers.private_words(answer)
        if not words:
            return
        if outside and answers.must_be_seen(answer) and not body.get("view"):
            await self._say_directly(body["user"]["id"], words)
        else:
            await self.say_privately(body, words, answer.card.title if answer.card is not None else "")

    async def _say_directly(self, user: str, words: Body) -> None:
        """In the conversation between them and the bot."""
        await self._try("word", self._direct(user, words))

    async def _direct(self, user: str, words: Body) -> Any:
        channel = (await self._client.conversations_open(users=user))["channel"]["id"]
        return await self._client.chat_postMessage(channel=channel, **words, unfurl_links=False, unfurl_media=False)

    async def say_privately(self, body: Payload, words: Body, title: str = "") -> None:
        """By the payload's ``response_url``; inside a form, in its place; from Home or the global menu, in its own form."""
        response_url = body.get("response_url") or ""
        if response_url:
            await self._respond(response_url, words)
        elif _in_modal(body):
            view = answers.card_view(title, words)
            await self._try("word", self._client.views_update(view_id=body["view"]["id"], view=view))
        elif body.get("trigger_id"):
            view = answers.card_view(title, words)
            await self._try("word", self._client.views_open(trigger_id=body["trigger_id"], view=view))

    async def answer_message(self, incoming: AnyIncoming, answer: Answer) -> None:
        """What follows a message, which has no trigger and no response_url: a reaction, a word only they see."""
        if not isinstance(incoming, Asked | Said) or incoming.place is None or not incoming.message:
            return
        channel, ts = incoming.place.channel, incoming.message
        if answer.reaction:
            await self._try("reaction", self._client.reactions_add(channel=channel, timestamp=ts, name=answer.reaction))
        words = answers.private_words(answer)
        if words:
            await self._whisper(incoming.place, incoming, words)

    async def _whisper(self, place: Place, incoming: Asked | Said, words: Body) -> None:
        where: Body = {"channel": place.channel, "thread_ts": incoming.thread, **words}
        if place.channel.startswith("D"):
            await self._try("word", self._client.chat_postMessage(**where, unfurl_links=False, unfurl_media=False))
        else:
            await self._try("word", self._client.chat_postEphemeral(**where, user=incoming.actor.user))

    async def _respond(self, response_url: str, words: Body) -> None:
        if not response_url.startswith(self._response_prefixes):
            log.warning("slack.response_url_refused", way_out="its host is neither Slack's nor that of SLACK_API_URL")
            return
        hook = AsyncWebhookClient(response_url, timeout=5, logger=library_logger(), retry_handlers=[])
        body = {"response_type": "ephemeral", "replace_original": False, **words}
        await self._try("word", hook.send_dict(body))

    async def _try(self, what: str, request: Awaitable[Any], within: float = 5) -> bool:
        try:
            answer = await asyncio.wait_for(request, within)
        except SlackApiError as error:
            log.warning("slack.answer_failed", what=what, error=error_name(error))
            return False
        except (ClientError, TimeoutError) as error:
            log.warning("slack.answer_failed", what=what, error=type(error).__name__)
            return False
        if answer.status_code != HTTPStatus.OK:
            log.warning("slack.answer_failed", what=what, error=f"HTTP {answer.status_code}")
        return bool(answer.status_code == HTTPStatus.OK)


def _in_modal(body: Payload) -> bool:
    """Whether a modal is open that can be covered or replaced; a Home tab is a view, but not one of these."""
    view = body.get("view") or {}
    return bool(view) and view.get("type") != "home"


def error_name(error: SlackApiError) -> str:
    """Slack's own word for the error, such as ``channel_not_found``; else the HTTP status. Never the whole response."""
    try:
        return str(error.response["error"])
    except (KeyError, TypeError):
        return f"HTTP {status_of(error)}"


def status_of(error: SlackApiError) -> int:
    """The HTTP status of the response; an unreadable body comes with aiohttp's own response object."""
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
