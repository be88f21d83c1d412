"""The courier: takes a row of the outbox to its platform, patiently, and never twice.

An attempt answers ``None`` (done: sent, failed or superseded) or the seconds to wait before the next one. The order of its
steps is what makes "once" true: the mark is committed *before* the request leaves, and an attempt that finds an earlier
mark looks in the channel's history before it posts again. No exception leaves an attempt: what nobody expected is logged
and answers "try in five seconds", because an exception would end the delivery's workflow for good.

A row that waits for *another* row must give up its slot: the other one may need the same slot to go out. So such a wait is
always longer than the engine sleeps through, and grows, so that those who wait do not use up the channel's pace.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

import structlog

from bot.delivery.errands import Ask, Errands, Hear
from bot.delivery.pacing import Pacing, WorkspaceLimit
from bot.delivery.patience import Patience
from bot.delivery.preparing import Look, Preparing, Send, Wait
from bot.delivery.results import Away, Results, Untold
from bot.delivery.windows import Limits
from bot.ports import Delivery, Gateway, Later, Missing, Outcome, Refused, Sent, Unsure, Uploaded
from bot.watching.logs import named
from bot.watching.measures import Count, uncounted
from handlers.vocabulary.address import Platform, Visibility
from storage.unit_of_work import Units

log = structlog.get_logger(__name__)

T = TypeVar("T")

LOOKS_FOR = 60.0
"""Seconds a look into a channel's history may take, with all its pages."""
TROUBLE_WAIT = 5.0
"""Seconds until the next attempt when our own side failed (the database was away, or a defect)."""


class Run(Protocol):
    """Runs a synchronous function that may touch the database, off the event loop."""

    def __call__(self, function: Callable[..., T], *arguments: object) -> Awaitable[T]:
        """Answer what ``function(*arguments)`` answers."""
        ...


