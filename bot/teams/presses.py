"""Buttons and forms of cards into the vocabulary. Pure, as ``activities`` is: what a client brings along is a claim."""

from __future__ import annotations

import json

from bot.teams.activities import Payload, Scene, digest, part, text
from bot.teams.buttons import CHOSEN, REFRESH, SHOW
from bot.teams.forms import sent
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import HomeOpened, Pressed, Submitted

EXECUTE = "adaptiveCard/action"
"""What Teams calls the invoke of an ``Action.Execute``."""


def executed(
    activity: Payload, where: Scene, actor: Account, workspace: str, at: str = ""
) -> Pressed | Submitted | HomeOpened | None:
    """A button or a form of a card; None for the way back to a card, which does nothing, and for what is none of ours.

    ``at`` is where what is done was begun, when that is not the conversation of the card; it is only believed in the
    personal chat, of people of the company's own tenants. In Home nothing is said in any place.
    """
    action = part(activity, "value", "action")
    data, verb = part(action, "data"), verb_of(activity)
    place = Place(Platform.TEAMS, workspace, at) if at else where.place(workspace)
    unique = unique_id(activity, where)
    common = {"actor_name": where.name, "request": unique}
    if verb == REFRESH:
        return HomeOpened(unique, actor, place, **common)
    if not verb or verb == SHOW:
        return None
    if "hidden" in data:
        filled = sent(data)
        return Submitted(unique, actor, place, verb, filled.values, filled.hidden, **common)
    value = text(data, CHOSEN if CHOSEN in data else "value")
    return Pressed(unique, actor, place, verb, value, text(activity, "replyToId") or None, **common)


def verb_of(activity: Payload) -> str:
    """What an Execute asks for."""
    action = part(activity, "value", "action")
    return text(action, "verb") or text(part(action, "data"), "action")


def is_automatic(activity: Payload) -> bool:
    """Whether nobody pressed: Teams refreshes a card for somebody who looks at it."""
    return text(part(activity, "value"), "trigger").casefold() == "automatic"


def unique_id(activity: Payload, where: Scene) -> str:
    """The same for the same gesture, however often it arrives under its own id."""
    return digest("invoke", same_press(activity, where), where.id)


def same_press(activity: Payload, where: Scene) -> str:
    """The same for the same button or form of the same card, with the same words in it, by the same person. Teams sends a press
    that it got no answer to a third time under another id, and impatient people press twice."""
    value = json.dumps(part(activity, "value", "action"), sort_keys=True, default=str)
    on = text(activity, "replyToId")
    return digest("press", where.conversation, where.root, on, where.user, value, str(is_automatic(activity)))
