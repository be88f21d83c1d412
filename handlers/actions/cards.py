"""What is said about an action item: its card, and a word to one person. What the lists say is in ``lists``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from handlers.actions import lists, rules, samples, terms
from handlers.actions.standing import Standing
from handlers.calendar import city, day_text
from handlers.records.cards import for_one
from handlers.records.lines import line_card
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Facts,
    InternalCard,
    Note,
    PrivateCard,
    Quote,
    SharedCard,
    Strong,
    Struck,
    Text,
    When,
    Words,
)
from storage.actions import OPEN


def action_card(standing: Standing, now: datetime) -> SharedCard | InternalCard:
    """The card of an action item, edited in place at each change: shared or for the client only, as the item is."""
    kind = InternalCard if standing.internal else SharedCard
    return kind(
        text=summary(standing, now),
        title=terms.heading(standing),
        tone=terms.tone(standing, now),
        elements=_elements(standing, now),
        buttons=terms.buttons(standing),
    )


def private_card(standing: Standing, now: datetime, said: str = "") -> PrivateCard:
    """The same for one person's eyes, after a word to them."""
    card = for_one(action_card(standing, now), said)
    edit = (Button("action.edit", "Edit", standing.value),) if standing.item.state in OPEN else ()
    return replace(card, buttons=(*card.buttons, *edit, Button("history.show", "History", f"action:{standing.id}")))


def confirmation(standing: Standing, said: str) -> PrivateCard:
    """What the one who pressed is told: it is done, and for ten minutes it can be undone."""
    return PrivateCard(text=said, elements=(Words((said,)),), buttons=(Button("action.undo", "Undo", standing.value),))


def summary(standing: Standing, now: datetime) -> str:
    """The fallback text: everything that matters in one line."""
    due = day_text(standing.item.due_on, standing.owner_today(now))
    return f"{terms.heading(standing)}. {terms.status(standing)}{_late(standing, now)}. Owner {standing.owner.name}, due {due}."


def _elements(standing: Standing, now: datetime) -> tuple[Element, ...]:
    item = standing.item
    said: list[Element] = [Facts(_facts(standing, now))]
    if item.state == "not doing":
        said.insert(0, Words((Struck(item.title),)))
    if item.note:
        said.append(Quote(item.note, standing.creator.name))
    if item.state == "blocked":
        said += [Words((Strong("Waiting for"),)), Quote(item.reason)]
    if item.state == "not doing":
        said += [Words((Strong("Not doing, because"),)), Quote(item.reason)]
    return (*said, Note(_seen_by(standing)), *_hint(standing))


def _facts(standing: Standing, now: datetime) -> tuple[tuple[str, Text], ...]:
    item = standing.item
    rows: list[tuple[str, Text]] = [
        ("Status", (Strong(f"{terms.status(standing)}{_late(standing, now)}"),)),
        ("Owner", (standing.mention(standing.owner), f" ({standing.names[standing.owner_side]})")),
        ("Due", (f"{day_text(item.due_on, standing.owner_today(now))}, end of day in {city(standing.owner.zone)}",)),
        ("Added", (standing.creator.name, ", ", When(item.created_at, standing.creator.zone))),
    ]
    if standing.issue_number is not None:
        rows.append(("From", (f"issue {standing.issue_number}",)))
    if item.state == "done" and item.accept_by is not None:
        asked = standing.accepting() or standing.owner
        rows.append(("Counts as accepted", (When(item.accept_by, asked.zone), ", unless somebody objects")))
    return tuple(rows)


def _late(standing: Standing, now: datetime) -> str:
    return ", overdue" if rules.is_overdue(standing.item, standing.owner_today(now)) else ""


def _seen_by(standing: Standing) -> Text:
    if standing.internal:
        return (f"Visible to: {standing.names[Side.CLIENT]} only. About {standing.names[Side.PROVIDER]}.",)
    return (f"Visible to: both companies. About {standing.names[Side.PROVIDER]}.",)


def _hint(standing: Standing) -> tuple[Element, ...]:
    """What plain replies do here, at this moment; with the number they work in every thread."""
    number = standing.item.number
    working: Text = ("Reply ", Code(f"done {number}"), ", ", Code(f"due {number} friday"), " or ")
    replies: dict[str, Text] = {
        "open": (*working, Code(f"blocked {number}: what you need")),
        "acknowledged": (*working, Code(f"blocked {number}: what you need")),
        "blocked": (*working, Code(f"ack {number}"), " when it goes on"),
        "done": ("Reply ", Code(f"ok {number}"), " to accept, or ", Code(f"reopen {number}: why")),
    }
    hint = replies.get(standing.item.state, ("Not over? Reply ", Code(f"reopen {number}: why")))
    return (Note((*hint, ".")),)


# --- for the contract test ------------------------------------------------------------------------------------------


def examples() -> list[AnyCard]:
    """What people see, state by state."""
    states: tuple[dict[str, Any], ...] = (
        {"note": "Two groups of eight"},
        {"state": "acknowledged"},
        {"state": "blocked", "reason": "the refund policy from March"},
        {"state": "done", "accept_by": datetime(2026, 3, 4, 18, 0, tzinfo=UTC)},
        {"state": "accepted"},
        {"state": "not doing", "reason": "the tool is replaced in April"},
        {"visibility": "INT"},
    )
    standings = [samples.sample(**changed) for changed in states]
    line = ("Maya Brooks moved action 7: due Monday 9 March (until now Friday 6 March).",)
    return [
        *(action_card(standing, samples.NOW) for standing in standings),
        lists.list_card(standings[:2], standings[3:4], "in this channel", Side.CLIENT, samples.NOW),
        lists.list_card([], [], "in this channel", Side.CLIENT, samples.NOW),
        confirmation(standings[0], "Action 7 is with Jo Santos."),
        line_card(line, SharedCard, terms.accept_button(standings[3]), quote="the trainer is away"),
        lists.how_to_add(),
    ]


def worst_cases() -> list[AnyCard]:
    """Limits and one more, markup, right-to-left."""
    nasty = "<!channel> *bold* & <b>מדיניות</b> \u202eright <@U1> " + "x" * 150
    long = nasty + "y" * 3000
    late = datetime(2027, 1, 1, tzinfo=UTC)
    standing = samples.sample(nasty, nasty, state="blocked", reason=long, note=long)
    return [
        action_card(standing, late),
        private_card(standing, late, nasty),
        lists.list_card([standing] * 60, [standing] * 60, nasty, Side.CLIENT, late),
        line_card((nasty, Code(nasty), Strong(nasty)), SharedCard, *terms.buttons(standing), quote=long),
    ]
