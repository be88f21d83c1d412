"""The short lines of a record's story: spans into text, text into a card."""

from __future__ import annotations

from typing import TypeVar

from babel.dates import format_datetime

from handlers.calendar import wall_of, zone
from handlers.vocabulary.outgoing import AnyCard, Button, Element, Mention, Quote, Span, Text, When, Words

Kind = TypeVar("Kind", bound=AnyCard)

PATTERNS = {"date": "d MMMM", "time": "HH:mm", "datetime": "d MMMM HH:mm"}


def line_card(text: Text, kind: type[Kind], *offered: Button, quote: str = "", why: str = "") -> Kind:
    """A short message in a record's thread, ``kind`` being who may read it."""
    said: tuple[Element, ...] = (Words(text), *((Quote(quote),) if quote else ()))
    return kind(text=f"{plain_text(text)} {quote}".strip(), elements=said, buttons=offered, why=why)


def plain_text(text: Text) -> str:
    """Spans as a notification reads them: a person with an @, so that they are not read as part of the sentence; a moment in
    its own zone, which is named unless it is a bare day."""
    return "".join(_plain(span) for span in text)


def _plain(span: Span) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, When):
        words = format_datetime(wall_of(span.at, zone(span.zone)), PATTERNS[span.style], locale="en_GB")
        return words if span.style == "date" else f"{words} ({span.zone})"
    return f"@{span.name}" if isinstance(span, Mention) else span.text
