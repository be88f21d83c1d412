"""The app's manifest: what Slack is asked for, each permission with its reason, as YAML to paste."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "to hear when somebody mentions the bot, the one way that works for everybody",
    "channels:history": "to read replies in public channels it was invited to, what a message says that somebody marked "
    "with an emoji, and find its own posts after a crash",
    "channels:read": "to check whether a public channel is shared with another company before posting there",
    "chat:write": "to post and edit its own messages",
    "commands": 'the root command and the shortcut "Report an issue"',
    "files:read": "to see, after a crash, whether a file of its own was shared already",
    "files:write": "to put the digest's chart and a review's invitation into their threads",
    "groups:history": "as channels:history, for private channels it was invited to",
    "groups:read": "as channels:read, for private channels it was invited to",
    "im:history": "to read what people write to the bot directly, and find its own posts after a crash",
    "im:write": "to open a direct conversation for a reminder or a private answer",
    "reactions:read": "to hear an emoji that makes a message of a review a decision, an action or a risk",
    "reactions:write": "to confirm a reply with an emoji",
    "users:read": "to learn the name, time zone and company of those it reminds: reminders come in each one's own morning",
}
"""Bot token scopes, each with the reason an administrator may ask for."""

EVENTS: Mapping[str, str] = {
    "app_home_opened": "somebody of the client looks at their Home: what needs them, and how every provider stands",
    "app_mention": "somebody mentions the bot",
    "app_uninstalled": "the app was removed: fall silent",
    "channel_id_changed": "a channel got a new id when it was shared: keep posting to the right one",
    "channel_left": "the bot was removed from a public channel",
    "channel_shared": "another company joined the channel: internal content stops at once",
    "channel_unshared": "another company left the channel: look at who reads it before posting again",
    "group_left": "the bot was removed from a private channel",
    "member_joined_channel": "the bot was invited",
    "member_left_channel": "the bot left a channel",
    "message.channels": "replies in public channels the bot was invited to",
    "message.groups": "the same in private channels",
    "message.im": "direct messages to the bot",
    "reaction_added": "an emoji makes a message of a review a decision, an action or a risk",
    "reaction_removed": "the emoji was taken back",
    "tokens_revoked": "the bot's token was revoked: fall silent",
}
"""Bot events, each with what it is used for."""

SHORTCUT = "report_issue"
PATH = "/slack/events"


def manifest(command: str = "/vendor", url: str | None = None, name: str = "Parley") -> dict[str, Any]:
    """The manifest as data. With ``url`` (the bot's public https address) Slack calls it; without, Socket Mode.

    Raises ValueError when ``command`` or ``url`` cannot be what it is meant to be.
    """
    if not command.startswith("/") or command == "/":
        raise ValueError(f"command: {command!r} is not a command, for example /vendor")
    if url is not None and not url.startswith("https://"):
        raise ValueError(
            f"url: {url!r} is not an https address; Slack calls no other, for example https://bot.example.com"
        )
    address = {"url": url.rstrip("/") + PATH} if url else {}
    return {
        "display_information": _display(name),
        "features": _features(command, name, address),
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": _settings({"request_url": address["url"]} if address else {}),
    }


def as_yaml(data: Mapping[str, Any]) -> str:
    """The manifest as YAML, the reason standing beside each scope and each event."""
    reasons = {**SCOPES, **EVENTS}
    lines = []
    for line in yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=120).splitlines():
        reason = reasons.get(line.strip().removeprefix("- ").strip("'\""))
        lines.append(f"{line}  # {reason}" if reason else line)
    head = (
        "# Paste at https://api.slack.com/apps -> Create New App -> From a manifest. Each permission says what for.\n"
    )
    return head + "\n".join(lines) + "\n"


def write(data: Mapping[str, Any], path: Path | None = None) -> None:
    """Writes the YAML to ``path``, or to standard output."""
    if path is None:
        print(as_yaml(data), end="")
    else:
        path.write_text(as_yaml(data), encoding="utf-8")


def _display(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": "Reviews, issues, actions and digests where both companies already talk",
        "background_color": "#1f2a44",
    }


def _features(command: str, name: str, address: Mapping[str, str]) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": name.lower(), "always_online": True},
        "shortcuts": [
            {
                "name": "Report an issue",
                "type": "message",
                "callback_id": SHORTCUT,
                "description": "Turn this message into an issue with an owner and a clock",
            }
        ],
        "slash_commands": [
            {
                "command": command,
                **address,
                "description": "Your providers: issues, actions, metrics, digest",
                "usage_hint": "report | actions | metrics | digest | setup | help",
                "should_escape": True,
            }
        ],
    }


def _settings(request: Mapping[str, str]) -> dict[str, Any]:
    """Token rotation stays off: it cannot be switched off again, and is served only when a request comes in."""
    return {
        "event_subscriptions": {**request, "bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True, **request},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not request,
        "token_rotation_enabled": False,
    }
