"""What a reply under an issue says: the common grammar, and three words that only issues know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from handlers.calendar import wall_of, zone
from handlers.replies import parse
from handlers.replies.words import Ambiguous, NotForMe, Reading
from handlers.vocabulary.route import Asker

WITHDRAW = re.compile(r"\s*(?:please )?withdrawn?(?: (?:it|this|issue|that))*[\s.!]*", re.I)
ANSWERED = re.compile(
    r"\s*(?:un-?blocked|(?:we(?:'ve| have)? )?answered)\b(?:\s*[:,.!-]+\s*(?P<rest>.*))?\s*", re.I | re.S
)
SEVERITY = re.compile(r"\s*sev(?:erity)?\s*[:=]?\s*(?P<level>[1-4])[\s.!]*", re.I)

NUMBERED = re.compile(
    r"\s*(?P<word>[\w ]{2,20}?)\s+issue\s+#?(?P<number>\d{1,9})\b(?:\s*[:,.-]?\s*(?P<rest>.*))?", re.I | re.S
)
"""A reply that names its issue, for where there is no thread: "ack issue 12", "done issue 12: line is back"."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """ "withdraw": the report is taken back."""


@dataclass(frozen=True, slots=True)
class Answered:
    """ "unblocked", "we answered: …": the owner can go on."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Regrade:
    """ "severity 2": another severity."""

    severity: int


def read(words: str, asker: Asker, now: datetime) -> tuple[object, ...] | Ambiguous:
    """The words of the common grammar, or those that only issues know. Empty: not for the bot."""
    if WITHDRAW.fullmatch(words):
        return (Withdraw(),)
    if found := ANSWERED.fullmatch(words):
        return (Answered((found["rest"] or "").strip()),)
    if found := SEVERITY.fullmatch(words):
        return (Regrade(int(found["level"])),)
    reading: Reading = parse(words, today=wall_of(now, zone(asker.zone)).date(), short_names={})
    return () if isinstance(reading, NotForMe) else reading


def read_numbered(words: str) -> tuple[int, str] | None:
    """The issue's number and the reply to it, from "done issue 12: line is back". None: no issue is named so."""
    found = NUMBERED.fullmatch(words)
    if found is None:
        return None
    rest = (found["rest"] or "").strip()
    return int(found["number"]), f"{found['word']}: {rest}" if rest else found["word"]
