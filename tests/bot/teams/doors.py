"""A Teams door under test: the real door beside the stand-in, over a real database, with a dispatch that records or the
house's own router."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.doors import Hall
from bot.ports import Dispatch
from bot.settings import Settings
from bot.teams.opening import TeamsDoor
from bot.teams.settings import TeamsSettings
from bot.workers import Workers
from handlers.router import Router
from handlers.routes import table
from handlers.saying import decode_card, encode
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.bot.slack.doors import served
from tests.standins.teams.postman import Delivery
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.world import HOST_TENANT


def settings_for(teams: StandInTeams, **changes: Any) -> TeamsSettings:
    """Settings that lead to the stand-in."""
    return TeamsSettings(
        **{
            "client_id": teams.client_id,
            "client_secret": teams.client_secret,
            "tenant_id": HOST_TENANT,
            "service_url": teams.service_url,
            "login_url": teams.login_url,
            "metadata_url": teams.metadata_url,
            "graph_url": teams.graph_url,
            **changes,
        }
    )


@dataclass
class Entry:
    """A door that is open."""

    door: TeamsDoor
    database: Database
    answered: list[tuple[str, float]]

    def units(self) -> UnitOfWork:
        """A fresh unit of work."""
        return UnitOfWork(self.database)

    async def settled(self) -> None:
        """All that follows answers already given is over."""
        while self.door.busy:  # noqa: ASYNC110  what a door works off offers no event to wait for
            await asyncio.sleep(0.005)


async def _no_time_passes(_until: datetime) -> None:
    """Nothing here lives in virtual time."""


def routed(database: Database) -> Dispatch:
    """The house's own router, behind the dispatch it really has."""
    run, clock = Workers(2), Clock()
    return Dispatcher(Router(table(), lambda: UnitOfWork(database)), run, clock.now)


@asynccontextmanager
async def opened(
    teams: StandInTeams, url: str, home: Path, dispatch: Callable[[Database], Dispatch], **changes: Any
) -> AsyncIterator[Entry]:
    """The door, open, and the stand-in told where it is."""
    database, run, answered = Database(url, durable=False), Workers(3), list[tuple[str, float]]()
    settings = Settings(home, url, "127.0.0.1", 0, "/vendor", teams=settings_for(teams, **changes), settle=0.1)

    def units() -> UnitOfWork:
        return UnitOfWork(database)

    hall = Hall(
        settings=settings,
        units=units,
        quiet_units=units,
        run=run,
        clock=Clock(),
        dispatch=dispatch(database),
        play=_no_time_passes,
        encode=encode,
        decode=decode_card,
        answered=lambda kind, seconds: answered.append((kind, seconds)),
    )
    door = TeamsDoor(hall)
    async with served(Starlette(routes=door.routes)) as address:
        teams.request_url = f"{address}/api/messages"
        await door.open()
        try:
            yield Entry(door, database, answered)
        finally:
            await door.close()
            run.stop()
            database.dispose()


def status(delivery: Delivery) -> int | None:
    """What the bot answered the first attempt with."""
    return delivery.attempts[0].status
