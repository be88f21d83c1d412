"""A card as an Adaptive Card 1.5, plain dicts, under 24 KB.

What does not fit is counted ("… (+3 more)"); buttons are never left out.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from bot.plain import ARROWS, SHAPES, WHY, body, more, titled, toned
from bot.teams.charts import chart
from bot.teams.limits import (
    BUTTON,
    CARD_BYTES,
    LABEL,
    LIST_ITEMS,
    OPTIONS,
    PRIMARY_ACTIONS,
    Json,
    disarmed,
    literal,
    size,
)
from bot.teams.text import Speech, short, shortened
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Choose,
    Element,
    Facts,
    File,
    Heading,
    Item,
    Listing,
    MetricRow,
    Metrics,
    Note,
    Option,
    Picture,
    Quote,
    Strong,
    Tone,
    Words,
)

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CHOSEN = "chosen"
"""The input id of a card's select: its choice arrives as ``data["chosen"]`` beside ``data["action"]``."""

_COLOURS = {Tone.GOOD: "Good", Tone.WARN: "Warning", Tone.BAD: "Attention"}
_STYLES = {"primary": "positive", "danger": "destructive"}


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of a card is shown: with or without charts, characters a paragraph, choices and list items."""

    charts: bool
    words: int
    options: int
    items: int


_ROOMS = (_Room(True, 3000, OPTIONS, LIST_ITEMS), _Room(False, 3000, OPTIONS, LIST_ITEMS), _Room(False, 400, 40, 12))
"""From generous to tight; the first in which the card is small enough is taken."""


def adaptive(card: AnyCard, *, key: str) -> Json:
    """The card for an attachment's ``content``.

    Each button is an ``Action.Execute`` with ``verb`` (Teams) and ``data.action`` (the SDK's router), ``data.value``
    and ``data.card``, our own key. When the card is too large, charts go first: their numbers stand in the text.
    """
    for room in _ROOMS:
        drawn = _Drawing(room, key).card(card)
        if size(drawn) <= CARD_BYTES:
            return drawn
    return _until_it_fits(card, key)


def _until_it_fits(card: AnyCard, key: str) -> Json:
    """Leaves out as few of the last elements as possible, and says how many."""

    def first(kept: int) -> Json:
        return _Drawing(_ROOMS[-1], key).card(card, kept)

    too_many = bisect_right(range(1, len(body(card))), CARD_BYTES, key=lambda kept: size(first(kept)))
    return first(too_many)


class _Drawing:
    """One attempt at the card within a room. ``key`` is the card's own, which every button brings back."""

    def __init__(self, room: _Room, key: str) -> None:
        self.room, self.words, self.speech, self.key = room, room.words, Speech(), key

    def card(self, card: AnyCard, kept: int | None = None) -> Json:
        """The whole card; with ``kept`` only its first elements, the rest counted."""
        elements = body(card)
        parts = [part for element in elements[:kept] for part in self.element(element)]
        if kept is not None and kept < len(elements):
            parts.append(_small(more(len(elements) - kept)))
        actions = [_execute(button, self.key, at) for at, button in enumerate(card.buttons)]
        drawn = document(
            [*_title(card), *parts, *_choose(card.choose, self.key, self.room.options), *_why(card)],
            actions,
            shortened(card.text, 1000),
        )
        if self.speech.entities:
            drawn["msteams"] = {"entities": list(self.speech.entities.values())}
        return drawn

    def element(self, element: Element) -> list[Json]:
        """One element as parts of the body."""
        if isinstance(element, Words | Note):
            return [self._line(element)]
        if isinstance(element, Heading):
            return [self.speech.block((Strong(shortened(element.text, LABEL)),), spacing="Medium")]
        if isinstance(element, Facts):
            return [self._facts(element)]
        if isinstance(element, Metrics):
            return [_metric(row) for row in element.rows]
        return self._other(element)

    def _other(self, element: Element) -> list[Json]:
        if isinstance(element, Listing):
            return self._listing(element)
        if isinstance(element, Quote):
            return self._quote(element)
        if isinstance(element, Picture):
            return chart(element) if self.room.charts else []
        if isinstance(element, Item):
            return self._item(element)
        if isinstance(element, File):
            return [_small(shortened(element.label, LABEL))]
        raise TypeError(f"unknown element {element!r}")

    def _line(self, element: Words | Note) -> Json:
        text = short(element.text, self.words)
        small = {"size": "Small", "isSubtle": True} if isinstance(element, Note) else {}
        return self.speech.block(text, **small)

    def _facts(self, facts: Facts) -> Json:
        rows = [
            {"title": disarmed(shortened(label, LABEL)), "value": self.speech.marked(short(value, self.words)) or "–"}
            for label, value in facts.rows
        ]
        return {"type": "FactSet", "facts": rows}

    def _listing(self, listing: Listing) -> list[Json]:
        shown = listing.items[: self.room.items]
        rows = [self.speech.block(("•  ", *short(item, 400)), spacing="Small") for item in shown]
        left_out = len(listing.items) - len(shown) + listing.more
        return [*rows, _small(more(left_out))] if left_out else rows

    def _item(self, item: Item) -> list[Json]:
        """One button stands beside the line; more stand under it, where a phone has room for them."""
        said = self.speech.block(short(toned(item), min(self.words, 400)))
        if not item.buttons:
            return [said]
        pressed = {
            "type": "ActionSet",
            "actions": [_execute(button, self.key, at) for at, button in enumerate(item.buttons)],
        }
        if len(item.buttons) > 1:
            return [said, pressed]
        beside = ((said, "stretch"), (pressed, "auto"))
        columns = [
            {"type": "Column", "width": width, "verticalContentAlignment": "Center", "items": [part]}
            for part, width in beside
        ]
        return [{"type": "ColumnSet", "columns": columns}]

    def _quote(self, quote: Quote) -> list[Json]:
        """Somebody's words on a tint of their own, their name under them."""
        words = self.speech.block((shortened(quote.words, self.words),))
        by = [_small(f"– {shortened(quote.author, LABEL)}")] if quote.author else []
        return [{"type": "Container", "style": "emphasis", "items": [words, *by]}]


def document(parts: list[Json], actions: list[Json], fallback: str) -> Json:
    """The frame of every card."""
    frame: Json = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": "1.5", "fallbackText": literal(fallback)}
    return {**frame, "body": parts, "actions": actions} if actions else {**frame, "body": parts}


def choices(options: tuple[Option, ...], most: int = OPTIONS) -> list[Json]:
    """The first choices of a select, a hundred unless told otherwise."""
    return [{"title": literal(shortened(option.label, 75)) or "–", "value": option.value} for option in options[:most]]


def _title(card: AnyCard) -> list[Json]:
    if not card.title:
        return []
    run: Json = {
        "type": "TextRun",
        "text": literal(shortened(titled(card), LABEL)),
        "size": "Large",
        "weight": "Bolder",
    }
    return [{"type": "RichTextBlock", "inlines": [run]}]


def _small(words: str) -> Json:
    run = {"type": "TextRun", "text": literal(words), "size": "Small", "isSubtle": True}
    return {"type": "RichTextBlock", "inlines": [run], "spacing": "Small"}


def _why(card: AnyCard) -> list[Json]:
    return [_small(f"{WHY} {shortened(card.why, 600)}")] if card.why else []


def _metric(row: MetricRow) -> Json:
    """A metric in one line: the shape carries the colour, the word stands beside it."""
    value = " ".join(part for part in (row.value, ARROWS[row.arrow]) if part)
    tail = " · ".join(part for part in (row.word, row.detail) if part)
    colour = {"color": _COLOURS[row.tone]} if row.tone in _COLOURS else {}
    runs = [
        {"type": "TextRun", "text": f"{SHAPES[row.tone]} ", **colour},
        {"type": "TextRun", "text": literal(shortened(row.name, LABEL)), "weight": "Bolder"},
        {"type": "TextRun", "text": literal(shortened(f"  {value}", LABEL))},
    ]
    quiet = [{"type": "TextRun", "text": literal(shortened(f"  {tail}", LABEL)), "isSubtle": True}] if tail else []
    return {"type": "RichTextBlock", "inlines": [*runs, *quiet], "spacing": "Small"}


def _execute(button: Button, key: str, at: int) -> Json:
    """A button. ``associatedInputs: none``: what stands in the card's select is not this button's business."""
    action: Json = {
        "type": "Action.Execute",
        "title": literal(shortened(button.label, BUTTON)) or "–",
        "verb": button.action,
        "data": {"action": button.action, "value": button.value, "card": key},
        "associatedInputs": "none",
    }
    if button.style:
        action["style"] = _STYLES[button.style]
    return {**action, "mode": "secondary"} if at >= PRIMARY_ACTIONS else action


def _choose(choose: Choose | None, key: str, most: int) -> list[Json]:
    """A select with its own button: Teams sends nothing on a mere choice."""
    if choose is None or not choose.options:
        return []
    label = literal(shortened(choose.placeholder, LABEL)) or "Choose"
    select = {"type": "Input.ChoiceSet", "id": CHOSEN, "style": "compact", "label": label}
    press = {
        "type": "Action.Execute",
        "title": "Choose",
        "verb": choose.action,
        "data": {"action": choose.action, "card": key},
    }
    missing = len(choose.options) - most
    note = [_small(more(missing))] if missing > 0 else []
    return [{**select, "choices": choices(choose.options, most)}, *note, {"type": "ActionSet", "actions": [press]}]
