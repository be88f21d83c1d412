"""What becomes of an activity: handled to its commit, then answered.

Messages and changes are answered with an empty 200 once they are saved; what could not be saved is answered with a 500, and
Teams sends it again. Presses are answered by ``pressing``.
"""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.ports import Unavailable
from bot.teams import activities, answers
from bot.teams.activities import PERSONAL, Payload, Scene, text
from bot.teams.changes import comes
from bot.teams.members import own_people
from bot.teams.parts import Parts
from bot.teams.presses import EXECUTE
from bot.teams.pressing import Pressing
from bot.teams.routes import Reply
from bot.teams.words import mentioned
from handlers.vocabulary.incoming import AnyIncoming, Asked, HomeOpened, Said
from handlers.vocabulary.outgoing import Answer

log = structlog.get_logger("parley.teams")

SAVE_WITHIN = 10.0
"""Seconds a message may take; Teams waits fifteen for its answer."""
BOTS = "28:"
"""How the ids of bots begin, ours among them: what they say is said to nobody."""


class Listening:
    """The ear of the Teams door. ``save_within`` is in seconds."""

    def __init__(self, parts: Parts, pressing: Pressing, save_within: float = SAVE_WITHIN) -> None:
        self._its, self._pressing, self._save_within = parts, pressing, save_within

    async def hear(self, activity: Payload) -> Reply:
        """Handle an activity to its end. Raises ``TenantRefused``."""
        where = activities.scene(activity)
        if text(activity, "type") == "invoke":
            name = text(activity, "name")
            return await self._pressing.answer(activity, where) if name == EXECUTE else answers.unknown_invoke(name)
        try:
            async with asyncio.timeout(self._save_within):
                await self._told(activity, where)
        except (Unavailable, TimeoutError, SQLAlchemyError) as trouble:
            log.warning("teams.not_saved", kind="message", trouble=type(trouble).__name__)
            return Reply(500)
        return Reply(200)

    async def _told(self, activity: Payload, where: Scene) -> None:
        its, kind = self._its, text(activity, "type")
        host = await its.host(where)
        if where.who.startswith(BOTS):
            return
        if kind in ("conversationUpdate", "installationUpdate"):
            await self._changed(activity, where, host)
            return
        actor = await its.actor(where, host)
        if kind == "message":
            people = await its.members.users(where, host, mentioned(activity, where.bot))
            own = own_people(actor.workspace, its.settings.own_tenants)
            event = activities.message(activity, where, actor, host, people, its.menu, own=own)
            if event is not None:
                await self._heard(event, where)
                await self._noted(event, where, host)
        elif kind in ("messageUpdate", "messageDelete"):
            people = await its.members.users(where, host, mentioned(activity, where.bot))
            changed = activities.rewritten(activity, where, actor, host, people)
            if changed is not None:
                await its.dispatch(changed)
        elif kind == "messageReaction":
            for reacted in activities.emoji(activity, where, actor, host):
                await its.dispatch(reacted)
        its.afterwards.start(its.follow_clock(actor, host, where.id))

    async def _heard(self, event: AnyIncoming, where: Scene) -> None:
        its = self._its
        answer = await its.dispatch(event)
        if isinstance(event, HomeOpened) and answer.card is not None:
            its.afterwards.start(its.speaker.show_home(event, answer.card, where))
        elif isinstance(event, Asked | Said) and answer != Answer():
            its.afterwards.start(its.speaker.answer(event, answer, where))

    async def _noted(self, event: AnyIncoming, where: Scene, host: str) -> None:
        """What a message tells of what reaches us in its channel. Asking Teams about it holds nobody up."""
        its, place = self._its, where.place(host)
        if where.kind == PERSONAL:
            return
        if isinstance(event, Said):
            await its.hearing.plainly(place)
        else:
            its.afterwards.start(its.hearing.by_mention(place))

    async def _changed(self, activity: Payload, where: Scene, host: str) -> None:
        its = self._its
        await its.tenants.known(host)
        actor = await its.members.account(where, host) if where.kind == PERSONAL else None
        greeted = await its.changes.heard(activity, where, host, actor)
        if where.kind != PERSONAL and comes(activity, where):
            its.afterwards.start(its.hearing.came(where.place(host)))
        if greeted is not None and own_people(greeted.actor.workspace, its.settings.own_tenants):
            await self._heard(greeted, where)
