"""What the messages of a run are called, read from their visible words alone: neither our keys nor our tables are looked at.

Every record of a run carries a word of its own in its title, the nonce, which also tells the channel it belongs to. A name is
the nonce with what the message says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

NONCE = re.compile(r"\bk(?P<number>\d{2})[a-z]{4}\b")
CARD = re.compile(r"^(?:Issue|Action) \d+(?: \(withdrawn\))?: ")
DIGEST = re.compile(r"^(?P<provider>Provider \d+), [^.:]*\d")
LINES: Mapping[str, re.Pattern[str]] = {
    # what a line in a record's thread says -> how it is recognised
    "blocked": re.compile(r"needs something (?:from .* )?to go on"),
    "answered": re.compile(r"back with you, thanks for the patience"),
    "done": re.compile(r"says (?:issue|action) \d+ is done\. Is it\?"),
    "accepted": re.compile(r"accepted (?:issue|action) \d+\."),
    "late": re.compile(r"issue \d+ was to be acknowledged by", re.I),
}
SHOWN: Mapping[str, tuple[str, ...]] = {
    # the last line in a record's thread -> what its card must show by then, issue or action
    "blocked": ("Waiting on ", "Blocked, waiting on "),
    "answered": ("is working on it",),
    "done": ("Done, waiting for a yes from ",),
    "accepted": ("Closed.", "Done and accepted."),
}
REACTION = "reaction"


def nonce(number: int, serial: int) -> str:
    """The word for the ``serial``-th record of channel ``number``."""
    letters = "".join(chr(ord("a") + serial // 26**place % 26) for place in (3, 2, 1, 0))
    return f"k{number:02}{letters}"


def shared_channel(number: int) -> str:
    """The id of the channel that both companies read."""
    return f"C0SHARED{number:02}"


def internal_channel(number: int) -> str:
    """The id of the channel that only the client reads."""
    return f"C0INSIDE{number:02}"


def channel_of(word: str) -> str:
    """The channel that the record with this nonce belongs to."""
    found = NONCE.fullmatch(word)
    assert found is not None, word
    return shared_channel(int(found["number"]))


def nonce_of(words: str) -> str | None:
    """The nonce in some words, or None."""
    found = NONCE.search(words)
    return None if found is None else found[0]


def name_of(message: Mapping[str, Any], root: Mapping[str, Any] | None) -> str | None:
    """What a message of the bot is called; ``root`` is the message its thread hangs under. None: nobody expects such a one."""
    text = str(message.get("text", ""))
    if root is None:
        return _root_name(text)
    subject = _root_name(str(root.get("text", "")))
    if subject is None:
        return None
    line = next((name for name, pattern in LINES.items() if pattern.search(text)), None)
    return None if line is None else f"{subject.partition(' ')[0]} {line}"


def card(word: str) -> str:
    """The name of a record's card."""
    return f"{word} card"


def line(word: str, what: str) -> str:
    """The name of a line in a record's thread; ``what`` is a key of ``LINES``."""
    return f"{word} {what}"


def digest(provider: str) -> str:
    """The name of a week's digest; which of the two it is tells the channel."""
    return f"{provider.replace(' ', '-')} digest"


def reaction(message: str) -> str:
    """The name of the bot's emoji on somebody's message."""
    return f"{message} {REACTION}"


def _root_name(text: str) -> str | None:
    word = nonce_of(text)
    if CARD.match(text) and word is not None:
        return card(word)
    found = DIGEST.match(text)
    if found is None:
        return None
    return digest(found["provider"])
