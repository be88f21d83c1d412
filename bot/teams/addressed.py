"""What can be typed, in a channel where only what mentions the bot reaches it.

Without the owners' consent Teams hands the bot no plain reply there: "ack" would be said to nobody. So an example to type
begins with the bot's name, and a quiet line says why.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from bot.plain import plain
from handlers.vocabulary.outgoing import AnyCard, Code, Note

NAME = "Parley"
"""What the bot is called where people type, as everywhere in our words."""
_REPLY = re.compile(r"\brepl(?:y|ies)\b", re.IGNORECASE)


def addressed(card: AnyCard, name: str = NAME) -> AnyCard:
    """The card with the bot's ``name`` before everything in it that is to be typed; a card that asks for nothing of the kind
    comes back as it is."""
    turned: AnyCard = _walked(card, f"@{name} ")
    if turned is card and not _REPLY.search(plain(card)):
        return card
    return replace(turned, elements=(*turned.elements, Note((f"Here I hear only what begins with @{name}.",))))


def _walked(part: Any, called: str) -> Any:
    """The part with every example addressed; whatever holds none is the same object as before."""
    if isinstance(part, Code):
        as_it_is = part.text.startswith(called) or "://" in part.text  # an address is copied, not said to us
        return part if as_it_is else replace(part, text=f"{called}{part.text}")
    if isinstance(part, tuple):
        turned = tuple(_walked(each, called) for each in part)
        return part if all(new is old for new, old in zip(turned, part, strict=True)) else turned
    if not is_dataclass(part) or isinstance(part, type):
        return part
    changed = {each.name: _walked(getattr(part, each.name), called) for each in fields(part)}
    changed = {name: new for name, new in changed.items() if new is not getattr(part, name)}
    return replace(part, **changed) if changed else part
