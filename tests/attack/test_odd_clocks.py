"""Waits that could last for ever, turns that were slept through, and rests of the bot that hide one another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError

from bot.delivery.pacing import Pacing, WorkspaceLimit
from bot.ports import Later
from bot.replicas.presence import GAP, Presence
from bot.scheduler import Ticks
from bot.slack.outcomes import outcome
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed, outbox_row

MINUTE = timedelta(minutes=1)


@pytest.fixture
def kept(sqlite_url: str) -> Iterator[Database]:
    """A migrated file."""
    database = Database(sqlite_url, durable=False)
    yield database
    database.dispose()


class TooMany:
    """Slack's answer 429 with this header."""

    status_code = 429

    def __init__(self, after: str) -> None:
        self.headers = {"Retry-After": after}
        self.data: dict[str, Any] = {"ok": False, "error": "ratelimited"}

    def get(self, name: str, default: object = None) -> object:
        """A field of the answer."""
        return self.data.get(name, default)

    def __getitem__(self, name: str) -> object:
        return self.data[name]


@pytest.mark.parametrize("after", ["inf", "1e300", "nan", "-5", "99999999999", "31536000", "soon", ""])
def test_no_header_silences_a_workspace_for_ever(after: str) -> None:
    """However long something between Slack and us says to wait, it is asked again within an hour."""
    answer, error = TooMany(after), cast(Callable[..., SlackApiError], SlackApiError)
    found = outcome(error("too fast", answer), limit_scope="workspace")
    assert isinstance(found, Later) and 1 <= found.after <= 3600
    assert NOW + timedelta(seconds=found.after) <= NOW + timedelta(hours=1)


def test_turns_that_were_slept_through_are_taken_again(kept: Database) -> None:
    """A hundred messages have their turns, then nothing runs for an hour: afterwards no minute has more than the limit."""
    limit = WorkspaceLimit(posts_a_minute=100)
    pacing, left = Pacing(limit), list[datetime]()
    installed(kept)
    with UnitOfWork(kept) as uow:
        rows = [uow.outbox.put(outbox_row(f"digest:{number}", platform="slack")) for number in range(300)]
        for row in rows:
            row.unhurried = True
            pacing.wait(row, uow, NOW)
        now = NOW + timedelta(hours=1)
        for row in rows:
            left.append(now + timedelta(seconds=pacing.wait(row, uow, now)))
    for first in left:
        assert sum(first <= each < first + MINUTE for each in left) <= limit.posts_a_minute


def test_a_turn_that_was_missed_by_a_little_is_still_ours(kept: Database) -> None:
    """Whoever comes some seconds late, as the queue is looked into now and then, does not stand in line again."""
    pacing = Pacing(WorkspaceLimit(posts_a_minute=100))
    installed(kept)
    with UnitOfWork(kept) as uow:
        rows = [uow.outbox.put(outbox_row(f"digest:{number}", platform="slack")) for number in range(20)]
        for row in rows:
            row.unhurried = True
        waits = [pacing.wait(row, uow, NOW) for row in rows]
        late = NOW + timedelta(seconds=waits[-1] + 20)
        assert [pacing.wait(row, uow, late) for row in rows] == [0.0] * 20


def test_a_second_rest_does_not_hide_the_first(kept: Database) -> None:
    """A process that died before it told of a rest, and whose successor came a while later: the whole of it is told."""
    wall = [NOW]

    def begun(name: str) -> Presence:
        made = Presence(name, lambda: UnitOfWork(kept), lambda: wall[0])
        made.begin()
        return made

    begun("first")
    wall[0] += timedelta(days=2)
    begun("dies before it tells")
    wall[0] += GAP * 2
    told: list[datetime] = []
    begun("third").tell_gap(lambda _, since, until: told.append(since))
    assert told == [NOW]


def test_a_beat_before_the_first_tick_does_not_hide_a_rest(kept: Database) -> None:
    """After a machine slept, the heartbeat may be due before the tick: the rest is told all the same."""
    wall = [NOW]
    sleeper = Presence("sleeper", lambda: UnitOfWork(kept), lambda: wall[0])
    sleeper.begin()
    sleeper.tell_gap(lambda *_: None)
    sleeper.ticked()
    sleeper.beat()
    wall[0] += timedelta(hours=3)
    sleeper._ticked_at = time.time() - 3 * 3600  # as it is when a machine wakes up
    sleeper.beat()
    assert sleeper.rested()
    sleeper.begin()
    told: list[datetime] = []
    sleeper.tell_gap(lambda _, since, until: told.append(since))
    assert told == [NOW]


async def test_a_clock_that_is_set_back_stops_no_tick() -> None:
    """When the wall clock goes back by an hour, every tick is planned an hour ahead; it comes in a moment all the same."""
    ticked = asyncio.Event()

    async def tick() -> None:
        ticked.set()

    ticks = Ticks()
    ticks.every(1.0, "tick", tick)
    ticks.start()
    try:
        planned: Any = ticks._scheduler.get_job("tick")
        planned.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
        await asyncio.wait_for(ticked.wait(), 3)
    finally:
        ticks.stop()
