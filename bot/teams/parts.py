"""What the way in is made of, put together once when the door is built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.afterwards import Afterwards
from bot.ports import Dispatch, Unavailable
from bot.teams.activities import PERSONAL, Scene
from bot.teams.changes import Changes
from bot.teams.hearing import Hearing
from bot.teams.installing import Tenants
from bot.teams.members import Members
from bot.teams.menu import Menu
from bot.teams.references import References, told
from bot.teams.routes import TenantRefused
from bot.teams.settings import TeamsSettings
from bot.teams.speaker import Speaker
from bot.teams.zones import Zones
from handlers.vocabulary.address import Account
from storage.unit_of_work import Units

log = structlog.get_logger("parley.teams")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts. ``units`` and ``run`` as in the hall."""

    settings: TeamsSettings
    dispatch: Dispatch
    units: Units
    run: Any
    members: Members
    references: References
    tenants: Tenants
    changes: Changes
    speaker: Speaker
    afterwards: Afterwards
    menu: Menu
    zones: Zones
    hearing: Hearing

    async def host(self, where: Scene) -> str:
        """The tenant of ours in which something happens. What people of other tenants do counts in a channel that is known as
        ours, and nowhere else: raises ``TenantRefused``; and SQLAlchemy's errors."""
        own = self.settings.own_tenants
        if where.tenant in own:
            return where.tenant
        host = "" if where.kind == PERSONAL else await self.references.host_of(where.conversation, own)
        if not host:
            raise TenantRefused
        return host

    async def actor(self, where: Scene, host: str) -> Account:
        """Whoever did it, now that the tenant and the conversation are kept. Raises ``Unavailable``."""
        await self.tenants.known(host)
        actor = await self.members.account(where, host)
        self.zones.heard(actor.user, where.zone)
        await self.references.keep(told(where, host, actor.user))
        return actor

    async def follow_clock(self, actor: Account, host: str, by: str) -> None:
        """Let the house hear of a zone that somebody's Teams tells anew, once what they did is handled. What cannot be kept now
        is told again by whatever they do next."""
        try:
            news = await self.zones.news(actor, host, by)
            if news is not None:
                await self.dispatch(news)
            await self.zones.keep(actor, host)
        except (Unavailable, SQLAlchemyError) as trouble:
            log.warning("teams.zone_not_kept", trouble=type(trouble).__name__)
