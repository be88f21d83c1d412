"""Slack's message text and plain words: the one place where markup and escapes are taken off or put on."""

from __future__ import annotations

import re

TOKEN = re.compile(r"<([^<>]+)>")
PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def escape(words: str) -> str:
    """Plain words for Slack: ``& < >`` is all it asks for, and disarms mentions and links in other people's text."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """What the person typed: links as their label and address, channels by name, escapes undone.

    A mention of a person stays the token ``<@U123>`` (without a label), so that "owner <@U123>" can be resolved.
    """
    shown = TOKEN.sub(lambda match: _token(match[1]), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def without_mention(text: str, user: str) -> str:
    """The raw text with every mention of ``user`` taken out and the gaps closed."""
    parts = re.split(rf"\s*<@{re.escape(user)}(?:\|[^>]*)?>[:,]?[ \t]*", text)
    return " ".join(part for part in parts if part).strip()


def mentions(text: str, user: str) -> bool:
    """Whether the raw text mentions ``user``."""
    return bool(user) and any(found == user for found in PERSON.findall(text))


def _token(inside: str) -> str:
    """One ``<...>`` of Slack's markup as plain words. The result is still escaped where it quotes people's text."""
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return f"<{target}>"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return _special(target[1:], label)
    address = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label == address or address.removeprefix("https://").removeprefix("http://") == label:
        return address
    return f"{label} ({address})"


def _special(target: str, label: str) -> str:
    """``<!here>``, ``<!subteam^S1|@group>``, ``<!date^...|5 May>``."""
    if label:
        return label
    return f"@{target.partition('^')[0]}"
