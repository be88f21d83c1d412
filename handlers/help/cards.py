"""What the help desk says, to the one who asked only."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.help.state import Where
from handlers.vocabulary.outgoing import Button, Code, Listing, PrivateCard, Text, Words
from handlers.vocabulary.route import Verb

HELP_BUTTON = Button("help.help", "Help")


def help_card(where: Where, verbs: Sequence[Verb]) -> PrivateCard:
    """Help: where one is, then one line a verb."""
    lines: tuple[Text, ...] = tuple((Code(verb.word), f" {verb.help}") for verb in verbs)
    return PrivateCard(text=where.line, elements=(Words((where.line,)), Listing(lines)))


def state_card(where: Where, verbs: Sequence[Verb]) -> PrivateCard:
    """The state of the place."""
    return PrivateCard(text=where.line, elements=(Words((where.line,)),), buttons=(HELP_BUTTON,))


def unknown_card(word: str, nearest: str | None, rest: str) -> PrivateCard:
    """Words that are no verb."""
    text = f"I do not know {word!r}."
    if nearest is None:
        return PrivateCard(text=text, elements=(Words((text,)),), buttons=(HELP_BUTTON,))
    meant = f"{nearest} {rest}".strip()
    button = Button("help.meant", f"Did you mean {nearest}?", meant, style="primary")
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=(button, HELP_BUTTON))
