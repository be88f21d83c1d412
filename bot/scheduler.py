"""The calendar is a door like the others: every second it asks what is due and lets the handlers act on it.

APScheduler is the clock, with a few fixed ticks in memory; its job store is never used. What is due stands in our own
table, so a tick is one question to an index, whatever the number of items.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from handlers.router import Table, follow
from handlers.routes import FIRINGS
from handlers.schedules import tick
from storage.unit_of_work import Units

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]


def tick_once(units: Units, table: Table, now: datetime) -> int:
    """Act on everything due at ``now``, in transactions of at most 200; answers how many fired."""
    fired = 0
    while True:
        with units() as uow:
            count = tick(uow, now, FIRINGS)
            if count == 0:
                return fired
            follow(table.followers, uow, now)
            uow.commit()
        fired += count


def next_due(units: Units) -> datetime | None:
    """When something is due next."""
    with units() as uow:
        return uow.schedules.next_at()


def seal(units: Units) -> None:
    """Chain the fresh entries of the audit log."""
    with units() as uow:
        if uow.audit.seal():
            uow.commit()


class Ticks:
    """The fixed ticks of one process. A tick that fails is logged and comes again; it never stops the others."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def every(self, seconds: float, name: str, job: Job) -> None:
        """Run ``job`` every so many seconds; a run that takes longer skips the ones it covers."""
        self._scheduler.add_job(
            _patient(name, job),
            "interval",
            seconds=seconds,
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin ticking, in the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def _patient(name: str, job: Job) -> Job:
    async def run() -> None:
        try:
            await job()
        except SQLAlchemyError as trouble:
            log.warning("tick.database_away", tick=name, trouble=type(trouble).__name__)

    return run
