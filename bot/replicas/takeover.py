"""What a dead process left under way goes on here (PostgreSQL; a SQLite file has one process, which finds its own).

The engine leaves a dead executor's deliveries where they are. Every process holds the lock of its own name, so one whose
lock can be taken is dead. Two survivors do not both resume: the lock goes to one of them, and even a delivery that was
resumed twice is posted once, since the courier's mark is compared and set.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import structlog

from bot.delivery.courier import Run
from bot.replicas.locks import AlreadyRunning, ExecutorLock, lock_number, locked_numbers
from storage.database import Database
from storage.unit_of_work import Units

log = structlog.get_logger(__name__)

EVERY = 3.0
"""Seconds between two looks."""
ASK_ENGINE = 20
"""Every so many looks the engine is asked too: it may know executors that never had a heartbeat."""


class Resuming(Protocol):
    """What the engine can do for a takeover."""

    async def executors(self) -> set[str]:
        """Whose deliveries are under way."""
        ...

    async def resume(self, executor: str) -> int:
        """Let what is under way there go on here; answers how many."""
        ...


class Takeover:
    """Looks for dead processes. ``executor`` is our own name."""

    def __init__(
        self,
        database: Database,
        engine: Resuming,
        units: Units,
        run: Run,
        executor: str,
        lock: Callable[[Database, str], ExecutorLock] | None = None,
    ) -> None:
        self._database = database
        self._engine = engine
        self._units = units
        self._run = run
        self._executor = executor
        self._lock = lock or (lambda database, other: ExecutorLock(database, other, mine=False))
        self._looks = 0

    async def look(self) -> int:
        """Take over from every dead process; answers how many deliveries go on here."""
        known = await self._engine.executors() if self._looks % ASK_ENGINE == 0 else set()
        self._looks += 1
        dead = await self._run(self._dead, known)
        return sum([await self._take_over(each) for each in dead])

    async def _take_over(self, other: str) -> int:
        lock = self._lock(self._database, other)
        try:
            with suppress(AlreadyRunning):
                await self._run(lock.take)
                resumed = await self._engine.resume(other)
                await self._run(self._forget, other)
                log.warning("replica.taken_over", replica=other, deliveries=resumed)
                return resumed
        finally:
            await self._run(lock.free)
        return 0

    def _dead(self, known: set[str]) -> list[str]:
        """Who is known and holds no lock: one question to the list of locks, instead of trying each."""
        with self._units() as uow:
            others = {each.executor for each in uow.replicas.all()} | known
            held = locked_numbers(uow.session.connection())
        return sorted(each for each in others - {self._executor} if lock_number(each) not in held)

    def _forget(self, other: str) -> None:
        with self._units() as uow:
            uow.replicas.drop(other)
            uow.commit()
