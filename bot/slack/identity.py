"""Who the bot itself is, and whose people others are: asked once of Slack, then remembered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Unavailable
from handlers.vocabulary.address import Account


@dataclass(frozen=True, slots=True)
class Identity:
    """The installing team and the bot's own ids in it."""

    team: str
    bot_user: str
    bot_id: str


class Ourselves:
    """Learns the bot's identity at the first need and keeps it."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._identity: Identity | None = None

    async def identity(self) -> Identity:
        """The identity. Raises ``Unavailable`` when Slack does not tell, so that an event is retried and not lost."""
        if self._identity is None:
            try:
                answer = await self._client.auth_test()
            except (SlackApiError, ClientError, TimeoutError) as error:
                raise Unavailable("Slack did not say who the bot is (auth.test)") from error
            self._identity = Identity(answer["team_id"], answer["user_id"], answer.get("bot_id") or "")
        return self._identity

    async def known(self) -> Identity | None:
        """The identity, or None when Slack does not tell just now."""
        try:
            return await self.identity()
        except Unavailable:
            return None


REMEMBERED = 5000
WITHIN = 1.0
"""Seconds ``users.info`` may take: an event waits for it."""


class Companies:
    """Learns whose people somebody belongs to where an event does not say: an emoji in a channel of two companies."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, str] = {}

    async def completed(self, account: Account) -> Account:
        """The account with its own workspace; unchanged when Slack does not tell, and then it is nobody we know."""
        if account.user not in self._known:
            try:
                answer = await asyncio.wait_for(self._client.users_info(user=account.user), WITHIN)
            except (SlackApiError, ClientError, TimeoutError):
                return account
            self._known[account.user] = str(answer["user"].get("team_id") or "")
            while len(self._known) > REMEMBERED:
                self._known.pop(next(iter(self._known)))
        return replace(account, workspace=self._known[account.user])
