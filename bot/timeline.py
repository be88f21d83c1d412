"""Let virtual time pass: everything due in between happens at its own moment, in order, and is delivered before the next.

The rehearsal and the room's moved clock are this one function; nothing in them knows a handler.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.clock import Clock
from bot.delivery.courier import Run
from bot.scheduler import next_due, tick_once
from handlers.router import Table
from handlers.routes import FIRINGS
from handlers.schedules import Firing
from storage.unit_of_work import Units


class Drains(Protocol):
    """What delivers everything that is open and due: the courier itself, or a wait for the engine."""

    async def drain(self) -> int:
        """Deliver; answers how many."""
        ...


async def play(
    until: datetime,
    clock: Clock,
    units: Units,
    table: Table,
    courier: Drains,
    run: Run,
    firings: Mapping[str, Firing] = FIRINGS,
) -> None:
    """Move ``clock`` to ``until`` (aware), stopping at every moment something is due."""
    await courier.drain()
    stuck: datetime | None = None  # nothing came of this moment, nor of any before it
    while True:
        due = await run(next_due, units, stuck)
        if due is None or due > until:
            break
        clock.move_to(due)
        acted = await run(tick_once, units, table, clock.now(), firings)
        delivered = await courier.drain()
        if not acted and not delivered:
            stuck = due
    clock.move_to(until)
    if stuck is not None:  # else nothing open is due by now
        await courier.drain()
