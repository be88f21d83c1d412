"""The stand-in as one object: a local server, its state, its switches and its people."""

from __future__ import annotations

import asyncio
import os
import ssl
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme
from aiohttp import web

from tests.standins.teams.faults import Rates
from tests.standins.teams.login import Forgery
from tests.standins.teams.postman import Attempt, Delivery
from tests.standins.teams.service import Call
from tests.standins.teams.sign_in import SignIn
from tests.standins.teams.town import Town
from tests.standins.teams.world import Message

BUNDLE = "REQUESTS_CA_BUNDLE"
"""Where the library under the sign-in client looks for certificates."""


class StandInTeams(Town):
    """A Teams of one's own: `async with StandInTeams() as teams:`.

    `port` 0 takes a free one, as `tls_port`; `clock` (epoch seconds) dates messages; `rates` default to Teams' own. With
    `cast` there is the small world which the package's docstring tells; `trusted` has this process trust the sign-in's
    certificate for as long as the stand-in lives (REQUESTS_CA_BUNDLE, which outranks what a client is told).
    """

    def __init__(
        self,
        *,
        port: int = 0,
        tls_port: int = 0,
        clock: Callable[[], float] = time.time,
        rates: Rates | None = None,
        cast: bool = True,
        trusted: bool = True,
    ) -> None:
        super().__init__(clock, rates)
        self.trusted = trusted
        self._trusted_before: str | None = None
        self.port, self.tls_port = port, tls_port
        self._runner: web.AppRunner | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="standin-teams-")
        self.ca_path = str(Path(self._folder.name) / "ca.pem")
        if cast:
            self.add_cast()

    # Life

    def routes(self) -> list[web.RouteDef]:
        """What the server answers, on both ports alike."""
        return [*self.connector.routes(), *self.graph.routes(), *SignIn(self.desk).routes()]

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        await web.TCPSite(self._runner, "127.0.0.1", self.tls_port, ssl_context=self._certified()).start()
        self.port, self.tls_port = (int(address[1]) for address in self._runner.addresses)
        self.connector.service_url = self.scribe.service_url = self.postman.service_url = self.service_url
        self.graph.url = self.graph_url
        self.postman.entra_base = self.login_url
        if self.trusted:
            self._trusted_before = os.environ.get(BUNDLE)
            os.environ[BUNDLE] = self.ca_path
        return self

    def _certified(self) -> ssl.SSLContext:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        return context

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.trusted:
            os.environ.pop(BUNDLE, None)
            if self._trusted_before is not None:
                os.environ[BUNDLE] = self._trusted_before
        await self.postman.close()
        if self._runner is not None:
            await self._cut(self._runner)
            await self._runner.cleanup()
        self._folder.cleanup()

    async def _cut(self, runner: web.AppRunner) -> None:
        """Connections end at once: a polite end over TLS waits for the other side, which may be gone."""
        for connection in runner.server.connections if runner.server is not None else []:
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)

    # Addresses and switches

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def service_url(self) -> str:
        """The connector's address, as the activities have it."""
        return f"{self.url}/teams/"

    @property
    def login_url(self) -> str:
        """The sign-in, https; trust `ca_path`."""
        return f"https://localhost:{self.tls_port}"

    @property
    def metadata_url(self) -> str:
        """The Bot Framework's OpenID document; its key set lies beside it."""
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def graph_url(self) -> str:
        """Graph's address, before /v1.0."""
        return f"{self.url}/graph"

    @property
    def request_url(self) -> str | None:
        """Where the bot takes activities; None: it is told nothing."""
        return self.postman.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.postman.request_url = url

    @property
    def other_urls(self) -> list[str]:
        """Further processes of the same bot."""
        return self.postman.other_urls

    @other_urls.setter
    def other_urls(self, urls: list[str]) -> None:
        self.postman.other_urls = list(urls)

    @property
    def answer_seconds(self) -> float:
        """How long Teams waits before it sends again; 15 in real life."""
        return self.postman.answer_seconds

    @answer_seconds.setter
    def answer_seconds(self, seconds: float) -> None:
        self.postman.answer_seconds = seconds

    @property
    def retry_delays(self) -> tuple[float, ...]:
        """Seconds before each repetition."""
        return self.postman.retry_delays

    @retry_delays.setter
    def retry_delays(self, delays: tuple[float, ...]) -> None:
        self.postman.retry_delays = tuple(delays)

    @property
    def rates(self) -> Rates:
        """The rates in force; `Rates.unlimited()` lifts them."""
        return self.desk.rates

    @rates.setter
    def rates(self, rates: Rates) -> None:
        self.desk.rates = rates

    @property
    def reads_all(self) -> bool:
        """Whether the bot is told of every message of its channels (resource-specific consent)."""
        return self.switches.reads_all

    @reads_all.setter
    def reads_all(self, reads: bool) -> None:
        self.switches.reads_all = reads

    @property
    def graph_allowed(self) -> bool:
        """Whether Graph lets the bot read channel messages."""
        return self.graph.allowed

    @graph_allowed.setter
    def graph_allowed(self, allowed: bool) -> None:
        self.graph.allowed = allowed

    @property
    def graph_delay(self) -> float:
        """Seconds until Graph shows a new message."""
        return self.world.graph_delay

    @graph_delay.setter
    def graph_delay(self, seconds: float) -> None:
        self.world.graph_delay = seconds

    # Records

    @property
    def calls(self) -> list[Call]:
        """Every call to the connector, the sign-in and Graph, in order."""
        return self.desk.calls

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything sent to the bot, with its attempts."""
        return self.postman.deliveries

    def events(self, kind: str) -> list[Delivery]:
        """The deliveries of one kind: an activity's type, or an invoke's name."""
        return [delivery for delivery in self.deliveries if delivery.kind == kind]

    @property
    def complaints(self) -> list[str]:
        """Answers that Teams could not have used."""
        return self.switches.complaints

    # Sending again, forging

    async def redeliver(self, delivery: Delivery, forgery: Forgery | None = None) -> Attempt:
        """Send the same activity once more, signed afresh, truly or falsely."""
        return await self.postman.attempt(delivery, len(delivery.attempts), forgery)

    async def replay(self, attempt: Attempt) -> Attempt:
        """Send the very bytes and headers of an earlier attempt, as an eavesdropper would."""
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

    async def settled(self, seconds: float = 5.0) -> None:
        """Wait until everything told was tried once."""
        await self.until(lambda: not self.postman.busy, seconds)

    def messages(self) -> list[Message]:
        """Every message in every conversation, in order of time."""
        found = [message for channel in self.world.channels.values() for message in channel.everything()]
        return sorted(found, key=lambda message: int(message.id))
