"""Who is in a conversation: whether outsiders read it, and who somebody is. Asked anew each time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from urllib.parse import quote

from httpx import HTTPStatusError
from microsoft_teams.api import ApiClient, TeamsChannelAccount
from microsoft_teams.api.models.conversation import PagedMembersResult

from bot.ports import Found, Later, Refused
from bot.teams.asking import Asking
from bot.teams.conversations import CHANNEL, Conversation, Conversations
from bot.teams.members import GUESTS, Member, member_of
from bot.teams.outcomes import FAILURES, surely_not_done
from bot.teams.settings import TeamsSettings
from handlers.vocabulary.address import Account

PAGE = 500
"""Members a page: as many as Teams gives. Source: learn.microsoft.com, "Get Teams context", "Fetch the roster"."""
SHARED, STANDARD, PRIVATE = "shared", "standard", "private"
NOT_HERE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST)


class Roster:
    """Asks the connector for members."""

    def __init__(self, settings: TeamsSettings, asking: Asking, conversations: Conversations) -> None:
        self._settings, self._asking, self._conversations = settings, asking, conversations

    async def outsiders_read(self, conversation: Conversation) -> bool | None:
        """Whether anybody of another tenant, a guest or somebody anonymous is in it, or it is made for them. None when
        it cannot be told."""
        if not conversation.known or conversation.gone:
            return None
        try:
            layout = await self.layout(conversation)
            if layout == SHARED:
                return True
            if conversation.kind == CHANNEL and layout not in (STANDARD, PRIVATE):
                return None
        except FAILURES:
            return None
        return await self.outsiders_in(conversation)

    async def outsiders_in(self, conversation: Conversation) -> bool | None:
        """Whether anybody of another tenant, a guest or somebody anonymous is in it now, whatever it is made for. None when
        it cannot be told."""
        if not conversation.known or conversation.gone:
            return None
        try:
            homes = [member.workspace async for member in self.members(conversation)]
        except FAILURES:
            return None
        if any(home and home not in self._settings.own_tenants for home in homes):
            return True
        return None if "" in homes or not homes else False

    async def members(self, conversation: Conversation) -> AsyncIterator[Member]:
        """Everybody in it, page by page."""
        token: str | None = None
        while True:
            page = await self._page(conversation, token)
            for each in page.members or []:
                yield member_of(each, conversation.tenant)
            token = page.continuation_token
            if not token:
                return

    async def member(self, conversation: Conversation, user: str) -> Member:
        """One of its members. Raises what ``FAILURES`` lists; Teams answers 404 for somebody who is not in it."""

        async def ask(api: ApiClient) -> TeamsChannelAccount:
            members = api.conversations.members_client
            return await members.get_by_id(quote(conversation.id, safe=SAFE), quote(user, safe=SAFE))

        return member_of(await self._asking.connector(conversation.service_url, ask), conversation.tenant)

    async def look_up(self, account: Account) -> Found | Later | Refused:
        """Who this is: asked in the personal chat, then in the channels heard of last until one has them."""
        personal = await self._conversations.with_person(account)
        places = [*([] if personal is None else [personal]), *await self._conversations.recent()]
        for conversation in places:
            try:
                return person_of(await self.member(conversation, account.user))
            except FAILURES as error:
                if not _is_not_here(error):
                    return surely_not_done(error)
        return Refused("Teams tells of people only where the bot is with them, and nowhere is this one", gone=True)

    async def _page(self, conversation: Conversation, token: str | None) -> PagedMembersResult:
        async def ask(api: ApiClient) -> PagedMembersResult:
            where = quote(conversation.id, safe=SAFE)
            return await api.conversations.members_client.get_paged(where, PAGE, token)

        return await self._asking.connector(conversation.service_url, ask)

    async def layout(self, conversation: Conversation) -> str:
        """As stored, else as the team's list of channels has it; "" when nobody tells."""
        if conversation.layout or conversation.kind != CHANNEL or not conversation.team:
            return conversation.layout
        found = await self._asking.connector(
            conversation.service_url, lambda api: api.teams.get_conversations(quote(conversation.team, safe=SAFE))
        )
        return next((each.type or "" for each in found if each.id == conversation.id), "")


SAFE = ":@;=,-_.~"
"""Beside letters and digits, what stands in Teams' ids and means nothing of its own in a path."""


def person_of(member: Member) -> Found:
    """A roster's entry as the house asks for it. A roster tells no zone, and nobody's role in the organisation."""
    return Found(
        name=member.name,
        email=member.email,
        workspace=member.workspace,
        is_guest=member.workspace.startswith(GUESTS),
    )


def _is_not_here(error: Exception) -> bool:
    return isinstance(error, HTTPStatusError) and error.response.status_code in NOT_HERE
