"""What Teams' answers, errors and silences mean for something that was to be sent.

Sources: learn.microsoft.com, "Optimize your bot with rate limiting" (429, 412, 502, 504) and "Send proactive messages"
(what a 403 says).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

from httpx import ConnectError, ConnectTimeout, HTTPError, HTTPStatusError, InvalidURL, PoolTimeout, UnsupportedProtocol

from bot.ports import Later, Refused, Unsure
from bot.teams.tokens import NoToken

FAILURES = (HTTPError, InvalidURL, TimeoutError, NoToken, ValueError, KeyError)
"""Everything a request through the SDK raises; the last two when an answer has another shape than agreed."""
NEVER_LEFT = (ConnectError, ConnectTimeout, PoolTimeout, UnsupportedProtocol)

Operation = Literal["post", "update", "react", "open", "read"]
"""What was asked: a new message, an edit, an emoji, a conversation opened with somebody, or something looked up."""

WAYS_OUT: Mapping[str, str] = {
    "BotNotInConversationRoster": "the bot is not in this channel: add the app to the team, or to the shared channel itself",
    "MessageWritesBlocked": "the person removed or blocked the app: ask them to add it again in Teams",
    "BotDisabledByAdmin": "the organisation blocks the app: ask a Teams administrator to allow it",
    "ForbiddenOperationException": "Teams does not let the bot do this here: compare the app's permissions with"
    " `python -m bot manifest teams`",
    "ConversationNotFound": "Teams does not know this conversation: add the app again, or choose another channel in setup",
    "ActivityNotFoundInConversation": "the message was deleted: nothing is left to edit or to reply to",
    "MessageSizeTooBig": "the message is longer than Teams takes: report this, the card should have been shortened",
    "BadArgument": "Teams does not accept the card: report this with the card's kind",
    "BadSyntax": "Teams does not accept the message: report this with the card's kind",
    "TenantQuotaExceeded": "the organisation's quota for bots is used up: ask a Teams administrator",
}
BY_STATUS: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "Teams does not accept the message: report this with the card's kind",
    HTTPStatus.FORBIDDEN: "the app may not speak there: add it to the team or channel, or ask a Teams administrator",
    HTTPStatus.NOT_FOUND: "it is not there any more: look at the channel, or choose another one in setup",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: WAYS_OUT["MessageSizeTooBig"],
}

TRANSIENT = 2.0
"""Seconds after a 412, of which Teams says: two requests met, try again."""
THROTTLED = 10.0
"""Seconds after a 429 that does not say how long."""
OUR_TOKEN = 30.0
"""Seconds after our own token was not given, or a new one not accepted: until an administrator mended it, or Entra did."""
LONGEST_REST = 3600.0
"""Seconds. Whatever a header asks for must not silence a channel for ever."""


def outcome(error: Exception, operation: Operation, now: datetime | None = None) -> Later | Refused | Unsure:
    """One of ``FAILURES`` as an outcome. Unsure is whatever may have happened after the request left.

    ``now`` is what a date in Retry-After is measured against, aware UTC; the clock's time when None.
    """
    if isinstance(error, NoToken):
        return Later(OUR_TOKEN, "workspace")
    if isinstance(error, NEVER_LEFT):
        return Later(5.0, "workspace")
    if isinstance(error, InvalidURL):
        return Refused("there is no such address: choose another channel in setup")
    if not isinstance(error, HTTPStatusError):
        return Unsure(f"no clear answer from Teams ({type(error).__name__})")
    return _by_status(error, operation, now or datetime.now(UTC))


def _by_status(error: HTTPStatusError, operation: Operation, now: datetime) -> Later | Refused | Unsure:
    status, asked = error.response.status_code, retry_after(error, now)
    match status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Later(THROTTLED if asked is None else asked, "channel")
        case HTTPStatus.UNAUTHORIZED:
            return Later(OUR_TOKEN, "workspace")
        case HTTPStatus.PRECONDITION_FAILED:
            return Later(TRANSIENT if asked is None else asked, "message")
        case HTTPStatus.SERVICE_UNAVAILABLE if asked is not None:
            return Later(asked, "workspace")
        case HTTPStatus.REQUEST_TIMEOUT:
            return Unsure(f"Teams gave up on the request ({status})")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED:
        return Unsure(f"Teams answered with trouble of its own ({status})")
    if status < HTTPStatus.BAD_REQUEST:  # a redirect, which is never followed: something stands between Teams and us
        return Later(OUR_TOKEN, "workspace")
    return refused(error, operation)


def surely_not_done(error: Exception, now: datetime | None = None) -> Later | Refused:
    """The same for a request that posts nothing, such as opening a conversation: not being sure is just later."""
    result = outcome(error, "read", now)
    return Later(5.0, "workspace") if isinstance(result, Unsure) else result


def refused(error: HTTPStatusError, operation: Operation) -> Refused:
    """Teams' word and the way out. Gone is what was to be edited or read, and any emoji: nothing is broken without it."""
    status, code = error.response.status_code, error_code(error)
    way_out = WAYS_OUT.get(code) or BY_STATUS.get(status) or "see `python -m bot check`"
    gone = operation == "react" or (operation in {"update", "read"} and status in _NOTHING_THERE)
    return Refused(f"{code or status}: {way_out}", gone=gone)


_NOTHING_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def error_code(error: HTTPStatusError) -> str:
    """Teams' own word for what is wrong, "" when it gives none. Only a word: its sentences may quote the message."""
    try:
        body = error.response.json()
        code = body["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return ""
    return code[:60] if isinstance(code, str) and code.isidentifier() else ""


def retry_after(error: HTTPStatusError, now: datetime) -> float | None:
    """Seconds Teams asks to wait, from a number or a date; at least one, never over ``LONGEST_REST``; None: it does not say."""
    said = error.response.headers.get("Retry-After", "").strip()
    try:
        seconds = float(said) if not said or said[0].isdigit() else _until(said, now)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(1.0, seconds), LONGEST_REST)


def _until(said: str, now: datetime) -> float:
    moment = parsedate_to_datetime(said)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
