"""What a platform's door is to the house, and which are loaded: the one place where an import depends on settings."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from starlette.routing import BaseRoute

from bot.clock import Clock
from bot.delivery.patience import Patience
from bot.ports import Dispatch, Gateway
from bot.settings import Settings
from bot.watching.measures import Measure, unmeasured
from bot.workers import Workers
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import AnyCard
from storage.unit_of_work import Units


@dataclass(frozen=True, slots=True)
class Hall:
    """What a door opens into. ``units`` wake the engine, ``quiet_units`` do not; ``play`` lets virtual
    time pass until; ``encode`` and ``decode`` turn a card into text and back."""

    settings: Settings
    units: Units
    quiet_units: Units
    run: Workers
    clock: Clock
    dispatch: Dispatch
    play: Callable[[datetime], Awaitable[None]]
    encode: Callable[[AnyCard], str]
    decode: Callable[[str], AnyCard]
    answered: Measure = unmeasured
    """Is told how long a platform that waits for its answer had to wait."""


class Door(Protocol):
    """One platform: its gateway outwards, its routes inwards, and what has to be begun and ended with it."""

    gateways: Mapping[Platform, Gateway]
    patience: Mapping[Platform, Patience]
    routes: Sequence[BaseRoute]

    async def prepare(self) -> None:
        """Before the calendar ticks."""

    async def open(self) -> None:
        """Everything runs: from now on people may come in."""

    async def close(self) -> None:
        """Nobody comes in any more, and what was begun is finished."""

    @property
    def busy(self) -> bool:
        """Whether something begun here is not finished."""
        ...


class Opening(Protocol):
    """The module that knows a door."""

    def prepare_data(self, settings: Settings) -> None:
        """Before the database is opened."""

    def door(self, hall: Hall) -> Door:
        """Build the door; nothing is begun."""
        ...


class Doors:
    """Several doors as one, each opened and closed in its turn."""

    def __init__(self, doors: Sequence[Door]) -> None:
        self._doors = doors
        self.gateways: Mapping[Platform, Gateway] = {
            platform: each for door in doors for platform, each in door.gateways.items()
        }
        self.patience: Mapping[Platform, Patience] = {
            platform: each for door in doors for platform, each in door.patience.items()
        }
        self.routes: Sequence[BaseRoute] = [route for door in doors for route in door.routes]

    async def prepare(self) -> None:
        """Before the calendar ticks."""
        for door in self._doors:
            await door.prepare()

    async def open(self) -> None:
        """From now on people may come in, by every door."""
        for door in self._doors:
            await door.open()

    async def close(self) -> None:
        """Nobody comes in any more, by none of them."""
        for door in self._doors:
            await door.close()

    @property
    def busy(self) -> bool:
        """Whether something begun at one of them is not finished."""
        return any(door.busy for door in self._doors)


def openings(settings: Settings) -> list[Opening]:
    """Load the doors that are configured, and not the others: the room needs no Slack client, Slack no page templates."""
    configured = {"bot.slack.opening": settings.slack, "bot.teams.opening": settings.teams}
    names = [name for name, given in configured.items() if given is not None] or ["bot.room.opening"]
    modules: list[Any] = [importlib.import_module(name) for name in names]
    return [cast(Opening, module) for module in modules]
