"""People's Home tabs: published when they are opened, and anew after what is done in them.

Two answers can cross on their way. Slack refuses one that was made upon an older tab than the one that stands there
(``hash_conflict``); then the house is asked once more, and that answer stands whatever was there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Unavailable
from bot.slack import limits
from bot.slack.answers import alone
from bot.slack.render import blocks
from bot.slack.speaker import error_name
from handlers.vocabulary.incoming import HomeOpened
from handlers.vocabulary.outgoing import Answer, AnyCard

Payload = Mapping[str, Any]

log = structlog.get_logger("parley.slack")

WITHIN = 5.0
"""Seconds a tab may take to be published."""
REMEMBERED = 2000
CONFLICT = "hash_conflict"


class Homes:
    """Publishes. ``ask`` hands an event to the house and answers what stands in that person's Home."""

    def __init__(self, client: AsyncWebClient, ask: Callable[[HomeOpened], Awaitable[Answer]]) -> None:
        self._client = client
        self._ask = ask
        self._standing: dict[str, str] = {}

    def shown_to(self, user: str) -> bool:
        """Whether this process published their Home, so that it can be outdated by what they do."""
        return user in self._standing

    async def show(self, opened: HomeOpened, answer: Answer, standing: str = "") -> None:
        """Publish the answer's card. ``standing`` is the hash of the tab they look at, as Slack told it; "" for none."""
        if answer.card is None:
            return
        error = await self._publish(opened.actor.user, answer.card, standing)
        if error != CONFLICT:
            return
        anew = await self._asked(replace(opened, id=f"{opened.id}:anew"))
        if anew.card is not None:
            await self._publish(opened.actor.user, anew.card, "")

    async def refresh(self, opened: HomeOpened) -> None:
        """Ask what stands there now, after something was done, and publish it."""
        await self.show(opened, await self._asked(opened), self._standing.get(opened.actor.user, ""))

    async def _asked(self, opened: HomeOpened) -> Answer:
        """Nobody waits for this: what the database does not answer now, the next opening shows."""
        try:
            return await self._ask(opened)
        except Unavailable:
            log.warning("slack.home_not_asked", request=opened.request)
            return Answer()

    async def _publish(self, user: str, card: AnyCard, standing: str) -> str:
        """Slack's word for what went wrong, "" when it stands."""
        seen = {"hash": standing} if standing else {}
        try:
            request = self._client.views_publish(user_id=user, view=home_view(card), **seen)
            answer = await asyncio.wait_for(request, WITHIN)
        except SlackApiError as error:
            log.warning("slack.answer_failed", what="home", error=error_name(error))
            return error_name(error)
        except (ClientError, TimeoutError) as error:
            log.warning("slack.answer_failed", what="home", error=type(error).__name__)
            return type(error).__name__
        self._remember(user, str((answer.get("view") or {}).get("hash") or ""))
        return ""

    def _remember(self, user: str, standing: str) -> None:
        self._standing.pop(user, None)
        self._standing[user] = standing
        while len(self._standing) > REMEMBERED:
            self._standing.pop(next(iter(self._standing)))


def home_view(card: AnyCard) -> dict[str, Any]:
    """A card as a Home tab, in at most a hundred blocks."""
    drawn = blocks(alone(card), key="home", most=limits.VIEW_BLOCKS, room=limits.VIEW_WORDS)
    return {"type": "home", "callback_id": "home", "blocks": drawn}


def standing_at(body: Payload) -> str:
    """The hash of the tab somebody opened, from ``app_home_opened``; "" when none was ever published."""
    view = (body.get("event") or {}).get("view") or {}
    return str(view.get("hash") or "")


def in_home(body: Payload) -> bool:
    """Whether a gesture was made in the Home tab itself."""
    return (body.get("view") or {}).get("type") == "home"
