"""The plans there are, as a private list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.improvements import terms
from handlers.improvements.standing import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button, Code, Item, Note, PrivateCard, Strong, Words

LISTED = 8
NEW = Button("plan.new", "Draft a plan", style="primary")
REPORT = Button("issue.form", "Report an issue")
LIST = Button("plan.list", "Plans")


def list_card(shown: Sequence[Standing], count: int, now: datetime, *, drafts: bool = False) -> PrivateCard:
    """Plans that are not over: those shown, of ``count`` in all. ``drafts``: the reader may draft one."""
    new = (NEW,) if drafts else ()
    hint = (Note(("Or type ", Code("plan new Service level fell under 80 %"), ".")),) if drafts else ()
    if not count:
        quiet = "No improvement plan is running here."
        how = hint or (Note(("The client's owner drafts one, and you both agree on it. What goes wrong? Report it.",)),)
        return PrivateCard(text=quiet, elements=(Words((quiet,)), *how), buttons=new or (REPORT,))
    text = f"{count} improvement plan{'' if count == 1 else 's'}."
    items = tuple(_item(each) for each in shown[:LISTED])
    more = count - len(items)
    left = (Note((f"And {more} more. Ask for one by its number: ", Code("plan 3"), ".")),) if more > 0 else ()
    return PrivateCard(
        text=text, title="Improvement plans", elements=(Words((text,)), *items, *left, *hint), buttons=new
    )


def _item(standing: Standing) -> Item:
    plan = standing.plan
    said = f" {plan.title} · {standing.names[Side.PROVIDER]} · {terms.status(standing)}"
    look = Button("plan.show", f"Plan {plan.number}", str(standing.id))
    return Item((Strong(str(plan.number)), said), (look,), terms.tone(standing))
