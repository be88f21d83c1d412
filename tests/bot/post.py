"""A courier over a database and a platform in memory, with a clock that jumps over every wait and faults on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from bot.clock import StillClock
from bot.delivery.courier import Courier
from bot.delivery.patience import Patience
from bot.workers import inline
from handlers.saying import encode
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import SharedCard
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, outbox_row
from tests.fakes import FakeGateway

T = TypeVar("T")
PATIENCE = Patience(timeout=10, settle=10)


class Broken(Exception):
    """What a test injects."""


class Post:
    """An outbox, a courier and a platform in memory, with a clock that jumps over every wait."""

    def __init__(self, database: Database, **options: Any) -> None:
        self.database = database
        self.gateway = FakeGateway()
        self.clock = StillClock(NOW)
        self.options = options
        self.patience = PATIENCE
        self.fails_at: int | None = None
        self.crossed = 0
        self.restart()

    def restart(self) -> None:
        """A new process over the same database: nothing that was only in memory is left."""
        self.courier = Courier(
            self.units,
            {Platform.ROOM: self.gateway},
            self.run,
            self.clock.now,
            {Platform.ROOM: self.patience},
            **self.options,
        )

    def units(self) -> UnitOfWork:
        """A unit whose commit can fail, before or after it took place."""
        uow = UnitOfWork(self.database)
        commit = uow.commit

        def fragile() -> None:
            self.cross()
            commit()
            self.cross()

        uow.commit = fragile  # type: ignore[method-assign]  # the fault is injected here
        return uow

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Inline, and breaking on the way in or out."""
        self.cross()
        answer = await inline(function, *arguments)
        self.cross()
        return answer

    def cross(self) -> None:
        """A boundary: the n-th one raises when told so."""
        self.crossed += 1
        if self.crossed == self.fails_at:
            raise Broken

    def put(self, once: str, **details: Any) -> str:
        """Say something."""
        with UnitOfWork(self.database) as uow:
            key = uow.outbox.put(outbox_row(once, **details)).key
            uow.commit()
        return key

    def revise(self, once: str, words: str | SharedCard) -> None:
        """Let it show other words, or another card."""
        with UnitOfWork(self.database) as uow:
            row = uow.outbox.by_once(once)
            assert row is not None
            card = SharedCard(words) if isinstance(words, str) else words
            uow.outbox.revise(row, encode(card), self.clock.now())
            uow.commit()

    def row(self, once: str) -> OutboxRow:
        """The row as it is."""
        with UnitOfWork(self.database) as uow:
            row = uow.outbox.by_once(once)
            assert row is not None
            return row

    def rows(self) -> list[OutboxRow]:
        """All rows."""
        with UnitOfWork(self.database) as uow:
            return list(uow.outbox.everything())

    async def settle(self, rounds: int = 60) -> None:
        """Drain, letting as much time pass as is needed, until nothing is open."""
        for _ in range(rounds):
            await self.courier.drain()
            if all(row.state != "open" for row in self.rows()):
                return
            self.clock.move_to(self.clock.now() + timedelta(seconds=15))
        raise AssertionError([(row.once, row.state, row.trouble) for row in self.rows()])

    def in_channels(self) -> list[str]:
        """The same without direct messages, such as those that tell a manager what failed."""
        posted = [each for each in self.gateway.posted if not each.place.channel.startswith("D-")]
        return [each.delivery.card.text for each in posted]  # type: ignore[union-attr]

    def texts(self) -> list[str]:
        """What stands out there, in order."""
        return [posted.delivery.card.text for posted in self.gateway.posted]  # type: ignore[union-attr]
