"""Short lines: what is said in a thread, and our own sentences as spans."""

from __future__ import annotations

from babel.dates import format_datetime

from handlers.calendar import wall_of, zone
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    Quote,
    Span,
    Text,
    When,
    Words,
)


def line_card(text: Text, kind: type[AnyCard], quote: str = "", *offered: Button) -> AnyCard:
    """A short message in an action item's thread."""
    said: tuple[Element, ...] = (Words(text), *((Quote(quote),) if quote else ()))
    return kind(text=plain_text(text) + (f" {quote}" if quote else ""), elements=said, buttons=offered)


def plain_text(text: Text) -> str:
    """Spans as a notification reads them."""
    return "".join(_plain(span) for span in text)


def _plain(span: Span) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, When):
        return f"{format_datetime(wall_of(span.at, zone(span.zone)), 'd MMMM HH:mm', locale='en_GB')} ({span.zone})"
    return getattr(span, "name", "") or getattr(span, "text", "")
