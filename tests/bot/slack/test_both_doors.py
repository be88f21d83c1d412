"""The same gesture by Socket Mode and by signed HTTP is one event."""

from __future__ import annotations

from tests.bot.slack.doors import FakeDispatch, card_by_bot, opened
from tests.standins.slack.server import StandInSlack


async def test_by_both_doors_it_is_done_once(slack: StandInSlack, dispatch: FakeDispatch) -> None:
    """A message, a command, a click and a shortcut that come through the socket and once more as requests are each done
    once: their ids do not depend on the door."""
    manager = slack.person("U0MANAGER")
    async with opened(slack, "socket", dispatch):
        await manager.says("C0SHARED", "hello")
        await manager.command("/vendor", "report", "C0SHARED")
        await manager.clicks("Ack", card_by_bot(slack))
        await manager.shortcut("Report an issue", slack.channel("C0SHARED").messages()[0])
        await slack.settled()
    calls, done = dispatch.calls, list(dispatch.done)
    assert len(done) == calls == 4
    async with opened(slack, "http", dispatch):
        for delivery in list(slack.deliveries):
            await slack.redeliver(delivery)
    assert dispatch.calls == 2 * calls and dispatch.done == done
