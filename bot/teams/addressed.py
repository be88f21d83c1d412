"""What can be typed, in a channel where only what mentions the bot reaches it.

Without the owners' consent Teams hands the bot no plain reply there: "ack" would be said to nobody. So an example to type
begins with the bot's name, and a quiet line says why.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.plain import plain
from handlers.vocabulary.outgoing import AnyCard, Code, Note
from handlers.vocabulary.parts import changed

NAME = "Parley"
"""What the bot is called where people type, as everywhere in our words."""
_REPLY = re.compile(r"\brepl(?:y|ies)\b", re.IGNORECASE)


def addressed(card: AnyCard, name: str = NAME) -> AnyCard:
    """The card with the bot's ``name`` before everything in it that is to be typed; a card that asks for nothing of the kind
    comes back as it is."""
    turned: AnyCard = changed(card, Code, lambda code: _called(code, f"@{name} "))
    if turned is card and not _REPLY.search(plain(card)):
        return card
    return replace(turned, elements=(*turned.elements, Note((f"Here I hear only what begins with @{name}.",))))


def _called(code: Code, called: str) -> Code:
    """An address is copied, not said to us."""
    as_it_is = code.text.startswith(called) or "://" in code.text
    return code if as_it_is else replace(code, text=f"{called}{code.text}")
