"""The way out under test: our gateway, a database that knows the stand-in's conversations, and the stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.teams.clients import build_app
from bot.teams.gateway import TeamsGateway
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import Tokens
from handlers.vocabulary.address import Account, Place, Platform
from storage.database import Database
from storage.models.teams import TeamsConversation
from storage.unit_of_work import UnitOfWork, Units
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.world import HOST_TENANT, Channel

T = TypeVar("T")


def settings_for(teams: StandInTeams, **others: Any) -> TeamsSettings:
    """Settings that lead to the stand-in."""
    return TeamsSettings(
        teams.client_id,
        teams.client_secret,
        HOST_TENANT,
        **{
            "service_url": teams.service_url,
            "login_url": teams.login_url,
            "metadata_url": teams.metadata_url,
            "graph_url": teams.graph_url,
            **others,
        },
    )


def place_of(channel: str) -> Place:
    """A conversation of the host tenant."""
    return Place(Platform.TEAMS, HOST_TENANT, channel)


def account_of(teams: StandInTeams, name: str) -> Account:
    """Somebody's account, under their own tenant."""
    user = teams.person(name).user
    return Account(Platform.TEAMS, user.tenant, user.aad_id)


def know(teams: StandInTeams, database: Database, *channels: Channel) -> None:
    """Keep references of channels (of all there are, if none is named), as their activities would have left them."""
    with UnitOfWork(database) as uow:
        for channel in channels or tuple(teams.world.channels.values()):
            personal = channel.kind == "personal"
            uow.conversations.keep(
                TeamsConversation(
                    tenant=HOST_TENANT,
                    conversation=channel.id,
                    kind="personal" if personal else "channel",
                    layout="" if personal else channel.kind,
                    team="" if personal else channel.team,
                    service_url=teams.service_url,
                    seen_at=datetime.now(UTC),
                )
            )
        uow.commit()


async def run_here(function: Callable[..., T], *arguments: object) -> T:
    """The database's work, off the loop."""
    return await asyncio.to_thread(function, *arguments)


def units_of(database: Database) -> Units:
    """Units of work on a database."""
    return lambda: UnitOfWork(database)


@asynccontextmanager
async def gateway_to(
    teams: StandInTeams, database: Database, *, within: float = 10.0, sign_in: float = 10.0, **others: Any
) -> AsyncIterator[TeamsGateway]:
    """A gateway whose database knows the channels there are; closed afterwards. ``within`` bounds a request and ``sign_in`` a
    fetch of a token, in seconds; ``others`` are further settings."""
    know(teams, database)
    settings = settings_for(teams, **others)
    app = build_app(settings, tokens=Tokens(settings, sign_in), timeout=within)
    gateway = TeamsGateway(settings, units_of(database), run_here, app=app, timeout=within)
    try:
        yield gateway
    finally:
        await gateway.close()
