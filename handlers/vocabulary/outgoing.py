"""What the bot says, without any platform in it: cards, forms, posts and answers.

A card's class is its visibility: ``SharedCard``, ``InternalCard``, ``PrivateCard``. A post joins a card and a destination,
and refuses the pairs that would leak. Strings are always plain words and are escaped by the renderer; whatever is bold, a
link, a person or a moment is a span of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from handlers.vocabulary.address import Account, Direct, InternalChannel, Place, SharedChannel, Side, Thread, Visibility


class Tone(StrEnum):
    """How something stands. Renderers show it as a shape *and* its word, never as a colour alone."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    MISSING = "missing"
    PLAIN = "plain"


# --- spans: the parts of a line -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strong:
    """Words in bold."""

    text: str
    kind: Literal["strong"] = "strong"


@dataclass(frozen=True, slots=True)
class Struck:
    """Words that no longer hold: struck through, and still readable."""

    text: str
    kind: Literal["struck"] = "struck"


@dataclass(frozen=True, slots=True)
class Code:
    """Words to type literally, such as an example reply."""

    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Link:
    """A link. ``url`` is http or https."""

    text: str
    url: str
    kind: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, notified where the platform can. ``name`` is shown where it cannot."""

    account: Account | None
    name: str
    kind: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class When:
    """A moment, shown in the reader's own zone where the platform knows it, else in ``zone`` (IANA name) and named."""

    at: datetime
    zone: str
    style: Literal["date", "time", "datetime"] = "datetime"
    kind: Literal["when"] = "when"


Span = str | Strong | Struck | Code | Link | Mention | When
Text = tuple[Span, ...]


