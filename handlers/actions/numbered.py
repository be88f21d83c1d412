"""Words about a numbered action item: "done 7", "7 done", "due action 7 friday", "blocked 7: the policy". Pure.

The number is taken out and what is left is read by the grammar, so "due 7 March" stays a day: "due March" is no word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBERS = r"#?\d{1,9}(?:\s*(?:,|&|\band\b)\s*#?\d{1,9})*"
_WORD_FIRST = re.compile(
    rf"(?P<word>[a-z][a-z' ]{{0,30}}?)(?<!issue)\s+(?P<named>(?:action(?:\s+item)?s?\s+)?)(?P<numbers>{_NUMBERS})(?P<rest>(?:[\s:,].*)?)",
    re.I | re.S,
)
_NUMBER_FIRST = re.compile(
    rf"(?P<named>(?:action(?:\s+item)?s?\s+)?)(?P<numbers>{_NUMBERS})(?:\s*:\s*|\s+)(?P<rest>\S.*)", re.I | re.S
)
_EACH = re.compile(r"\d{1,9}")
_OPENING = re.compile(r"^[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Numbered:
    """What is said of which items. ``named`` is whether the word "action" stood there, so that no other record is meant."""

    numbers: tuple[int, ...]
    words: str
    named: bool


def readings(line: str) -> tuple[Numbered, ...]:
    """The ways a line can name action items, the likelier first; empty when it holds no number in the right place."""
    text = line.strip()
    found: list[Numbered] = []
    for pattern in (_WORD_FIRST, _NUMBER_FIRST):
        match = pattern.fullmatch(text)
        if match is not None:
            word = match["word"] if "word" in pattern.groupindex else ""
            words = f"{word}{match['rest']}" if word else match["rest"]
            numbers = tuple(dict.fromkeys(int(each) for each in _EACH.findall(match["numbers"])))
            found.append(Numbered(numbers, words.strip(), bool(match["named"])))
    return tuple(found)


def with_number(words: str, number: int) -> str:
    """A reply of the grammar with the item's number put after its first word: "due friday" -> "due 7 friday"."""
    return _OPENING.sub(lambda opening: f"{opening[0]} {number}", words)
