"""Tokens for Teams' connector and for Graph, from Entra: fetched off the loop, one request for everybody who waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from msal import ConfidentialClientApplication
from msal.exceptions import MsalError
from requests import RequestException

from bot.teams.settings import TeamsSettings

log = structlog.get_logger("parley.teams")

EARLY = 300.0
"""Seconds before its end from which a token is not used any more; a shorter-lived one is used for half its life."""
REST = 5.0
"""Seconds in which Entra is not asked again after it refused or did not answer."""


class NoToken(Exception):
    """Entra gave no token: look at TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET and TEAMS_TENANT_ID with `python -m bot check`."""

    def __init__(self, error: str) -> None:
        super().__init__(f"no token from Entra ({error}): see `python -m bot check`")
        self.error = error
        """Entra's own word, such as "invalid_client", or what kept it from answering; never a token or a secret."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A token and until when it is used, on the ``clock``; or why there is none and until when nobody asks again."""

    token: str | NoToken
    until: float


class Tokens:
    """The app's own tokens, each kept until shortly before its end. ``timeout`` bounds a fetch, in seconds; ``clock``
    answers seconds that only grow."""

    def __init__(
        self, settings: TeamsSettings, timeout: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings, self._timeout, self._clock = settings, timeout, clock
        self._kept: dict[str, _Kept] = {}
        self._under_way: dict[str, asyncio.Task[str]] = {}

    async def get_app_token(self, scope: str, tenant_id: str | None = None) -> str:
        """A token for ``scope`` ("https://…/.default"). Raises ``NoToken``.

        The SDK asks under this name. The bot has one tenant, so ``tenant_id`` decides nothing.
        """
        kept = self._kept.get(scope)
        if kept is not None and self._clock() < kept.until:
            if isinstance(kept.token, NoToken):
                raise NoToken(kept.token.error)
            return kept.token
        fetching = self._under_way.get(scope)
        if fetching is None:
            fetching = self._under_way[scope] = asyncio.create_task(self._fetch(scope))
            fetching.add_done_callback(lambda done: self._finished(scope, done))
        return await asyncio.shield(fetching)

    def forget(self, scope: str, token: str) -> None:
        """``token`` was not accepted: the next one who asks gets a new one. One that replaced it already stays."""
        kept = self._kept.get(scope)
        if kept is not None and kept.token == token:
            del self._kept[scope]

    async def _fetch(self, scope: str) -> str:
        """A hang in the middle of an answer is not the library's timeout: nobody waits longer than ours in any case."""
        try:
            async with asyncio.timeout(self._timeout):
                answer = await asyncio.to_thread(self._ask, scope)
        except TimeoutError:
            raise self._failed(scope, f"no answer within {self._timeout:g} seconds") from None
        except (RequestException, MsalError, ValueError, KeyError) as trouble:
            raise self._failed(scope, type(trouble).__name__) from None
        token = answer.get("access_token")
        if not isinstance(token, str):
            raise self._failed(scope, word(answer))
        life = float(answer.get("expires_in") or 0)
        self._kept[scope] = _Kept(token, self._clock() + max(life - EARLY, life / 2))
        return token

    def _ask(self, scope: str) -> dict[str, Any]:
        """In a thread. A fetch an hour needs nothing kept between two: neither a connection, nor the library's tokens and
        what it remembers of refusals."""
        application = ConfidentialClientApplication(
            self._settings.client_id,
            client_credential=self._settings.client_secret,
            authority=f"{self._settings.login_url}/{self._settings.tenant_id}",
            instance_discovery=False,
            timeout=self._timeout,
        )
        try:
            answer: dict[str, Any] = application.acquire_token_for_client([scope])
        finally:
            application.http_client.close()
        return answer

    def _failed(self, scope: str, error: str) -> NoToken:
        trouble = NoToken(error)
        self._kept[scope] = _Kept(trouble, self._clock() + REST)
        log.error("teams.no_token", error=error, mend="python -m bot check")
        return trouble

    def _finished(self, scope: str, done: asyncio.Task[str]) -> None:
        self._under_way.pop(scope, None)
        if not done.cancelled():
            done.exception()  # those who waited have it; without them it would be reported as never looked at


def word(answer: dict[str, Any]) -> str:
    """Entra's word for why there is no token: its error and the number under which its documentation lists it."""
    codes = answer.get("error_codes") or []
    numbers = [f"AADSTS{code}" for code in codes if isinstance(code, int)]
    return " ".join([str(answer.get("error") or "no access_token in the answer")[:60], *numbers])