# --- elements: the parts of a card ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: Text
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True)
class Heading:
    """A small heading inside a card."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs."""

    rows: tuple[tuple[str, Text], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Listing:
    """A short list; ``more`` counts what was left out and is said."""

    items: tuple[Text, ...]
    more: int = 0
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric in one line: name, value, arrow, status word with its tone, and a short detail such as the target."""

    name: str
    value: str
    tone: Tone
    word: str
    arrow: Literal["up", "down", "flat", ""] = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Metrics:
    """A table of metrics, at most seven rows (the metric budget)."""

    rows: tuple[MetricRow, ...]
    kind: Literal["metrics"] = "metrics"


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words."""

    words: str
    author: str = ""
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Note:
    """A small line: who sees this, why you got it, where a figure came from."""

    text: Text
    kind: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class Panel:
    """One metric of a chart: at most twelve periods, oldest first; None is a gap, never zero.

    ``low`` and ``high`` bound the series' own normal range; all numbers are in the metric's display unit.
    """

    name: str
    value: str
    tone: Tone
    word: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    target: float | None = None
    target_text: str = ""
    low: float | None = None
    high: float | None = None
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of small multiples. ``alt`` says in words what it shows; the numbers stand in the card's text too."""

    title: str
    panels: tuple[Panel, ...]
    alt: str
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: ``action`` is a route's name, ``value`` ids only (it is round-tripped by the client and checked again)."""

    action: str
    label: str
    value: str = ""
    style: Literal["primary", "danger", ""] = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line with buttons of its own, at most three; ``tone`` stands in front as a shape where it is not plain."""

    text: Text
    buttons: tuple[Button, ...] = ()
    tone: Tone = Tone.PLAIN
    kind: Literal["item"] = "item"


@dataclass(frozen=True, slots=True)
class File:
    """A small text file to keep, such as an invitation for a calendar. ``name`` with its ending, ``media_type`` as IANA
    lists it ("text/calendar; method=REQUEST"), ``label`` what it is in words. Where a card cannot hold a file it follows in
    the card's thread; where the platform takes none from a bot, only the label stands."""

    name: str
    media_type: str
    content: str
    label: str
    kind: Literal["file"] = "file"


Element = Words | Heading | Facts | Listing | Metrics | Quote | Note | Picture | Item | File


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Choose:
    """A select in a card that acts when something is chosen; the chosen value arrives as the press's value."""

    action: str
    placeholder: str
    options: tuple[Option, ...]
    kind: Literal["choose"] = "choose"


@dataclass(frozen=True, slots=True)
class Card:
    """What is said: ``text`` is the fallback that notifications and screen readers read, and is never empty.

    Use a subclass: its class says who may read it.
    """

    text: str
    title: str = ""
    tone: Tone = Tone.PLAIN
    elements: tuple[Element, ...] = ()
    buttons: tuple[Button, ...] = ()
    choose: Choose | None = None
    why: str = ""
    """Answers "Why did I get this?"; filled on every unprompted message."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("Card.text is empty: every message needs a fallback text")


@dataclass(frozen=True, slots=True)
class SharedCard(Card):
    """May be read by both companies."""

    kind: Literal["SH"] = "SH"


@dataclass(frozen=True, slots=True)
class InternalCard(Card):
    """May be read by the client only."""

    kind: Literal["INT"] = "INT"


@dataclass(frozen=True, slots=True)
class PrivateCard(Card):
    """May be read by one named person only."""

    kind: Literal["PRV"] = "PRV"


AnyCard = SharedCard | InternalCard | PrivateCard


class WouldLeak(TypeError):
    """This card may not be read by everyone at that destination."""


def _check(card: object, allowed: tuple[type, ...], to: object, wanted: tuple[type, ...]) -> None:
    """Type hints are not enforced at run time; a leak is too costly to rely on them alone."""
    if not isinstance(card, allowed) or not isinstance(to, wanted):
        raise WouldLeak(f"a {type(card).__name__} may not go to a {type(to).__name__}")


@dataclass(frozen=True, slots=True)
class SharedPost:
    """Said in a channel both companies read."""

    to: SharedChannel
    card: SharedCard

    def __post_init__(self) -> None:
        _check(self.card, (SharedCard,), self.to, (SharedChannel,))


@dataclass(frozen=True, slots=True)
class InternalPost:
    """Said in a channel of the client alone."""

    to: InternalChannel
    card: SharedCard | InternalCard

    def __post_init__(self) -> None:
        _check(self.card, (SharedCard, InternalCard), self.to, (InternalChannel,))


@dataclass(frozen=True, slots=True)
class DirectPost:
    """Said to one person. Internal content goes to the client's people only."""

    to: Direct
    card: SharedCard | InternalCard | PrivateCard

    def __post_init__(self) -> None:
        _check(self.card, (SharedCard, InternalCard, PrivateCard), self.to, (Direct,))
        if isinstance(self.card, InternalCard) and self.to.side is not Side.CLIENT:
            raise WouldLeak("an InternalCard may not go to a person of the provider")


Post = SharedPost | InternalPost | DirectPost


def visibility_of(card: AnyCard) -> Visibility:
    """Who may read this card."""
    return Visibility(card.kind)


# --- forms ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form. All values arrive as text.

    ``options`` go with kind "choice" (one) and "choices" (several, comma-joined on the way in). Kind "person" chooses
    anybody the platform knows: its value is the platform's user id ("" for nobody), and ``options`` are people we know,
    by user id, for where the platform cannot be searched.
    """

    name: str
    label: str
    kind: Literal["line", "text", "choice", "choices", "date", "time", "person"] = "line"
    hint: str = ""
    required: bool = True
    initial: str = ""
    options: tuple[Option, ...] = ()
    longest: int = 3000


@dataclass(frozen=True, slots=True)
class Form:
    """A form of at most five inputs. ``submit`` is a verb ("Report issue"); ``hidden`` carries ids only.

    ``visible_to`` is said before submitting, in words ("both companies").
    """

    action: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    visible_to: str
    intro: str = ""
    hidden: str = ""

    def __post_init__(self) -> None:
        if len(self.fields) > 5:
            raise ValueError(f"Form {self.action}: {len(self.fields)} inputs, at most five are allowed")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the one who asked, in the same call. Empty means: understood, nothing to say here.

    ``problems`` maps a form field's name to what is wrong with it; ``reaction`` is an emoji name put on the person's
    message; ``card`` is seen by that person only; ``form`` is opened (or, after a submit, replaces the open one).
    ``done`` is a short confirmation shown where the platform has a place for it.
    """

    card: AnyCard | None = None
    form: Form | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    reaction: str = ""
    done: str = ""


NOTED = Answer()
"""The very answer where somebody's words count as news of a record and nothing else was understood of them: enough for what was
said to all, not for what was said to the bot."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on a person's message, sent through the outbox. ``name`` is one of REACTIONS."""

    thread: Thread
    name: str
    kind: Literal["reaction"] = "reaction"


@dataclass(frozen=True, slots=True)
class Errand:
    """Something asked of the platform on our behalf, through the outbox; what it answers comes back as an event.

    "person": who this account is. "administrator": the same, asked because they used the root command while nobody
    managed. ``assumed_name`` and ``assumed_zone`` are what we made do with: only they are replaced by what is found.
    "message": what the message ``message`` in ``place`` says, because ``account`` put the emoji ``emoji`` on it.
    """

    what: Literal["person", "administrator", "message"]
    account: Account
    assumed_name: str = ""
    assumed_zone: str = ""
    place: Place | None = None
    message: str = ""
    emoji: str = ""
    kind: Literal["errand"] = "errand"


REACTIONS = ("white_check_mark", "eyes", "hourglass_flowing_sand", "question", "tada", "leftwards_arrow_with_hook")
"""Slack's emoji names; every platform maps them to its own."""
