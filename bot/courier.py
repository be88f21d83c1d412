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
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog
from pydantic import ValidationError

from bot.errands import Ask, Errands, Hear
from bot.logs import learnt, named
from bot.measures import Count, uncounted
from bot.patience import Patience
from bot.ports import Delivery, Gateway, Later, Outcome, Refused, Sent, Unsure, Uploaded
from bot.results import Away, Results
from handlers.saying import Content, account_of, apart, decode, place_of
from handlers.vocabulary.address import Platform, Visibility
from handlers.vocabulary.outgoing import AnyCard, Errand, File, Picture, Reaction
from storage.models.delivery import OutboxRow
from storage.outbox import ERRAND, FILE, PICTURE
from storage.unit_of_work import UnitOfWork, Units

log = structlog.get_logger(__name__)

T = TypeVar("T")

TROUBLE_WAIT = 5.0
"""Seconds until the next attempt when our own side failed (the database was away, or a defect)."""

JUST_LEFT = timedelta(seconds=1)
"""A request younger than this is probably answered in a moment; whoever waits for it need not leave the queue."""


class Run(Protocol):
    """Runs a synchronous function that may touch the database, off the event loop."""

    def __call__(self, function: Callable[..., T], *arguments: object) -> Awaitable[T]:
        """Answer what ``function(*arguments)`` answers."""
        ...


@dataclass(frozen=True, slots=True)
class _Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class _Look:
    delivery: Delivery
    since: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class _Send:
    delivery: Delivery


