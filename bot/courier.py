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
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog
from pydantic import ValidationError

from bot.errands import Ask, Errands, Hear
from bot.ports import Delivery, Gateway, Later, Outcome, Refused, Sent, Unsure
from handlers.deliveries.handler import gave_up
from handlers.saying import Content, account_of, decode, has_picture, picture_row, place_of
from handlers.vocabulary.address import Place, Platform, Visibility
from handlers.vocabulary.outgoing import Errand, Reaction
from storage.models.delivery import OutboxRow
from storage.outbox import ERRAND, PICTURE
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
class Patience:
    """How long an uncertain post is waited for, in seconds, and how often it is tried.

    ``timeout`` bounds everything an attempt asks of the platform after its mark (0: unbounded), so that nothing leaves
    later than that; ``settle`` is how long the platform may take to show a post in its history. A manager is told after
    ``attempts`` without a clear answer, or when nothing could even be tried for ``give_up``. ``longest`` bounds the wait
    between attempts.
    """

    timeout: float = 10.0
    settle: float = 10.0
    attempts: int = 8
    longest: float = 300.0
    give_up: float = 86_400.0

    @property
    def unclear(self) -> float:
        """Seconds after the mark until the history can be trusted to tell what became of a post."""
        return self.timeout + self.settle


@dataclass(frozen=True, slots=True)
class _Away:
    """The history could not be read: what was tried before stays as uncertain as it was."""

    after: float


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
    ) -> None:
        self._units = units
        self._gateways = gateways
        self._run = run
        self._clock = clock
        self._patience = patience
        self._errands = Errands(units, gateways, run, clock, hear)
        self._reconcile = reconcile
        self._under_way: dict[str, asyncio.Task[float | None]] = {}
        self._pauses: dict[str, datetime] = {}

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
                return await self._note(key, step.delivery.revision, _Away(max(1.0, found.after)))
            if isinstance(found, Sent):
                log.info("delivery.adopted", key=key)
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
        return await (gateway.post(delivery) if delivery.ref is None else gateway.update(delivery))

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

    async def _note(self, key: str, revision: int, outcome: Outcome | _Away) -> float | None:
        wait: float | None = await self._run(self._record, key, revision, outcome)
        return wait

    # --- the database's part: each a short transaction of its own ------------------------------------------------------

    def _prepare(self, key: str) -> _Wait | _Look | _Send | Ask | None:
        """What to do with the row now."""
        now = self._clock()
        with self._units() as uow:
            row = uow.outbox.locked(key)
            if row is None or row.state != "open":
                return None
            wait = self._must_wait(row, uow, now)
            if wait is not None:
                uow.commit()
                return wait if row.state == "open" else None
            content = _read(row)
            if content is None:
                self._fail(row, uow, now, "this version cannot read the stored card")
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
            self._fail(row, uow, now, f"no clear answer after {row.attempts} attempts")
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
        moments = [row.not_before, self._pauses.get(_workspace(row), row.not_before)]
        if self._reconcile and row.trying_since is not None and row.last_try is not None:
            moments.append(row.last_try + timedelta(seconds=patience.unclear))
        until = max(moments)
        if until > now:
            return _Wait((until - now).total_seconds())
        if row.thread_card is not None and row.sent_revision == 0:
            root = uow.outbox.by_key(row.thread_card)
            if root is None or (root.ref is None and root.state in {"failed", "dropped"}):
                self._fail(row, uow, now, "the message it replies to could not be sent")
                return _Wait(0)
            if root.ref is None:
                return _Wait(_behind(row, root, now))
        earlier = None if row.sent_revision > 0 else uow.outbox.earlier_in_thread(row, now)
        return None if earlier is None else _Wait(_behind(row, earlier, now))

    def _record(self, key: str, revision: int, outcome: Outcome | _Away) -> float | None:
        """Keep what came of the attempt; answers as ``attempt`` does."""
        now = self._clock()
        with self._units() as uow:
            row = uow.outbox.locked(key)
            if row is None or (row.state != "open" and not isinstance(outcome, Sent)):
                return None
            wait = self._outcome(row, revision, outcome, uow, now)
            uow.session.add(row)
            uow.commit()
        log.info("delivery.outcome", key=key, outcome=type(outcome).__name__, attempts=row.attempts)
        return wait

    def _outcome(
        self, row: OutboxRow, revision: int, outcome: Outcome | _Away, uow: UnitOfWork, now: datetime
    ) -> float | None:
        patience = self._patience[Platform(row.platform)]
        match outcome:
            case Sent(ref, place, _):
                if row.sent_revision == 0:
                    self._picture_follows(row, place, uow, now)
                row.ref, row.channel = ref, place.channel
                row.sent_revision = max(row.sent_revision, revision)
                row.sent_at = row.sent_at or now
                row.trying_since = row.first_try = row.last_try = None
                row.attempts, row.trouble = 0, ""
                row.state = "sent" if row.sent_revision >= row.revision else row.state
                return None if row.state == "sent" else 0.0
            case Later(after, scope):
                if scope == "workspace":
                    self._pauses[_workspace(row)] = now + timedelta(seconds=after)
                _surely_not_posted(row)
                return self._later(row, uow, now, after)
            case _Away(after):
                return self._later(row, uow, now, after)
            case Refused(why):
                _surely_not_posted(row)
                self._fail(row, uow, now, why)
                return None
            case Unsure(why):
                row.trouble = why
                return max(patience.unclear if self._reconcile else 0.0, min(patience.longest, 2.0**row.attempts))

    def _picture_follows(self, row: OutboxRow, place: Place, uow: UnitOfWork, now: datetime) -> None:
        """Where a card cannot hold its picture, the picture is a row of its own in the card's thread, shared once."""
        apart = self._gateways[Platform(row.platform)].pictures_apart
        if not apart or row.kind == PICTURE:
            return
        card = decode(row.content)
        if not isinstance(card, Reaction | Errand) and has_picture(card):
            uow.outbox.put(picture_row(row, place.channel, now))

    def _later(self, row: OutboxRow, uow: UnitOfWork, now: datetime, after: float) -> float | None:
        give_up = timedelta(seconds=self._patience[Platform(row.platform)].give_up)
        if row.first_try is not None and now - row.first_try > give_up:
            self._fail(row, uow, now, "it could not even be tried for too long: see `python -m bot check`")
            return None
        return max(0.05, after)

    def _fail(self, row: OutboxRow, uow: UnitOfWork, now: datetime, why: str) -> None:
        """Give up loudly: the row stays, a manager is told."""
        row.state, row.trouble = "failed", why
        uow.session.add(row)
        gave_up(row, uow, now)

    def _delivery(self, row: OutboxRow, content: Content, uow: UnitOfWork) -> Delivery:
        root = None if row.thread_card is None else uow.outbox.by_key(row.thread_card)
        assert not isinstance(content, Errand)
        return Delivery(
            key=row.key,
            revision=row.revision,
            visibility=Visibility(row.visibility),
            card=content,
            place=place_of(row),
            account=account_of(row),
            thread=row.thread_ref if root is None else root.ref,
            ref=row.ref if row.sent_revision > 0 else None,
            picture=row.kind == PICTURE,
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


def _surely_not_posted(row: OutboxRow) -> None:
    """Takes this attempt's mark back; an earlier attempt that is still uncertain keeps one."""
    row.attempts = max(0, row.attempts - 1)
    if row.attempts == 0 or row.sent_revision > 0:
        row.trying_since = row.last_try = None


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


def _workspace(row: OutboxRow) -> str:
    return f"{row.platform}:{row.workspace}"


def where_from(trouble: BaseException) -> str:
    """The file and line that raised, without the message: a database error quotes its parameters, people's words among
    them."""
    frames = traceback.extract_tb(trouble.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
