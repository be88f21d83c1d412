"""Short lines of a plan's story: spans into text, text into a card."""

from __future__ import annotations

from babel.dates import format_datetime

from handlers.calendar import wall_of, zone
from handlers.vocabulary.outgoing import AnyCard, Button, Element, Mention, Quote, Span, Text, When, Words


def line_card(text: Text, kind: type[AnyCard], *offered: Button, quote: str = "", why: str = "") -> AnyCard:
    """A short message in a plan's thread."""
    said: tuple[Element, ...] = (Words(text), *((Quote(quote),) if quote else ()))
    return kind(text=plain_text(text) + (f" {quote}" if quote else ""), elements=said, buttons=offered, why=why)


def plain_text(text: Text) -> str:
    """Spans as a notification reads them."""
    return "".join(_plain(span) for span in text)


def _plain(span: Span) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, When):
        return f"{format_datetime(wall_of(span.at, zone(span.zone)), 'd MMMM HH:mm', locale='en_GB')} ({span.zone})"
    if isinstance(span, Mention):
        return f"@{span.name}"
    return getattr(span, "text", "")
