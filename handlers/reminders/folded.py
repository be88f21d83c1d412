"""What came by itself and waited for its reader's morning, as the last part of that morning's message."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import saying
from handlers.reminders.more import ALSO, More
from handlers.vocabulary.outgoing import AnyCard, Element, Facts, Heading, Item, Listing, Note
from storage.models.delivery import OutboxRow

LISTED = 6
"""How many stand there with their buttons; of more only the first line is told."""
BUTTONS = 3
"""As many buttons as a line has."""
KEPT = (Facts, Item, Listing, Note)
"""What else of a card stands under its line; its words are the line."""


def folded(rows: Sequence[OutboxRow]) -> More:
    """The messages that waited, oldest first; none where none did."""
    cards = [saying.decode_card(row.content) for row in rows]
    if not cards:
        return More()
    elements: list[Element] = [Heading(ALSO)]
    for index, card in enumerate(cards):
        elements += _part(card) if index < LISTED else [Item((card.text,), tone=card.tone)]
    return More(tuple(elements), cards[0].text if len(cards) == 1 else f"{cards[0].text} And {len(cards) - 1} more.")


def _part(card: AnyCard) -> list[Element]:
    buttons = card.buttons[:BUTTONS]
    return [Item((card.text,), buttons, card.tone), *(each for each in card.elements if isinstance(each, KEPT))]
