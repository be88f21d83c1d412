"""What becomes of an activity: handled to its commit, then answered.

Messages and changes are answered with an empty 200 once they are saved; what could not be saved is answered with a 500, and
Teams sends it again. A press waits for its answer, and always gets a card: what came of it, or that it was not saved. One
that Teams sends again gets the same answer, and what it asks for is done once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.ports import Dispatch, Unavailable
from bot.standing import standing_card
from bot.teams import activities, answers
from bot.teams.activities import EXECUTE, PERSONAL, Payload, Scene, text
from bot.teams.buttons import HOME, REFRESH, SHOW
from bot.teams.changes import Changes
from bot.teams.installing import Tenants
from bot.teams.members import Members, own_people
from bot.teams.menu import Menu
from bot.teams.references import References, told
from bot.teams.routes import Reply, TenantRefused
from bot.teams.settings import TeamsSettings
from bot.teams.speaker import Afterwards, Speaker
from bot.teams.views import Spot
from bot.teams.words import mentioned
from handlers.vocabulary.address import Account, Place
from handlers.vocabulary.incoming import AnyIncoming, Asked, HomeOpened, Said
from handlers.vocabulary.outgoing import Answer, AnyCard
from storage.unit_of_work import Units

log = structlog.get_logger("parley.teams")

ANSWER_WITHIN = 4.5
"""Seconds from a press to its answer: Teams gives up after five."""
SAVE_WITHIN = 10.0
"""Seconds a message may take; Teams waits fifteen for its answer."""
REMEMBERED = 500
"""Answers kept for presses that Teams sends again."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What listening needs. ``units`` and ``run`` as in the hall; ``now`` is only for what is kept."""

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
    answer_within: float = ANSWER_WITHIN
    save_within: float = SAVE_WITHIN


