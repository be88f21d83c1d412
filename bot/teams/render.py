"""A card as an Adaptive Card 1.5, plain dicts, under 24 KB.

What does not fit is counted ("… (+3 more)"); buttons are never left out.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from bot.plain import ARROWS, SHAPES, WHY, body, more, toned
from bot.teams.buttons import Origin, execute, row, select
from bot.teams.charts import chart, in_words
from bot.teams.limits import CARD_BYTES, LABEL, LIST_ITEMS, OPTIONS, Json, disarmed, literal, size
from bot.teams.text import COLOURS, Speech, short, shortened, small
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    Facts,
    File,
    Heading,
    Item,
    Listing,
    MetricRow,
    Metrics,
    Note,
    Picture,
    Quote,
    Strong,
    Tone,
    Words,
)

BESIDE = 12
"""Characters of a button that leaves a line beside it enough room on a phone."""
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of a card is shown: with or without charts, characters a paragraph, choices and list items."""

    charts: bool
    words: int
    options: int
    items: int


_ROOMS = (_Room(True, 3000, OPTIONS, LIST_ITEMS), _Room(False, 3000, OPTIONS, LIST_ITEMS), _Room(False, 400, 40, 12))
"""From generous to tight; the first in which the card is small enough is taken."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a card: what its buttons bring back, lines above its title, quiet lines at its end, a way back."""

    origin: Origin
    above: tuple[Json, ...] = ()
    below: tuple[Json, ...] = ()
    back: Button | None = None


def adaptive(card: AnyCard, *, key: str, at: str = "") -> Json:
    """The card for an attachment's ``content``.

    Each button is an ``Action.Execute`` with ``verb`` (Teams) and ``data.action`` (the SDK's router), ``data.value``,
    ``data.card``, our own ``key``, and ``data.at`` where it is not "": the channel in which it was begun. The first part of
    the body has the key as its ``id``, by which the message is found again. When the card is too large, charts go first:
    their numbers stand in the text.
    """
    return framed(card, Frame(Origin(key, at)))


def framed(card: AnyCard, frame: Frame) -> Json:
    """The card with something around it; together they are small enough."""
    for room in _ROOMS:
        drawn = _Drawing(room, frame).card(card)
        if size(drawn) <= CARD_BYTES:
            return drawn
    return _until_it_fits(card, frame)


def _until_it_fits(card: AnyCard, frame: Frame) -> Json:
    """Leaves out as few of the last elements as possible, and says how many."""

    def first(kept: int) -> Json:
        return _Drawing(_ROOMS[-1], frame).card(card, kept)

    too_many = bisect_right(range(1, len(body(card))), CARD_BYTES, key=lambda kept: size(first(kept)))
    return first(too_many)


class _Drawing:
    """One attempt at the card within a room and a frame."""

    def __init__(self, room: _Room, frame: Frame) -> None:
        self.room, self.words, self.speech, self.frame = room, room.words, Speech(), frame

    def card(self, card: AnyCard, kept: int | None = None) -> Json:
        """The whole card; with ``kept`` only its first elements, the rest counted."""
        elements, frame = body(card), self.frame
        parts = [part for element in elements[:kept] for part in self.element(element)]
        if kept is not None and kept < len(elements):
            parts.append(small(more(len(elements) - kept)))
        chosen = select(card.choose, frame.origin, self.room.options)
        drawn = document(
            [*frame.above, *_title(card), *parts, *chosen, *_why(card), *frame.below],
            row(card.buttons, frame.origin, frame.back),
            shortened(card.text, 1000),
            frame.origin.key,
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
            return [_metric(each, close=at > 0) for at, each in enumerate(element.rows)]
        return self._other(element)

    def _other(self, element: Element) -> list[Json]:
        if isinstance(element, Listing):
            return self._listing(element)
        if isinstance(element, Quote):
            return self._quote(element)
        if isinstance(element, Picture):
            return chart(element) if self.room.charts else in_words(element)
        if isinstance(element, Item):
            return self._item(element)
        if isinstance(element, File):
            return [small(f"{shortened(element.label, LABEL)} ({_instead(element)}: I add no files in Teams)")]
        raise TypeError(f"unknown element {element!r}")

    def _line(self, element: Words | Note) -> Json:
        text = short(element.text, self.words)
        quiet = {"size": "Small", "isSubtle": True} if isinstance(element, Note) else {}
        return self.speech.block(text, **quiet)

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
        return [*rows, small(more(left_out))] if left_out else rows

    def _item(self, item: Item) -> list[Json]:
        """One short button stands beside the line; a longer one, or more, stand under it: a phone has no room for both."""
        said = self.speech.block(short(toned(item), min(self.words, 400)))
        if not item.buttons:
            return [said]
        pressed = {
            "type": "ActionSet",
            "actions": [execute(button, self.frame.origin) for button in item.buttons],
        }
        if len(item.buttons) > 1 or len(item.buttons[0].label) > BESIDE:
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
        by = [small(f"– {shortened(quote.author, LABEL)}")] if quote.author else []
        return [{"type": "Container", "style": "emphasis", "items": [words, *by]}]


def document(parts: list[Json], actions: list[Json], fallback: str, key: str = "") -> Json:
    """The frame of every card: never empty, its first part named by the card's key."""
    first, *rest = parts or [small(fallback)]
    named = [{**first, "id": key}, *rest] if key else [first, *rest]
    drawn: Json = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": "1.5", "fallbackText": literal(fallback)}
    return {**drawn, "body": named, "actions": actions} if actions else {**drawn, "body": named}


def _title(card: AnyCard) -> list[Json]:
    """The title, the shape of its tone before it in its colour; a plain card has no shape."""
    if not card.title:
        return []
    large: Json = {"type": "TextRun", "size": "Large", "weight": "Bolder"}
    words = {**large, "text": literal(shortened(card.title, LABEL)) or "–"}
    if card.tone is Tone.PLAIN:
        return [{"type": "RichTextBlock", "inlines": [words]}]
    colour = {"color": COLOURS[card.tone]} if card.tone in COLOURS else {}
    return [{"type": "RichTextBlock", "inlines": [{**large, "text": f"{SHAPES[card.tone]} ", **colour}, words]}]


def _why(card: AnyCard) -> list[Json]:
    return [small(f"{WHY} {shortened(card.why, 600)}")] if card.why else []


def _metric(row: MetricRow, *, close: bool) -> Json:
    """A metric in one line: the shape carries the colour, the word stands beside it. ``close`` to the one above it."""
    said = "" if row.value.casefold() == row.word.casefold() else row.value
    value = " ".join(part for part in (said, ARROWS[row.arrow]) if part)
    colour = {"color": COLOURS[row.tone]} if row.tone in COLOURS else {}
    runs = [
        {"type": "TextRun", "text": f"{SHAPES[row.tone]} ", **colour},
        {"type": "TextRun", "text": literal(shortened(row.name, LABEL)), "weight": "Bolder"},
        *_told("".join(f"  {part}" for part in (value, row.word) if part)),
        *_told(f"{' · ' if row.word else '  '}{row.detail}" if row.detail else "", isSubtle=True),
    ]
    return {"type": "RichTextBlock", "inlines": runs, **({"spacing": "Small"} if close else {})}


def _instead(file: File) -> str:
    """How people come by what they cannot be given; an address of one's own has a button where dates are told."""
    return (
        "by hand, or with a calendar address of your own" if file.media_type.startswith("text/calendar") else "by hand"
    )


def _told(words: str, **style: object) -> list[Json]:
    return [{"type": "TextRun", "text": literal(shortened(words, LABEL)), **style}] if words else []
