"""Reading a channel's or a thread's history until something is found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Later, Missing, Refused, Sent
from bot.slack.outcomes import FAILURES, surely_not_done
from bot.slack.speaker import error_name
from handlers.vocabulary.address import Place

Carries = Callable[[dict[str, Any]], bool]
"""Whether a message is the one looked for."""

PAGE = 200
CLOCK_ALLOWANCE = 300
"""Seconds subtracted from ``since``: it is our clock's, the history's times are Slack's."""
GONE = ("channel_not_found", "thread_not_found", "message_not_found")


async def search(
    client: AsyncWebClient, place: Place, thread: str | None, since: float, carries: Carries
) -> Sent | Missing | Later:
    """The first message that ``carries``. What keeps the history from being read whole is ``Later``, not Missing."""
    try:
        async for message in _messages(client, place.channel, thread, since - CLOCK_ALLOWANCE):
            if carries(message):
                return Sent(message["ts"], place)
    except FAILURES as error:
        if isinstance(error, SlackApiError) and error_name(error) in GONE:
            return Missing()
        result = surely_not_done(error)
        return Later(60) if isinstance(result, Refused) else result
    return Missing()


async def _messages(
    client: AsyncWebClient, channel: str, thread: str | None, oldest: float
) -> AsyncIterator[dict[str, Any]]:
    """Page after page; in a thread, its replies."""
    where = {"channel": channel, "oldest": f"{max(0.0, oldest):.6f}", "limit": PAGE, "include_all_metadata": True}
    cursor = ""
    while True:
        page = {**where, "cursor": cursor} if cursor else where
        if thread:
            answer = await client.conversations_replies(ts=thread, **page)  # type: ignore[arg-type]  # a dict of several types
        else:
            answer = await client.conversations_history(**page)  # type: ignore[arg-type]  # as above
        for message in answer["messages"]:
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
