"""An ``Answer`` as what Teams expects of an invoke: the card that stands there from now on for the one who pressed. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.teams import views
from bot.teams.activities import PERSONAL, Payload, Scene, part, text
from bot.teams.buttons import HOME, REFRESH
from bot.teams.forms import Sent, sent
from bot.teams.gateway import ADAPTIVE_CARD
from bot.teams.limits import Json
from bot.teams.routes import Reply
from bot.teams.views import Spot
from handlers.vocabulary.outgoing import Answer, AnyCard

LONGEST_CHANNEL = 300
"""Characters a channel's id may have where a client brings it back."""


def spot(activity: Payload, where: Scene, verb: str, *, own: bool) -> Spot:
    """The card in which somebody pressed. ``own``: they are of one of our tenants, so that in the personal chat they may say
    which channel they mean."""
    data = part(activity, "value", "action", "data")
    alone = where.kind == PERSONAL
    at = text(data, "at") if alone and own else ""
    return Spot(
        key=HOME if verb == REFRESH else text(data, "card"),
        at=at if len(at) <= LONGEST_CHANNEL else "",
        in_channel=not alone,
        users=(where.who,) if alone else (),
    )


def filled_in(activity: Payload) -> Sent | None:
    """The form that was sent in; None for a button."""
    data = part(activity, "value", "action", "data")
    return sent(data) if "hidden" in data else None


def answered(answer: Answer, current: AnyCard | None, at: Spot, form: Sent | None) -> Reply:
    """What came of a press or a form."""
    whole, values = (None, None) if form is None else (form.form, form.values)
    return card_reply(views.answered(answer, current, at, form=whole, values=values))


def not_saved(at: Spot, form: Sent | None) -> Reply:
    """Nothing was done; what was typed is still there."""
    whole, values = (None, None) if form is None else (form.form, form.values)
    return replace(card_reply(views.not_saved(at, form=whole, values=values)), not_saved=True)


def shown(current: AnyCard | None, at: Spot) -> Reply:
    """The card as it stands now."""
    return card_reply(views.shown(current, at))


def card_reply(card: Json) -> Reply:
    """A card in place of the one that was pressed in, for that person alone."""
    return Reply(200, {"statusCode": 200, "type": ADAPTIVE_CARD, "value": card})


def unknown_invoke(name: str) -> Reply:
    """Signing in is nothing of ours and is waved through; of everything else we say that we do not do it."""
    if name.startswith("signin/"):
        return Reply(200, {})
    return Reply(
        501, {"error": {"code": "NotImplemented", "message": "This bot does not handle this kind of request."}}
    )
