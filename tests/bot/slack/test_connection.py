"""Socket Mode that stays: the connection comes back by itself, and a refused token is said instead of retried for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.slack.connection import CannotConnect, SocketConnection
from bot.slack.listeners import build_app
from bot.slack.settings import SlackSettings
from tests.bot.slack.doors import FakeDispatch, opened, settings_for
from tests.standins.slack.server import StandInSlack


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    async with StandInSlack() as standin:
        standin.retry_delays = (0.3, 0.5, 1.0)
        standin.ack_seconds = 0.4
        yield standin


def connection(slack: StandInSlack, settings: SlackSettings | None = None) -> SocketConnection:
    settings = settings or settings_for(slack)
    app = build_app(settings, FakeDispatch())
    return SocketConnection(app, settings, check_every=0.05, stale_after=0.3, ping_every=0.2)


async def test_it_asks_the_configured_address(slack: StandInSlack) -> None:
    """The app-level client honours SLACK_API_URL and uses the app-level token."""
    socket = connection(slack)
    await socket.start()
    await slack.connected()
    assert await socket.healthy()
    assert [call.token for call in slack.calls_of("apps.connections.open")] == [slack.app_token]
    await socket.stop()
    assert not await socket.healthy()


@pytest.mark.parametrize("trouble", ["cut", "refresh"])
async def test_a_lost_connection_comes_back(slack: StandInSlack, trouble: str) -> None:
    """After a cut, and after Slack's own request to reconnect, events arrive again and none is lost."""
    dispatch = FakeDispatch()
    async with opened(slack, "socket", dispatch):
        await (slack.hub.cut() if trouble == "cut" else slack.hub.refresh())
        await slack.person("U0LEAD").says("C0SHARED", "ack")
        await slack.until(lambda: slack.events("message")[-1].acked)
    assert len(dispatch.done) == 1 and slack.hub.opened >= 2


async def test_a_dead_receiver_is_replaced(slack: StandInSlack) -> None:
    """When the library's receiver has died behind a session that looks open, the watchdog opens a new connection."""
    dispatch = FakeDispatch()
    settings = settings_for(slack)
    socket = SocketConnection(
        build_app(settings, dispatch), settings, check_every=0.05, stale_after=0.15, ping_every=30
    )
    await socket.start()
    await slack.connected()
    receiver = socket._handler.client.message_receiver if socket._handler else None
    assert receiver is not None
    receiver.cancel()
    await slack.until(lambda: slack.hub.opened >= 2)
    await slack.person("U0LEAD").says("C0SHARED", "ack")
    await slack.until(lambda: slack.events("message")[-1].acked)
    await socket.stop()
    assert len(dispatch.done) == 1


async def test_a_refused_token_is_said(slack: StandInSlack) -> None:
    """A wrong app-level token ends the start at once, naming the setting and the way out, never the token."""
    settings = SlackSettings(slack.bot_token, "xapp-wrong-token", api_url=slack.api_url)
    with pytest.raises(CannotConnect, match="SLACK_APP_TOKEN") as refused:
        await connection(slack, settings).start()
    assert "xapp-wrong-token" not in str(refused.value)


async def test_it_keeps_trying_while_slack_is_away(slack: StandInSlack) -> None:
    """When Slack is out of reach at the start, the bot starts all the same and connects once Slack is back."""
    slack.faults.order("apps.connections.open", "error_before", times=2)
    socket = connection(slack)
    await socket.start()
    await slack.connected()
    assert slack.hub.opened == 1 and len(slack.calls_of("apps.connections.open")) == 3
    await socket.stop()
