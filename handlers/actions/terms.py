"""How an action item is named and how it stands, in a few words, and the buttons that go with it."""

from __future__ import annotations

from datetime import datetime

from handlers.actions import rules
from handlers.actions.standing import Standing
from handlers.vocabulary.outgoing import (
    Button,
    Tone,
)

ADD = Button("action.form", "Add an action item", style="primary")
LIST = Button("action.list", "My action items")
TONES = {"blocked": Tone.WARN, "done": Tone.GOOD, "accepted": Tone.GOOD}


def heading(standing: Standing) -> str:
    """The title: what people call it, and what it is about."""
    return f"Action {standing.item.number}: {standing.item.title}"


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


def status_within(standing: Standing) -> str:
    """The same within a line: a small first letter, and companies keep their names as they are."""
    said = status(standing)
    return f"{said[:1].lower()}{said[1:]}"


def tone(standing: Standing, now: datetime) -> Tone:
    """Bad when the owner is late."""
    if rules.is_overdue(standing.item, standing.owner_today(now)):
        return Tone.BAD
    return TONES.get(standing.item.state, Tone.PLAIN)


def buttons(standing: Standing) -> tuple[Button, ...]:
    """What can be done next, by whoever may."""
    value = standing.value
    if standing.item.state == "done":
        return accept_button(standing), reopen_button(standing)
    if standing.item.state in rules.CLOSED:
        return (reopen_button(standing),)
    done = Button("action.done", "Done", value, "primary")
    on_it = Button("action.ack", "Back on it" if standing.item.state == "blocked" else "On it", value)
    blocked = Button("action.block", "Blocked", value)
    waits = standing.internal or standing.item.state == "blocked"
    found = [done]
    found += [] if standing.item.state == "acknowledged" else [on_it]
    found += [] if waits else [blocked]
    return (*found, Button("action.move", "Move due day", value), Button("action.drop", "Not doing", value))


def accept_button(standing: Standing) -> Button:
    """Says yes, it is done."""
    return Button("action.accept", "Accept", standing.value, "primary")


def reopen_button(standing: Standing) -> Button:
    """Says it is not over after all."""
    return Button("action.reopen", "Reopen", standing.value)


def numbered_buttons(standing: Standing) -> tuple[Button, ...]:
    """Done and Need help, naming the item, for cards that show several."""
    number = standing.item.number
    return (
        Button("action.done", f"Done {number}", standing.value),
        Button("action.help", f"Need help {number}", standing.value),
    )
