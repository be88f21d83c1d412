"""What Teams sends to the bot: signed activities over HTTP; sent again after a timeout, an error or an empty answer."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout

from tests.standins.teams.login import Forgery, Login
from tests.standins.teams.world import Payload, stamp

OK_UNTIL = 300
BROKEN = 500
SAME_ATTEMPTS = 2
"""How often an invoke comes with one id before it gets another."""


@dataclass
class Attempt:
    """One try to deliver. `failure` is Teams' reason, None if the bot took it; `answer` its JSON body."""

    at: float
    retry: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""
    status: int | None = None
    answer: Any = None
    failure: str | None = None
    seconds: float = 0.0


@dataclass
class Delivery:
    """One activity to tell the bot, and every attempt at it. `tried` is set after the first."""

    activity: Payload
    attempts: list[Attempt] = field(default_factory=list)
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acked(self) -> bool:
        """Whether the bot took any attempt."""
        return any(attempt.failure is None for attempt in self.attempts)

    @property
    def kind(self) -> str:
        """The activity's type, or an invoke's name."""
        return str(self.activity.get("name") or self.activity.get("type"))


class Postman:
    """Delivers to the bot at `request_url`; nothing is sent while there is none.

    `other_urls` are further processes of the same application: each request goes to one of them all in turn, and where nobody
    listens to the next, as a balancer does it. `doubles` sends everything twice, as Teams may. An invoke that was tried twice
    in vain comes again with another id and timestamp, from another layer (microsoft/botbuilder-dotnet issue 5005), unless
    `invokes_change` is off.
    """

    def __init__(self, login: Login) -> None:
        self.login = login
        self.request_url: str | None = None
        self.other_urls: list[str] = []
        self.answer_seconds = 15.0
        self.retry_delays: tuple[float, ...] = (1.0, 5.0)
        self.doubles = False
        self.invokes_change = True
        self.service_url = ""
        self.entra_base = ""
        self.deliveries: list[Delivery] = []
        self._running: set[asyncio.Task[None]] = set()
        self._session: ClientSession | None = None
        self._turns = itertools.count()

    def start(self, activity: Payload) -> Delivery:
        """Deliver in the background, with Teams' repetitions."""
        delivery = Delivery(activity)
        if self.request_url is None:
            delivery.tried.set()
            return delivery
        self.deliveries.append(delivery)
        task = asyncio.get_running_loop().create_task(self._with_retries(delivery))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return delivery

    async def once(self, activity: Payload) -> Attempt:
        """Deliver and wait for the first answer; repetitions go on in the background."""
        if self.request_url is None:
            raise LookupError("request_url: nobody was told where the bot listens")
        delivery = self.start(activity)
        await delivery.tried.wait()
        return delivery.attempts[0]

    async def _with_retries(self, delivery: Delivery) -> None:
        attempt = await self.attempt(delivery)
        if self.doubles:
            await self.attempt(delivery, 1)
        for retry, delay in enumerate(self.retry_delays, start=1):
            if not self._again(delivery, attempt):
                return
            await asyncio.sleep(delay)
            if retry == SAME_ATTEMPTS and self.invokes_change and delivery.activity.get("type") == "invoke":
                fresh = {"id": f"f:{uuid.uuid4()}", "timestamp": stamp(time.time())}
                delivery.activity = {**delivery.activity, **fresh}
            attempt = await self.attempt(delivery, retry)

    def _again(self, delivery: Delivery, attempt: Attempt) -> bool:
        """After silence and errors of the server's own; an invoke that was answered emptily too."""
        if attempt.failure is None:
            return delivery.activity.get("type") == "invoke" and attempt.answer is None
        return attempt.status is None or (attempt.status >= BROKEN and attempt.status != 501)

    async def attempt(self, delivery: Delivery, retry: int = 0, forgery: Forgery | None = None) -> Attempt:
        """One attempt, signed truly or as `forgery` says."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
            "x-ms-conversation-id": str((delivery.activity.get("conversation") or {}).get("id", "")),
        }
        signed = self.login.sign(self.service_url, forgery, self.entra_base)
        if signed:
            headers["Authorization"] = signed
        attempt = Attempt(time.time(), retry, headers, json.dumps(delivery.activity).encode())
        await self.carry(attempt)
        delivery.attempts.append(attempt)
        delivery.tried.set()
        return attempt

    async def forged(self, activity: Payload, **forgery: Any) -> Delivery:
        """Send an activity once, with a token that differs as `forgery` (fields of `Forgery`) says."""
        delivery = Delivery(activity)
        self.deliveries.append(delivery)
        await self.attempt(delivery, 0, Forgery(**forgery))
        return delivery

    async def replay(self, earlier: Attempt) -> Attempt:
        """Send the very bytes and headers of an earlier attempt again, as an eavesdropper would."""
        again = Attempt(time.time(), earlier.retry, dict(earlier.headers), earlier.body)
        await self.carry(again)
        return again

    async def carry(self, attempt: Attempt) -> None:
        """Post the attempt's bytes with its headers, and note what came back."""
        started = time.monotonic()
        urls = [self.request_url or "", *self.other_urls]
        first = next(self._turns) % len(urls)
        attempt.failure = "connection failed"
        for url in urls[first:] + urls[:first]:
            attempt.url = url
            try:
                await self._posted(url, attempt)
            except ClientConnectorError:
                continue
            except TimeoutError:
                attempt.failure = "timeout"
            except ClientError:
                attempt.failure = "connection lost"
            break
        attempt.seconds = time.monotonic() - started

    async def _posted(self, url: str, attempt: Attempt) -> None:
        if self._session is None:
            self._session = ClientSession()
        timeout = ClientTimeout(total=self.answer_seconds)
        async with self._session.post(url, data=attempt.body, headers=attempt.headers, timeout=timeout) as response:
            raw = await response.text()
            attempt.status = response.status
            attempt.failure = None if response.status < OK_UNTIL else f"HTTP {response.status}"
            attempt.answer = _parsed(raw)

    @property
    def busy(self) -> bool:
        """Whether some delivery has not had its first attempt."""
        return any(not delivery.tried.is_set() for delivery in self.deliveries[-200:] if self._running)

    async def tried_since(self, start: int) -> None:
        """Wait until everything told from position `start` on was tried once."""
        for delivery in self.deliveries[start:]:
            await delivery.tried.wait()

    async def close(self) -> None:
        """Stop all deliveries."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _parsed(raw: str) -> Any:
    """An answer's body: JSON, or None where there is none."""
    try:
        return json.loads(raw) if raw.strip() else None
    except json.JSONDecodeError:
        return raw
