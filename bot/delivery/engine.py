"""The engine under the courier: DBOS keeps every delivery's workflow in the database. The only module that imports it.

One workflow a row and generation (``post:<key>#<generation>``). It is enqueued in the transaction that wrote the row, so
both exist or neither does. The workflow is trivial for ever, so that new code can finish old work: it asks the courier for
an attempt until that says done. A wait up to two seconds is slept inside; a longer one gives up the slot and comes back as
the next generation.

A channel has one slot, and who has it keeps it for the channel's pace: so posts are paced over all processes, and one look
takes the first of every channel together. Asking for each channel apart, with DBOS's own limiter, took twice the time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from sqlalchemy import Engine as EngineOfTables
from sqlalchemy import create_engine, event
from sqlmodel import Session

from bot.delivery.at_once import AtOnce
from bot.delivery.courier import Run
from bot.delivery.looking import Looking
from handlers.vocabulary.address import Platform
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.outbox import FILE, PICTURE, REACTION
from storage.unit_of_work import Units

PACED = "parley_paced"
UNPACED = "parley_unpaced"
WORKFLOW = "parley_deliver"
SHORT_WAIT = 2.0
"""Seconds a workflow sleeps through while it holds its channel's slot."""
COUNTED = frozenset({Platform.TEAMS})
"""Platforms whose windows are counted before every request: a slot is free again as soon as its post is out."""
LIVE = ["PENDING", "ENQUEUED", "DELAYED"]
UNUSED_EVERY = 60.0
"""Seconds between two looks into the queue that nothing of ours is ever in."""
CHUNK = 500
"""Workflows asked about in one query."""
KEEP_FINISHED = timedelta(days=2)
Attempt = Callable[[str, float], Awaitable[float | None]]


def partition(row: OutboxRow) -> str:
    """What is paced together: posts to one channel or person; edits, reactions and pictures (files too) have limits of their own."""
    kind = (
        "edits"
        if row.sent_revision
        else {REACTION: "reactions", PICTURE: "pictures", FILE: "pictures"}.get(row.kind, "posts")
    )
    return f"{row.platform}:{row.workspace}/{row.channel or '@' + row.account_user}#{kind}"


def workflow_id(key: str, generation: int) -> str:
    """The workflow of a row's generation."""
    return f"post:{key}#{generation}"


class Carrier(Protocol):
    """Who makes the attempts: the courier, or what stands before it."""

    async def step(self, key: str, sleeps: float) -> float | None:
        """An attempt; None when the workflow is done, else the seconds to sleep before the next one."""
        ...


