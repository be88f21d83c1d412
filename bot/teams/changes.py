"""What happens to channels and teams, as Teams tells it, and the bot's own coming and going."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.ports import Dispatch
from bot.teams import activities
from bot.teams.activities import PERSONAL, Payload, Scene, part, parts, text
from bot.teams.members import Members, own_people
from bot.teams.references import References, told
from bot.teams.settings import TeamsSettings
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import HomeOpened

JOINED, LEFT, SHARED, UNSHARED = "joined", "left", "shared", "unshared"
_ENDS = ("channelDeleted", "teamDeleted", "teamHardDeleted", "teamArchived")
_BEGINS = ("channelRestored", "teamRestored", "teamUnarchived")
LOOKED_AT = 20
"""Of how many people who join at once it is asked whose they are."""

OutsidersRead = Callable[[Place], Awaitable[bool | None]]
"""Whether outsiders read a place now; None when it cannot be told."""


class Changes:
    """Hears of changes. ``outsiders_read`` asks the roster anew, and takes a channel made for other companies for one they
    read; ``outsiders_in`` looks only at who is in it: what is shared with nobody any more is silent until it is again."""

    def __init__(
        self,
        settings: TeamsSettings,
        dispatch: Dispatch,
        members: Members,
        references: References,
        outsiders_read: OutsidersRead,
        outsiders_in: OutsidersRead,
    ) -> None:
        self._settings, self._dispatch, self._members = settings, dispatch, members
        self._references, self._outsiders_read, self._outsiders_in = references, outsiders_read, outsiders_in

    async def heard(self, activity: Payload, where: Scene, host: str, actor: Account | None) -> HomeOpened | None:
        """Take note of a change. ``actor`` is who caused it in their personal chat, None in a channel.

        Answers that Home is to be shown to somebody who has just added the bot. Raises ``Unavailable`` and SQLAlchemy's errors.
        """
        if where.kind == PERSONAL:
            return await self._personal(activity, where, host, actor)
        event, concerned = (
            text(part(activity, "channelData"), "eventType"),
            await self._concerned(activity, where, host),
        )
        if _goes(activity, where) or event in _ENDS:
            await self._each(LEFT, concerned, where, host)
        else:
            await self._stays(event, concerned, activity, where, host)
        return None

    async def _personal(self, activity: Payload, where: Scene, host: str, actor: Account | None) -> HomeOpened | None:
        if _goes(activity, where):
            await self._references.gone(host, [where.conversation])
            return None
        if actor is None:
            return None
        await self._references.keep(told(where, host, actor.user))
        if not comes(activity, where):
            return None
        unique = f"teams:greeting:{host}:{where.conversation}"
        return HomeOpened(unique, actor, where.place(host), actor_name=where.name, request=unique)

    async def _stays(self, event: str, concerned: list[str], activity: Payload, where: Scene, host: str) -> None:
        """The bot is there, and something is different."""
        channel = text(part(activity, "channelData", "channel"), "id")
        if event != "channelCreated":  # a channel in which nobody spoke with the bot yet is none of ours
            await self._references.keep(told(where, host, conversation=channel))
        if comes(activity, where) or event in _BEGINS:
            await self._each(JOINED, concerned, where, host)
        elif event in ("channelShared", "channelUnshared"):
            await self._readers(event, concerned, where, host)
        elif await self._somebody_from_outside(parts(activity, "membersAdded"), where, host):
            await self._readers("channelShared", concerned, where, host)

    async def _readers(self, event: str, concerned: list[str], where: Scene, host: str) -> None:
        """Others may read these now, or not any more: whether they do, the roster tells. Where it does not, a channel counts as
        read by others once it was shared, and goes on doing so."""
        ask = self._outsiders_read if event == "channelShared" else self._outsiders_in
        reads = {each: await ask(Place(Platform.TEAMS, host, each)) for each in concerned}
        if event == "channelShared":
            await self._each(SHARED, [each for each, outside in reads.items() if outside is not False], where, host)
        else:
            await self._each(UNSHARED, [each for each, outside in reads.items() if outside is False], where, host)

    async def _somebody_from_outside(self, added: Sequence[Payload], where: Scene, host: str) -> bool:
        for each in added[:LOOKED_AT]:
            person = text(each, "aadObjectId") or text(each, "id")
            if person and text(each, "id") != where.bot:
                member = await self._members.newcomer(where, host, person)
                if member is not None and not own_people(member.workspace, self._settings.own_tenants):
                    return True
        return len(added) > LOOKED_AT

    async def _concerned(self, activity: Payload, where: Scene, host: str) -> list[str]:
        """A single channel where one is named, which a change of a team as a whole does not do: that concerns all of the team's
        channels that are known."""
        channel = text(part(activity, "channelData", "channel"), "id")
        if channel or not where.team:
            return [channel or where.conversation]
        known = await self._references.of_team(host, where.team)
        return list(dict.fromkeys([where.team, where.conversation, *known]))

    async def _each(self, change: str, conversations: list[str], where: Scene, host: str) -> None:
        by = Account(Platform.TEAMS, host, where.bot or self._settings.bot_user)
        for conversation in conversations:
            await self._dispatch(activities.changed(where, by, host, conversation, change, where.id))
        if change == LEFT:
            await self._references.gone(host, conversations)


def comes(activity: Payload, where: Scene) -> bool:
    """Whether the bot itself was added."""
    if text(activity, "type") == "installationUpdate":
        return text(activity, "action") in ("add", "add-upgrade")
    return bool(where.bot) and any(text(each, "id") == where.bot for each in parts(activity, "membersAdded"))


def _goes(activity: Payload, where: Scene) -> bool:
    """Whether the bot itself was removed."""
    if text(activity, "type") == "installationUpdate":
        return text(activity, "action") in ("remove", "remove-upgrade")
    return bool(where.bot) and any(text(each, "id") == where.bot for each in parts(activity, "membersRemoved"))
