"""Reading a channel through Graph: whether a card of ours stands there, and what somebody's message says.

Graph lets the app read the channels of teams that granted it ``ChannelMessage.Read.Group``; chats never. Sources:
learn.microsoft.com, "List channel messages", "List replies", "chatMessage resource type".
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from httpx import HTTPStatusError

from bot.ports import Delivery, FoundMessage, Later, Missing, Refused, Sent
from bot.teams.asking import Asking
from bot.teams.conversations import Conversation, Conversations
from bot.teams.outcomes import FAILURES, TRANSIENT, outcome, surely_not_done
from bot.teams.roster import SAFE, Roster
from bot.teams.settings import TeamsSettings
from bot.teams.words import plain
from handlers.vocabulary.address import Account, Platform

Json = dict[str, Any]

PAGE = 50
"""Messages a page: as many as Graph gives."""
CLOCK_ALLOWANCE = 300.0
"""Seconds subtracted from ``since``: it is our clock's, the messages' times are Microsoft's."""
PAGES_OF_THREADS = 3
"""How far back a reply is looked for whose thread nobody names."""
CANNOT_READ = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST)
"""Nobody consented, or Graph knows no such channel: asking again would not help."""
NOT_ALLOWED = Refused("the app may not read this channel: grant ChannelMessage.Read.Group when adding it to the team")


class ReadingBack:
    """Reads channels as the app."""

    def __init__(self, settings: TeamsSettings, asking: Asking, conversations: Conversations, roster: Roster) -> None:
        self._settings, self._asking, self._conversations, self._roster = settings, asking, conversations, roster

    async def find(self, conversation: Conversation, delivery: Delivery, since: float) -> Sent | Missing | Later | None:
        """The card with the delivery's key, in its thread or at the top; None where nothing can be read at all."""
        earliest = datetime.fromtimestamp(max(0.0, since - CLOCK_ALLOWANCE), UTC)
        try:
            path = await self._messages(conversation)
            if path is None:
                return None
            if delivery.thread is not None:
                path = f"{path}/{_part(delivery.thread)}/replies"
            async for message in self._since(path, earliest):
                if self._is_ours(message) and carries(message, delivery.key):
                    return Sent(str(message["id"]), conversation.place)
        except FAILURES as error:
            return None if _cannot_read(error) else Later(_seconds(error))
        return Missing()

    async def message(self, conversation: Conversation, message: str) -> FoundMessage | Later | Refused:
        """What a message says, who wrote it and in which thread it stands."""
        try:
            path = await self._messages(conversation)
            if path is None:
                return NOT_ALLOWED
            found = await self._one(path, message)
        except FAILURES as error:
            return NOT_ALLOWED if _cannot_read(error) else surely_not_done(error)
        if found is None or found.get("deletedDateTime"):
            return Refused("the message is not there any more", gone=True)
        return await self._as_found(conversation, found)

    async def allowed(self, conversation: Conversation) -> bool | None:
        """Whether the channel's owners let us read it; None where there is nothing to read, or nobody tells just now."""
        try:
            path = await self._messages(conversation)
            if path is None:
                return None
            await self._asking.graph(path, {"$top": "1"})
        except FAILURES as error:
            forbidden = isinstance(error, HTTPStatusError) and error.response.status_code == HTTPStatus.FORBIDDEN
            return False if forbidden else None
        return True

    async def _messages(self, conversation: Conversation) -> str | None:
        """Graph's path of the channel's messages; None for what is no channel of a team we know."""
        if not conversation.team and not conversation.team_group:
            return None
        group = conversation.team_group or await self._group(conversation)
        return f"teams/{_part(group)}/channels/{_part(conversation.id)}/messages" if group else None

    async def _group(self, conversation: Conversation) -> str:
        """The team's Entra group, asked once and kept: activities name it only sometimes."""
        team = await self._asking.connector(
            conversation.service_url, lambda api: api.teams.get_by_id(_part(conversation.team))
        )
        group = team.aad_group_id or ""
        if group:
            await self._conversations.learn(conversation, group)
        return group

    async def _since(self, path: str, earliest: datetime) -> AsyncIterator[Json]:
        """Newest first, until a whole page is older: threads come in the order of their last reply, not of their first. A page may
        be empty and not the last."""
        async for page in self._pages(path, {"$top": str(PAGE)}):
            for message in page:
                yield message
            if page and all(_moment(message) < earliest for message in page):
                return

    async def _pages(self, path: str, params: dict[str, str] | None) -> AsyncIterator[list[Json]]:
        while path:
            answer = await self._asking.graph(path, params)
            page = answer.get("value")
            yield [each for each in page if isinstance(each, dict)] if isinstance(page, list) else []
            path, params = str(answer.get("@odata.nextLink") or ""), None

    async def _one(self, path: str, message: str) -> Json | None:
        """By its id; Graph lists replies only under their thread, so one that is not found is looked for in the newest."""
        try:
            return await self._asking.graph(f"{path}/{_part(message)}")
        except HTTPStatusError as error:
            if error.response.status_code != HTTPStatus.NOT_FOUND:
                raise
        read = 0
        async for page in self._pages(path, {"$top": str(PAGE), "$expand": "replies"}):
            replies = (reply for root in page for reply in root.get("replies") or [])
            found = next((reply for reply in replies if isinstance(reply, dict) and reply.get("id") == message), None)
            read += 1
            if found is not None or read == PAGES_OF_THREADS:
                return found
        return None

    async def _as_found(self, conversation: Conversation, message: Json) -> FoundMessage:
        thread = message.get("replyToId")
        user = (message.get("from") or {}).get("user")
        if not isinstance(user, dict) or not user.get("id"):
            return FoundMessage(_words(message), thread or None)
        name, workspace = str(user.get("displayName") or ""), ""
        try:
            member = await self._roster.member(conversation, str(user["id"]))
            name, workspace = member.name or name, member.workspace
        except FAILURES:
            pass  # somebody who left: their words stand, and whose people they are nobody tells
        return FoundMessage(
            _words(message), thread or None, Account(Platform.TEAMS, workspace, str(user["id"])), author_name=name
        )

    def _is_ours(self, message: Json) -> bool:
        application = (message.get("from") or {}).get("application")
        known = isinstance(application, dict) and str(application.get("id") or "").casefold()
        return known == self._settings.client_id.casefold()


