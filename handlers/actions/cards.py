"""What is said about an action item: its card, the lists, and the short lines of its story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from handlers.actions import rules
from handlers.actions.standing import Standing
from handlers.calendar import day_text, due_text
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Facts,
    Heading,
    InternalCard,
    Listing,
    Note,
    PrivateCard,
    Quote,
    SharedCard,
    Span,
    Strong,
    Text,
    Tone,
    When,
    Words,
)
from storage.models.action import ActionItem
from storage.models.person import Person

LISTED = 8
"""How many items a part of a list shows; the rest is counted."""
WITH_BUTTONS = 3
"""How many items of a list have buttons of their own, so that it still fits a phone."""

TONES = {"blocked": Tone.WARN, "done": Tone.GOOD, "accepted": Tone.GOOD}
ADD = Button("action.form", "Add an action item", style="primary")
LIST = Button("action.list", "My action items")


def action_card(standing: Standing, now: datetime) -> SharedCard | InternalCard:
    """The card of an action item, edited in place at each change: shared or for the client only, as the item is."""
    kind = InternalCard if standing.internal else SharedCard
    return kind(
        text=summary(standing, now),
        title=heading(standing),
        tone=tone(standing, now),
        elements=_elements(standing, now),
        buttons=buttons(standing),
    )


def private_card(standing: Standing, now: datetime, said: str = "") -> PrivateCard:
    """The same for one person's eyes, after a word to them."""
    card = action_card(standing, now)
    before: tuple[Element, ...] = (Words((said,)),) if said else ()
    return PrivateCard(
        text=said or card.text,
        title=card.title,
        tone=card.tone,
        elements=(*before, *card.elements),
        buttons=card.buttons,
    )


def confirmation(standing: Standing, said: str) -> PrivateCard:
    """What the one who pressed is told: it is done, and for ten minutes it can be undone."""
    return PrivateCard(text=said, elements=(Words((said,)),), buttons=(Button("action.undo", "Undo", standing.value),))


def heading(standing: Standing) -> str:
    """The title: what people call it, and what it is about."""
    return f"Action {standing.item.number}: {standing.item.title}"


def summary(standing: Standing, now: datetime) -> str:
    """The fallback text: everything that matters in one line."""
    due = day_text(standing.item.due_on, standing.owner_today(now))
    return f"{heading(standing)}. {status(standing)}. Owner {standing.owner.name}, due {due}."


def status(standing: Standing) -> str:
    """How it stands, in a few words."""
    other = standing.names[standing.owner_side.other]
    return {
        "open": "Open",
        "acknowledged": f"{standing.owner.name} is on it",
        "blocked": "Blocked" if standing.internal else f"Blocked, waiting on {other}",
        "done": f"Done, waiting for a yes from {other}",
        "accepted": "Done" if standing.internal else "Done and accepted",
        "not doing": "Not doing",
    }[standing.item.state]


def tone(standing: Standing, now: datetime) -> Tone:
    """Bad when the owner is late."""
    if rules.is_overdue(standing.item, standing.owner_today(now)):
        return Tone.BAD
    return TONES.get(standing.item.state, Tone.PLAIN)


def _elements(standing: Standing, now: datetime) -> tuple[Element, ...]:
    item = standing.item
    said: list[Element] = [Facts(_facts(standing, now))]
    if item.note:
        said.append(Quote(item.note, standing.creator.name))
    if item.state == "blocked":
        said += [Words((Strong("Waiting for"),)), Quote(item.reason)]
    if item.state == "not doing":
        said += [Words((Strong("Not doing, because"),)), Quote(item.reason)]
    return (*said, Note(_seen_by(standing)), *_hint(standing))


def _facts(standing: Standing, now: datetime) -> tuple[tuple[str, Text], ...]:
    item = standing.item
    late = ", overdue" if rules.is_overdue(item, standing.owner_today(now)) else ""
    rows: list[tuple[str, Text]] = [
        ("Status", (Strong(status(standing)), late)),
        ("Owner", (standing.mention(standing.owner), f" ({standing.names[standing.owner_side]})")),
        ("Due", (f"{day_text(item.due_on, standing.owner_today(now))}, end of day in {_city(standing.owner.zone)}",)),
        ("Added", (standing.creator.name, ", ", When(item.created_at, standing.creator.zone))),
    ]
    if standing.issue_number is not None:
        rows.append(("From", (f"issue {standing.issue_number}",)))
    if item.state == "done" and item.accept_by is not None:
        asked = standing.accepting() or standing.owner
        rows.append(("Accepted without a word", (When(item.accept_by, asked.zone),)))
    return tuple(rows)


def _city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")


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


def buttons(standing: Standing) -> tuple[Button, ...]:
    """What can be done next, by whoever may."""
    value = standing.value
    if standing.item.state == "done":
        return accept_button(standing), reopen_button(standing)
    if standing.item.state in rules.CLOSED:
        return (reopen_button(standing),)
    done = Button("action.done", "Done", value, "primary")
    help_needed = Button("action.help", "Need help", value)
    move = Button("action.move", "Move due day", value)
    drop = Button("action.drop", "Not doing", value)
    if standing.item.state == "open":
        return done, Button("action.ack", "On it", value), help_needed, move, drop
    return done, help_needed, move, drop


