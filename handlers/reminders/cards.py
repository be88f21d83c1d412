"""What a reminder says: one message a morning, to one person, about everything of theirs that is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from handlers.calendar import day_text, due_text
from handlers.reminders import samples, times_cards, weekly_cards
from handlers.reminders.back import back_card
from handlers.reminders.commands import NOT
from handlers.reminders.entry import Entry
from handlers.reminders.more import HEADINGS, WEEKLY, More, together
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

LISTED = 10
"""How many items are listed; the rest is counted and stands behind the button."""
WITH_BUTTONS = 3
"""How many items have buttons of their own, so that the message still fits a phone."""
LIST = Button("action.list", "My action items")
ALL = Button("action.list", "All action items", "all")
TIMES = Button("reminder.times", "Change the time")
SETTLED = (TIMES,)
"""What every morning's message offers; how reminders work is told by the button that says why it came."""
NOTHING = More()
ENDED = {"done": "done, waiting for a yes", "accepted": "done", "not doing": "not doing"}


def morning_card(own: Sequence[Entry], managed: Sequence[Entry], at: str, more: More = NOTHING) -> PrivateCard:
    """A morning's reminders, edited in place when something of it gets done, and what else that morning tells. ``at`` says
    when they come, in words."""
    waiting = [entry for entry in own if entry.waits]
    late = [entry for entry in managed if entry.state in OPEN]
    text = _headline(own, waiting, late) if own or managed else more.lead
    said: list[Element] = [Words((text,)), *_own_part(own)]
    if managed:
        said += [Heading("Three business days overdue or more"), *_listing(managed, LISTED, whose=True)]
    if any(entry.last for entry in waiting):
        note = "Where it says last reminder, no reminder of it comes any more."
        said.append(Note((f"{note} It stays in your list.",)))
    return PrivateCard(
        text=text,
        title=_title(more),
        tone=Tone.WARN if waiting or late else Tone.GOOD if own or managed else Tone.PLAIN,
        elements=(*said, *more.elements),
        buttons=(*_buttons(waiting, bool(managed)), *more.buttons, *SETTLED),
        why=" ".join(filter(None, (_why(own, bool(managed), at), more.why))),
    )


def _own_part(own: Sequence[Entry]) -> list[Element]:
    said: list[Element] = []
    room = LISTED
    for provider, entries in groupby(sorted(own, key=lambda each: each.provider), key=lambda each: each.provider):
        theirs = sorted(entries, key=lambda each: (each.due_on, each.number))
        heading = Words((Strong(provider),)) if provider in HEADINGS else Heading(provider)
        said += [heading, *_listing(theirs, room, whose=False)]
        room -= len(theirs[: max(room, 0)])
    return said


def _title(more: More) -> str:
    return "Your week" if more.has(*WEEKLY) else "Good morning"


def snooze_card(entry: Entry, choices: Sequence[tuple[str, str, date]]) -> PrivateCard:
    """Until when? ``choices`` are the value's ending, a label and the day."""
    text = f"When should I remind you of action {entry.number} again? Nobody else is told, and the due day stays."
    action_id = entry.value.partition(":")[0]
    buttons = tuple(
        Button("reminder.snooze", f"{label} ({day_text(day, entry.today)})", f"{action_id}:{ending}")
        for ending, label, day in choices
    )
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=buttons)


def snoozed_card(entry: Entry, until: date) -> PrivateCard:
    """It was put off."""
    text = f"Fine: I remind you of action {entry.number} on {day_text(until, entry.today)}, in your morning."
    note = Note((f"The commitment stays: {due_text(entry.due_on, entry.today)}. Nobody else is told.",))
    undo = Button("reminder.snooze", "Undo", f"{entry.value.partition(':')[0]}:{NOT}")
    return PrivateCard(text=text, elements=(Words((text,)), note), buttons=(undo, LIST))


def unsnoozed_card(entry: Entry) -> PrivateCard:
    """It was not put off after all."""
    text = f"I remind you of action {entry.number} as if you had not put it off."
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=(LIST,))


def why_card(at: str, *, manages: bool = False) -> PrivateCard:
    """Why did I get this?"""
    text = "You own these action items, or stand in for who does, so only you are reminded."
    lines: list[Text] = [
        (Strong("When"), f" two business days before the due day, on it, and one business day after: {at}."),
        (Strong("How often"), " at most three times an item, in one message a morning, never on your holidays."),
        (
            Strong("Quieter"),
            " reply ",
            Code("ack"),
            " and the number to pause until the due day, or a day to be reminded then; ",
            Code("pause until monday"),
            " rests all of it.",
        ),
        (Strong("Weekly"), " on the first working day of your week all that is yours is in that one message."),
        (Strong("Away"), " while the owner is away their deputy is reminded; the three stay three."),
        (Strong("Afterwards"), " three business days after the due day it is in the managers' own summary, once."),
    ]
    if manages:
        lines.append((Strong("Daily pulse"), " what changed with your providers, only if something did."))
    return PrivateCard(text=text, elements=(Words((text,)), Listing(tuple(lines))), buttons=(LIST, TIMES))


