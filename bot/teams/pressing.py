"""Buttons and forms, from the press to the card that answers it: in time, never empty, and once however often it comes.

What Teams sends again, because the answer was late or got lost, gets the same answer. What could not be saved says so, with
everything that was typed; what was saved never says that it was not.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.ports import Unavailable
from bot.standing import standing_card
from bot.teams import answers, presses
from bot.teams.activities import PERSONAL, Payload, Scene
from bot.teams.addressed import addressed
from bot.teams.buttons import HOME, REFRESH, SHOW
from bot.teams.members import own_people
from bot.teams.parts import Parts
from bot.teams.routes import Reply
from bot.teams.views import Spot
from handlers.vocabulary.address import Account, Place
from handlers.vocabulary.incoming import HomeOpened
from handlers.vocabulary.outgoing import AnyCard
from storage.unit_of_work import Units

log = structlog.get_logger("parley.teams")

SAVE_WITHIN, SHOW_WITHIN = 4.0, 0.5
"""Seconds for what is asked to be done, and then for what stands there afterwards: Teams gives up after five."""
REMEMBERED = 500
"""Answers kept for presses that Teams sends again."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button or a form: what came in, where, and what it asks for."""

    activity: Payload
    where: Scene
    verb: str

    @property
    def only_looks(self) -> bool:
        """Whether nothing is to be done: Home asked for anew, the way back, or Teams refreshing by itself, which never does
        what a button does."""
        return self.verb in (REFRESH, SHOW, "") or presses.is_automatic(self.activity)


class Pressing:
    """Answers presses. ``save_within`` is in seconds."""

    def __init__(self, parts: Parts, save_within: float = SAVE_WITHIN) -> None:
        self._its, self._save_within = parts, save_within
        self._answers: dict[str, asyncio.Task[Reply]] = {}
        self._under_way: dict[str, asyncio.Task[Reply]] = {}

    async def answer(self, activity: Payload, where: Scene) -> Reply:
        """The card that answers; one that came under another id while the first is not answered yet waits for the same one.

        Raises ``TenantRefused``.
        """
        unique, same = presses.unique_id(activity, where), presses.same_press(activity, where)
        task = self._answers.get(unique) or self._under_way.get(same)
        if task is None:
            task = asyncio.create_task(self._answered(Press(activity, where, presses.verb_of(activity))))
            self._answers[unique] = self._under_way[same] = task
            task.add_done_callback(lambda _: self._under_way.pop(same, None))
            self._forget_oldest()
        try:
            return await asyncio.shield(task)
        finally:
            if task.done() and (task.cancelled() or task.exception() is not None or task.result().not_saved):
                self._answers.pop(unique, None)  # sent again, it may succeed

    @property
    def busy(self) -> bool:
        """Whether a press is being answered."""
        return bool(self._under_way)

    async def finish(self, within: float = 5) -> None:
        """Wait for the answers under way, at most ``within`` seconds."""
        if self._under_way:
            await asyncio.wait(tuple(self._under_way.values()), timeout=within)

    def _forget_oldest(self) -> None:
        for unique in list(self._answers)[:-REMEMBERED]:
            if self._answers[unique].done():
                del self._answers[unique]

    async def _answered(self, press: Press) -> Reply:
        try:
            async with asyncio.timeout(self._save_within):
                host = await self._its.host(press.where)
                actor = await self._its.actor(press.where, host)
                at = answers.spot(press.activity, press.where, press.verb, own=self._is_own(actor))
                event = None if press.only_looks else presses.executed(press.activity, press.where, actor, host, at.at)
                done = None if event is None else await self._its.dispatch(event)
                current = await self._current(at, press.where, host, actor) if done is None else None
        except (Unavailable, TimeoutError, SQLAlchemyError) as trouble:
            log.warning("teams.not_saved", kind="invoke", trouble=type(trouble).__name__)
            at = answers.spot(press.activity, press.where, press.verb, own=False)
            return answers.not_saved(at, answers.filled_in(press.activity))
        self._its.afterwards.start(self._its.follow_clock(actor, host, press.where.id))
        if done is not None and not (done.card or done.form or done.problems):
            current = await self._afterwards(at, press.where, host, actor)
        if at.in_channel and await self._its.hearing.of(press.where.place(host)) is False:
            current = None if current is None else addressed(current)
            done = done if done is None or done.card is None else replace(done, card=addressed(done.card))
        if done is None:
            return answers.shown(current, at)
        return answers.answered(done, current, at, answers.filled_in(press.activity))

    def _is_own(self, actor: Account) -> bool:
        return own_people(actor.workspace, self._its.settings.own_tenants)

    async def _afterwards(self, at: Spot, where: Scene, host: str, actor: Account) -> AnyCard | None:
        """What stands there after something was done. It was done: that this cannot be read now is no reason to say otherwise."""
        try:
            async with asyncio.timeout(SHOW_WITHIN):
                return await self._current(at, where, host, actor)
        except (Unavailable, TimeoutError, SQLAlchemyError):
            return None

    async def _current(self, at: Spot, where: Scene, host: str, actor: Account) -> AnyCard | None:
        """The card somebody looks at, as it is now: Home, or a message of ours in this conversation."""
        place = where.place(host)
        if at.key == HOME:
            unique = f"teams:home:{uuid4().hex}"
            opened = HomeOpened(unique, actor, place, actor_name=where.name, request=unique)
            return (await self._its.dispatch(opened)).card if where.kind == PERSONAL else None
        found: AnyCard | None = await self._its.run(_standing, self._its.units, at.key, place, actor)
        return found


def _standing(units: Units, key: str, place: Place, reader: Account) -> AnyCard | None:
    with units() as uow:
        return standing_card(uow, key, place, reader)
