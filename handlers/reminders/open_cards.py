"""Reminders that both companies read, to somebody whom the bot cannot write to."""

from __future__ import annotations

from dataclasses import replace

from handlers.calendar import due_text
from handlers.noise.alone_cards import WHY, show_button
from handlers.reminders import samples
from handlers.reminders.entry import Entry
from handlers.vocabulary.outgoing import AnyCard, Button, Mention, SharedCard, Text, Tone, Words
from storage.actions import OPEN

ENDED = {"done": "called done", "accepted": "done", "not doing": "not being done"}
WHY_LINE = "Whoever owns an action item is reminded of it two business days before it is due, on the day, and one business day after."


def line_card(called: Mention, entry: Entry, instead_of: str = "") -> SharedCard:
    """One reminder in the thread of its record; ``instead_of`` names the owner whom the person called stands in for."""
    if entry.state not in OPEN:
        text = f"Action {entry.number} is {ENDED.get(entry.state, 'closed')}: {entry.title}."
        return SharedCard(text=text, elements=(Words((text,)),), why=WHY_LINE)
    for_whom = f" for {instead_of}" if instead_of else ""
    said = f", action {entry.number} is {due_text(entry.due_on, entry.today)}{for_whom}: {entry.title}."
    snooze = () if entry.last else (Button("reminder.snooze", "Snooze", entry.value.partition(":")[0]),)
    buttons = (
        Button("action.done", "Done", entry.value, "primary"),
        *snooze,
        Button("action.help", "Need help", entry.value),
    )
    words: Text = (called, said)
    return SharedCard(
        text=f"@{called.name}{said}", tone=Tone.WARN, elements=(Words(words),), buttons=buttons, why=WHY_LINE
    )


def summary_card(called: Mention, reminders: int, key: str) -> SharedCard:
    """A morning's message waits behind the button; ``reminders`` is how many action items it reminds of, ``key`` its own."""
    said = ", your morning message is here."
    if reminders:
        items = "1 action item of yours needs" if reminders == 1 else f"{reminders} action items of yours need"
        said = f", {items} you today."
    button = show_button(key, "Show it to me")
    return SharedCard(text=f"@{called.name}{said}", elements=(Words((called, said)),), buttons=(button,), why=WHY)


def examples() -> list[AnyCard]:
    """What people see."""
    jo, one = Mention(None, "Jo Santos"), samples.REFUND
    return [
        line_card(jo, one),
        line_card(jo, samples.POLICY),
        line_card(jo, one, "Rey Cruz"),
        line_card(jo, samples.DONE),
        summary_card(jo, 5, "p1"),
        summary_card(jo, 1, "p1"),
        summary_card(jo, 0, "p1"),
    ]


def worst_cases() -> list[AnyCard]:
    """Names and titles with markup, from right to left."""
    nasty = Mention(None, samples.NASTY)
    entries = samples.nasty_entries()[:2]
    return [line_card(nasty, each, samples.NASTY) for each in (*entries, replace(entries[0], state="accepted"))]
