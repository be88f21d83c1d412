"""Lists of action items, for one person's eyes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.actions import rules, terms
from handlers.actions.standing import Standing
from handlers.calendar import due_text
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    Button,
    Code,
    Element,
    Heading,
    Listing,
    Note,
    PrivateCard,
    Strong,
    Text,
    Tone,
    Words,
)
from storage.actions import OPEN

LISTED = 8
"""How many items a part of a list shows; the rest is counted."""
WITH_BUTTONS = 3
"""How many items of a list have buttons of their own, so that it still fits a phone."""


def list_card(
    mine: Sequence[Standing], here: Sequence[Standing], where: str, asker_side: Side, now: datetime
) -> PrivateCard:
    """My open action items over all providers, then the others of this place. ``where`` names it ("" for nowhere)."""
    text = _counted(mine, now)
    said: list[Element] = [Words((text,))]
    if mine:
        said.append(_listing(mine, now, whose=False))
    if here:
        said += [Heading(f"Others {where}"), _listing(here, now, whose=True)]
    elif where:
        said.append(Note((f"Nothing else is open {where}.",)))
    waiting = [each for each in here if each.item.state == "done" and each.owner_side is not asker_side]
    offered = [button for each in mine[:WITH_BUTTONS] for button in terms.numbered_buttons(each)]
    offered += [Button("action.accept", f"Accept {each.item.number}", each.value) for each in waiting[:WITH_BUTTONS]]
    late = any(rules.is_overdue(each.item, each.owner_today(now)) for each in mine)
    return PrivateCard(
        text=text,
        title="Action items",
        tone=Tone.WARN if late else Tone.PLAIN,
        elements=tuple(said),
        buttons=(*offered, terms.ADD if not offered else Button(terms.ADD.action, terms.ADD.label)),
    )


def _counted(mine: Sequence[Standing], now: datetime) -> str:
    if not mine:
        return "You have no open action items."
    late = sum(rules.is_overdue(each.item, each.owner_today(now)) for each in mine)
    plural = "" if len(mine) == 1 else "s"
    return f"You have {len(mine)} open action item{plural}{f', {late} overdue' if late else ''}."


def _listing(standings: Sequence[Standing], now: datetime, *, whose: bool) -> Listing:
    shown = standings[:LISTED]
    return Listing(tuple(_listed(each, now, whose=whose) for each in shown), len(standings) - len(shown))


def _listed(standing: Standing, now: datetime, *, whose: bool) -> Text:
    item = standing.item
    state = due_text(item.due_on, standing.owner_today(now)) if item.state in OPEN else terms.status_within(standing)
    parts = [f" {item.title}", state, standing.names[Side.PROVIDER]]
    parts += [standing.owner.name] if whose else []
    parts += ["blocked"] if item.state == "blocked" else []
    parts += ["our company only"] if standing.internal else []
    return Strong(str(item.number)), " · ".join(parts)


def how_to_add() -> PrivateCard:
    """For a mention without words: what to write, or the form."""
    return PrivateCard(
        text="What is to be done? Write it after actions add.",
        elements=(
            Words(("Write it in one line: ", Code("actions add Send the refund policy @Jo due friday"))),
            Note(("Without a name it is yours; without a day it is due in five business days.",)),
        ),
        buttons=(terms.ADD, terms.LIST),
    )