class Listening:
    """The ear of the Teams door."""

    def __init__(self, parts: Parts) -> None:
        self._its = parts
        self._presses: dict[str, asyncio.Task[Reply]] = {}
        self._under_way: dict[str, asyncio.Task[Reply]] = {}

    async def hear(self, activity: Payload) -> Reply:
        """Handle an activity to its end. Raises ``TenantRefused``."""
        where = activities.scene(activity)
        is_invoke = text(activity, "type") == "invoke"
        if is_invoke and text(activity, "name") != EXECUTE:
            return answers.unknown_invoke(text(activity, "name"))
        try:
            host = await self._host(where)
            if is_invoke:
                return await self._pressed_once(activity, where, host)
            async with asyncio.timeout(self._its.save_within):
                await self._told(activity, where, host)
        except (Unavailable, TimeoutError, SQLAlchemyError):
            log.warning("teams.not_saved", kind="invoke" if is_invoke else "message")
            return _not_now(activity, where) if is_invoke else Reply(500)
        return Reply(200)

    async def _host(self, where: Scene) -> str:
        """The tenant of ours in which this happens. What people of other tenants do counts in a channel that is known as
        ours, and nowhere else."""
        own = self._its.settings.own_tenants
        if where.tenant in own:
            return where.tenant
        host = "" if where.kind == PERSONAL else await self._its.references.host_of(where.conversation, own)
        if not host:
            raise TenantRefused
        return host

    async def _told(self, activity: Payload, where: Scene, host: str) -> None:
        its = self._its
        if where.who == where.bot and where.bot:
            return
        await its.tenants.known(host)
        kind = text(activity, "type")
        if kind in ("conversationUpdate", "installationUpdate"):
            await self._changed(activity, where, host)
            return
        actor = await its.members.account(where, host)
        await its.references.keep(told(where, host, actor.user))
        if kind == "message":
            people = await its.members.users(where, host, mentioned(activity, where.bot))
            event = activities.message(activity, where, actor, host, people, its.menu)
            if event is not None:
                await self._heard(event, where)
        elif kind == "messageReaction":
            for reacted in activities.emoji(activity, where, actor, host):
                await its.dispatch(reacted)

    async def _heard(self, event: AnyIncoming, where: Scene) -> None:
        answer = await self._its.dispatch(event)
        if isinstance(event, HomeOpened) and answer.card is not None:
            self._its.afterwards.start(self._its.speaker.show_home(event, answer.card, where))
        elif isinstance(event, Asked | Said) and answer != Answer():
            self._its.afterwards.start(self._its.speaker.answer(event, answer, where))

    async def _changed(self, activity: Payload, where: Scene, host: str) -> None:
        actor = await self._its.members.account(where, host) if where.kind == PERSONAL else None
        greeted = await self._its.changes.heard(activity, where, host, actor)
        if greeted is not None and own_people(greeted.actor.workspace, self._its.settings.own_tenants):
            await self._heard(greeted, where)

    async def _pressed_once(self, activity: Payload, where: Scene, host: str) -> Reply:
        """One that Teams sends again, because its answer was late or got lost, waits for the same answer; so does one that came
        under another id while the first is not answered yet."""
        unique, same = activities.unique_id(activity, where), activities.same_press(activity, where)
        task = self._presses.get(unique) or self._under_way.get(same)
        if task is None:
            task = asyncio.create_task(self._pressed(activity, where, host))
            self._presses[unique] = self._under_way[same] = task
            task.add_done_callback(lambda _: self._under_way.pop(same, None))
            self._forget_oldest()
        try:
            return await asyncio.shield(task)
        finally:
            if task.done() and (task.cancelled() or task.exception() is not None or task.result().not_saved):
                self._presses.pop(unique, None)  # sent again, it may succeed

    def _forget_oldest(self) -> None:
        for unique in list(self._presses)[:-REMEMBERED]:
            if self._presses[unique].done():
                del self._presses[unique]

    @property
    def busy(self) -> bool:
        """Whether a press is being answered."""
        return bool(self._under_way)

    async def finish(self, within: float = 5) -> None:
        """Wait for the answers under way, at most ``within`` seconds."""
        if self._under_way:
            await asyncio.wait(tuple(self._under_way.values()), timeout=within)

    async def _pressed(self, activity: Payload, where: Scene, host: str) -> Reply:
        """The answer, in time whatever happens."""
        press = _Press(activity, where, host, activities.verb_of(activity))
        try:
            async with asyncio.timeout(self._its.answer_within):
                return await self._acted(press)
        except (Unavailable, TimeoutError, SQLAlchemyError) as trouble:
            log.warning("teams.not_saved", kind="invoke", trouble=type(trouble).__name__)
            return _not_now(activity, where)

    async def _acted(self, press: _Press) -> Reply:
        its, where = self._its, press.where
        await its.tenants.known(press.host)
        actor = await its.members.account(where, press.host)
        await its.references.keep(told(where, press.host, actor.user))
        own = own_people(actor.workspace, its.settings.own_tenants)
        at = answers.spot(press.activity, where, press.verb, own=own)
        event = activities.executed(press.activity, where, actor, press.host, at.at)
        if event is None or press.only_looks:
            return answers.shown(await self._current(at, where, press.host, actor, event), at)
        answer = await its.dispatch(event)
        current = None if answer.card or answer.form or answer.problems else await self._after(event, at, press, actor)
        return answers.answered(answer, current, at, answers.filled_in(press.activity))

    async def _after(self, event: AnyIncoming, at: Spot, press: _Press, actor: Account) -> AnyCard | None:
        """What stands there after something was done. It was done: that this cannot be read now is no reason to say otherwise."""
        try:
            return await self._current(at, press.where, press.host, actor, event)
        except (Unavailable, SQLAlchemyError):
            return None

    async def _current(
        self, at: Spot, where: Scene, host: str, actor: Account, event: AnyIncoming | None
    ) -> AnyCard | None:
        """The card somebody looks at, as it is now: Home, or a message of ours in this conversation."""
        place = where.place(host)
        if at.key == HOME:
            unique = f"teams:home:{uuid4().hex}"
            name = "" if event is None else event.actor_name
            opened = HomeOpened(unique, actor, place, actor_name=name, request=unique)
            return (await self._its.dispatch(opened)).card if where.kind == PERSONAL else None
        found: AnyCard | None = await self._its.run(_standing, self._its.units, at.key, place, actor)
        return found


@dataclass(frozen=True, slots=True)
class _Press:
    """A button or form: what came in, where, in which tenant of ours, and what it asks for."""

    activity: Payload
    where: Scene
    host: str
    verb: str

    @property
    def only_looks(self) -> bool:
        """Whether nothing is to be done: Home asked for anew, the way back, or Teams refreshing by itself, which never does
        what a button does."""
        return self.verb in (REFRESH, SHOW) or activities.is_automatic(self.activity)


def _not_now(activity: Payload, where: Scene) -> Reply:
    """Not saved: said at the place of the card, with all that was typed."""
    at = answers.spot(activity, where, activities.verb_of(activity), own=False)
    return answers.not_saved(at, answers.filled_in(activity))


def _standing(units: Units, key: str, place: Place, reader: Account) -> AnyCard | None:
    with units() as uow:
        return standing_card(uow, key, place, reader)
