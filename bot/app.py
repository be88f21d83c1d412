"""The one place where all parts meet. Nothing is built at import; only the doors that are configured are loaded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette

from bot.clock import Clock
from bot.courier import Courier
from bot.dispatch import Dispatcher
from bot.doors import Door, Hall, opening
from bot.engine import PACED, UNPACED, Engine
from bot.locks import FileLock, Lock, ServerLock
from bot.logs import kind_of
from bot.measures import Measures
from bot.metrics_page import MetricsPage, standing
from bot.migrating import migrate
from bot.ports import CannotOpen
from bot.scheduler import Ticks, seal, tick_once
from bot.settings import Settings
from bot.timeline import play
from bot.web import web
from bot.workers import Workers
from handlers.router import Router, Table
from handlers.routes import table
from handlers.saying import decode_card, encode
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.version import HEAD, PROGRAM

SEEN_FOR = timedelta(days=7)
"""How long handled events are remembered: platforms retry for minutes."""


@dataclass
class House:
    """All parts of one running bot."""

    settings: Settings
    database: Database
    engine: Engine
    run: Workers
    clock: Clock
    table: Table
    router: Router
    courier: Courier
    door: Door
    measures: Measures
    ticks: Ticks
    lock: Lock | None = None
    trouble: str = ""
    """Why it could not start, for the one who started it."""
    ticked_at: datetime | None = None

    def units(self) -> UnitOfWork:
        """A fresh unit of work whose outbox wakes the engine."""
        return UnitOfWork(self.database, self.engine.enqueue)

    async def start(self) -> None:
        """Start everything, in the order in which parts need each other."""
        await self.engine.start(self.courier)
        await self.door.prepare()
        self.ticks.every(1.0, "tick", self._tick, at_once=True)
        self.ticks.every(60.0, "repair", self._repair)
        self.ticks.every(60.0, "seal", self._seal)
        self.ticks.every(86_400.0, "forget", self._forget)
        self.ticks.start()
        await self._repair()
        try:
            await self.door.open()
        except CannotOpen as refusal:
            self.trouble = str(refusal)
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop in the opposite order: no new work, finish what was begun, then the engine, then the database."""
        self.ticks.stop()
        await self.door.close()
        await asyncio.to_thread(self.engine.stop)
        self.run.stop()
        self.database.dispose()
        if self.lock is not None:
            self.lock.free()

    async def health(self) -> dict[str, object]:
        """Whether the calendar ticks, for /healthz."""
        behind = None if self.ticked_at is None else (self.clock.now() - self.ticked_at).total_seconds()
        return {"ok": behind is not None and behind < 30, "seconds_since_tick": behind}

    async def play(self, until: datetime) -> None:
        """Let the room's time pass."""
        await play(until, self.clock, self.units, self.table, self.courier, self.run)

    async def _tick(self) -> None:
        await self.run(tick_once, self.units, self.table, self.clock.now())
        self.ticked_at = self.clock.now()

    async def _repair(self) -> None:
        await self.engine.repair(self.units, self.run, self.clock.now())

    async def _seal(self) -> None:
        await self.run(seal, self.units)

    async def _forget(self) -> None:
        await self.engine.forget(datetime.now(self.clock.now().tzinfo))
        await self.run(self._forget_events)

    def _forget_events(self) -> None:
        with self.units() as uow:
            uow.inbox.forget_before(self.clock.now() - SEEN_FOR)
            uow.commit()


def _lock(database: Database) -> Lock:
    """One running bot a database, whatever folder it was started with."""
    if database.is_sqlite:
        return FileLock(Path(f"{database.url.database}.lock"))
    return ServerLock(database.engine)


def build(settings: Settings) -> tuple[House, Starlette]:
    """Everything, wired but not started. Raises ``AlreadyRunning``."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database_url)
    lock = _lock(database)
    lock.take()
    entry = opening(settings)
    entry.prepare_data(settings)
    migrate(database)
    clock, run, wiring, measures = Clock(), Workers(), table(), Measures(PROGRAM, HEAD)
    queue = UNPACED if settings.slack is None else PACED
    engine = Engine(database, executor="parley", pace=settings.pace, queues=[queue])

    def units() -> UnitOfWork:
        return UnitOfWork(database, engine.enqueue)

    def reading() -> UnitOfWork:
        return UnitOfWork(database, reading=True)

    async def let_pass(until: datetime) -> None:
        await house.play(until)

    router = Router(wiring, units, settings.command, lambda event, result: measures.event(kind_of(event), result))
    door = entry.door(
        Hall(
            settings=settings,
            units=units,
            quiet_units=lambda: UnitOfWork(database),
            run=run,
            clock=clock,
            dispatch=Dispatcher(router, run, clock.now, measures.event),
            play=let_pass,
            encode=encode,
            decode=decode_card,
            answered=measures.answered,
        )
    )
    courier = Courier(
        units,
        door.gateways,
        run,
        clock.now,
        door.patience,
        hear=lambda found: router.handle(found, clock.now()),
        count=measures.delivery,
    )
    ticks = Ticks(measures.ticked, measures.lagged, measures.stumbled)
    house = House(settings, database, engine, run, clock, wiring, router, courier, door, measures, ticks, lock=lock)
    page = MetricsPage(measures, lambda: run(standing, reading, clock.now()), settings.metrics_token)
    return house, web([page.route, *door.routes], house.health, house.start, house.stop)
