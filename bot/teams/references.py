"""The conversations the bot is in, kept as Teams tells of them: what has to be known to speak there unasked.

Every activity that was let in refreshes its conversation, whatever it is about; a process writes only what it has not seen
written today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.teams.activities import PERSONAL, Scene
from storage.models.teams import TeamsConversation
from storage.unit_of_work import UnitOfWork, Units

log = structlog.get_logger("parley.teams")

FRESH = timedelta(days=1)
REMEMBERED = 5000


@dataclass(frozen=True, slots=True)
class Told:
    """What one activity tells of its conversation; "" where it tells nothing."""

    tenant: str
    conversation: str
    kind: str
    layout: str
    team: str
    team_group: str
    user: str
    name: str
    service_url: str


def told(where: Scene, host: str, user: str = "", conversation: str = "") -> Told:
    """What an activity tells of its own conversation, or of another one of the same team. ``user`` is who acted."""
    return Told(
        tenant=host,
        conversation=conversation or where.conversation,
        kind=where.kind,
        layout=where.layout,
        team=where.team,
        team_group=where.team_group,
        user=user if where.kind == PERSONAL else "",
        name="" if where.kind == PERSONAL else where.channel_name,
        service_url=where.service_url,
    )


class References:
    """Keeps conversations. ``now`` answers aware UTC."""

    def __init__(self, units: Units, run: Any, now: Callable[[], datetime]) -> None:
        self._units, self._run, self._now = units, run, now
        self._seen: dict[tuple[str, str], tuple[Told, datetime]] = {}

    async def keep(self, news: Told) -> None:
        """The bot is in this conversation. Without a database nothing is kept now, and the next activity does it."""
        now, at = self._now(), (news.tenant, news.conversation)
        known = self._seen.get(at)
        news = news if known is None else _more(known[0], news)
        if not news.conversation or (known is not None and known[0] == news and now - known[1] < FRESH):
            return
        try:
            await self._run(_keep, self._units, news, now)
        except SQLAlchemyError as away:  # or another replica kept it in the same moment
            log.warning("teams.conversation_not_kept", trouble=type(away).__name__)
            return
        self._seen.pop(at, None)
        self._seen[at] = (news, now)
        while len(self._seen) > REMEMBERED:
            self._seen.pop(next(iter(self._seen)))

    async def gone(self, tenant: str, conversations: list[str]) -> None:
        """The bot was taken out of these. Raises SQLAlchemy's errors: a conversation that counts as open would be spoken into."""
        for conversation in conversations:
            self._seen.pop((tenant, conversation), None)
        await self._run(_gone, self._units, tenant, conversations, self._now())

    async def of_team(self, tenant: str, team: str) -> list[str]:
        """The conversations known of a team. Raises SQLAlchemy's errors."""
        found: list[str] = await self._run(_of_team, self._units, tenant, team)
        return found

    async def host_of(self, conversation: str, tenants: frozenset[str]) -> str:
        """In which of our own tenants a conversation was kept; "" for none. Raises SQLAlchemy's errors."""
        return str(await self._run(_host_of, self._units, conversation, tenants))


def _more(before: Told, news: Told) -> Told:
    """What is known after both; not every activity tells everything."""
    return Told(**{name: getattr(news, name) or getattr(before, name) for name in Told.__slots__})


def _keep(units: Units, news: Told, now: datetime) -> None:
    with units() as uow:
        kept = uow.conversations.get(news.tenant, news.conversation)
        if kept is not None and kept.gone_at is None and now - kept.seen_at < FRESH and not _differs(kept, news):
            return
        uow.conversations.keep(_merged(kept, news, now))
        uow.commit()


def _differs(kept: TeamsConversation, news: Told) -> bool:
    """Whether anything that was told is new; what was not told stays as it is."""
    told_now = {name: getattr(news, name) for name in Told.__slots__}
    return any(value and getattr(kept, name) != value for name, value in told_now.items())


def _merged(kept: TeamsConversation | None, news: Told, now: datetime) -> TeamsConversation:
    values = {name: getattr(news, name) or getattr(kept, name, "") for name in Told.__slots__}
    row = TeamsConversation(**values, seen_at=now, gone_at=None)
    if kept is not None:
        row.outside, row.hears, row.home_ref = kept.outside, kept.hears, kept.home_ref
    return row


def _gone(units: Units, tenant: str, conversations: list[str], now: datetime) -> None:
    with units() as uow:
        for conversation in conversations:
            row = uow.conversations.get(tenant, conversation)
            if row is not None and row.gone_at is None:
                uow.conversations.leave(row, now)
        uow.commit()


def _of_team(units: Units, tenant: str, team: str) -> list[str]:
    with units() as uow:
        return [row.conversation for row in uow.conversations.of_team(tenant, team)]


def _host_of(units: Units, conversation: str, tenants: frozenset[str]) -> str:
    with units() as uow:
        return next((each for each in sorted(tenants) if _is_in(uow, each, conversation)), "")


def _is_in(uow: UnitOfWork, tenant: str, conversation: str) -> bool:
    row = uow.conversations.get(tenant, conversation)
    return row is not None and row.kind != PERSONAL
