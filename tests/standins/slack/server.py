"""The stand-in as one object: a local server, its state, its switches and its people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.standins.slack.calls import Call
from tests.standins.slack.events import Attempt, Delivery
from tests.standins.slack.faults import Rates
from tests.standins.slack.surfaces import Message
from tests.standins.slack.town import Town


class StandInSlack(Town):
    """A Slack of one's own: `async with StandInSlack() as slack:`.

    `port` 0 takes a free one; `clock` (epoch seconds) dates messages; `rates` default to Slack's own.
    With `cast` there is a small world: U0MANAGER (administrator) and U0DEPUTY of the host T0HOST in London,
    U0LEAD and U0AGENT of T0VENDOR in Manila, U0RIVAL of T0RIVAL; C0SHARED (host and vendor), C0RIVAL (host and
    rival), C0INTERNAL (private, host only). The bot is in all three.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        rates: Rates | None = None,
        cast: bool = True,
    ) -> None:
        super().__init__(clock, rates)
        self.port = port
        self._runner: web.AppRunner | None = None
        if cast:
            self.add_cast()

    # Life

    def routes(self) -> list[web.RouteDef]:
        """What the server answers."""
        return [*self.api.routes(), web.get("/link/", self.hub.handle)]

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.scene.url = self.url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.postman.close()
        await self.hub.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # Addresses and switches

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """What goes into a client's `base_url`."""
        return f"{self.url}/api/"

    @property
    def bot_user_id(self) -> str:
        """The bot's user id, as in a mention."""
        return self.world.bot.id

    @property
    def request_url(self) -> str | None:
        """Where the app takes signed requests; None means Socket Mode."""
        return self.postman.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.postman.request_url = url

    @property
    def ack_seconds(self) -> float:
        """How long Slack waits for an acknowledgement; 3 in real life."""
        return self.postman.ack_seconds

    @ack_seconds.setter
    def ack_seconds(self, seconds: float) -> None:
        self.postman.ack_seconds = seconds

    @property
    def retry_delays(self) -> tuple[float, ...]:
        """Seconds before each retry of an event; (0, 60, 300) in real life."""
        return self.postman.retry_delays

    @retry_delays.setter
    def retry_delays(self, delays: tuple[float, ...]) -> None:
        self.postman.retry_delays = delays

    @property
    def rates(self) -> Rates:
        """The rates in force; `Rates.unlimited()` lifts them."""
        return self.api.rates

    @rates.setter
    def rates(self, rates: Rates) -> None:
        self.api.rates = rates

    # Records

    @property
    def calls(self) -> list[Call]:
        """Every Web API call, upload and response-url post, in order."""
        return self.api.calls

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything sent to the app, with its attempts."""
        return self.postman.deliveries

    def events(self, event_type: str) -> list[Delivery]:
        """The deliveries of one type of event."""
        return [delivery for delivery in self.deliveries if delivery.event_type == event_type]

    # Sending again, forging

    async def redeliver(self, delivery: Delivery, *, secret: str | None = None, age: float = 0.0) -> Attempt:
        """Send the same payload once more, with the headers of a retry if it is an event.

        Over HTTP it can be signed with another `secret`, or `age` seconds in the past.
        """
        retry = len(delivery.attempts) if delivery.kind == "events_api" else 0
        return await self.postman.attempt(delivery, retry, "http_timeout" if retry else "", secret=secret, age=age)

    async def replay(self, attempt: Attempt) -> Attempt:
        """Send the very bytes and headers of an earlier HTTP attempt, as an eavesdropper would."""
        return await self.postman.replay(attempt)

    # Waiting

    async def until(self, condition: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait until the condition holds and return what it gave; AssertionError with the last calls if it does not."""
        ends = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > ends:
                recent = ", ".join(f"{call.method}:{call.status}" for call in self.calls[-8:]) or "none"
                raise AssertionError(f"not so within {seconds} s; the last calls: {recent}")
            await asyncio.sleep(0.01)

    async def connected(self, seconds: float = 5.0) -> None:
        """Wait until the app has a websocket open."""
        await self.until(lambda: self.hub.connections, seconds)

    async def settled(self, seconds: float = 5.0) -> None:
        """Wait until everything announced was tried once."""
        await self.until(lambda: not self.postman.busy, seconds)

    def messages(self) -> list[Message]:
        """Every message in every channel, in order of time."""
        found = [message for channel in self.world.channels.values() for message in channel.everything()]
        return sorted(found, key=lambda message: message.ts)
