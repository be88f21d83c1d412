"""The way inwards: one event, handled off the event loop, committed before anybody is told.

Whoever gives up waiting must be able to say "not saved" and be right: the commit and the giving-up race for one permit, and
only the first of them gets it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from bot.delivery.courier import Run, where_from
from bot.ports import Unavailable
from bot.watching.logs import kind_of, named, names_of
from bot.watching.measures import Count, uncounted
from handlers.router import GivenUp, Permit, Router, Undecided
from handlers.vocabulary.incoming import AnyIncoming
from handlers.vocabulary.outgoing import Answer, PrivateCard, Tone
from storage.differing import missing_in

log = structlog.get_logger(__name__)

Value = TypeVar("Value")

DECIDES_AFTER = (0.2, 0.3, 0.5, 0.8)
"""Seconds between two looks at a reply whose card may not be noted yet; together less than a platform waits. A card that is
still in doubt then was begun by a process that died: the platform sends the reply again, later."""
TWINS = 3
"""How often an event is handled again when a concurrent one took the same number or was its twin."""


class OnePermit(Permit):
    """Goes to the commit, or to whoever stopped waiting: whoever is first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder = ""

    def take(self) -> bool:
        """The commit goes ahead, unless the waiting was given up."""
        return self._claim("commit")

    def give_up(self) -> bool:
        """The waiting ends and nothing will be saved, unless the commit goes ahead already."""
        return self._claim("given up")

    @property
    def given_up(self) -> bool:
        """Whether nobody waits any more."""
        return self._holder == "given up"

    def _claim(self, who: str) -> bool:
        with self._lock:
            self._holder = self._holder or who
            return self._holder == who


class Standing(Protocol):
    """Whether the house can save anything just now."""

    @property
    def open(self) -> bool:
        """Whether work may begin."""
        ...

    @property
    def loss(self) -> asyncio.Future[None]:
        """Done when the database is lost: whoever waits need not wait any longer."""
        ...


class Dispatcher:
    """Handles events. ``now`` answers the moment each is handled at, aware UTC. ``standing`` is asked before any work, so
    that a database known to be away is said to be at once."""

    def __init__(
        self,
        router: Router,
        run: Run,
        now: Callable[[], datetime],
        count: Count = uncounted,
        standing: Standing | None = None,
    ) -> None:
        self._router = router
        self._run = run
        self._now = now
        self._count = count
        self._standing = standing

    async def __call__(self, event: AnyIncoming) -> Answer:
        """The answer, after the commit. Raises ``Unavailable`` when nothing was saved."""
        with named(**names_of(event)):
            try:
                return await self._decided(event)
            except Unavailable:
                self._count(kind_of(event), "not_saved")
                raise

    async def _decided(self, event: AnyIncoming) -> Answer:
        for wait in DECIDES_AFTER:
            try:
                return await self._answered(event)
            except Undecided:
                await asyncio.sleep(wait)
        try:
            return await self._answered(event)
        except Undecided as undecided:
            raise Unavailable from undecided

    async def _answered(self, event: AnyIncoming) -> Answer:
        if self._standing is not None and not self._standing.open:
            raise Unavailable
        permit = OnePermit()
        task = asyncio.ensure_future(self._run(self._handle, event, permit))
        try:
            await self._done_or_lost(task)
        except asyncio.CancelledError:
            if permit.give_up():
                task.add_done_callback(_forget)
                raise
        if not task.done() and permit.give_up():
            task.add_done_callback(_forget)
            raise Unavailable
        answer: Answer = await asyncio.shield(task)  # done, or too late to give up: it is being committed
        return answer

    async def _done_or_lost(self, task: asyncio.Future[Answer]) -> None:
        """Wait for the answer, but no longer than the database is there."""
        ends: set[asyncio.Future[Any]] = {task} if self._standing is None else {task, self._standing.loss}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)

    def _handle(self, event: AnyIncoming, permit: OnePermit) -> Answer:
        if permit.given_up:
            raise Unavailable  # nobody waits any more: work that could not be saved would only delay the others
        for _ in range(TWINS):
            try:
                return self._router.handle(event, self._now(), permit)
            except Undecided:
                raise
            except GivenUp as given_up:
                raise Unavailable from given_up
            except IntegrityError:
                log.info("event.twin", request=event.request)
            except SQLAlchemyError as trouble:
                lacking = missing_in(trouble)
                if lacking:
                    log.error("database.differs", lacks=lacking, way_out="python -m bot db check tells all of it")
                log.warning("event.not_saved", request=event.request, trouble=type(trouble).__name__)
                raise Unavailable from trouble
            except Exception as trouble:
                log.error(
                    "event.failed", request=event.request, trouble=type(trouble).__name__, where=where_from(trouble)
                )
                self._count(kind_of(event), "failed")
                return Answer(card=_SORRY)
        raise Unavailable


_SORRY = PrivateCard(
    text="Something went wrong on my side. Nothing was saved; please try again.",
    tone=Tone.BAD,
)


def surviving(work: Callable[[], Value], event: str) -> Value | None:
    """What ``work`` answers; None when something nobody expected came out of it, logged as ``event``.

    A database that is away is expected: its errors are raised as they are.
    """
    try:
        return work()
    except (OperationalError, InterfaceError):
        raise
    except Exception as trouble:
        log.error(event, trouble=type(trouble).__name__, where=where_from(trouble))
        return None


def _forget(task: asyncio.Future[Any]) -> None:
    """Nobody waits for it any more; its exception is not news."""
    if not task.cancelled():
        task.exception()
