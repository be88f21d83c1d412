"""Two processes speak into one conversation of the stand-in, which counts as Teams does: no window is exceeded, nothing is lost."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from bot.clock import Clock
from bot.delivery.courier import Courier
from bot.delivery.patience import Patience
from bot.delivery.windows import Limits, Windows, read
from bot.teams.settings import WINDOWS
from bot.workers import Workers
from handlers.saying import encode
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import SharedCard
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.bot.delivery.test_windows import exceeded
from tests.bot.teams.lines import gateway_to
from tests.databases import installed, outbox_row
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import SHARED
from tests.standins.teams.world import HOST_TENANT


@pytest.fixture
async def teams() -> AsyncIterator[StandInTeams]:
    async with StandInTeams() as teams:
        yield teams


async def couriers(teams: StandInTeams, url: str, stack: AsyncExitStack, limits: Limits) -> list[Courier]:
    """Two processes' couriers, each with a database connection and a gateway of its own."""
    found = []
    for number in range(2):
        database, run = Database(url, durable=False), Workers()
        if number == 0:
            installed(database)
        stack.callback(database.dispose)
        stack.push_async_callback(asyncio.to_thread, run.stop)
        gateway = await stack.enter_async_context(gateway_to(teams, database))
        one = {Platform.TEAMS: gateway}, run, Clock().now, {Platform.TEAMS: Patience()}
        found.append(Courier(lambda base=database: UnitOfWork(base), *one, limits={Platform.TEAMS: limits}))  # type: ignore[misc]
    return found


def said(url: str, once: str, channel: str = SHARED) -> str:
    """A row to a channel."""
    database = Database(url, durable=False)
    with UnitOfWork(database) as uow:
        key = uow.outbox.put(outbox_row(once, platform="teams", workspace=HOST_TENANT, channel=channel)).key
        uow.commit()
    database.dispose()
    return key


def left(url: str, conversation: str) -> list[datetime]:
    """When requests left for a conversation, over both processes."""
    database = Database(url, durable=False)
    with UnitOfWork(database) as uow:
        noted = read(uow.pace.conversation("teams", HOST_TENANT, conversation).requests)
    database.dispose()
    return [datetime.fromtimestamp(moment / 1000, UTC) for moment, many in noted for _ in range(many)]


async def carry(courier: Courier, key: str) -> None:
    """As the engine does."""
    while (wait := await courier.attempt(key)) is not None:  # noqa: ASYNC110  # as long as it says
        await asyncio.sleep(wait)


@pytest.mark.slow
async def test_a_burst_from_two_processes_exceeds_no_window(teams: StandInTeams, database_url: str) -> None:
    """Nine posts and an edit come at once, half of them in each of two processes; no window of Teams ever
    holds more than it may, over both; everything stands."""
    async with AsyncExitStack() as stack:
        both = await couriers(teams, database_url, stack, Limits(WINDOWS, Windows(((50, 1.0),))))
        keys = [said(database_url, str(number)) for number in range(9)]
        await asyncio.gather(*(carry(both[number % 2], key) for number, key in enumerate(keys[:4])))
        database = Database(database_url, durable=False)
        with UnitOfWork(database) as uow:
            row = uow.outbox.by_key(keys[0])
            assert row is not None
            uow.outbox.revise(row, encode(SharedCard("newer")), Clock().now())
            uow.commit()
        database.dispose()
        await asyncio.gather(*(carry(both[number % 2], key) for number, key in enumerate([keys[0], *keys[4:]])))
    assert len(teams.channel(SHARED).from_bot()) == 9
    times = left(database_url, SHARED)
    assert exceeded(times, WINDOWS) == [] and len(times) >= 10


@pytest.mark.slow
async def test_a_second_of_a_whole_tenant_is_kept_by_both(teams: StandInTeams, sqlite_url: str) -> None:
    """Of twice as many posts as the tenant's second takes, each to a channel of its own, no second has more than it may."""
    teams.rates.per_second = 10
    channels = [f"19:{number:02d}@thread.tacv2" for number in range(20)]
    for channel in channels:
        teams.add_channel(channel, channel, ["maya"])
    async with AsyncExitStack() as stack:
        both = await couriers(teams, sqlite_url, stack, Limits(WINDOWS, Windows(((10, 1.0),))))
        keys = [said(sqlite_url, channel, channel) for channel in channels]
        await asyncio.gather(*(carry(both[number % 2], key) for number, key in enumerate(keys)))
    assert sum(len(teams.channel(channel).from_bot()) for channel in channels) == 20
    times = [moment for channel in channels for moment in left(sqlite_url, channel)]
    assert exceeded(times, Windows(((10, 1.0),))) == [] and len(times) >= 20


async def test_a_full_window_leaves_the_queue(teams: StandInTeams, sqlite_url: str) -> None:
    """A post whose turn is further away than the engine sleeps gives its slot up, and its next generation starts then."""
    async with AsyncExitStack() as stack:
        (one, _) = await couriers(teams, sqlite_url, stack, Limits(Windows(((1, 30.0),)), Windows(((50, 1.0),))))
        first, second = said(sqlite_url, "first"), said(sqlite_url, "second")
        assert await one.step(first, math.inf) is None and await one.step(second, 2.0) is None
    database = Database(sqlite_url, durable=False)
    with UnitOfWork(database) as uow:
        row = uow.outbox.by_key(second)
        assert row is not None and row.state == "open" and row.generation == 1 and row.turn_at is not None
    database.dispose()
    assert [message.summary for message in teams.channel(SHARED).from_bot()] == ["said first"]
