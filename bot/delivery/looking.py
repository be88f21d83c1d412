"""How often the queue is looked into: often while deliveries are under way, seldom while there is nothing to carry."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger(__name__)

BUSY_FOR = 5.0
"""Seconds after the last thing under way until it is calm again."""
AGAIN = 3.0
"""Seconds after which it is said once more while it is busy: another process may have said that it is calm."""
LOOK = 0.25


class Looking:
    """Sets the seconds between two looks: ``hurried`` or ``resting``, by ``set_to``."""

    def __init__(self, hurried: float, resting: float, set_to: Callable[[float], Awaitable[None]]) -> None:
        self.hurried = hurried
        self.resting = resting
        self._set_to = set_to
        self._busy_at = -BUSY_FOR
        self._hurried_at: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def busy(self) -> None:
        """Something is under way. Any thread may call it."""
        self._busy_at = time.monotonic()

    def start(self) -> None:
        """Begin, in the running loop."""
        if self.hurried < self.resting:
            self._loop = asyncio.get_running_loop()
            self._task = self._loop.create_task(self._watch())

    def stop(self) -> None:
        """No more; from any thread."""
        if self._loop is not None and self._task is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self._follow(time.monotonic())
            except SQLAlchemyError as trouble:
                log.info("looking.database_away", trouble=type(trouble).__name__)

    async def _follow(self, now: float) -> None:
        if now - self._busy_at < BUSY_FOR:
            if self._hurried_at is None or now - self._hurried_at > AGAIN:
                self._hurried_at = now
                await self._set_to(self.hurried)
        elif self._hurried_at is not None:
            self._hurried_at = None
            await self._set_to(self.resting)