class Courier:
    """Carries rows. ``clock`` answers aware UTC; ``hear`` is told what an errand found, in a transaction of its own (without
    it, errands are dropped); ``reconcile=False`` exists only to show what it prevents."""

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
    ) -> None:
        self._count = count
        self._units = units
        self._gateways = gateways
        self._run = run
        self._clock = clock
        self._patience = patience
        self._errands = Errands(units, gateways, run, clock, hear)
        self._results = Results(units, gateways, clock, patience, reconcile=reconcile, count=count)
        self._reconcile = reconcile
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
        step = await self._run(self._prepare, key)
        if isinstance(step, _Look):
            found = await self._gateways[_platform(step.delivery)].find(step.delivery, step.since.timestamp())
            if isinstance(found, Later):
                return await self._note(key, step.delivery.revision, Away(max(1.0, found.after)))
            if isinstance(found, Sent):
                log.info("delivery.adopted", key=key)
                self._count(_platform(step.delivery), "adopted")
                return await self._note(key, found.revision or 1, found)
            step = await self._run(self._mark, key, step.attempts)
        if isinstance(step, _Wait):
            return step.seconds
        if isinstance(step, Ask):
            return await self._errands.carry(key, step, self._patience[step.errand.account.platform].timeout)
        if step is None:
            return None
        return await self._send(step.delivery)

    async def _send(self, delivery: Delivery) -> float | None:
        timeout = self._patience[_platform(delivery)].timeout
        try:
            async with asyncio.timeout(timeout or None):
                outcome = await self._asked_and_sent(delivery)
        except TimeoutError:
            outcome = Unsure(f"no answer within {timeout:g} seconds")
        return await self._note(delivery.key, delivery.revision, outcome)

    async def _asked_and_sent(self, delivery: Delivery) -> Outcome:
        gateway = self._gateways[_platform(delivery)]
        refusal = await self._would_leak(gateway, delivery)
        if refusal is not None:
            return refusal
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
            return Later(1.0)
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
            return Later(30.0)
        if shared:
            return Refused(
                "the internal channel can be read by another company; name another one with the setup command"
            )
        return None

    async def _note(self, key: str, revision: int, outcome: Outcome | Away) -> float | None:
        wait: float | None = await self._run(self._results.record, key, revision, outcome)
        return wait

    # --- the database's part: each a short transaction of its own ------------------------------------------------------

    def _prepare(self, key: str) -> _Wait | _Look | _Send | Ask | None:
        """What to do with the row now."""
        now = self._clock()
        with self._units() as uow:
            row = uow.outbox.locked(key)
            if row is None or row.state != "open":
                return None
            learnt(platform=row.platform, kind=row.kind, generation=row.generation)
            wait = self._must_wait(row, uow, now)
            if wait is not None:
                uow.commit()
                return wait if row.state == "open" else None
            content = _read(row)
            if content is None:
                self._results.fail(row, uow, now, "this version cannot read the stored card")
                uow.commit()
                return None
            if row.kind == ERRAND:
                return self._errands.begin(row, uow, now)
            if self._reconcile and _unclear(row) and row.first_try is not None:
                return _Look(self._delivery(row, content, uow), row.first_try, row.attempts)
            return self._marked(row, content, uow, now)

    def _mark(self, key: str, attempts: int) -> _Wait | _Send | None:
        """Nothing was found in the history: mark the next attempt and send, unless somebody else did meanwhile."""
        with self._units() as uow:
            row = uow.outbox.locked(key)
            if row is None or row.state != "open":
                return None
            if row.attempts != attempts:
                return _Wait(self._patience[Platform(row.platform)].unclear)
            return self._marked(row, decode(row.content), uow, self._clock())

    def _marked(self, row: OutboxRow, content: Content, uow: UnitOfWork, now: datetime) -> _Send | None:
        if row.attempts >= self._patience[Platform(row.platform)].attempts:
            self._results.fail(row, uow, now, f"no clear answer after {row.attempts} attempts")
            uow.commit()
            return None
        delivery = self._delivery(row, content, uow)
        row.trying_since = row.last_try = now
        row.first_try = row.first_try or now
        row.attempts += 1
        uow.session.add(row)
        uow.commit()
        return _Send(delivery)

    def _must_wait(self, row: OutboxRow, uow: UnitOfWork, now: datetime) -> _Wait | None:
        """Its time has not come, the workspace pauses, an earlier post of its thread is not out, or one is uncertain."""
        patience = self._patience[Platform(row.platform)]
        moments = [row.not_before, self._results.paused_until(row)]
        if self._reconcile and row.trying_since is not None and row.last_try is not None:
            moments.append(row.last_try + timedelta(seconds=patience.unclear))
        until = max(moments)
        if until > now:
            return _Wait((until - now).total_seconds())
        if row.thread_card is not None and row.sent_revision == 0:
            root = uow.outbox.root_of(row)
            if root is None or (root.ref is None and root.state in {"failed", "dropped"}):
                self._results.fail(row, uow, now, "the message it replies to could not be sent")
                return _Wait(0)
            if root.ref is None:
                return _Wait(_behind(row, root, now))
        earlier = None if row.sent_revision > 0 else uow.outbox.earlier_in_thread(row, now)
        return None if earlier is None else _Wait(_behind(row, earlier, now))

    def _delivery(self, row: OutboxRow, content: Content, uow: UnitOfWork) -> Delivery:
        root = uow.outbox.root_of(row)
        assert not isinstance(content, Errand)
        part = _attachment(row, content)
        return Delivery(
            key=row.key,
            revision=row.revision,
            visibility=Visibility(row.visibility),
            card=content,
            place=place_of(row),
            account=account_of(row),
            thread=row.thread_ref if root is None else root.ref,
            ref=row.ref if row.sent_revision > 0 else None,
            attachment=part,
            upload=None if part is None else row.ref,
        )

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


def _unclear(row: OutboxRow) -> bool:
    """Whether an earlier attempt at the first post may have reached the platform."""
    return row.trying_since is not None and row.sent_revision == 0


def _attachment(row: OutboxRow, content: AnyCard | Reaction) -> Picture | File | None:
    """What a row shares that stands for a part of a card; None when it says the card itself."""
    if row.kind not in {PICTURE, FILE} or isinstance(content, Reaction):
        return None
    return next(iter(apart(content)), None)


def _behind(row: OutboxRow, other: OutboxRow, now: datetime) -> float:
    """Seconds to wait for the ``other`` row: a moment while its request has just left, else so long that the slot is given
    up, and more and more rarely."""
    if other.last_try is not None and now - other.last_try < JUST_LEFT:
        return 0.2
    return min(30.0, 2.5 + row.generation / 2)


def _read(row: OutboxRow) -> Content | None:
    """What the row says; None when this version cannot read it."""
    try:
        return decode(row.content)
    except ValidationError:
        return None


def _platform(delivery: Delivery) -> Platform:
    target = delivery.place or delivery.account
    assert target is not None
    return target.platform


def where_from(trouble: BaseException) -> str:
    """The file and line that raised, without the message: a database error quotes its parameters, people's words among
    them."""
    frames = traceback.extract_tb(trouble.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
