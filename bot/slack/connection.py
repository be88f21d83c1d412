"""Socket Mode: Slack's events over a websocket, for a start without a public address.

The library reconnects by itself, and troubles with that are reported (a receiver that died while its session looks
alive, a closed HTTP session that is never renewed). So a watchdog looks from outside and, when the connection
stays unhealthy, throws the whole client away and opens a new one; what was in the air is not acknowledged, and
Slack sends it again.
"""

from __future__ import annotations

import asyncio
import time

import structlog
from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.ports import CannotOpen
from bot.slack.clients import app_client, library_logger
from bot.slack.outcomes import refused
from bot.slack.settings import SlackSettings
from bot.slack.speaker import error_name

log = structlog.get_logger("parley.slack")

HOPELESS = (
    "invalid_auth",
    "not_authed",
    "not_allowed_token_type",
    "account_inactive",
    "token_revoked",
    "missing_scope",
)


class CannotConnect(CannotOpen):
    """Slack refuses the app-level token; the message says how to mend it."""


class SocketConnection:
    """One Socket Mode connection that stays. All times in seconds.

    ``check_every`` is how often the watchdog looks, ``stale_after`` how long an unhealthy connection may mend itself.
    """

    def __init__(
        self,
        app: AsyncApp,
        settings: SlackSettings,
        *,
        check_every: float = 5,
        stale_after: float = 30,
        ping_every: float = 10,
    ) -> None:
        self._app = app
        self._settings = settings
        self._check_every = check_every
        self._stale_after = stale_after
        self._ping_every = ping_every
        self._handler: AsyncSocketModeHandler | None = None
        self._watchdog: asyncio.Task[None] | None = None
        self._healthy_at = 0.0

    async def start(self) -> None:
        """Connects. Raises CannotConnect when the token is refused; when Slack is out of reach, keeps trying."""
        await self._open()
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Closes the connection. What was not acknowledged is sent again by Slack."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            await asyncio.gather(self._watchdog, return_exceptions=True)
        await self._close()

    async def healthy(self) -> bool:
        """Whether the session is open, pings come back, and both of the library's loops still run."""
        client = self._handler.client if self._handler else None
        if not isinstance(client, SocketModeClient) or not await client.is_connected():
            return False
        loops = (client.message_receiver, client.message_processor, client.current_session_monitor)
        return not any(loop is None or loop.done() for loop in loops) and not await client.is_ping_pong_failing()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._check_every)
            if await self.healthy():
                self._healthy_at = time.monotonic()
            elif time.monotonic() - self._healthy_at > self._stale_after:
                await self._reopen()

    async def _reopen(self) -> None:
        log.warning("slack.connection_stale", way_out="opening a new one")
        await self._close()
        try:
            await self._open()
        except CannotConnect as error:
            log.error("slack.cannot_connect", reason=str(error))

    async def _open(self) -> None:
        """Asks for an address first: the library's own connect repeats for ever, even with a refused token."""
        self._healthy_at = time.monotonic()
        handler = AsyncSocketModeHandler(
            self._app,
            app_token=self._settings.app_token,
            logger=library_logger(),
            web_client=app_client(self._settings),
            ping_interval=self._ping_every,
        )
        self._handler = handler
        try:
            async with asyncio.timeout(self._stale_after):
                handler.client.wss_uri = await handler.client.issue_new_wss_url()
                await handler.connect_async()  # type: ignore[no-untyped-call]  # the library has no type here
        except SlackApiError as error:
            await self._give_up(error_name(error))
        except (ClientError, TimeoutError) as error:
            log.warning("slack.connection_failed", error=type(error).__name__)

    async def _give_up(self, name: str) -> None:
        if name not in HOPELESS:
            log.warning("slack.connection_failed", error=name)
            return
        await self._close()
        if name in ("missing_scope", "not_allowed_token_type"):
            raise CannotConnect(f"{name}: SLACK_APP_TOKEN must be an App-Level Token with connections:write")
        raise CannotConnect(refused(name).why.replace("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))

    async def _close(self) -> None:
        handler, self._handler = self._handler, None
        if handler is None:
            return
        try:
            await asyncio.wait_for(handler.close_async(), timeout=5)  # type: ignore[no-untyped-call]  # nor here
        except (ClientError, TimeoutError, ConnectionError) as error:
            log.warning("slack.close_failed", error=type(error).__name__)
