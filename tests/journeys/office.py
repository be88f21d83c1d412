"""The real application beside a stand-in of its platform: built on one file, started, stopped, built again; its clock is moved
by hand. What people do and see is the platform's own: ``tests/journeys/slack`` and ``tests/journeys/teams``.

What is waited for is real time; what time it is (``office.now``) is the town's, a Monday morning in March to begin with.
"""

from __future__ import annotations

import asyncio
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from sqlmodel import col, select

from bot.app import House, build
from bot.commands.running import screen
from bot.migrating import migrate
from bot.scheduler import tick_once
from bot.settings import Settings
from handlers.providers.handler import set_up
from handlers.providers.setup import make_manager
from handlers.providers.spec import ProviderSpec
from handlers.router import follow
from storage.database import Database
from storage.models.delivery import InboxEntry, OutboxRow
from storage.unit_of_work import UnitOfWork

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""09:00 in London, 17:00 in Manila."""
CODE = re.compile(r"setup code (\S+)")
STARTED_WITHIN = 10.0


class AnySheet(Protocol):
    """A form somebody has before them, and what it was answered with once it is sent in."""

    @property
    def title(self) -> str:
        """Its first line."""
        ...

    @property
    def words(self) -> str:
        """Everything it says."""
        ...

    @property
    def labels(self) -> list[str]:
        """What can be filled in, from above."""
        ...

    def error_at(self, label: str) -> str | None:
        """What is wrong with what was filled in there."""
        ...


class AnyOffice(ABC):
    """One client's Parley, whatever platform it is on. Maya manages, Dan stands in for her; Liza leads in Manila, Arnel for
    her. People and messages are the stand-in's own."""

    maya: Any
    dan: Any
    liza: Any
    arnel: Any

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.offset = MONDAY - datetime.now(UTC)
        self.screen = ""
        self.house: House
        self._server: uvicorn.Server
        self._serving: asyncio.Task[None]

    # --- life

    async def start(self) -> None:
        """Build and start it, as the command line does."""
        self.house, web = build(self.settings)
        self.house.clock.offset = self.offset
        self.screen = screen(self.house)
        self._server = uvicorn.Server(uvicorn.Config(web, host="127.0.0.1", port=0, log_config=None, lifespan="on"))
        self._serving = asyncio.create_task(self._server.serve())
        async with asyncio.timeout(STARTED_WITHIN):
            while not self._server.started and not self._serving.done():  # noqa: ASYNC110  uvicorn offers no event
                await asyncio.sleep(0.01)
        assert self._server.started, "the application did not start"
        await self.found(self._server.servers[0].sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop it whole, as Ctrl+C does."""
        self._server.should_exit = True
        await self._serving

    async def restart(self) -> None:
        """Stop, and start again on the same file."""
        await self.stop()
        await self.start()

    @abstractmethod
    async def found(self, port: int) -> None:
        """The platform learns where the application listens."""

    # --- time

    @property
    def now(self) -> datetime:
        """What time it is for the application, aware UTC."""
        return self.house.clock.now()

    async def until(self, moment: datetime) -> None:
        """Let time pass, ringing everything that comes due at its own moment, and wait until all is said."""
        await self.quiet()
        while True:
            with self.house.units() as uow:
                comes = (uow.schedules.next_at(), uow.outbox.next_at(self.now))
            due = min((each for each in comes if each is not None), default=None)
            if due is None or due > moment:
                break
            await self._reach(max(due, self.now))
        await self._reach(moment)

    async def _reach(self, moment: datetime) -> None:
        """It is ``moment`` now: what comes due is rung and said."""
        self._move(moment)
        await self.ticks()
        self._wake()
        await self.quiet()

    def _wake(self) -> None:
        """A message that was held back sleeps in the engine for real hours; on the moved clock they are over."""
        with self.house.units() as uow:
            for row in uow.outbox.open():
                if row.sent_revision == 0 and row.created_at < row.not_before <= self.now and row.first_try is None:
                    uow.outbox.enqueue_again(row, row.not_before, 0.0)
            uow.commit()

    async def ticks(self) -> None:
        """Ask the calendar what is due now."""
        await self.house.run(tick_once, self.house.units, self.house.table, self.now)

    def _move(self, moment: datetime) -> None:
        self.offset = moment - datetime.now(UTC) + timedelta(seconds=0.05)
        self.house.clock.offset = self.offset

    # --- what is remembered

    def rows(self, kind: str | None = None) -> list[OutboxRow]:
        """The outbox, oldest first."""
        with UnitOfWork(self.house.database, reading=True) as uow:
            found = uow.session.exec(select(OutboxRow).order_by(col(OutboxRow.seq))).all()
        return [row for row in found if kind in (None, row.kind)]

    def seen(self) -> int:
        """How many events were taken note of."""
        with UnitOfWork(self.house.database, reading=True) as uow:
            return len(uow.session.exec(select(InboxEntry)).all())

    def one(self, model: Any) -> Any:
        """The single row of a table."""
        with UnitOfWork(self.house.database, reading=True) as uow:
            return uow.session.exec(select(model)).one()

    # --- what is seen

    @abstractmethod
    def shared(self) -> list[Any]:
        """The bot's top-level messages in the shared channel."""

    @abstractmethod
    def inside(self) -> list[Any]:
        """The bot's top-level messages in the internal channel."""

    @abstractmethod
    def answers(self, root: Any) -> list[Any]:
        """The bot's replies in the thread of a message."""

    @abstractmethod
    def dms(self, person: Any) -> list[Any]:
        """What the bot wrote to somebody directly."""

    @abstractmethod
    def words(self, message: Any) -> str:
        """Everything a message says, what a notification reads first."""

    @abstractmethod
    def names(self, message: Any, person: Any) -> bool:
        """Whether a message calls somebody."""

    @abstractmethod
    def reacted(self, message: Any) -> list[str]:
        """The bot's emoji on a message, by Slack's names."""

    @abstractmethod
    def outsiders_read(self) -> str:
        """Every word that people of other companies can read anywhere."""

    @abstractmethod
    def standing(self) -> int:
        """How many messages stand anywhere, whoever wrote them."""

    # --- what people do

    @abstractmethod
    def called(self, person: Any) -> str:
        """How somebody is mentioned in what people write."""

    @abstractmethod
    async def says(self, person: Any, words: str) -> Any:
        """Write into the shared channel."""

    @abstractmethod
    async def mentions(self, person: Any, words: str) -> Any:
        """Write to the bot in the shared channel."""

    @abstractmethod
    async def replies(self, person: Any, words: str, root: Any) -> Any:
        """Reply in a message's thread; the reply, once everything is said."""

    @abstractmethod
    async def opens(self, person: Any, words: str, *, press: str = "", inside: bool = False) -> AnySheet:
        """Get a form by the root command or what stands for it, in the shared channel or ``inside`` the internal one.
        ``press`` is the button that opens it where commands open none."""

    @abstractmethod
    async def presses(self, person: Any, label: str, message: Any) -> AnySheet:
        """Press a button; what stands before that person then."""

    @abstractmethod
    async def fills(self, sheet: AnySheet, values: Mapping[str, Any]) -> AnySheet:
        """Fill a form in and send it: the form again where something is wrong, else what it was answered with."""

    # --- waiting

    async def waits(self, condition: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait until the condition holds and answer what it gave. AssertionError when it does not in time."""
        ends = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < ends, f"not so within {seconds} s; {self.last_calls()}"
            await asyncio.sleep(0.01)
        return found

    async def quiet(self, seconds: float = 8.0) -> None:
        """Wait until everything was taken in and everything that can be said is said."""
        await self.waits(self._is_quiet, seconds)

    def _is_quiet(self) -> bool:
        if self.told_nothing_yet() or self.house.door.busy:
            return False
        return all(row.state != "open" or row.not_before > self.now for row in self.rows())

    @abstractmethod
    def told_nothing_yet(self) -> bool:
        """Whether the platform has something to tell that it has not told."""

    @abstractmethod
    def last_calls(self) -> str:
        """What the application asked the platform for last, for whoever waits in vain."""

    # --- a beginning

    @abstractmethod
    def settle(self, *, internal: bool = True) -> None:
        """Set the provider up without the wizard."""

    def _set_up(self, spec: ProviderSpec) -> None:
        """Set the provider up without the wizard; Maya manages."""
        with self.house.units() as uow:
            installation = uow.providers.only_installation()
            assert installation is not None and installation.id is not None
            set_up(uow, installation.id, spec, self.now)
            uow.session.flush()
            maya = next(each for each in uow.people.of_client(installation.id) if each.name == "Maya Brooks")
            make_manager(uow, maya, self.now)
            follow(self.house.table.followers, uow, self.now)
            uow.commit()


def template(folder: Path) -> Path:
    """A database with its tables and nothing in it, to be copied: migrating once is enough."""
    path = folder / "empty.sqlite"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    return path
