"""Whether we may act: known within moments when the database is lost, and when it is back."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot.dispatch import Dispatcher
from bot.ports import Unavailable
from bot.replicas import holding as timing
from bot.replicas.holding import AWAY_WAIT, Gate, Holding
from bot.replicas.locks import AlreadyRunning
from bot.workers import Workers
from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.incoming import Asked
from storage.database import Database
from storage.models.delivery import InboxEntry
from tests.town import MONDAY, Town


class FakeLock:
    """A lock that is lost, refused or silent as a test wants it."""

    def __init__(self) -> None:
        self.there = True
        self.refused = False
        self.answers = threading.Event()
        self.answers.set()

    def take(self) -> None:
        """Raises as the real one does."""
        if self.refused:
            raise AlreadyRunning
        self.there = True

    def holds(self) -> bool:
        """As long as a test wants it."""
        self.answers.wait(10)
        return self.there

    def free(self) -> None:
        """Nothing to do."""


class FakeCarrier:
    """Notes the attempts."""

    def __init__(self) -> None:
        self.attempts: list[str] = []

    async def step(self, key: str, sleeps: float) -> float | None:
        """Done at once."""
        self.attempts.append(key)
        return None


async def test_a_lost_lock_is_taken_again_before_work_goes_on() -> None:
    """Losing it wakes whoever waits; once it is retaken, what was broken off is told to go on before anything begins."""
    lock, told = FakeLock(), list[bool]()
    holding = Holding(lock)

    async def regained() -> None:
        told.append(holding.open)

    holding.regained = regained
    await holding.look()
    loss = holding.loss
    assert holding.open and not loss.done()
    lock.there = False
    await holding.look()
    assert loss.done() and holding.open and told == [False] and not holding.loss.done()
    holding.stop()


async def test_a_silent_database_is_away_within_two_seconds() -> None:
    """A question without an answer is not waited for; when it is answered at last, all goes on."""
    lock = FakeLock()
    holding = Holding(lock)
    lock.answers.clear()
    begun = time.monotonic()
    await holding.look()
    assert not holding.open and time.monotonic() - begun < 2.0
    lock.answers.set()
    await holding.look()
    assert holding.open
    holding.stop()


async def test_whoever_keeps_our_lock_ends_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """A takeover holds the lock for a moment, which is borne; a process that keeps it ends us."""
    lock, ends = FakeLock(), list[bool]()
    holding = Holding(lock)
    holding.evicted = lambda: ends.append(True)
    lock.there, lock.refused = False, True
    await holding.look()
    assert not holding.open and not ends
    monkeypatch.setattr(timing, "EVICTED_AFTER", 0.0)
    await holding.look()
    assert ends
    holding.stop()


async def test_nothing_is_sent_while_we_may_not_act() -> None:
    """The gate passes attempts on while the lock is held, and lets them wait while it is not, or while we stop."""
    carrier, holding = FakeCarrier(), Holding(FakeLock())
    gate = Gate(carrier, holding)
    assert await gate.step("a", 2.0) is None
    holding.held = False
    assert await gate.step("b", 2.0) == AWAY_WAIT
    holding.held, holding.stopping = True, True
    assert await gate.step("c", 2.0) == AWAY_WAIT
    assert carrier.attempts == ["a"]
    holding.stop()


async def test_who_waits_when_the_database_is_lost_is_told(sqlite_url: str) -> None:
    """An event that is being handled is given up with the loss, and nothing of it is saved; the next is refused at once."""
    database = Database(sqlite_url, durable=False)
    town, run, gate, holding = Town(database), Workers(), threading.Event(), Holding(FakeLock())

    def now() -> object:
        gate.wait(5)
        return MONDAY

    dispatch = Dispatcher(Router(table(), town.units), run, now, standing=holding)  # type: ignore[arg-type]  # lingers
    event = Asked("lost", town.maya.account, town.shared_place, actor_name="Maya", words="help")
    waiting = asyncio.ensure_future(dispatch(event))
    await asyncio.sleep(0.05)
    holding._lose()
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        await waiting
    with pytest.raises(Unavailable):
        await dispatch(event)
    assert time.monotonic() - begun < 1.0
    gate.set()
    await asyncio.to_thread(run.stop)
    with town.units() as uow:
        assert uow.session.get(InboxEntry, "lost") is None
    holding.stop()
    database.dispose()
