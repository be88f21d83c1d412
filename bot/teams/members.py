"""Whose people somebody is of: asked of the roster of the conversation they speak in, then remembered for a while.

An activity says who acts, never of which tenant. Guests of our own tenant are in its roster like everybody else; their role
or the "#EXT#" in their sign-in name tells them apart, and they count as people of another company.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from microsoft_teams.api import TeamsChannelAccount
from sqlalchemy.exc import SQLAlchemyError

from bot.ports import Later, Refused, Unavailable
from bot.teams.activities import Scene
from bot.teams.conversations import Conversation
from bot.teams.outcomes import FAILURES, surely_not_done
from handlers.vocabulary.address import Account, Platform
from storage.unit_of_work import Units

log = structlog.get_logger("parley.teams")

WITHIN = 1.0
"""Seconds a roster may take: somebody waits for an answer."""
REMEMBERED = 5000
FOR = 3600.0
"""Seconds after which somebody is looked up again: a member may have become a guest."""
GUESTS = "guest:"
"""Before the tenant somebody is a guest of, in their account's workspace: no tenant's own people have such a workspace."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a conversation. ``workspace`` is the tenant they are of, "guest:" and the host's for its guests, "" for
    somebody of nowhere: an anonymous guest of a meeting. ``who`` is Teams' own id for them."""

    user: str
    workspace: str
    name: str = ""
    email: str = ""
    who: str = ""


def member_of(found: TeamsChannelAccount, host: str) -> Member:
    """What a roster's entry tells. ``host`` is the tenant of the conversation."""
    return Member(
        user=found.aad_object_id or found.id,
        workspace=_workspace(found, host),
        name=found.name or "",
        email=found.email or "",
        who=found.id,
    )


def _workspace(found: TeamsChannelAccount, host: str) -> str:
    role, signs_in_as = (found.user_role or "").casefold(), (found.user_principal_name or "").casefold()
    theirs = (found.tenant_id or "").casefold()
    if role == "anonymous" or not found.aad_object_id:
        return ""
    is_guest = role == "guest" or "#ext#" in signs_in_as
    return f"{GUESTS}{host}" if is_guest and theirs in ("", host) else theirs


Ask = Callable[[Conversation, str], Awaitable[Member]]
"""The member of a conversation with this id, of either kind, as the roster tells; raises one of ``FAILURES``."""


class Members:
    """Looks people up. ``units`` and ``run`` are for whom the platform does not tell just now and we know already."""

    def __init__(self, ask: Ask, units: Units, run: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._units, self._run, self._clock = ask, units, run, clock
        self._known: dict[tuple[str, str], tuple[Member, float]] = {}

    async def account(self, where: Scene, host: str) -> Account:
        """The account of whoever acted, with their own workspace; "" for somebody of nowhere, who is nobody we know.

        Raises ``Unavailable`` when Teams does not tell just now and we never met them: what they said would be lost.
        """
        found = await self._asked(where, host, where.user)
        if isinstance(found, Member):
            return Account(Platform.TEAMS, found.workspace, found.user)
        kept = await self._stored(host, where)
        if not kept and isinstance(found, Later):
            raise Unavailable("whose people somebody is of could not be learnt")
        return Account(Platform.TEAMS, kept, where.user)

    async def users(self, where: Scene, host: str, mentioned: Sequence[str]) -> Mapping[str, str]:
        """The user ids of people who are mentioned, by the ids Teams mentions them with; who is not found is left out."""
        found = await asyncio.gather(*(self.member(where, host, each) for each in mentioned[:10]))
        return {who: member.user for who, member in zip(mentioned, found, strict=False) if member is not None}

    async def member(self, where: Scene, host: str, person: str) -> Member | None:
        """The member of a conversation with this id, of either kind; None when Teams does not tell."""
        found = await self._asked(where, host, person)
        return found if isinstance(found, Member) else None

    async def newcomer(self, where: Scene, host: str, person: str) -> Member | None:
        """Somebody who has just come in; None where the roster surely does not know them. Raises ``Unavailable`` when Teams does
        not tell just now: they may be an outsider, so it has to be heard again."""
        found = await self._asked(where, host, person)
        if isinstance(found, Later):
            raise Unavailable("whose people somebody is of who came in could not be learnt")
        return found if isinstance(found, Member) else None

    async def _asked(self, where: Scene, host: str, person: str) -> Member | Later | Refused:
        """Somebody who was found before counts as they were while Teams does not tell."""
        kept, until = self._known.get((host, person), (None, 0.0))
        if kept is not None and self._clock() < until:
            return kept
        there = Conversation(host, where.conversation, where.service_url.rstrip("/"))
        try:
            member = await asyncio.wait_for(self._ask(there, person), WITHIN)
        except FAILURES as trouble:
            log.warning("teams.member_unknown", trouble=type(trouble).__name__)
            outcome = surely_not_done(trouble)
            return kept if kept is not None and isinstance(outcome, Later) else outcome
        for name in {person, member.user, member.who}:
            self._remember((host, name), member)
        return member

    def _remember(self, name: tuple[str, str], member: Member) -> None:
        self._known.pop(name, None)
        self._known[name] = (member, self._clock() + FOR)
        while len(self._known) > REMEMBERED:
            self._known.pop(next(iter(self._known)))

    async def _stored(self, host: str, where: Scene) -> str:
        """The workspace under which this user is known to us, or ""."""
        if not where.entra:
            return ""
        try:
            return str(await self._run(_workspace_kept, self._units, host, where.user))
        except SQLAlchemyError:
            return ""


def _workspace_kept(units: Units, host: str, user: str) -> str:
    with units() as uow:
        installation = uow.providers.installation(Platform.TEAMS, host)
        if installation is None or installation.id is None:
            return ""
        kept = uow.people.account_of_user(installation.id, Platform.TEAMS, user)
        return "" if kept is None else kept.workspace


def own_people(workspace: str, own_tenants: frozenset[str]) -> bool:
    """Whether somebody of this workspace is one of the client's, and can be written to by the bot."""
    return workspace in own_tenants
