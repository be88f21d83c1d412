"""A record's card for one person's eyes, and our own sentences as spans."""

from __future__ import annotations

from handlers.vocabulary.outgoing import Code, Element, InternalCard, PrivateCard, SharedCard, Text, Words


def for_one(card: SharedCard | InternalCard, said: str = "") -> PrivateCard:
    """The same for one person, after a word to them."""
    before: tuple[Element, ...] = (Words((said,)),) if said else ()
    return PrivateCard(
        text=said or card.text,
        title=card.title,
        tone=card.tone,
        elements=(*before, *card.elements),
        buttons=card.buttons,
    )


def spoken(words: str) -> Text:
    """Our own sentences with literal replies between backticks, as spans."""
    parts = words.split("`")
    return tuple(Code(part) if index % 2 else part for index, part in enumerate(parts) if part)
