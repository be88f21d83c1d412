"""``python -m bot check`` for Slack: what is wrong with tokens, permissions, channels and clock, and how to mend it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.findings import MOST_SKEW, Finding
from bot.findings import wrong as _no
from bot.slack.clients import app_client, bot_client
from bot.slack.manifest import SCOPES
from bot.slack.outcomes import FAILURES, WAYS_OUT
from bot.slack.settings import SlackSettings
from bot.slack.speaker import error_name

SETTINGS_PAGE = "https://api.slack.com/apps"


async def check(settings: SlackSettings, channels: Sequence[str] = (), patience: float = 10) -> list[Finding]:
    """Looks at everything that can be looked at without posting; what Slack refuses is a finding.

    ``channels`` are channel ids, ``patience`` is how many seconds one request may take.
    """
    client = bot_client(settings, patience)
    answer = await _ask(client.auth_test())
    findings = [_door(settings)]
    if isinstance(answer, str):
        return [*findings, _no("bot token", answer, WAYS_OUT.get(answer) or _reach(settings))]
    findings += [
        Finding(True, "bot token", f"accepted as {answer['user']} in {answer['team']}"),
        _scopes(answer.headers),
        _clock(answer.headers, time.time()),
    ]
    if settings.app_token is not None:
        findings.append(await _app_token(settings, patience))
    return [*findings, *[await _channel(client, channel) for channel in channels]]


def _reach(settings: SlackSettings) -> str:
    return f"check the network, the proxy and SLACK_API_URL ({settings.base_url})"


async def _ask(request: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse | str:
    """The answer, or the name of what went wrong."""
    try:
        return await request
    except FAILURES as error:
        return error_name(error) if isinstance(error, SlackApiError) else type(error).__name__


def _door(settings: SlackSettings) -> Finding:
    if settings.app_token is not None:
        return Finding(True, "way in", "Socket Mode (SLACK_APP_TOKEN)")
    if settings.signing_secret is not None:
        return Finding(True, "way in", "signed HTTP (SLACK_SIGNING_SECRET)")
    mend = f"set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP), both from {SETTINGS_PAGE}"
    return _no("way in", "none: Slack cannot reach the bot", mend)


def _scopes(headers: Mapping[str, Any]) -> Finding:
    """Slack says in a header of every answer what the token may do."""
    said = headers.get("x-oauth-scopes") or headers.get("X-OAuth-Scopes")
    if said is None:
        return Finding(True, "permissions", "Slack did not say which the token has")
    missing = sorted(set(SCOPES) - {scope.strip() for scope in said.split(",")})
    if not missing:
        return Finding(True, "permissions", f"all {len(SCOPES)} there")
    reasons = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
    mend = "paste `python -m bot manifest slack` as the app's manifest and install the app again"
    return _no("permissions", f"missing: {reasons}", mend)


def _clock(headers: Mapping[str, Any], now: float) -> Finding:
    said = headers.get("Date") or headers.get("date")
    if not said:
        return Finding(True, "clock", "Slack did not say what time it is")
    skew = now - parsedate_to_datetime(said).timestamp()
    if abs(skew) <= MOST_SKEW:
        return Finding(True, "clock", f"within {MOST_SKEW} s of Slack's")
    side = "ahead of" if skew > 0 else "behind"
    mend = "set the clock by NTP: from 300 s on signed requests are refused, and reminders go out at the wrong time"
    return _no("clock", f"{abs(skew):.0f} s {side} Slack's", mend)


async def _app_token(settings: SlackSettings, patience: float) -> Finding:
    answer = await _ask(app_client(settings, patience).apps_connections_open(app_token=settings.app_token or ""))
    if not isinstance(answer, str):
        return Finding(True, "app token", "opens Socket Mode connections")
    mend = f"make an App-Level Token with connections:write at {SETTINGS_PAGE}, and switch Socket Mode on"
    return _no("app token", answer, mend)


async def _channel(client: AsyncWebClient, channel: str) -> Finding:
    subject = f"channel {channel}"
    answer = await _ask(client.conversations_info(channel=channel))
    if isinstance(answer, str):
        return _no(subject, answer, WAYS_OUT.get(answer, "see what Slack's documentation says of this error"))
    info = answer["channel"]
    if info.get("is_archived"):
        return _no(subject, "archived", "unarchive it, or choose another channel in setup")
    if not info.get("is_member"):
        return _no(subject, "the bot is not a member", "invite it there with /invite")
    return Finding(True, subject, "the bot is a member")
