"""A card as plain words: for terminals, transcripts, ``messages.jsonl`` and notifications.

The shapes and arrows every renderer uses are here too, so that a status looks the same wherever it is read.
"""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from handlers.vocabulary.outgoing import (
    AnyCard,
    Code,
    Element,
    Facts,
    File,
    Heading,
    Item,
    Link,
    Listing,
    Mention,
    MetricRow,
    Metrics,
    Note,
    Picture,
    Quote,
    Span,
    Strong,
    Struck,
    Text,
    Tone,
    When,
    Words,
)

SHAPES = {Tone.GOOD: "●", Tone.WARN: "▲", Tone.BAD: "■", Tone.MISSING: "○", Tone.PLAIN: "–"}
"""Disc, triangle, square, ring, dash: told apart without colour; the status word always stands beside them."""

ARROWS = {"up": "↑", "down": "↓", "flat": "→", "": ""}

WHY = "Why did I get this?"

_PATTERNS = {"date": "EEE d MMM y", "time": "HH:mm", "datetime": "EEE d MMM y, HH:mm"}


def moment(when: When) -> str:
    """The moment in its own zone, the zone named ("Mon 23 Nov 2026, 10:00 Asia/Manila"); a bare date names none.

    ``when.at`` is aware. Raises ValueError for a naive one, which would silently be read in the machine's zone.
    """
    if when.at.tzinfo is None:
        raise ValueError(f"When.at: {when.at.isoformat()} has no zone; give it one, such as UTC")
    words = format_datetime(
        when.at.astimezone(UTC), _PATTERNS[when.style], tzinfo=ZoneInfo(when.zone), locale="en_GB"
    ).replace("Sept", "Sep")
    return words if when.style == "date" else f"{words} {when.zone}"


def span_words(span: Span) -> str:
    """One span as words; a link keeps its address, a person their name."""
    if isinstance(span, str):
        return span
    if isinstance(span, Link):
        return f"{span.text} ({span.url})"
    if isinstance(span, Mention):
        return f"@{span.name}"
    if isinstance(span, When):
        return moment(span)
    if isinstance(span, Struck):
        return f"~{span.text}~" if span.text.strip() else span.text
    if isinstance(span, Strong | Code):
        return span.text
    raise TypeError(f"unknown span {span!r}")


def line(text: Text) -> str:
    """A line of spans as words."""
    return "".join(span_words(span) for span in text)


def more(count: int) -> str:
    """How every renderer says that something was left out."""
    return f"… (+{count:,} more)"


def titled(card: AnyCard) -> str:
    """The card's title with the shape of its tone before it; a plain card has no shape."""
    return card.title if not card.title or card.tone is Tone.PLAIN else f"{SHAPES[card.tone]} {card.title}"


def body(card: AnyCard) -> tuple[Element, ...]:
    """The card's elements; a card without any says its text, unless that is its title over again."""
    if card.elements or card.text.strip() == card.title.strip():
        return card.elements
    return (Words((card.text,)),)


def plain(card: AnyCard) -> str:
    """The whole card as readable lines. Its fallback text leads when the rest does not already say it."""
    parts = [titled(card)] + [element_words(element) for element in body(card)]
    if card.choose is not None:
        choices = " / ".join(option.label for option in card.choose.options)
        parts.append(f"{card.choose.placeholder}: {choices}")
    parts.append(" ".join(f"[{button.label}]" for button in card.buttons))
    parts.append(f"{WHY} {card.why}" if card.why else "")
    said = "\n".join(part for part in parts if part.strip())
    return said if " ".join(card.text.split()) in " ".join(said.split()) else f"{card.text}\n{said}"


def element_words(element: Element) -> str:
    """One element as lines of words."""
    if isinstance(element, Words | Note | Heading):
        return f"\n{element.text}" if isinstance(element, Heading) else line(element.text)
    if isinstance(element, Facts):
        return "\n".join(f"{label}: {line(value)}" for label, value in element.rows)
    if isinstance(element, Listing):
        rows = [f"• {line(item)}" for item in element.items]
        return "\n".join([*rows, more(element.more)] if element.more else rows)
    if isinstance(element, Metrics):
        return "\n".join(metric_words(row) for row in element.rows)
    if isinstance(element, Quote):
        return quoted(element)
    if isinstance(element, Item):
        return item_words(element)
    return _attached(element)


def _attached(element: Element) -> str:
    if isinstance(element, Picture):
        return f"[picture: {element.alt}]"
    if isinstance(element, File):
        return f"[file: {element.label} ({element.name})]"
    raise TypeError(f"unknown element {element!r}")


def item_words(item: Item) -> str:
    """A line with its buttons behind it, the shape of its tone before it."""
    return " ".join(part for part in (line(toned(item)), *(f"[{button.label}]" for button in item.buttons)) if part)


def toned(item: Item) -> Text:
    """An item's line with the shape of its tone before it; a plain one has no shape."""
    return item.text if item.tone is Tone.PLAIN else (f"{SHAPES[item.tone]} ", *item.text)


def metric_words(row: MetricRow) -> str:
    """A metric in one line: shape, name, value, arrow, word, detail."""
    value = " ".join(part for part in (row.value, ARROWS[row.arrow]) if part)
    tail = " · ".join(part for part in (row.word, row.detail) if part)
    return f"{SHAPES[row.tone]} {row.name}" + (f": {value}" if value else "") + (f" – {tail}" if tail else "")


def quoted(quote: Quote) -> str:
    """Somebody's words with a bar before each line, and who said them."""
    rows = [f"> {row}" for row in quote.words.splitlines() or [""]]
    return "\n".join([*rows, f"> – {quote.author}"] if quote.author else rows)
