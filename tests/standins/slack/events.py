"""What Slack sends to the app: events, commands and interactions; by websocket or signed HTTP; retries."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout

from tests.standins.slack.socket import NotDelivered, SocketHub
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import Channel, World

Kind = Literal["events_api", "slash_commands", "interactive"]
OK = 200
NEEDS_MEMBERSHIP = {"message", "app_mention", "reaction_added", "reaction_removed"}


@dataclass
class Attempt:
    """One try to deliver. `failure` is Slack's reason, None if the app acknowledged; `answer` its body."""

    at: float
    retry: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    status: int | None = None
    answer: Any = None
    failure: str | None = None
    seconds: float = 0.0
    no_retry: bool = False


@dataclass
class Delivery:
    """One thing to tell the app, and every attempt at it. `tried` is set after the first."""

    kind: Kind
    payload: Payload
    attempts: list[Attempt] = field(default_factory=list)
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acked(self) -> bool:
        """Whether the app acknowledged any attempt."""
        return any(attempt.failure is None for attempt in self.attempts)

    @property
    def event_type(self) -> str | None:
        """The inner event's type, None for commands and interactions."""
        return (self.payload.get("event") or {}).get("type") if self.kind == "events_api" else None


class Postman:
    """Delivers to the app. With `request_url` by signed HTTP, else over Socket Mode.

    `other_urls` are further processes of the same app: each request goes to one of them all in turn, and where nobody listens
    to the next, as a balancer in front of them does it.
    """

    def __init__(self, world: World, hub: SocketHub, signing_secret: str) -> None:
        self.world = world
        self.hub = hub
        self.signing_secret = signing_secret
        self.request_url: str | None = None
        self.other_urls: list[str] = []
        self.ack_seconds = 3.0
        self.retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
        self.outer_team_is_authors = True
        self.subscriptions: set[str] | None = None
        self.installed = True
        self.deliveries: list[Delivery] = []
        self._running: set[asyncio.Task[None]] = set()
        self._session: ClientSession | None = None
        self._turns = itertools.count()

    # Events

    def announce(self, event: Payload, channel: Channel | None, actor: str | None) -> None:
        """Deliver an event in the background, with retries, if the app may see it and asked for it."""
        if not self.installed and event["type"] not in {"app_uninstalled", "tokens_revoked"}:
            return
        bot_is_there = channel is None or self.world.bot.id in channel.members
        if event["type"] in NEEDS_MEMBERSHIP and not bot_is_there:
            return
        if self.subscriptions is not None and self._subscription(event, channel) not in self.subscriptions:
            return
        self.start(Delivery("events_api", self.envelope(event, channel, actor)))

    def _subscription(self, event: Payload, channel: Channel | None) -> str:
        if event["type"] != "message" or channel is None:
            return str(event["type"])
        return "message." + {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[channel.kind]

    def envelope(self, event: Payload, channel: Channel | None, actor: str | None) -> Payload:
        """The outer event; the outer `team_id` may be the author's organisation, `authorizations` is the host's."""
        world = self.world
        outside = world.is_outsider(actor) and self.outer_team_is_authors
        team_id = world.users[actor].team_id if outside and actor is not None else world.host.id
        return {
            "token": "verification-token",
            "team_id": team_id,
            "context_team_id": world.host.id,
            "context_enterprise_id": None,
            "api_app_id": world.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": world.new_id("Ev"),
            "event_time": int(world.clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": world.host.id,
                    "user_id": world.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": channel is not None and channel.is_shared_outside,
            "event_context": f"4-{world.secret()}",
        }

    def start(self, delivery: Delivery) -> None:
        """Deliver in the background, with Slack's retries."""
        self.deliveries.append(delivery)
        task = asyncio.get_running_loop().create_task(self._with_retries(delivery))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _with_retries(self, delivery: Delivery) -> None:
        attempt = await self.attempt(delivery)
        for retry, delay in enumerate(self.retry_delays, start=1):
            if attempt.failure is None or attempt.no_retry:
                return
            await asyncio.sleep(delay)
            attempt = await self.attempt(delivery, retry, attempt.failure)

    async def once(self, kind: Kind, payload: Payload) -> Attempt:
        """Deliver a command or an interaction: one attempt, never repeated."""
        delivery = Delivery(kind, payload)
        self.deliveries.append(delivery)
        return await self.attempt(delivery)

    # Attempts

    async def attempt(self, delivery: Delivery, retry: int = 0, reason: str = "", **forgery: Any) -> Attempt:
        """One attempt. `forgery` (HTTP only): `secret`, another signing secret; `age`, seconds in the past."""
        attempt = Attempt(time.time(), retry)
        started = time.monotonic()
        try:
            if self.request_url is None:
                await self._by_socket(delivery, attempt, retry, reason)
            else:
                attempt.headers, attempt.body = self._signed(delivery, retry, reason, **forgery)
                await self._by_http(attempt)
        except NotDelivered as error:
            attempt.failure = error.reason
        attempt.seconds = time.monotonic() - started
        delivery.attempts.append(attempt)
        delivery.tried.set()
        return attempt

    async def replay(self, earlier: Attempt) -> Attempt:
        """Send the very bytes and headers of an earlier HTTP attempt again, as an eavesdropper would."""
        again = Attempt(time.time(), earlier.retry, dict(earlier.headers), earlier.body)
        try:
            await self._by_http(again)
        except NotDelivered as error:
            again.failure = error.reason
        return again

    async def _by_socket(self, delivery: Delivery, attempt: Attempt, retry: int, reason: str) -> None:
        envelope: Payload = {
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        attempt.answer = await self.hub.send(envelope, self.ack_seconds)
        attempt.status = OK

    def _signed(
        self, delivery: Delivery, retry: int, reason: str, secret: str | None = None, age: float = 0.0
    ) -> tuple[dict[str, str], bytes]:
        if delivery.kind == "events_api":
            body, content_type = json.dumps(delivery.payload), "application/json"
        elif delivery.kind == "slash_commands":
            body, content_type = urlencode(delivery.payload), "application/x-www-form-urlencoded"
        else:
            body = urlencode({"payload": json.dumps(delivery.payload)})
            content_type = "application/x-www-form-urlencoded"
        stamp = str(int(time.time() - age))
        key = (secret or self.signing_secret).encode()
        digest = hmac.new(key, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        return headers, body.encode()

    async def _by_http(self, attempt: Attempt) -> None:
        if self.request_url is None:
            raise NotDelivered("connection_failed")
        if self._session is None:
            self._session = ClientSession()
        urls = [self.request_url, *self.other_urls]
        first = next(self._turns) % len(urls)
        for url in urls[first:] + urls[:first]:
            try:
                raw = await self._posted(self._session, url, attempt)
            except ClientConnectorError:
                continue
            except TimeoutError as error:
                raise NotDelivered("http_timeout") from error
            except ClientError as error:
                raise NotDelivered("connection_lost") from error
            if attempt.status != OK:
                raise NotDelivered("http_error")
            attempt.answer = _parsed(raw)
            return
        raise NotDelivered("connection_failed")

    async def _posted(self, session: ClientSession, url: str, attempt: Attempt) -> str:
        timeout = ClientTimeout(total=self.ack_seconds)
        async with session.post(url, data=attempt.body, headers=attempt.headers, timeout=timeout) as response:
            attempt.status = response.status
            attempt.no_retry = response.headers.get("X-Slack-No-Retry") == "1"
            return await response.text()

    # Waiting and closing

    @property
    def busy(self) -> bool:
        """Whether some delivery has not had its first attempt."""
        return any(not delivery.tried.is_set() for delivery in self.deliveries[-200:] if self._running)

    async def tried_since(self, start: int) -> None:
        """Wait until everything announced from position `start` on was tried once."""
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
    """An acknowledgement's body: JSON, else plain words as the text of an ephemeral message, else nothing."""
    if not raw.strip():
        return None
    try:
        return json.loads(raw)
    except json.JSONDecodeError:
        return {"text": raw}
