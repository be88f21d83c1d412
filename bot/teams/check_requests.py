"""One request of a check, and what came back in words that can be told: nothing raises, nothing secret is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

UNKNOWN_NAME, UNTRUSTED = "its name is not known", "its certificate is not one this machine trusts"
"""Two troubles that have a way out of their own."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Where nothing did, ``status`` is 0 and ``trouble`` says why; ``body`` is the JSON, None for other text."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = field(default=None, repr=False)
    trouble: str = ""

    @property
    def well(self) -> bool:
        """Whether it was answered as asked."""
        return 200 <= self.status < 300

    @property
    def said(self) -> str:
        """The answer in short: its number and its own word for what is wrong, or why there is none."""
        return f"{self.status} {self.error}".strip() if self.status else self.trouble

    @property
    def error(self) -> str:
        """The answer's own word for what is wrong; never a sentence, which may quote what was sent."""
        error = self.get("error")
        word = error.get("code") if isinstance(error, dict) else error
        return word[:60] if isinstance(word, str) else ""

    def get(self, name: str) -> Any:
        """What the answer holds under a name, None where it holds none."""
        return self.body.get(name) if isinstance(self.body, dict) else None


class Probe:
    """Asks one address after the other. ``patience`` is how many seconds one may take; nothing is followed elsewhere."""

    def __init__(self, client: httpx.AsyncClient, patience: float) -> None:
        self._client, self._patience = client, patience

    async def get(self, url: str, token: str = "", **query: str) -> Reply:
        """What stands there, for the bearer of ``token``."""
        return await self._ask("GET", url, token, params=query or None)

    async def post(self, url: str, *, form: Mapping[str, str] | None = None, json: Any = None) -> Reply:
        """What is answered to a form or to JSON, signed out."""
        return await self._ask("POST", url, "", data=form, json=json)

    async def _ask(self, method: str, url: str, token: str, **content: Any) -> Reply:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = await self._client.request(
                method, url, headers=headers, timeout=self._patience, follow_redirects=False, **content
            )
        except (httpx.HTTPError, httpx.InvalidURL) as failed:
            return Reply(0, trouble=_trouble(failed, self._patience))
        return Reply(answer.status_code, answer.headers, _json(answer))


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _trouble(failed: Exception, patience: float) -> str:
    if isinstance(failed, httpx.TimeoutException):
        return f"no answer within {patience:g} s"
    if "CERTIFICATE_VERIFY_FAILED" in str(failed):
        return UNTRUSTED
    if any(word in str(failed) for word in ("Name or service", "nodename", "name resolution", "getaddrinfo")):
        return UNKNOWN_NAME
    if isinstance(failed, httpx.ConnectError):
        return "nothing listens there, or something is in the way"
    return f"it cannot be reached ({type(failed).__name__})"
