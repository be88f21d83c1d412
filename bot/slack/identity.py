"""Who the bot itself is: asked once with ``auth.test``, then remembered."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Unavailable


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
