"""The one place where all parts meet. Nothing is built at import; only the doors that are configured are loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette

from bot import calendars
from bot.clock import Clock
from bot.delivery.courier import Courier
from bot.delivery.engine import PACED, UNPACED, Engine
from bot.delivery.pacing import WorkspaceLimit
from bot.dispatch import Dispatcher
from bot.doors import Door, Doors, Hall, openings
from bot.migrating import migrate
from bot.ports import CannotOpen
from bot.replicas.holding import LOOK_EVERY, Gate, Holding
from bot.replicas.locks import ALONE, ExecutorLock, FileLock, Lock, new_executor
from bot.replicas.presence import BEAT_EVERY, Presence
from bot.replicas.takeover import EVERY as TAKE_OVER_EVERY
from bot.replicas.takeover import Takeover
from bot.scheduler import Job, Ticks, seal, tick_once
from bot.settings import Settings
from bot.timeline import play
from bot.watching.logs import kind_of
from bot.watching.measures import Measures
from bot.watching.metrics_page import MetricsPage, standing
from bot.web import web
from bot.workers import Workers
from bot.zones import follow_zones
from handlers.asking_back import KEPT_FOR
from handlers.catching_up.handler import gap
from handlers.router import Router, Table
from handlers.routes import table
from handlers.saying import decode_card, encode
from handlers.vocabulary.address import Platform
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.version import HEAD, PROGRAM

TICK_EVERY = 2.0
"""Seconds between two looks at the calendar; a look costs 2 ms, whatever is stored."""
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
    holding: Holding
    presence: Presence
    takeover: Takeover | None
    """None on a SQLite file, which has one process."""
    gate: Gate
    trouble: str = ""
    """Why it could not start, for the one who started it."""
    evicted: bool = False
    """Another process runs under this one's name, so this one has to end."""
    end: Callable[[], None] = field(default=lambda: None)
    """Ends the serving; whoever serves sets it."""

    def units(self) -> UnitOfWork:
        """A fresh unit of work whose outbox wakes the engine."""
        return UnitOfWork(self.database, self.engine.enqueue)

    async def start(self) -> None:
        """Start everything, in the order in which parts need each other."""
        self.holding.regained, self.holding.evicted = self.regained, self.give_way
        await self.door.prepare()
        await self.run(self.presence.begin)  # known to the others before the engine gives it work
        await self.run(self.presence.tell_gap, gap)  # before anything is sent: what is late says why
        await self.run(follow_zones, self.units, self.table, self.clock.now())
        await self.engine.start(self.gate)
        self._every(TICK_EVERY, "tick", self._tick, at_once=True)
        self._every(60.0, "repair", self._repair)
        self._every(60.0, "seal", self._seal)
        self._every(BEAT_EVERY, "beat", self._beat, at_once=True)
        self._every(86_400.0, "forget", self._forget)
        if self.takeover is not None:
            self.ticks.every(LOOK_EVERY, "hold", self.holding.look)
            self._every(TAKE_OVER_EVERY, "takeover", self._take_over, at_once=True)
        self.ticks.start()
        await self._repair()
        try:
            await self.door.open()
        except CannotOpen as refusal:
            self.trouble = str(refusal)
            await self.stop()
            raise

    def begin_stop(self) -> None:
        """From now on nothing new is begun: no tick, no delivery, and who asks is told to ask again."""
        self.holding.stopping = True

    async def stop(self) -> None:
        """Stop in the opposite order: no new work, finish what was begun, then the engine, then the database."""
        self.begin_stop()
        self.ticks.stop()
        await self.door.close()
        await self.gate.finish()
        await asyncio.to_thread(self.engine.stop)
        with suppress(SQLAlchemyError):  # away: then the last beat is the one before
            await self.run(self.presence.beat)
        self.run.stop()
        self.holding.stop()
        self.database.dispose()

    async def health(self) -> dict[str, object]:
        """Whether all is well here, for /healthz."""
        return self.presence.health(self.holding.held)

    async def play(self, until: datetime) -> None:
        """Let the room's time pass."""
        await play(until, self.clock, self.units, self.table, self.courier, self.run)

    def _every(self, seconds: float, name: str, job: Job, *, at_once: bool = False) -> None:
        """A tick that rests while we may not act."""

        async def unless_away() -> None:
            if self.holding.open:
                await job()

        self.ticks.every(seconds, name, unless_away, at_once=at_once)

    async def _tick(self) -> None:
        try:
            if self.presence.rested():
                await self.run(self.presence.begin)
            if not self.presence.gap_told:
                await self.run(self.presence.tell_gap, gap)  # first: what is late says why
            await self.run(tick_once, self.units, self.table, self.clock.now())
        except SQLAlchemyError:
            self.presence.stumbled()
            raise
        self.presence.ticked()

    async def _beat(self) -> None:
        await self.run(self.presence.beat)

    async def _take_over(self) -> None:
        assert self.takeover is not None
        await self.takeover.look()

    async def regained(self) -> None:
        """The database is back: deliveries of ours that it broke off go on at once, instead of when the engine tries again."""
        await self.engine.resume(self.presence.executor)
        await self._repair()

    def give_way(self) -> None:
        """Another process runs under this one's name: end."""
        self.evicted = True
        self.end()

    async def _repair(self) -> None:
        await self.engine.repair(self.units, self.run, self.clock.now())

    async def _seal(self) -> None:
        await self.run(seal, self.units)

    async def _forget(self) -> None:
        await self.engine.forget(datetime.now(self.clock.now().tzinfo))
        await self.run(self._forget_events)
        await self.run(self.presence.forget)

    def _forget_events(self) -> None:
        with self.units() as uow:
            uow.inbox.forget_before(self.clock.now() - SEEN_FOR)
            uow.questions.forget_before(self.clock.now() - KEPT_FOR)
            uow.commit()