class Engine:
    """DBOS on our own database. ``enqueue`` is what the outbox calls inside its transaction.

    ``pace`` is seconds between two posts to one channel (none in the room), ``poll`` between two looks into a queue while
    something is under way, and ``rest`` while nothing is; only ``queues`` are looked into, since each look costs three questions
    even when nothing waits.
    """

    def __init__(
        self,
        database: Database,
        executor: str,
        *,
        pace: float = 1.0,
        poll: float = 0.1,
        rest: float = 2.0,
        queues: Sequence[str] = (PACED, UNPACED),
    ) -> None:
        self._database = database
        self._url = database.url.render_as_string(hide_password=False)
        self._executor = executor
        self._pace = pace
        self._queues = queues
        self._own: EngineOfTables | None = None
        self._client: DBOSClient | None = None
        self._carried: set[str] = set()
        self._left_behind: set[str] = set()
        self._at_once = AtOnce(pace)
        self._looking = Looking(poll, max(poll, rest), self._look_every)

    def enqueue(self, session: Session, row: OutboxRow, delay: float) -> None:
        """Enqueue the row's current generation within the session's transaction, to start after ``delay`` seconds.

        Before the start (while the example is set up) nothing is enqueued: the first repair finds the open rows.
        """
        if self._client is None:
            return
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": UNPACED if row.platform == Platform.ROOM else PACED,
            "workflow_id": workflow_id(row.key, row.generation),
            "queue_partition_key": partition(row),
            "app_version": "1",
        }
        if delay > 0:
            options["delay_seconds"] = delay
        given: tuple[str | bool, ...] = (row.key, False) if row.platform in COUNTED else (row.key,)
        self._client.enqueue_in_transaction(session, options, *given)
        if delay <= 0 and not row.unhurried:
            self._at_once.said(session, row, partition(row))
        self._looking.busy()

    async def start(self, carrier: Carrier) -> None:
        """Launch inside the running loop: old work is taken up again, new work is listened for."""
        config: DBOSConfig = {
            "name": "parley",
            "system_database_url": self._url,
            "executor_id": self._executor,
            "application_version": "1",
            "console_log_level": "ERROR",
            "log_level": "ERROR",
            "use_listen_notify": False,
        }
        if self._database.is_sqlite:
            self._own = self._database.joined(_own_engine(self._url))
            config["system_database_engine"] = self._own
        _rest_unused(DBOS(config=config))
        _register(self._noticing(carrier.step), self._pace if PACED in self._queues else 0.0, self._carried)
        DBOS.listen_queues(self._queues)
        DBOS.launch()
        logging.getLogger("dbos").setLevel(logging.ERROR)
        resting = self._looking.resting
        for queue in (PACED, UNPACED):
            await DBOS.register_queue_async(queue, partition_concurrency=1, polling_interval_sec=resting)
        self.connect()
        self._at_once.start(carrier.step)
        self._looking.start()

    def connect(self) -> None:
        """From now on what is said gets its delivery, here or in another process."""
        self._client = DBOSClient(system_database_url=self._url)

    def disconnect(self) -> None:
        """What is said gets no delivery any more; a repair would find it."""
        if self._client is not None:
            self._client.destroy()
            self._client = None

    def _noticing(self, attempt: Attempt) -> Attempt:
        async def step(key: str, sleeps: float) -> float | None:
            self._looking.busy()
            return await attempt(key, sleeps)

        return step

    async def _look_every(self, seconds: float) -> None:
        for name in self._queues:
            queue = await DBOS.retrieve_queue_async(name)
            if queue is not None:
                await queue.set_polling_interval_sec_async(seconds)

    async def repair(self, units: Units, run: Run, now: datetime) -> int:
        """Give every due row without a live workflow a next generation; answers how many. A workflow of this process that
        broke off begins again."""
        await self._begin_again()
        due = await run(_due, units, now)
        dead: list[tuple[str, int]] = []
        for chunk in (due[start : start + CHUNK] for start in range(0, len(due), CHUNK)):
            live = await DBOS.list_workflows_async(
                workflow_ids=[workflow_id(*each) for each in chunk], status=LIVE, load_input=False, load_output=False
            )
            alive = {workflow.workflow_id for workflow in live}
            dead += [each for each in chunk if workflow_id(*each) not in alive]
        return sum([await run(_enqueue_again, units, *each) for each in dead])

    async def _begin_again(self) -> int:
        """A workflow whose own note could not be written (the disk was full) ends here and is under way for ever in the
        database, and nobody else has its channel's slot. Found so by two repairs in a row, it goes back into its queue."""
        begun = await DBOS.list_workflows_async(
            status="PENDING", executor_id=self._executor, load_input=False, load_output=False
        )
        missing = {each.workflow_id: each.queue_name for each in begun if each.workflow_id not in self._carried}
        again = {each: queue for each, queue in missing.items() if each in self._left_behind}
        self._left_behind = set(missing) - set(again)
        for queue in set(again.values()):
            same = [each for each, name in again.items() if name == queue]
            await DBOS.resume_workflows_async(same, queue_name=queue)
        return len(again)

    async def executors(self) -> set[str]:
        """Whose deliveries are under way, this process' own among them."""
        pending = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
        return {each.executor_id for each in pending if each.executor_id}

    async def resume(self, executor: str) -> int:
        """Let the deliveries that an executor began go on at whoever is free, each in its own queue so that it stays paced;
        answers how many. Where that executor still lives, its own copy gives up: the engine knows the owner by a token."""
        begun = await DBOS.list_workflows_async(
            status="PENDING", executor_id=executor, load_input=False, load_output=False
        )
        for queue in {each.queue_name for each in begun}:
            same = [each.workflow_id for each in begun if each.queue_name == queue]
            await DBOS.resume_workflows_async(same, queue_name=queue)
        return len(begun)

    async def forget(self, now: datetime) -> None:
        """Delete workflows that finished long ago; the open core collects no garbage itself."""
        before = (now - KEEP_FINISHED).isoformat()
        old = await DBOS.list_workflows_async(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before,
            limit=5000,
            load_input=False,
            load_output=False,
        )
        if old:
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in old])

    def stop(self) -> None:
        """Last of all: DBOS takes the loop's default executor with it."""
        self._at_once.stop()
        self._looking.stop()
        self.disconnect()
        DBOS.destroy(workflow_completion_timeout_sec=5)
        if self._own is not None:
            self._own.dispose()


def _own_engine(url: str) -> EngineOfTables:
    """What DBOS would make for a SQLite file: it begins a transaction itself before its first writing statement."""
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def _rest_unused(engine: DBOS) -> None:
    """The engine looks into a queue of its own every second, for workflows of no queue, of which we have none: on PostgreSQL
    that is a fifth of what a resting bot takes, and there is no setting for it."""
    engine._registry.get_internal_queue()._polling_interval_sec = UNUSED_EVERY


def _register(attempt: Attempt, pace: float, carried: set[str]) -> None:
    """Workflows are registered when the application is started, never at import.

    An attempt is no step of the engine's: what came of it stands in the row, and a workflow that begins again reads it there.
    To note it twice would cost as much again. With ``keeps_pace`` the slot is kept until ``pace`` seconds after the attempt
    began. ``carried`` holds the ids of the workflows that run in this process.
    """

    @DBOS.workflow(name=WORKFLOW)
    async def deliver(key: str, keeps_pace: bool = True) -> None:
        mine = DBOS.workflow_id or ""
        carried.add(mine)
        try:
            begun = time.monotonic()
            wait = await attempt(key, SHORT_WAIT)
            while wait is not None:
                await asyncio.sleep(wait)
                begun = time.monotonic()
                wait = await attempt(key, SHORT_WAIT)
            if keeps_pace:
                await asyncio.sleep(max(0.0, begun + pace - time.monotonic()))
        finally:
            carried.discard(mine)


def _due(units: Units, now: datetime) -> Sequence[tuple[str, int]]:
    with units() as uow:
        return uow.outbox.due(now)


def _enqueue_again(units: Units, key: str, generation: int) -> bool:
    """Unless it moved on since it was looked at: its workflow may just have handed over to the next generation."""
    with units() as uow:
        row = uow.outbox.locked(key)
        if row is None or row.state != "open" or row.generation != generation:
            return False
        uow.outbox.enqueue_again(row, row.not_before, 0.0)
        uow.commit()
        return True
