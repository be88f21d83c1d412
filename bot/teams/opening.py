"""The Teams door, whole: what comes in by ``POST /api/messages``, and the gateway outwards."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.routing import BaseRoute

from bot.afterwards import Afterwards
from bot.delivery.patience import Patience
from bot.doors import Hall
from bot.settings import Settings
from bot.standing import keep_answer
from bot.teams.asking import Asking
from bot.teams.changes import Changes
from bot.teams.clients import build_app, cloud, tokens_of
from bot.teams.conversations import Conversations
from bot.teams.gateway import TeamsGateway
from bot.teams.guard import KEYS_WITHIN, Guard
from bot.teams.hearing import Hearing
from bot.teams.installing import Tenants
from bot.teams.listening import Listening
from bot.teams.members import Members
from bot.teams.menu import Menu
from bot.teams.parts import Parts
from bot.teams.pressing import Pressing
from bot.teams.references import References
from bot.teams.roster import Roster
from bot.teams.routes import teams_routes
from bot.teams.settings import TeamsSettings
from bot.teams.speaker import Keep, Speaker
from bot.teams.tokens import NoToken
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.outgoing import AnyCard

TIMEOUT = 10.0
"""Seconds one request to Teams may take."""


def _keeping(hall: Hall) -> Keep:
    """Keeps answers that could not be given."""

    def kept(card: AnyCard, place: Place, reader: Account, event: str) -> str:
        with hall.quiet_units() as uow:
            key = keep_answer(uow, card, place, reader, event, hall.clock.now())
            uow.commit()
        return key

    async def keep(card: AnyCard, place: Place, reader: Account, event: str) -> str:
        return await hall.run(kept, card, place, reader, event)

    return keep


def prepare_data(settings: Settings) -> None:
    """Teams begins with an empty database."""


def door(hall: Hall) -> TeamsDoor:
    """Build the door; nothing is sent yet."""
    return TeamsDoor(hall)


class TeamsDoor:
    """Teams, as the house sees it."""

    def __init__(self, hall: Hall) -> None:
        teams = hall.settings.teams
        assert teams is not None
        self._app = build_app(teams)
        self._asking = Asking(teams, self._app, TIMEOUT)
        self._gateway = TeamsGateway(teams, hall.quiet_units, hall.run, app=self._app)
        self.gateways = {Platform.TEAMS: self._gateway}
        self.patience = {Platform.TEAMS: Patience(settle=hall.settings.settle)}
        self._teams, self._afterwards = teams, Afterwards()
        self._tenants = Tenants(teams, hall.quiet_units, hall.run, hall.clock.now)
        self._guard = Guard(teams)
        parts = self._parts(hall, teams)
        self._pressing = Pressing(parts)
        hear = Listening(parts, self._pressing).hear
        self.routes: list[BaseRoute] = list(teams_routes(self._guard, hear, hall.answered))

    def _parts(self, hall: Hall, teams: TeamsSettings) -> Parts:
        asking = self._asking
        conversations = Conversations(teams, hall.quiet_units, hall.run)
        members = Members(Roster(teams, asking, conversations).member, hall.quiet_units, hall.run)
        references = References(hall.quiet_units, hall.run, hall.clock.now)
        return Parts(
            settings=teams,
            dispatch=hall.dispatch,
            units=hall.quiet_units,
            run=hall.run,
            members=members,
            references=references,
            tenants=self._tenants,
            changes=Changes(
                teams, hall.dispatch, members, references, self._gateway.is_shared, self._gateway.outsiders_in
            ),
            speaker=Speaker(teams, self._gateway, asking, conversations, _keeping(hall)),
            afterwards=self._afterwards,
            menu=Menu(teams.command),
            zones=self._gateway.zones,
            hearing=Hearing(conversations.at, self._gateway.hears_all, conversations.hears),
        )

    async def prepare(self) -> None:
        """Nothing: the calendar does not need Teams."""

    async def open(self) -> None:
        """Make our tenant known, and have Microsoft's keys and a token of our own, so that nobody waits for them; who speaks
        before they are there makes us try again."""
        tenant = self._teams.tenant_id.casefold()
        await asyncio.gather(self._tenants.introduce(tenant), self._guard.keys.warm(), self._have_a_token())

    async def _have_a_token(self) -> None:
        with suppress(NoToken, TimeoutError):  # logged where it is fetched
            await asyncio.wait_for(tokens_of(self._app).get_app_token(cloud(self._teams).bot_scope), KEYS_WITHIN)

    async def close(self) -> None:
        """Finish what is being answered, and what follows answers already given."""
        await self._pressing.finish()
        await self._afterwards.finish()
        self._guard.keys.close()
        await self._asking.close()

    @property
    def busy(self) -> bool:
        """Whether somebody is being answered, or something that follows an answer is under way."""
        return self._pressing.busy or self._afterwards.busy
