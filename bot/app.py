"""The one place where all parts meet. Nothing is built at import; only the doors that are configured are loaded."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.charts import png_in_child, svg
from bot.clock import Clock
from bot.courier import Courier, Patience
from bot.dispatch import Dispatcher
from bot.engine import PACED, UNPACED, Engine
from bot.example import CLIENT_ZONE, furnish
from bot.locks import FileLock
from bot.ports import Gateway
from bot.room.bell import Bell
from bot.room.door import room_routes
from bot.room.gateway import RoomGateway
from bot.room.parts import CardCodec, Drawing, Room, Shelf
from bot.room.time import MovableClock
from bot.scheduler import Ticks, seal, tick_once
from bot.settings import Settings
from bot.slack.connection import SocketConnection
from bot.slack.gateway import SlackGateway
from bot.slack.installing import Introduced, introduce
from bot.slack.listeners import build_app
from bot.slack.routes import slack_routes
from bot.slack.speaker import Afterwards
from bot.timeline import play
from bot.web import web
from bot.workers import Workers
from handlers.router import Router, Table
from handlers.routes import table
from handlers.saying import decode_card, encode
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Picture
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.version import HEAD, version

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
    gateways: Mapping[Platform, Gateway]
    ticks: Ticks = field(default_factory=Ticks)
    lock: FileLock | None = None
    socket: SocketConnection | None = None
    room_clock: MovableClock | None = None
    afterwards: Afterwards = field(default_factory=Afterwards)
    ticked_at: datetime | None = None

    def units(self) -> UnitOfWork:
        """A fresh unit of work whose outbox wakes the engine."""
        return UnitOfWork(self.database, self.engine.enqueue)

    async def start(self) -> None:
        """Start everything, in the order in which parts need each other."""
        await self.engine.start(self.courier)
        if self.room_clock is not None:
            await self.run(self.room_clock.restore)
        self.ticks.every(1.0, "tick", self._tick, at_once=True)
        self.ticks.every(60.0, "repair", self._repair)
        self.ticks.every(60.0, "seal", self._seal)
        self.ticks.every(86_400.0, "forget", self._forget)
        self.ticks.start()
        await self._repair()
        if self.settings.slack is not None:
            await introduce(self.settings.slack, self.units, self.run, self.clock.now)
        if self.socket is not None:
            await self.socket.start()

    async def stop(self) -> None:
        """Stop in the opposite order: no new work, finish what was begun, then the engine, then the database."""
        if self.socket is not None:
            await self.socket.stop()
        self.ticks.stop()
        await self.afterwards.finish()
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


def migrate(database: Database) -> None:
    """Bring the database to this version, in a process of its own: the running bot does not carry Alembic in memory.

    Raises ``subprocess.CalledProcessError`` when a migration fails.
    """
    if version(database) != HEAD:
        url = database.url.render_as_string(hide_password=False)
        subprocess.run(
            [sys.executable, "-m", "storage.migrate"], check=True, env={**os.environ, "PARLEY_MIGRATE_URL": url}
        )


def prepare_example(settings: Settings) -> None:
    """Make the example's database beside its place and move it there when it is whole: a half-made one is never opened."""
    place = make_url(settings.database_url).database
    if place is None or Path(place).exists() or not settings.database_url.startswith("sqlite"):
        return
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        made = Path(folder) / "example.sqlite"
        database = Database(f"sqlite:///{made}", durable=False)
        migrate(database)
        furnish(database, settings.example_now)
        database.dispose()
        made.rename(place)


def build(settings: Settings) -> tuple[House, Starlette]:
    """Everything, wired but not started. Raises ``AlreadyRunning``."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(settings.home / "running.lock") if settings.database_url.startswith("sqlite") else None
    if lock is not None:
        lock.take()
    if settings.is_example:
        prepare_example(settings)
    database = Database(settings.database_url)
    migrate(database)
    clock = Clock()
    engine = Engine(
        database, executor="parley", pace=settings.pace, queues=[UNPACED if settings.slack is None else PACED]
    )
    run = Workers()
    shelf = Shelf(
        units=lambda: UnitOfWork(database), run=run, codec=CardCodec(encode, decode_card), bell=Bell(), now=clock.now
    )
    wiring = table()
    gateways = _gateways(settings, shelf)
    router = Router(wiring, lambda: UnitOfWork(database, engine.enqueue), settings.command)
    patience = {Platform.ROOM: Patience(timeout=0, settle=0), Platform.SLACK: Patience(settle=settings.settle)}
    courier = Courier(
        lambda: UnitOfWork(database, engine.enqueue),
        gateways,
        run,
        clock.now,
        patience,
        hear=lambda found: router.handle(found, clock.now()),
    )
    house = House(settings, database, engine, run, clock, wiring, router, courier, gateways, lock=lock)
    doors = _slack_doors(house) if settings.slack is not None else _room_doors(house, shelf)
    return house, web(doors, house.health, house.start, house.stop)


def _gateways(settings: Settings, shelf: Shelf) -> Mapping[Platform, Gateway]:
    if settings.slack is not None:
        return {Platform.SLACK: SlackGateway(settings.slack)}
    return {Platform.ROOM: RoomGateway(shelf)}


def _slack_doors(house: House) -> list[BaseRoute]:
    """Socket Mode where there is an app token; signed HTTP where there is a signing secret; both if both are given."""
    slack = house.settings.slack
    assert slack is not None
    dispatcher = Dispatcher(house.router, house.run, house.clock.now)
    dispatch = Introduced(dispatcher, lambda: introduce(slack, house.units, house.run, house.clock.now))
    app = build_app(slack, dispatch, afterwards=house.afterwards)
    if slack.app_token is not None:
        house.socket = SocketConnection(app, slack)
    return list(slack_routes(app, slack)) if slack.signing_secret is not None else []


def _room_doors(house: House, shelf: Shelf) -> list[BaseRoute]:
    house.room_clock = MovableClock(house.clock, house.units, CLIENT_ZONE)
    house.room_clock.play = house.play
    room = Room(
        dispatch=Dispatcher(house.router, house.run, house.clock.now),
        shelf=shelf,
        clock=house.room_clock,
        drawing=Drawing(_svg, png_in_child),
        secret=kept_secret(house.settings.home / "room.secret"),
        command=house.settings.command,
        hosts=frozenset({"127.0.0.1", "localhost", "::1", house.settings.host}),
    )
    return room_routes(room)


def kept_secret(path: Path) -> bytes:
    """What signs the room's forms, kept beside the data so that a form left open survives a restart."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()


def _svg(picture: Picture, dark: bool) -> str:
    return svg(picture, dark=dark)
