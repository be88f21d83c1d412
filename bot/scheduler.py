"""The calendar is a door like the others: every two seconds it asks what is due and lets the handlers act on it.

APScheduler is the clock, with a few fixed ticks in memory; its job store is never used. What is due stands in our own
table, so a tick is one question to an index, whatever the number of items.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_SUBMITTED, JobExecutionEvent, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.courier import where_from
from bot.dispatch import surviving
from bot.watching.logs import named
from bot.watching.measures import Measure, unmeasured
from handlers.router import Table, follow
from handlers.routes import FIRINGS
from handlers.schedules import Firing, tick
from storage.circles import again_if_broken_off
from storage.unit_of_work import Units

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]


STEP_BACK = timedelta(seconds=5)
"""A tick that is planned further ahead than its own interval and this was planned before the clock was set back."""
LOOK_AT_CLOCK = 1.0
TOGETHER = 200
"""Schedules acted on in one transaction."""


def tick_once(units: Units, table: Table, now: datetime, firings: Mapping[str, Firing] = FIRINGS) -> int:
    """Act on everything due at ``now``, in transactions of at most 200; answers how many were acted on.

    When a batch fails, each of its schedules has a transaction of its own: one that cannot be acted on stays due and is
    tried again at the next tick, and never stops the others. What the database broke off, because two waited for each
    other, is done again at once; other database errors are raised as they are.
    """
    done, passed_over = 0, frozenset[int]()
    while True:
        count = _together(units, table, now, firings, passed_over, TOGETHER)
        if count is None:
            alone, passed_over = _one_by_one(units, table, now, firings, passed_over)
            done += alone
        elif count == 0:
            return done
        else:
            done += count


def _together(
    units: Units, table: Table, now: datetime, firings: Mapping[str, Firing], but: frozenset[int], limit: int
) -> int | None:
    """How many were acted on in one transaction; None when something unexpected undid it."""

    def act() -> int:
        with units() as uow:
            uow.unhurried = True
            count = tick(uow, now, firings, limit, but)
            follow(table.followers, uow, now)
            uow.commit()
        return count

    return surviving(lambda: again_if_broken_off(act), "tick.failed")


def _one_by_one(
    units: Units, table: Table, now: datetime, firings: Mapping[str, Firing], but: frozenset[int]
) -> tuple[int, frozenset[int]]:
    """The batch again, each alone; answers how many were acted on and, besides ``but``, which ones could not be."""
    done = 0
    for _ in range(TOGETHER):
        with units() as uow:
            first = uow.schedules.due(now, 1, but)
        if not first or first[0].id is None:
            break
        if _together(units, table, now, firings, but, 1) is None:
            log.error("tick.passed_over", schedule=first[0].id, subject=first[0].subject)
            but |= {first[0].id}
        else:
            done += 1
    return done, but


def next_due(units: Units, after: datetime | None = None) -> datetime | None:
    """When something is due next (later than ``after``, if given): a schedule, or a message that was to wait."""
    with units() as uow:
        moments = (uow.schedules.next_at(after), uow.outbox.next_at(after))
    return min((moment for moment in moments if moment is not None), default=None)


def seal(units: Units) -> None:
    """Chain the fresh entries of the audit log."""
    with units() as uow:
        while uow.audit.seal():
            uow.commit()


class Ticks:
    """The fixed ticks of one process. A tick that fails is logged and comes again; it never stops the others."""

    def __init__(self, took: Measure = unmeasured, lagged: Measure = unmeasured, failed: Measure = unmeasured) -> None:
        self._took, self._lagged, self._failed = took, lagged, failed
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._watching: asyncio.Task[None] | None = None
        self._scheduler.add_listener(self._note_failure, EVENT_JOB_ERROR)
        self._scheduler.add_listener(self._note_lag, EVENT_JOB_SUBMITTED)

    def every(self, seconds: float, name: str, job: Job, *, at_once: bool = False) -> None:
        """Run ``job`` every so many seconds, the first time after so many or ``at_once``; a run that takes longer skips
        the ones it covers."""
        self._scheduler.add_job(
            self._patient(name, job),
            "interval",
            seconds=seconds,
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            **({"next_run_time": datetime.now(UTC)} if at_once else {}),
        )

    def start(self) -> None:
        """Begin ticking, in the running loop."""
        self._scheduler.start()
        self._watching = asyncio.ensure_future(self._watch_clock())

    def stop(self) -> None:
        """Tick no more."""
        if self._watching is not None:
            with suppress(RuntimeError):  # its loop is closed already
                self._watching.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _watch_clock(self) -> None:
        """APScheduler plans by the wall clock: when that is set back by an hour, nothing would tick for an hour."""
        while True:
            await asyncio.sleep(LOOK_AT_CLOCK)
            now = datetime.now(UTC)
            for job in self._scheduler.get_jobs():
                if job.next_run_time - now > job.trigger.interval + STEP_BACK:
                    log.warning("clock.set_back", tick=job.id)
                    job.modify(next_run_time=now)

    def _patient(self, name: str, job: Job) -> Job:
        async def run() -> None:
            began = time.monotonic()
            with named(tick=name):
                try:
                    await job()
                except SQLAlchemyError as trouble:
                    self._failed(name, time.monotonic() - began)
                    log.warning("tick.database_away", trouble=type(trouble).__name__)
                finally:
                    self._took(name, time.monotonic() - began)

        return run

    def _note_lag(self, event: JobSubmissionEvent) -> None:
        """It begins now; the newest of the moments it was planned for is the one it is late for."""
        self._lagged(event.job_id, (datetime.now(UTC) - event.scheduled_run_times[-1]).total_seconds())

    def _note_failure(self, event: JobExecutionEvent) -> None:
        """It failed as nobody expected."""
        self._failed(event.job_id, 0.0)
        _tell(event)


def _tell(event: JobExecutionEvent) -> None:
    """A tick failed as nobody expected: its kind and place, without its message, which may quote people's words."""
    trouble = event.exception
    if trouble is not None and not isinstance(trouble, asyncio.CancelledError):
        log.error("tick.failed", tick=event.job_id, trouble=type(trouble).__name__, where=where_from(trouble))