def _lock(database: Database, executor: str) -> Lock:
    """One running bot a SQLite file, whatever folder it was started with; on PostgreSQL each process its own."""
    if database.is_sqlite:
        return FileLock(Path(f"{database.url.database}.lock"))
    return ExecutorLock(database, executor)


def build(settings: Settings) -> tuple[House, Starlette]:
    """Everything, wired but not started. Raises ``AlreadyRunning``."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database_url)
    executor = ALONE if database.is_sqlite else new_executor()
    lock = _lock(database, executor)
    lock.take()
    entries = openings(settings)
    for entry in entries:
        entry.prepare_data(settings)
    migrate(database)
    clock, run, wiring, measures = Clock(), Workers(), table(settings.calendars_at), Measures(PROGRAM, HEAD)
    queue = UNPACED if settings.is_example else PACED
    engine = Engine(database, executor, pace=settings.pace, queues=[queue])

    def units() -> UnitOfWork:
        return UnitOfWork(database, engine.enqueue)

    def reading() -> UnitOfWork:
        return UnitOfWork(database, reading=True)

    holding = Holding(lock)

    async def let_pass(until: datetime) -> None:
        await house.play(until)

    router = Router(wiring, units, settings.command, lambda event, result: measures.event(kind_of(event), result))
    hall = Hall(
        settings=settings,
        units=units,
        quiet_units=lambda: UnitOfWork(database),
        run=run,
        clock=clock,
        dispatch=Dispatcher(router, run, clock.now, measures.event, holding),
        play=let_pass,
        encode=encode,
        decode=decode_card,
        answered=measures.answered,
    )
    door = Doors([entry.door(hall) for entry in entries])
    courier = Courier(
        units,
        door.gateways,
        run,
        clock.now,
        door.patience,
        hear=lambda found: router.handle(found, clock.now()),
        count=measures.delivery,
        limit=WorkspaceLimit(settings.posts_a_minute),
        limits={} if settings.teams is None else {Platform.TEAMS: settings.teams.limits},
    )
    house = House(
        settings=settings,
        database=database,
        engine=engine,
        run=run,
        clock=clock,
        table=wiring,
        router=router,
        courier=courier,
        door=door,
        measures=measures,
        ticks=Ticks(measures.ticked, measures.lagged, measures.stumbled),
        holding=holding,
        gate=Gate(courier, holding),
        presence=Presence(executor, units, clock.now),
        takeover=None if database.is_sqlite else Takeover(database, engine, units, run, executor),
    )
    page = MetricsPage(measures, lambda: run(standing, reading, clock.now()), settings.metrics_token)
    calendar_door = calendars.CalendarDoor(
        lambda secret: run(calendars.shown, secret, reading, hall.quiet_units, clock.now())
    )
    return house, web([page.route, calendar_door.route, *door.routes], house.health, house.start, house.stop)
