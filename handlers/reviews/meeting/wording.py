"""What a reply in a review's thread means: a line for the agenda, a decision, an action, a risk, somebody who is there, the
beginning and the end. Pure. Talk between people means nothing here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 500
"""Characters of one line of a review; minutes are read on a phone."""


class Kind(StrEnum):
    """What a line of a review is, as it is stored."""

    AGENDA = "agenda"
    DECISION = "decision"
    ACTION = "action"
    RISK = "risk"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class Line:
    """Something to keep. ``words`` are "" for attendance."""

    kind: Kind
    words: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """The review begins."""


@dataclass(frozen=True, slots=True)
class End:
    """The review is over."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The writer's last line is taken back."""


Meant = Line | Begin | End | TakeBack

_MARK = r"\s*(?::|\s-{1,2}\s|\u2013|\u2014)\s*(?P<words>.*)"
_LINES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{start}){_MARK}", re.I))
    for kind, start in (
        (Kind.AGENDA, r"(?:add to (?:the )?|for the )?agenda(?: (?:line|item|point))?"),
        (Kind.DECISION, r"decisions?|decided|we (?:have )?decided"),
        (Kind.ACTION, r"actions?(?: items?)?|to-?do"),
        (Kind.RISK, r"risks?"),
    )
)
_PIN = re.compile(r"(?::(?:round_)?pushpin:|📌|📍)\s*(?P<words>\S.*)")
_NOTHING = ("none", "no", "nothing", "n/a", "na")
"""After the mark these say that there is nothing to keep."""
_HERE = re.compile(r"(?:i'?m |i am |we'?re |we are )?(?:here|present)|:raised_hand:|✋", re.I)
_BEGIN = re.compile(r"(?:begin|start)(?: the| this)? (?:review|meeting)|(?:review|meeting) (?:begins|starts)", re.I)
_END = re.compile(
    r"(?:end|close|finish)(?: the| this)? (?:review|meeting)"
    r"|(?:end of|that'?s the end of)(?: the)? (?:review|meeting)"
    r"|(?:review|meeting)(?: is)? (?:over|ended|closed)",
    re.I,
)
_UNDO = re.compile(r"undo(?: (?:that|this|it|last|the last one))?", re.I)


def read(words: str) -> tuple[Meant, ...]:
    """Each line that means something, in order. A plain line after a marked one goes on with it; the others are talk."""
    found: list[Meant] = []
    goes_on = False
    for line in (" ".join(line.split()) for line in words.splitlines()):
        meant = _line(line)
        before = found[-1] if found else None
        if meant is not None:
            found.append(meant)
        elif line and goes_on and isinstance(before, Line):
            found[-1] = Line(before.kind, f"{before.words} {line}".strip())
        goes_on = bool(line) and (goes_on or isinstance(meant, Line)) and meant != Line(Kind.ATTENDANCE)
    return tuple(found)


def shortened(words: str, longest: int = LONGEST) -> str:
    """The words in one line, cut at a word's end where they are longer than a line may be."""
    said = " ".join(words.split())
    if len(said) <= longest:
        return said
    cut = said[: longest - 1]
    return f"{(cut[: cut.rfind(' ')] if ' ' in cut else cut).rstrip()}\u2026"


def _line(line: str) -> Meant | None:
    plain = line.strip(" .!")
    for pattern, meant in ((_BEGIN, Begin()), (_END, End()), (_UNDO, TakeBack()), (_HERE, Line(Kind.ATTENDANCE))):
        if pattern.fullmatch(plain):
            return meant
    for kind, marked in _LINES:
        if (found := marked.fullmatch(line)) and found["words"].strip(" .!-").casefold() not in _NOTHING:
            return Line(kind, found["words"].strip())
    pinned = _PIN.fullmatch(line)
    return Line(Kind.DECISION, pinned["words"].strip()) if pinned else None