def _headline(own: Sequence[Entry], waiting: Sequence[Entry], late: Sequence[Entry]) -> str:
    """The first line says it all: on a locked phone it is the only one."""
    parts = []
    if waiting:
        first = min(waiting, key=lambda each: (each.due_on, each.number))
        due = due_text(first.due_on, first.today)
        left = len(waiting) - 1
        more = f"; {left} more wait for you" if left > 1 else "; one more waits for you" if left else ""
        instead = f", for {first.instead_of}" if first.instead_of else ""
        parts.append(f"{first.title} is {due}{instead}{more}.")
    elif own:
        parts.append("All done for this morning. Thank you.")
    if late:
        parts.append(f"{len(late)} action item{'' if len(late) == 1 else 's'} long overdue.")
    return " ".join(parts) or "Nothing is overdue any more."


def _listing(entries: Sequence[Entry], room: int, *, whose: bool) -> tuple[Listing, ...]:
    shown = entries[: max(room, 0)]
    return (Listing(tuple(_line(entry, whose=whose) for entry in shown), len(entries) - len(shown)),)


def _line(entry: Entry, *, whose: bool) -> Text:
    parts = [entry.title]
    if entry.state not in OPEN:
        return (f"✓ {entry.number} {' · '.join([*parts, ENDED[entry.state]])}",)
    if not whose and not entry.waits and entry.snoozed_until is not None:
        return (f"{entry.number} {entry.title} · I remind you {day_text(entry.snoozed_until, entry.today)}",)
    parts.append(due_text(entry.due_on, entry.today))
    parts += [entry.owner, entry.provider] if whose else []
    parts += [f"for {entry.instead_of}"] if entry.instead_of else []
    parts += ["in hand"] if entry.state == "acknowledged" else []
    parts += ["blocked"] if entry.state == "blocked" else []
    parts += ["last reminder"] if entry.last else []
    return Strong(str(entry.number)), f" {' · '.join(parts)}"


def _buttons(waiting: Sequence[Entry], managed: bool) -> tuple[Button, ...]:
    ordered = sorted(waiting, key=lambda each: (each.due_on, each.number))
    found: list[Button] = []
    for entry in ordered[:WITH_BUTTONS]:
        number = f" {entry.number}" if len(ordered) > 1 else ""
        action_id = entry.value.partition(":")[0]
        found.append(Button("action.done", f"Done{number}", entry.value, "" if number else "primary"))
        found += [] if entry.last else [Button("reminder.snooze", f"Snooze{number}", action_id)]
        found.append(Button("action.help", f"Need help{number}", entry.value))
    return (*found, ALL if managed else LIST)


def _why(own: Sequence[Entry], managed: bool, at: str) -> str:
    said = []
    if any(entry.instead_of for entry in own):
        said.append("You stand in for people who are away; what is theirs stays theirs.")
    if not all(entry.instead_of for entry in own):
        said.append(
            f"You own these: two business days before, on the day, one business day after, {at}. "
            "Change: reply ack and the number to pause until the due day, or a day such as +3d."
        )
    if managed:
        said.append("You answer for the client's side: items three business days overdue are named to you once.")
    return " ".join(said)


def moment_text(morning: str, zone_name: str) -> str:
    """When reminders come, in words."""
    return f"at {morning} in {zone_name.rsplit('/', 1)[-1].replace('_', ' ')}"


# --- for the contract test ------------------------------------------------------------------------------------------


def examples() -> list[PrivateCard]:
    """What people see."""
    one, two = samples.REFUND, samples.POLICY
    return [
        morning_card([one], [], samples.AT),
        morning_card([one, two, replace(samples.LATE, state="blocked")], [samples.LATE], samples.AT),
        morning_card([samples.PUT_OFF, samples.DONE], [], samples.AT),
        morning_card([samples.DONE], [], samples.AT),
        morning_card([], [samples.LATE], samples.AT),
        snooze_card(one, samples.CHOICES),
        snoozed_card(one, date(2026, 3, 5)),
        unsnoozed_card(one),
        why_card(samples.AT),
        morning_card([samples.INSTEAD], [], samples.AT),
        morning_card([one], [], samples.AT, weekly_cards.week(samples.A_WEEK)),
        morning_card([], [], samples.AT, together((back_card(samples.BACK), weekly_cards.week(samples.A_WEEK)))),
        *times_cards.examples(),
    ]


def worst_cases() -> list[PrivateCard]:
    """Too much of everything, markup, right-to-left."""
    entries, choices = samples.nasty_entries(), samples.nasty_choices()
    return [
        morning_card(entries, entries, samples.NASTY, weekly_cards.week(samples.nasty_week())),
        snooze_card(entries[0], choices),
        why_card(samples.NASTY, manages=True),
    ]
