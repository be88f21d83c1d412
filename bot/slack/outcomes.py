"""What Slack's answers, errors and silences mean for something that was to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError

from bot.ports import Later, Refused, Unsure
from bot.slack.speaker import error_name, status_of

FAILURES = (SlackApiError, ClientError, TimeoutError)
"""Everything a request of the Web API client raises."""

TOO_FAST = ("ratelimited", "rate_limited")
WORKSPACE_LIMITED = ("message_limit_exceeded",)
SERVER_TROUBLE = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org")
"""Slack says of these: try again; part of the work may have been done."""

GONE = ("message_not_found", "user_not_found", "user_not_visible")
"""Slack says of these that there is nothing, or nothing the bot may see."""

WAYS_OUT: Mapping[str, str] = {
    "channel_not_found": "the bot cannot see this channel: invite it with /invite, or choose another channel in setup",
    "not_in_channel": "the bot is not a member of this channel: invite it with /invite",
    "is_archived": "the channel is archived: unarchive it, or choose another channel in setup",
    "restricted_action": "the workspace does not let the bot post here: ask a workspace administrator to allow it",
    "restricted_action_read_only_channel": "the channel is read-only for the bot: let it post, or choose another one",
    "restricted_action_thread_only_channel": "only thread replies are allowed there: choose another channel in setup",
    "msg_too_long": "the message is longer than Slack takes: report this, the card should have been shortened",
    "msg_blocks_too_long": "the message is longer than Slack takes: report this, the card should have been shortened",
    "invalid_blocks": "Slack does not accept the card's layout: report this with the card's kind",
    "invalid_blocks_format": "Slack does not accept the card's layout: report this with the card's kind",
    "no_text": "the message had no text: report this with the card's kind",
    "invalid_auth": "Slack does not accept SLACK_BOT_TOKEN: copy it again from the app's settings",
    "not_authed": "SLACK_BOT_TOKEN is missing or empty: copy it from the app's settings",
    "token_revoked": "the bot's token was revoked: install the app again and copy the new SLACK_BOT_TOKEN",
    "token_expired": "the bot's token expired: switch token rotation off and install the app again",
    "account_inactive": "the app was removed from the workspace: install it again and copy the new SLACK_BOT_TOKEN",
    "missing_scope": "the app lacks a permission: compare it with `python -m bot manifest slack` and install it again",
    "message_not_found": "the message was deleted: nothing is left to edit",
    "cant_update_message": "the message is not the bot's own: it cannot be edited",
    "edit_window_closed": "the workspace does not let messages this old be edited: change its edit window",
    "thread_not_found": "the thread's first message was deleted: post in the channel instead",
    "cannot_reply_to_message": "the message takes no replies: post in the channel instead",
    "user_not_found": "Slack does not know this person: check the account in the directory",
    "user_disabled": "the person's account is deactivated: name somebody else as owner",
    "cannot_dm_bot": "the account is a bot: name a person as owner",
    "user_not_visible": "the bot cannot see this person: they must share a channel with it",
    "no_permission": "the bot may not do this here: compare the app with `python -m bot manifest slack`",
    "ekm_access_denied": "the workspace's key management blocks posting: ask a workspace administrator",
    "org_login_required": "the workspace is being moved into an organisation: ask a workspace administrator",
}

LONGEST_REST = 3600.0
"""Seconds. Slack asks for a minute or so; whatever else stands in the header must not silence a workspace for ever."""


def outcome(error: Exception, *, limit_scope: str = "channel") -> Later | Refused | Unsure:
    """One of ``FAILURES`` as an outcome. ``limit_scope`` says what a 429 limits: "channel" or "workspace".

    Unsure is whatever may have happened after the request left: a 5xx, a timeout, a connection that broke.
    """
    if isinstance(error, ClientConnectorError):
        return Later(5, "workspace")
    if not isinstance(error, SlackApiError):
        return Unsure(f"no clear answer from Slack ({type(error).__name__})")
    name, status = error_name(error), status_of(error)
    if status == HTTPStatus.TOO_MANY_REQUESTS or name in TOO_FAST:
        return Later(retry_after(error), "workspace" if limit_scope == "workspace" else "channel")
    if name in WORKSPACE_LIMITED:
        return Later(max(60, retry_after(error)), "workspace")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or name in SERVER_TROUBLE or name.startswith("HTTP "):
        return Unsure(f"Slack answered with trouble of its own ({name})")
    return refused(name)


def surely_not_done(error: Exception) -> Later | Refused:
    """The same for a request that posts nothing, such as opening a conversation: not being sure is just later."""
    result = outcome(error, limit_scope="workspace")
    return Later(5, "workspace") if isinstance(result, Unsure) else result


def refused(name: str) -> Refused:
    """Slack's word, and the way out where one is known."""
    way_out = WAYS_OUT.get(name, "see the error's name in Slack's documentation, and `python -m bot check`")
    return Refused(f"{name}: {way_out}", gone=name in GONE)


def retry_after(error: SlackApiError) -> float:
    """Seconds Slack asks to wait; at least one, thirty when it does not say, and never over ``LONGEST_REST``."""
    headers: Mapping[str, Any] = getattr(error.response, "headers", None) or {}
    said = headers.get("Retry-After") or headers.get("retry-after") or ""
    try:
        return min(max(1.0, float(said)), LONGEST_REST)
    except ValueError:
        return 30.0