def accept_button(standing: Standing) -> Button:
    """Says yes, it is done."""
    return Button("action.accept", "Accept", standing.value, "primary")


def reopen_button(standing: Standing) -> Button:
    """Says it is not over after all."""
    return Button("action.reopen", "Reopen", standing.value)


def line_card(text: Text, kind: type[AnyCard], quote: str = "", *offered: Button) -> AnyCard:
    """A short message in an action item's thread."""
    said: tuple[Element, ...] = (Words(text), *((Quote(quote),) if quote else ()))
    return kind(text=plain_text(text) + (f" {quote}" if quote else ""), elements=said, buttons=offered)


def plain_text(text: Text) -> str:
    """Spans as a notification reads them."""
    return "".join(_plain(span) for span in text)


def _plain(span: Span) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, When):
        return f"{span.at:%d %B %H:%M} UTC"
    return getattr(span, "name", "") or getattr(span, "text", "")


def spoken(words: str) -> Text:
    """Our own sentences with literal replies between backticks, as spans."""
    parts = words.split("`")
    return tuple(Code(part) if index % 2 else part for index, part in enumerate(parts) if part)


# --- lists ----------------------------------------------------------------------------------------------------------


def list_card(
    mine: Sequence[Standing], here: Sequence[Standing], where: str, asker_side: Side, now: datetime
) -> PrivateCard:
    """My open action items over all providers, then the others of this place. ``where`` names it ("" for nowhere)."""
    text = _counted(mine, now)
    said: list[Element] = [Words((text,))]
    if mine:
        said.append(_listing(mine, now, whose=False))
    if here:
        said += [Heading(f"Others, {where}"), _listing(here, now, whose=True)]
    elif where:
        said.append(Note((f"Nothing else is open: {where}.",)))
    waiting = [each for each in here if each.item.state == "done" and each.owner_side is not asker_side]
    offered = [button for each in mine[:WITH_BUTTONS] for button in numbered_buttons(each)]
    offered += [Button("action.accept", f"Accept {each.item.number}", each.value) for each in waiting[:WITH_BUTTONS]]
    late = any(rules.is_overdue(each.item, each.owner_today(now)) for each in mine)
    return PrivateCard(
        text=text,
        title="Action items",
        tone=Tone.WARN if late else Tone.PLAIN,
        elements=tuple(said),
        buttons=(*offered, ADD if not offered else Button(ADD.action, ADD.label)),
    )


def numbered_buttons(standing: Standing) -> tuple[Button, ...]:
    """Done and Need help, naming the item, for cards that show several."""
    number = standing.item.number
    return (
        Button("action.done", f"Done {number}", standing.value),
        Button("action.help", f"Need help {number}", standing.value),
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
    state = due_text(item.due_on, standing.owner_today(now)) if item.state in rules.OPEN else status(standing).lower()
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
        buttons=(ADD, LIST),
    )


# --- for the contract test ------------------------------------------------------------------------------------------

_NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _person(number: int, name: str, side: Side, zone: str) -> Person:
    return Person(id=number, installation_id=1, name=name, side=side, zone=zone, created_at=_NOW)


def _example(title: str = "Retrain the refund queue", name: str = "Jo Santos", **changed: Any) -> Standing:
    maya = _person(1, "Maya Brooks", Side.CLIENT, "Europe/London")
    jo = _person(4, name, Side.PROVIDER, "Asia/Manila")
    fields: dict[str, Any] = {"state": "open", "note": "", "reason": "", "visibility": "SH", **changed}
    item = ActionItem(
        id=7,
        installation_id=1,
        provider_id=1,
        programme_id=1,
        number=7,
        title=title,
        side=Side.PROVIDER,
        owner_id=4,
        due_on=date(2026, 3, 6),
        created_by=1,
        created_at=_NOW,
        **fields,
    )
    names = {Side.CLIENT: "Harbour Home", Side.PROVIDER: "Northwind Manila"}
    return Standing(item, jo, maya, {Side.CLIENT: maya, Side.PROVIDER: jo}, names, {}, 12)


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
    standings = [_example(**changed) for changed in states]
    line = ("Maya Brooks moved action 7: due Monday 9 March (until now Friday 6 March).",)
    return [
        *(action_card(standing, _NOW) for standing in standings),
        list_card(standings[:2], standings[3:4], "in this channel", Side.CLIENT, _NOW),
        list_card([], [], "in this channel", Side.CLIENT, _NOW),
        confirmation(standings[0], "Action 7 is with Jo Santos."),
        line_card(line, SharedCard, "the trainer is away", accept_button(standings[3])),
        how_to_add(),
    ]


def worst_cases() -> list[AnyCard]:
    """Limits and one more, markup, right-to-left."""
    nasty = "<!channel> *bold* & <b>מדיניות</b> \u202eright <@U1> " + "x" * 150
    long = nasty + "y" * 3000
    late = datetime(2027, 1, 1, tzinfo=UTC)
    standing = _example(nasty, nasty, state="blocked", reason=long, note=long)
    return [
        action_card(standing, late),
        private_card(standing, late, nasty),
        list_card([standing] * 60, [standing] * 60, nasty, Side.CLIENT, late),
        line_card((nasty, Code(nasty), Strong(nasty)), SharedCard, long, *buttons(standing)),
    ]
