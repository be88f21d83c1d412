"""One request to Teams' connector or to Graph: with a token, bounded in time, and never repeated behind anybody's back.

Only a token that is not accepted any more is replaced, once: a request refused for its token has done nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from httpx import HTTPStatusError
from microsoft_teams.api import ApiClient
from microsoft_teams.apps import App

from bot.teams.clients import cloud, tokens_of
from bot.teams.settings import TeamsSettings

T = TypeVar("T")


class Asking:
    """Asks, as the bot. Everything raises one of ``bot.teams.outcomes.FAILURES``; ``timeout`` bounds a request, in seconds."""

    def __init__(self, settings: TeamsSettings, app: App, timeout: float) -> None:
        self._settings, self._app, self._timeout = settings, app, timeout
        self._tokens, self._cloud = tokens_of(app), cloud(settings)
        self._clients: dict[str, ApiClient] = {}

    async def connector(self, address: str, request: Callable[[ApiClient], Awaitable[T]]) -> T:
        """What ``request`` answers, asked of the connector at ``address``."""

        async def once(_: str) -> T:
            return await request(self._client(address))

        return await self._with_token(self._cloud.bot_scope, once)

    async def graph(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What Graph has under ``path``, relative to v1.0, or under a next page's address. The token goes to Graph alone."""
        root = f"{self._settings.graph_url}/v1.0/"
        if "://" in path and not path.startswith(root):
            raise ValueError("Graph names a next page that is not Graph's")
        url = path if path.startswith(root) else root + path

        async def once(token: str) -> dict[str, Any]:
            answer = await self._app.http_client.get(url, params=dict(params) if params else None, token=token)
            found = answer.json()
            if not isinstance(found, dict):
                raise ValueError("Graph's answer is no object")
            return found

        return await self._with_token(self._cloud.graph_scope, once)

    async def close(self) -> None:
        """Close the connections."""
        for http in {self._app.http_client.http, self._app.api.http.http}:
            await http.aclose()

    async def _with_token(self, scope: str, once: Callable[[str], Awaitable[T]]) -> T:
        """The token is there before the time runs, so that a request that never left is not taken for one that may have."""
        for last in (False, True):
            token = await self._tokens.get_app_token(scope)
            try:
                async with asyncio.timeout(self._timeout):
                    return await once(token)
            except HTTPStatusError as error:
                if last or error.response.status_code != HTTPStatus.UNAUTHORIZED:
                    raise
                self._tokens.forget(scope, token)
        raise AssertionError("the second attempt answers or raises")

    def _client(self, address: str) -> ApiClient:
        """They share one pool of connections; there are as many as Teams has regions for our people."""
        if address not in self._clients:
            self._clients[address] = self._app.api.clone(service_url=address)
        return self._clients[address]
