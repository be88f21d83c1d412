"""One kind of part is changed wherever it stands in a card."""

from __future__ import annotations

from dataclasses import replace

from handlers.vocabulary.outgoing import Code, Listing, SharedCard, Strong, Words
from handlers.vocabulary.parts import changed

CARD = SharedCard(
    "Two ways",
    elements=(Words(("Write ", Code("ack"), " now.")), Listing((("or ", Code("done")), (Strong("not this"),)))),
)


def test_every_part_of_the_kind_is_changed_and_nothing_else() -> None:
    """Deep in lists as well as in a line; whatever holds none of them is the very same object."""
    louder = changed(CARD, Code, lambda code: replace(code, text=code.text.upper()))
    words, listing = louder.elements
    assert words == Words(("Write ", Code("ACK"), " now."))
    assert isinstance(listing, Listing) and isinstance(CARD.elements[1], Listing)
    assert listing.items[0] == ("or ", Code("DONE")) and listing.items[1] is CARD.elements[1].items[1]


def test_what_holds_none_comes_back_as_it_is() -> None:
    """No copy is made of a card without such a part, nor of one whose parts stay as they are."""
    plain = SharedCard("Nothing to write", elements=(Words(("Nothing.",)),))
    assert changed(plain, Code, lambda code: replace(code, text="")) is plain
    assert changed(CARD, Code, lambda code: code) is CARD
