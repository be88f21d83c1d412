"""What Slack accepts, and how our words are cut to it.

Source of every number: docs.slack.dev, reference pages of Block Kit blocks, block elements, composition objects and
views; ``rich_text`` has no documented limit, so it is kept under a section's. Lengths are counted in UTF-16 units, the
strictest reading of "characters".
"""

from __future__ import annotations

from bot.plain import more

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
"""In a modal or a Home tab."""
HEADER = 150
SECTION = 3000
CONTEXT_ELEMENTS = 10
ACTIONS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
PLACEHOLDER = 150
MODAL_TITLE = 24
MODAL_BUTTON = 24
PRIVATE_METADATA = 3000
IDENTIFIER = 255
ALT_TEXT = 2000
LABEL = 2000
INPUT_LENGTH = 3000
MESSAGE_TEXT = 4000
"""Recommended for the top-level text."""
ALL_BLOCKS = 12_000
"""All words of one message together. Not documented: ``msg_blocks_too_long`` exists and its limit is not said."""
VIEW_WORDS = 40_000
"""All words of one view together: ``view_too_large`` comes at 250 KB, and a word costs several bytes of JSON around it."""


def units(words: str) -> int:
    """The length of ``words`` in UTF-16 units."""
    return len(words) + sum(1 for letter in words if letter > "\uffff")


def cut(words: str, limit: int) -> str:
    """``words``, or their beginning and "…", in at most ``limit`` units: for titles, labels and buttons."""
    return words if units(words) <= limit else _beginning(words, limit - 1).rstrip() + "…"


def cut_counting(words: str, limit: int) -> str:
    """``words``, or their beginning and how many characters are missing, in at most ``limit`` units: for paragraphs."""
    if units(words) <= limit:
        return words
    kept = _beginning(words, max(limit - 24, 0)).rstrip()
    return (kept + more(len(words) - len(kept)))[:limit]


def _beginning(words: str, limit: int) -> str:
    """The first ``limit`` units; a character of two units is not cut in two."""
    return words[:limit].encode("utf-16-le")[: limit * 2].decode("utf-16-le", errors="ignore")


def fitting(words: str, limit: int, name: str) -> str:
    """``words`` that may not be cut because they are ids. Raises ValueError, naming the field, when too long."""
    if units(words) > limit:
        raise ValueError(f"{name}: {units(words)} characters, Slack takes {limit}; carry an id instead of the content")
    return words
