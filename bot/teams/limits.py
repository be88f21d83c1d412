"""What Teams accepts, and how our words are made safe in its markdown.

Sources: learn.microsoft.com, "Format cards in Microsoft Teams" (markdown in TextBlock and FactSet, none in a
RichTextBlock's runs), "Limits and specifications" (a message under 80 KB), adaptivecards.io schema 1.5.
"""

from __future__ import annotations

import json
import re
from typing import Any

Json = dict[str, Any]

CARD_BYTES = 24_000
"""Our own cap: well under the message's 80 KB even when it is counted in UTF-16."""
TEXT = 3000
LABEL = 200
BUTTON = 40
"""Characters of a button; a phone shows about thirty, and the whole label stands in its tooltip."""
BUTTON_SHOWN = 24
PRIMARY_ACTIONS = 6
"""More stand behind the "…" menu (``mode: secondary``)."""
OPTIONS = 100
LIST_ITEMS = 40

# What could start formatting: a mark at a word's edge, a link, a heading, list or quote at a line's start.
_MARKS = re.compile(r"(?<![^\W_])[*_~`]+|[*_~`]+(?![^\W_])|[\[\]\\]|^\s*(?:#+|[-+>]|\d+[.)])(?=\s)", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TEMPLATE = re.compile(r"\{(?=\{)")
_TAG = re.compile(r"<(?=[/!]?\w)")  # a mention's tag, and <https://…> in angle brackets is a link
_BREAK = re.compile(r"[^\S\n]*\n\s*")
_INDENT = re.compile(r"^(?: {4}| {0,3}\t)\s*", re.MULTILINE)
_UNFIT = re.compile("[\x00\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARK = re.compile(r"([*_~`\[\]\\#+>.)-])")


def literal(words: str) -> str:
    """People's words where no markdown is read: without what cannot be sent or turns the reading direction, and without
    ``{{DATE(…)}}``, which hosts work out even there."""
    return _TEMPLATE.sub("{\u2060", _UNFIT.sub("", words))


def disarmed(words: str) -> str:
    """People's words in a TextBlock or FactSet: no formatting, no link, no mention, no ``{{DATE(…)}}`` comes of them.

    Backslashes stand only where a mark could format, so that ``first_response`` and "2 * 3" stay as they are.
    """
    joined = _TAG.sub("<\u2060", _ENTITY.sub("&\u2060", literal(words)))
    return _MARKS.sub(lambda found: _MARK.sub(r"\\\1", found.group()), joined)


def lines_apart(marked: str) -> str:
    """Words in markdown whose lines stay lines, and none of which begins with so many spaces that it would be taken for
    program text. Source: learn.microsoft.com, "Format cards in Microsoft Teams", "Line breaks in Adaptive Cards"."""
    return _BREAK.sub("\n\n", _INDENT.sub("   ", marked))


def size(card: Json) -> int:
    """The card's bytes as it is sent."""
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())
