"""A person's text made plain for matching, with their own characters kept beside it for quoting."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\ufe0e\ufe0f\u00ad"))
LOOKALIKES = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u2032": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2033": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u066a": "%",
        "\u066b": ".",
    }
)
SHORTCODE = r":[a-z][a-z0-9_+-]*:|:[+-]1:"
DECORATION = re.compile(rf"(?:{SHORTCODE}|[\s*_~`\"•·])+", re.IGNORECASE)
TRAILING = ' \n*_~`"!.,;'
LAST_SHORTCODE = re.compile(rf"(?:{SHORTCODE})$", re.IGNORECASE)
LONGEST_SHORTCODE = 50
BULLET = re.compile(r"(?:-|\d{1,2}[.)])\s+")
SKIN_TONES = range(0x1F3FB, 0x1F400)
JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Plain:
    """``plain`` is for matching; ``typed`` is what was written. They have one character for each other.

    ``tail`` is what was taken off the end so that the words match: marks and emoji that belong to a note.
    """

    plain: str
    typed: str
    tail: str = ""

    def cut(self, start: int, end: int | None = None) -> Plain:
        """The part between two offsets, without the space around it."""
        plain, typed = self.plain[start:end], self.typed[start:end]
        left, right = len(plain) - len(plain.lstrip()), len(plain.rstrip())
        tail = self.tail if end is None or end >= len(self.plain) else ""
        return Plain(plain[left:right], typed[left:right], tail)


def make_plain(text: str) -> Plain:
    """Full-width and foreign digits, odd spaces, smart quotes and dashes become plain; lines stay."""
    typed = text.translate(INVISIBLE).replace("\r\n", "\n").replace("\r", "\n")
    return Plain("".join(map(_plain_character, typed)), typed)


def _plain_character(character: str) -> str:
    if character == "\n" or character.isascii():
        return " " if character == "\t" else character
    if character.isspace():
        return " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    folded = unicodedata.normalize("NFKC", character)
    return (folded if len(folded) == 1 else character).translate(LOOKALIKES)


def is_emoji(character: str) -> bool:
    """Whether a character is a picture, or a part of one."""
    return unicodedata.category(character) == "So" or ord(character) in SKIN_TONES or character == JOINER


def undecorated(line: Plain) -> Plain:
    """Without leading bullets and emoji ("✅ done", ":tada: done") and without trailing marks and emoji. "?" stays."""
    start = _after_decoration(line.plain)
    start += match.end() if (match := BULLET.match(line.plain[start:])) else 0
    start += _after_decoration(line.plain[start:])
    end = _before_decoration(line.plain, start)
    tail = line.typed[end:].rstrip('*_~`" \n')
    return replace(line.cut(start, end), tail=tail + line.tail)


def _before_decoration(text: str, start: int) -> int:
    end = len(text)
    while end > start:
        shortcode = LAST_SHORTCODE.search(text, max(start, end - LONGEST_SHORTCODE), end)
        if shortcode:
            end = shortcode.start()
        elif text[end - 1] in TRAILING or is_emoji(text[end - 1]):
            end -= 1
        else:
            break
    return end


def _after_decoration(text: str) -> int:
    start = 0
    while start < len(text):
        match = DECORATION.match(text, start)
        if match:
            start = match.end()
        elif is_emoji(text[start]):
            start += 1
        else:
            break
    return start
