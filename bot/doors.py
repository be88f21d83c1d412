"""What a platform's door is to the house, and which one is loaded: the one place where an import depends on settings."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from starlette.routing import BaseRoute

from bot.clock import Clock
from bot.measures import Measure, unmeasured
from bot.patience import Patience
from bot.ports import Dispatch, Gateway
from bot.settings import Settings
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


def opening(settings: Settings) -> Opening:
    """Load the door that is configured, and not the others: the room needs no Slack client, Slack no page templates."""
    module: Any = importlib.import_module("bot.room.opening" if settings.slack is None else "bot.slack.opening")
    return cast(Opening, module)
