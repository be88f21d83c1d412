"""What journeys look at: the card of a record, the lines in its thread, what one person was told."""

from __future__ import annotations

from handlers.saying import decode_card
from handlers.vocabulary.outgoing import Answer, AnyCard
from tests.town import Town


def card_of(town: Town, once: str) -> AnyCard:
    """The card that was said as ``once``, as it is now."""
    row = town.row(once)
    assert row is not None
    return decode_card(row.content)


def texts_of(town: Town, kind: str) -> list[str]:
    """The fallback texts of everything of a kind, oldest first."""
    return [decode_card(row.content).text for row in town.rows(kind=kind)]


def told(answer: Answer) -> str:
    """What the asker alone was told."""
    assert answer.card is not None
    return answer.card.text


def labels(card: AnyCard | None) -> list[str]:
    """What the card's buttons say."""
    assert card is not None
    return [button.label for button in card.buttons]