def carries(message: Json, key: str) -> bool:
    """Whether one of its cards has this key: in what Graph gives as text, or as it was sent."""
    quoted = json.dumps(key, ensure_ascii=False)
    return any(quoted in _written(each.get("content")) for each in _attached(message))


def _written(content: object) -> str:
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def _words(message: Json) -> str:
    """A card's words are its summary or its fallback text; a person's are what they typed."""
    for card in _attached(message):
        try:
            content = json.loads(_written(card.get("content")))
        except ValueError:
            continue
        if isinstance(content, dict) and content.get("type") == "AdaptiveCard":
            return str(message.get("summary") or content.get("fallbackText") or "")
    return plain(str((message.get("body") or {}).get("content") or ""))


def _attached(message: Json) -> list[Json]:
    return [each for each in message.get("attachments") or [] if isinstance(each, dict)]


def _moment(message: Json) -> datetime:
    """When it was last changed; a message without a time counts as new."""
    said = message.get("lastModifiedDateTime") or message.get("createdDateTime")
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _cannot_read(error: Exception) -> bool:
    return isinstance(error, HTTPStatusError) and error.response.status_code in CANNOT_READ


def _seconds(error: Exception) -> float:
    """A reading harms nobody, so it is tried again soon, unless Graph or Entra want to be left alone."""
    result = outcome(error, "read")
    return result.after if isinstance(result, Later) else TRANSIENT


def _part(part: str) -> str:
    return quote(part, safe=SAFE)
