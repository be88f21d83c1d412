"""What can be pressed in a card: every button, the select with its button, and the way back.

Each is an ``Action.Execute`` with ``verb`` (Teams) and ``data.action`` (the SDK's router), which always agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.plain import more
from bot.teams.limits import BUTTON, BUTTON_SHOWN, LABEL, OPTIONS, PRIMARY_ACTIONS, Json, literal
from bot.teams.text import shortened, small
from handlers.vocabulary.outgoing import Button, Choose, Option

CHOSEN = "chosen"
"""The input id of a card's select: its choice arrives as ``data["chosen"]`` beside ``data["action"]``."""
SHOW = "card.show"
"""The verb of the way back: the card ``data.card`` as it stands now."""
REFRESH = "home.refresh"
"""The verb by which Home is asked for anew, by Teams itself or by a button."""
HOME = "home"
"""The ``data.card`` of what stands in Home, which is in no outbox."""
OURS = frozenset({"action", "value", "hidden", "card", "at", "form", CHOSEN})
"""What a button brings along beside what was typed: no field of a form may have one of these names."""

_TO_HOME = (REFRESH, "home.show")
_STYLES = {"primary": "positive", "danger": "destructive"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a card stands, which every button of it brings back: ``key`` is the card's own key in the outbox (HOME in Home,
    "" for a card that is in neither), ``at`` the channel in which what it is about was begun ("" for where it stands)."""

    key: str = ""
    at: str = ""

    def data(self, action: str, **more_data: str) -> Json:
        """A button's ``data``."""
        kept = {"card": self.key, "at": self.at}
        return {"action": action, **more_data, **{name: value for name, value in kept.items() if value}}


def execute(button: Button, origin: Origin, *, secondary: bool = False) -> Json:
    """A button. ``associatedInputs: none``: what stands in the card's inputs is not its business, nor hinders it."""
    action: Json = {
        "type": "Action.Execute",
        **titled(button.label),
        "verb": button.action,
        "data": origin.data(button.action, value=button.value),
        "associatedInputs": "none",
    }
    if button.style:
        action["style"] = _STYLES[button.style]
    return {**action, "mode": "secondary"} if secondary else action


def titled(label: str) -> Json:
    """A button's title; hosts cut long ones, so the whole label stands in its tooltip then."""
    words = literal(label).strip() or "–"
    title = words if len(words) <= BUTTON else words[: BUTTON - 1].rstrip() + "…"
    return {"title": title, "tooltip": shortened(words, LABEL)} if len(words) > BUTTON_SHOWN else {"title": title}


def row(buttons: tuple[Button, ...], origin: Origin, back: Button | None = None) -> list[Json]:
    """A card's buttons: what is beyond the sixth stands behind the "…" menu, the way back never does. A button of the card's own
    that leads Home is left out where the way back does."""
    if back is not None and back.action in _TO_HOME:
        buttons = tuple(button for button in buttons if button.action not in _TO_HOME)
    most = PRIMARY_ACTIONS - (back is not None)
    drawn = [execute(button, origin, secondary=at >= most) for at, button in enumerate(buttons)]
    return [*drawn[:most], *([execute(back, origin)] if back else []), *drawn[most:]]


def way_back(origin: Origin) -> Button:
    """How to get from an answer to what stood there before; to Home where nothing did."""
    if origin.key == HOME:
        return Button(REFRESH, "Back to Home")
    return Button(SHOW, "Back") if origin.key else Button("home.show", "Home")


def choices(options: tuple[Option, ...], most: int = OPTIONS) -> list[Json]:
    """The first choices of a select, a hundred unless told otherwise."""
    return [{"title": literal(shortened(option.label, 75)) or "–", "value": option.value} for option in options[:most]]


def select(choose: Choose | None, origin: Origin, most: int) -> list[Json]:
    """A select with its own button: Teams sends nothing on a mere choice."""
    if choose is None or not choose.options:
        return []
    label = literal(shortened(choose.placeholder, LABEL)) or "Choose"
    asked: Json = {"type": "Input.ChoiceSet", "id": CHOSEN, "style": "compact", "label": label, "placeholder": "Choose"}
    asked |= {"isRequired": True, "errorMessage": "Choose one first"}
    press: Json = {"type": "Action.Execute", "title": "Choose", "verb": choose.action}
    press["data"] = origin.data(choose.action)
    missing = len(choose.options) - most
    note = [small(more(missing))] if missing > 0 else []
    return [{**asked, "choices": choices(choose.options, most)}, *note, {"type": "ActionSet", "actions": [press]}]