class Courier:
    """Carries rows. ``clock`` answers aware UTC; ``hear`` is told what an errand found, in a transaction of its own (without
    it, errands are dropped); ``limit`` is the pace of a whole workspace on Slack, None for none, ``limits`` are those of platforms that count every
    request; ``reconcile=False`` exists only to show what it prevents."""

    def __init__(
        self,
        units: Units,
        gateways: Mapping[Platform, Gateway],
        run: Run,
        clock: Callable[[], datetime],
        patience: Mapping[Platform, Patience],
        *,
        hear: Hear | None = None,
        reconcile: bool = True,
        count: Count = uncounted,
        limit: WorkspaceLimit | None = None,
        limits: Mapping[Platform, Limits] | None = None,
    ) -> None:
        self._count = count
        self._units = units
        self._gateways = gateways
        self._run = run
        self._clock = clock
        self._patience = patience
        self._errands = Errands(units, gateways, run, clock, hear)
        self._results = Results(units, gateways, clock, patience, reconcile=reconcile, count=count)
        self._preparing = Preparing(
            units,
            clock,
            patience,
            self._errands,
            self._results,
            reconcile=reconcile,
            pacing=Pacing(limit, limits, clock),
        )
        self._under_way: dict[str, asyncio.Task[float | None]] = {}

    async def attempt(self, key: str) -> float | None:
        """One attempt at a row. Callers in one process take turns, and each sees what the one before left.

        Who stops waiting does not stop the attempt: it is finished and recorded.
        """
        while (before := self._under_way.get(key)) is not None:
            await asyncio.wait({before})
        task = asyncio.create_task(self._guarded(key))
        self._under_way[key] = task
        task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(task)

    async def _guarded(self, key: str) -> float | None:
        with named(delivery=key):
            try:
                return await self._attempt(key)
            except Exception as trouble:
                log.error("delivery.trouble", key=key, trouble=type(trouble).__name__, where=where_from(trouble))
                return TROUBLE_WAIT

    async def _attempt(self, key: str) -> float | None:
        step = await self._run(self._preparing.prepare, key)
        if isinstance(step, Look):
            found = await self._found(step)
            if isinstance(found, Later):
                return await self._note(key, step.delivery.revision, Away(max(1.0, found.after)))
            if isinstance(found, Refused):
                log.warning("delivery.cannot_tell", key=key)
                return await self._note(key, step.delivery.revision, Untold(found.why))
            if isinstance(found, Sent):
                log.info("delivery.adopted", key=key)
                self._count(_platform(step.delivery), "adopted")
                return await self._note(key, found.revision or 1, found)
            step = await self._run(self._preparing.mark, key, step.attempts)
        if isinstance(step, Wait):
            return step.seconds
        if isinstance(step, Ask):
            return await self._errands.carry(key, step, self._patience[step.errand.account.platform].timeout)
        if step is None:
            return None
        return await self._send(step)

    async def _found(self, look: Look) -> Sent | Missing | Later | Refused:
        """What the history says; a platform that goes on telling for ever is asked again later."""
        try:
            async with asyncio.timeout(LOOKS_FOR):
                return await self._gateways[_platform(look.delivery)].find(look.delivery, look.since.timestamp())
        except TimeoutError:
            return Later(TROUBLE_WAIT)

    async def _send(self, step: Send) -> float | None:
        delivery = step.delivery
        timeout = self._patience[_platform(delivery)].timeout
        try:
            async with asyncio.timeout(timeout or None):
                outcome = await self._asked_and_sent(step)
        except TimeoutError:
            outcome = Unsure(f"no answer within {timeout:g} seconds")
        return await self._note(delivery.key, delivery.revision, outcome)

    async def _asked_and_sent(self, step: Send) -> Outcome:
        delivery = step.delivery
        timeout = self._patience[_platform(delivery)].timeout
        gateway = self._gateways[_platform(delivery)]
        refusal = await self._would_leak(gateway, delivery)
        if refusal is not None:
            return refusal
        if timeout and (self._clock() - step.marked).total_seconds() > timeout:
            return Later(1.0, "message")  # this process slept; others may have stopped counting on its mark
        if delivery.attachment is not None:
            return await self._shared(gateway, delivery)
        return await (gateway.post(delivery) if delivery.ref is None else gateway.update(delivery))

    async def _shared(self, gateway: Gateway, delivery: Delivery) -> Outcome:
        """A picture or file: its id is kept before it is shared, so that the platform can be asked afterwards."""
        if delivery.upload is not None:
            outcome = await gateway.post(delivery)
            if not isinstance(outcome, Refused):
                return outcome
            await self._run(
                self._results.keep_upload, delivery.key, None
            )  # what waited long may be gone: uploaded anew
            return Later(1.0, "message")
        uploaded = await gateway.upload(delivery)
        if not isinstance(uploaded, Uploaded):
            return uploaded
        await self._run(self._results.keep_upload, delivery.key, uploaded.file)
        return await gateway.post(replace(delivery, upload=uploaded.file))

    async def _would_leak(self, gateway: Gateway, delivery: Delivery) -> Outcome | None:
        """The channel's state is looked at in the moment of sending: internal content needs a channel of the client alone."""
        if delivery.visibility is not Visibility.INTERNAL or delivery.place is None or delivery.account is not None:
            return None
        shared = await gateway.is_shared(delivery.place)
        if shared is None:
            return Later(30.0, "message")
        if shared:
            return Refused(
                "the internal channel can be read by another company; name another one with the setup command"
            )
        return None

    async def _note(self, key: str, revision: int, outcome: Outcome | Away | Untold) -> float | None:
        wait: float | None = await self._run(self._results.record, key, revision, outcome)
        return wait

    async def step(self, key: str, sleeps: float) -> float | None:
        """An attempt on behalf of an engine: a wait longer than ``sleeps`` seconds leaves the queue and answers done; the
        row's next generation starts after it."""
        wait = await self.attempt(key)
        if wait is None or wait <= sleeps:
            return wait
        try:
            await self._run(self._postpone, key, wait)
        except Exception as trouble:
            log.error("delivery.not_postponed", key=key, trouble=type(trouble).__name__, where=where_from(trouble))
            return TROUBLE_WAIT
        return None

    def _postpone(self, key: str, seconds: float) -> None:
        with self._units() as uow:
            row = uow.outbox.locked(key)
            if row is not None and row.state == "open":
                uow.outbox.enqueue_again(row, row.not_before, seconds)
                uow.commit()

    async def drain(self) -> int:
        """Deliver what is open and due, in order, here and now; for the rehearsal and the room's moved clock."""
        delivered = 0
        while True:
            keys = await self._run(self._due_keys)
            if not keys:
                return delivered
            waits = [await self.attempt(key) for key in keys]
            delivered += sum(wait is None for wait in waits)
            if all(wait is not None and wait > 0 for wait in waits):
                return delivered

    def _due_keys(self) -> list[str]:
        now = self._clock()
        with self._units() as uow:
            return [key for key, _ in uow.outbox.due(now)]


def _platform(delivery: Delivery) -> Platform:
    target = delivery.place or delivery.account
    assert target is not None
    return target.platform


def where_from(trouble: BaseException) -> str:
    """The file and line that raised, without the message: a database error quotes its parameters, people's words among
    them."""
    frames = traceback.extract_tb(trouble.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
