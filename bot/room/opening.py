"""The room's door, whole: the browser pages over the example, and the clock that is moved by hand."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from bot.charts.drawing import png_in_child, svg
from bot.delivery.patience import Patience
from bot.doors import Hall
from bot.example.companies import CLIENT_ZONE
from bot.example.story import furnish
from bot.migrating import migrate
from bot.room.bell import Bell
from bot.room.door import room_routes
from bot.room.gateway import RoomGateway
from bot.room.parts import CardCodec, Drawing, Room, Shelf
from bot.room.time import MovableClock
from bot.settings import THIS_MACHINE, Settings
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Picture
from storage.database import Database


def prepare_data(settings: Settings) -> None:
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


def door(hall: Hall) -> RoomDoor:
    """Build the door."""
    return RoomDoor(hall)


class RoomDoor:
    """The room, as the house sees it."""

    def __init__(self, hall: Hall) -> None:
        self._run = hall.run
        self._clock = MovableClock(hall.clock, hall.units, CLIENT_ZONE)
        self._clock.play = hall.play
        shelf = Shelf(
            units=hall.quiet_units,
            run=hall.run,
            codec=CardCodec(hall.encode, hall.decode),
            bell=Bell(),
            now=hall.clock.now,
        )
        self.gateways = {Platform.ROOM: RoomGateway(shelf)}
        self.patience = {Platform.ROOM: Patience(timeout=0, settle=0)}
        room = Room(
            dispatch=hall.dispatch,
            shelf=shelf,
            clock=self._clock,
            drawing=Drawing(_svg, png_in_child),
            secret=kept_secret(hall.settings.home / "room.secret"),
            command=hall.settings.command,
            hosts=THIS_MACHINE | {hall.settings.host},
        )
        self.routes = room_routes(room)

    async def prepare(self) -> None:
        """The clock goes on from where it was moved to."""
        await self._run(self._clock.restore)

    async def open(self) -> None:
        """Nothing: pages are served with the rest."""

    async def close(self) -> None:
        """Nothing: nobody waits outside."""

    @property
    def busy(self) -> bool:
        """Never: what the room does is done when it answers."""
        return False


def kept_secret(path: Path) -> bytes:
    """What signs the room's forms, kept beside the data so that a form left open survives a restart."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()


def _svg(picture: Picture, dark: bool) -> str:
    return svg(picture, dark=dark)
