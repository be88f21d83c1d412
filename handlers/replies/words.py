"""What a plain reply can mean: one small class a word of the grammar, and the two answers that are not a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """ "ack": seen, the timer stops. ``words`` is what was added, as typed."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """ "done <note>": the writer says it is finished."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Blocked:
    """ "blocked: <reason>": work waits for somebody; the reason is never empty."""

    reason: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """ "tomorrow", "+3d", a bare day: remind *me* then. The commitment itself does not move."""

    until: date


@dataclass(frozen=True, slots=True)
class MoveDue:
    """ "due friday": the commitment moves, for both sides to see. ``words`` is the reason given, as typed."""

    due: date
    words: str = ""


@dataclass(frozen=True, slots=True)
class ChangeOwner:
    """ "owner @x": ``mention`` is the platform's mention or the name as typed, without the @; "me" is the writer."""

    mention: str


@dataclass(frozen=True, slots=True)
class ChallengeFigure:
    """ "challenge SL: …": a figure is disputed. ``metric`` is its id, or None where ``name`` (as typed) is unknown."""

    metric: str | None
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Kudos:
    """ "kudos …": praise, with its words as typed."""

    words: str


@dataclass(frozen=True, slots=True)
class Undo:
    """ "undo": take the writer's last step back."""


@dataclass(frozen=True, slots=True)
class Accept:
    """ "ok", "accepted", "lgtm", a thumbs-up: the other side's work is accepted."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """ "reopen: …", "not fixed": what was called done is not."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class NotDoing:
    """ "not doing: …": closed without being done; the reason is never empty."""

    reason: str


@dataclass(frozen=True, slots=True)
class NeedHelp:
    """ "need help: …": the writer is stuck."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a reply: metric id (None: a name nobody knows), the name as typed, and the value as raw text.

    The value has plain digits and spaces ("82 %", "6:52", "82,5", "n/a") and is otherwise not interpreted.
    """

    metric: str | None
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Raw metrics: "SL 82% AHT 6:52". At least one is known. ``corrections``: they replace what was sent before.

    ``period`` is the period the writer named ("last week", "wk 10", "2 March"), as typed and not interpreted, or "".
    """

    values: tuple[Figure, ...]
    corrections: bool = False
    period: str = ""


@dataclass(frozen=True, slots=True)
class NotForMe:
    """The message is between people: leave it alone."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """One question to ask back. Each option is a reply the grammar reads; without options the answer is free text."""

    question: str
    options: tuple[str, ...] = ()


Word = (
    Acknowledge
    | Done
    | Blocked
    | Snooze
    | MoveDue
    | ChangeOwner
    | ChallengeFigure
    | Kudos
    | Undo
    | Accept
    | Reopen
    | NotDoing
    | NeedHelp
    | Figures
)
Reading = tuple[Word, ...] | NotForMe | Ambiguous
