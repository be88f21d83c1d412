"""What one message says, wherever it stands: for an emoji, whose event names only the message's timestamp."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Found, FoundMessage, Later, Refused
from bot.slack.outcomes import FAILURES, refused, surely_not_done
from bot.slack.speaker import error_name
from bot.slack.words import plain
from handlers.vocabulary.address import Account, Platform

GONE = ("thread_not_found", "message_not_found")
LOOKED_AT = 15
"""Messages one answer may hold: the one asked for, and perhaps its thread's root."""


async def one_message(client: AsyncWebClient, channel: str, ts: str) -> Mapping[str, Any] | Later | Refused:
    """The message at ``ts``, in the channel or in a thread.

    ``conversations.replies`` takes the timestamp of any message, a reply's too; ``conversations.history`` never shows
    replies and is asked second, in case the first knows only threads.
    """
    only = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True, "limit": LOOKED_AT}
    try:
        answer = await client.conversations_replies(ts=ts, **only)  # type: ignore[arg-type]  # a dict of several types
        found = _at(answer["messages"], ts)
    except FAILURES as error:
        if not isinstance(error, SlackApiError) or error_name(error) not in GONE:
            return surely_not_done(error)
        found = None
    if found is not None:
        return found
    try:
        answer = await client.conversations_history(**only)  # type: ignore[arg-type]  # as above
    except FAILURES as error:
        return surely_not_done(error)
    return _at(answer["messages"], ts) or refused("message_not_found")


def message_of(message: Mapping[str, Any], author: Found | None) -> FoundMessage:
    """From a message of the history; ``author`` is who ``users.info`` says wrote it, who knows their own workspace best."""
    thread, profile = message.get("thread_ts"), message.get("user_profile") or {}
    inside = thread if thread and thread != message["ts"] else None
    words = plain(message.get("text") or "")
    if not wrote_it(message):
        return FoundMessage(words, inside, None, str((message.get("bot_profile") or {}).get("name") or ""))
    told = message.get("user_team") or message.get("source_team") or profile.get("team") or ""
    workspace = (author.workspace if author else "") or str(told)
    name = author.name if author else str(profile.get("real_name") or profile.get("display_name") or "")
    return FoundMessage(words, inside, Account(Platform.SLACK, workspace, message["user"]), name)


def wrote_it(message: Mapping[str, Any]) -> bool:
    """Whether a person wrote the message, and not an app."""
    return bool(message.get("user")) and not message.get("bot_id") and not message.get("bot_profile")


def _at(messages: list[Mapping[str, Any]], ts: str) -> Mapping[str, Any] | None:
    return next((message for message in messages if message.get("ts") == ts), None)
