"""Whether this process may act: its lock is held, the database answers, and nobody asked it to stop.

While it may not, nothing ticks and nothing is sent, but the doors stay open and answer "not saved, please try again".
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.engine import Carrier
from bot.replicas.locks import AlreadyRunning, Lock
from bot.workers import Workers

log = structlog.get_logger(__name__)

Found = Literal["held", "taken", "refused", "away"]

LOOK_EVERY = 1.0
SILENT_AFTER = 1.5
"""Seconds the database may take to answer the smallest question before it counts as away. With ``LOOK_EVERY`` it is the
longest that somebody waits for "not saved"; Slack waits three."""
AWAY_WAIT = 5.0
"""Seconds a delivery waits until it asks again whether we may act."""
FINISH_ATTEMPTS = 4.0
"""Seconds that attempts under way may still take when the process stops."""
EVICTED_AFTER = 30.0
"""Seconds for which another process must hold our lock before this one ends: a takeover holds it for a moment."""


class Holding:
    """Keeps the lock, and says whether we may act.

    ``regained`` is awaited when the database is back, before anything else begins; ``evicted`` is called when another process
    keeps our lock. The house sets both.
    """

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self.regained: Callable[[], Awaitable[None]] = _nothing
        self.evicted: Callable[[], None] = lambda: None
        self._watcher = Workers(1)  # of its own: the others may all hang in a database that does not answer
        self._asking: asyncio.Future[Found] | None = None
        self._loss: asyncio.Future[None] | None = None
        self._refused_since: float | None = None
        self.held = True
        self.stopping = False

    @property
    def open(self) -> bool:
        """Whether work may begin."""
        return self.held and not self.stopping

    @property
    def loss(self) -> asyncio.Future[None]:
        """Done when the database is lost; whoever waits for it need not wait any longer."""
        if self._loss is None:
            self._loss = asyncio.get_running_loop().create_future()
        return self._loss

    async def look(self) -> None:
        """Ask whether the lock is still held, and take it again if it is not. Never longer than ``SILENT_AFTER``."""
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._watcher(self._ask))
        await asyncio.wait({self._asking}, timeout=SILENT_AFTER)
        if not self._asking.done():
            self._lose()
            return
        asked, self._asking = self._asking, None
        found = asked.result()
        if found != "held":
            self._lose()
        if found == "refused":
            self._refused()
            return
        self._refused_since = None
        if found in {"held", "taken"} and not self.held:
            await self._gain()

    def stop(self) -> None:
        """Give the lock back."""
        self._watcher.stop()
        self._lock.free()

    def _ask(self) -> Found:
        """In a thread: each answer may take as long as the network lets it."""
        if self._lock.holds():
            return "held"
        try:
            self._lock.take()
        except AlreadyRunning:
            return "refused"
        except SQLAlchemyError:
            return "away"
        return "taken"

    def _refused(self) -> None:
        now = time.monotonic()
        if self._refused_since is None:
            self._refused_since = now
        if now - self._refused_since > EVICTED_AFTER:
            log.error("lock.taken", way_out="another process runs under this one's name; this one ends")
            self.evicted()

    def _lose(self) -> None:
        if self.held:
            log.warning("database.away")
            self.held = False
            if not self.loss.done():
                self.loss.set_result(None)

    async def _gain(self) -> None:
        await self.regained()  # raises while the database wavers; then the next look tries again
        log.warning("database.back")
        self._loss = None
        self.held = True


async def _nothing() -> None:
    """Nobody wants to know."""


class Gate:
    """Stands before the courier: while we may not act no attempt is begun, and the delivery waits."""

    def __init__(self, carrier: Carrier, holding: Holding) -> None:
        self._carrier = carrier
        self._holding = holding
        self._under_way: set[asyncio.Future[float | None]] = set()

    async def step(self, key: str, sleeps: float) -> float | None:
        """An attempt, or the seconds until the next one may be made. Who stops waiting does not stop the attempt."""
        if not self._holding.open:
            return AWAY_WAIT
        attempt = asyncio.ensure_future(self._carrier.step(key, sleeps))
        self._under_way.add(attempt)
        attempt.add_done_callback(self._under_way.discard)
        return await asyncio.shield(attempt)

    async def finish(self, within: float = FINISH_ATTEMPTS) -> None:
        """Wait until the attempts under way are noted, at most so many seconds. The engine may run them in loops of its own,
        so they are looked at and not awaited."""
        end = time.monotonic() + within
        while self._under_way and time.monotonic() < end:  # noqa: ASYNC110  the loops may differ
            await asyncio.sleep(0.02)
