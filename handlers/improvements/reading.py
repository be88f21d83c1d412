"""What a reply under a plan says. Pure: words in, one small class out; None leaves talk between people alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.replies import parse
from handlers.replies.words import Accept, Ambiguous, Done, NotForMe, Undo

_MARK = r"\s*(?::|,|-{1,2}|\n|because)\s*"
AGREE = re.compile(
    r"\s*(?:(?:yes|ok|okay)[,.]?\s+)?(?:(?:i|we)\s+)?agree(?:d)?(?:\s+(?:to|with)\s+(?:it|this|that|the plan))?[\s.!]*",
    re.I,
)
NOT_YET = re.compile(
    rf"\s*(?:not\s+(?:yet|agreed)|(?:i|we)\s+(?:do not|don't|cannot|can't)\s+agree(?:\s+yet)?)(?:{_MARK}(?P<rest>.*))?[\s.!]*",
    re.I | re.S,
)
WITHDRAW = re.compile(rf"\s*withdraw(?:n)?(?:\s+(?:it|this|the plan))?(?:{_MARK}(?P<rest>.*))?[\s.!]*", re.I | re.S)
PART = re.compile(
    r"\s*(?:new\s+)?(?P<part>problem|cause|containment|for now|target|hold|milestones?|title)\s*:\s*(?P<rest>\S.*)",
    re.I | re.S,
)
ACTION = re.compile(r"\s*action\s*:\s*(?P<rest>\S.*)", re.I | re.S)
NUMBERED = re.compile(
    r"\s*(?P<word>[\w ']{2,20}?)\s+plan\s+#?(?P<number>\d{1,9})\b(?:\s*[:,.-]?\s*(?P<rest>.*))?", re.I | re.S
)
"""A reply that names its plan, for where there is no thread: "agree plan 3", "not yet plan 3: the target is too far"."""


@dataclass(frozen=True, slots=True)
class Agree:
    """ "agree", "ok": a side's word. ``plainly``: with the word itself, and not with an "ok" that may be for somebody else."""

    plainly: bool = True


@dataclass(frozen=True, slots=True)
class NotYet:
    """ "not yet: why"; the reason may be missing."""

    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """ "withdraw: why"; the reason may be missing."""

    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """ "target: 78 %", "cause: …": one part of the plan says something else."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class NewAction:
    """ "action: Train two groups @Jo due friday"."""

    words: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """ "undo"."""


@dataclass(frozen=True, slots=True)
class CallDone:
    """ "done": the plan is called done."""


Word = Agree | NotYet | Withdraw | Part | NewAction | TakeBack | CallDone


def read(words: str, today: date) -> Word | None:
    """What a reply means for the plan it stands under."""
    if AGREE.fullmatch(words):
        return Agree()
    if found := NOT_YET.fullmatch(words):
        return NotYet((found["rest"] or "").strip())
    if found := WITHDRAW.fullmatch(words):
        return Withdraw((found["rest"] or "").strip())
    if found := ACTION.fullmatch(words):
        return NewAction(found["rest"].strip())
    if found := PART.fullmatch(words):
        return Part(found["part"].lower(), found["rest"].strip())
    return _common(words, today)


def read_numbered(words: str) -> tuple[int, str] | None:
    """The plan's number and the reply to it, from "agree plan 3". None: no plan is named so."""
    found = NUMBERED.fullmatch(words)
    if found is None:
        return None
    rest = (found["rest"] or "").strip()
    return int(found["number"]), f"{found['word']}: {rest}" if rest else found["word"]


def _common(words: str, today: date) -> Word | None:
    reading = parse(words, today=today, short_names={})
    if isinstance(reading, NotForMe | Ambiguous) or len(reading) != 1:
        return None
    meant: dict[type, Word] = {Accept: Agree(plainly=False), Undo: TakeBack(), Done: CallDone()}
    return meant.get(type(reading[0]))
