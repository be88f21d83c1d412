"""What a reminder says: one message a morning, to one person, about everything of theirs that is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from handlers.calendar import day_text, due_text
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
ENDED = {"done": "done, waiting for a yes", "accepted": "done", "not doing": "not doing"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as a reminder shows it: ``value`` is what its buttons carry, ``today`` the day at its reader's place.

    ``snoozed_until`` is set when its reader put it off; ``last`` when no further reminder of it comes.
    """

    number: int
    title: str
    provider: str
    owner: str
    due_on: date
    state: str
    value: str
    today: date
    snoozed_until: date | None = None
    last: bool = False

    @property
    def waits(self) -> bool:
        """Whether its owner still has something to do that was not put off."""
        return self.state in OPEN and (self.snoozed_until is None or self.snoozed_until <= self.today)


def morning_card(own: Sequence[Entry], managed: Sequence[Entry], at: str) -> PrivateCard:
    """A morning's reminders; edited in place when something of it gets done. ``at`` says when they come, in words."""
    waiting = [entry for entry in own if entry.waits]
    late = [entry for entry in managed if entry.state in OPEN]
    text = _headline(own, waiting, late)
    said: list[Element] = [Words((text,))]
    room = LISTED
    for provider, entries in groupby(sorted(own, key=lambda each: each.provider), key=lambda each: each.provider):
        theirs = sorted(entries, key=lambda each: (each.due_on, each.number))
        said += [Heading(provider), *_listing(theirs, room, whose=False)]
        room -= len(theirs[: max(room, 0)])
    if managed:
        said += [Heading("Three business days overdue or more"), *_listing(managed, LISTED, whose=True)]
    if any(entry.last for entry in waiting):
        said.append(Note(("Where it says last reminder, nothing more comes to you about it.",)))
    return PrivateCard(
        text=text,
        title="Good morning",
        tone=Tone.WARN if waiting or late else Tone.GOOD,
        elements=tuple(said),
        buttons=_buttons(waiting, bool(managed)),
        why=_why(bool(own), bool(managed), at),
    )


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
    return PrivateCard(text=text, elements=(Words((text,)), note), buttons=(LIST,))


def why_card(at: str) -> PrivateCard:
    """Why did I get this?"""
    text = "You own these action items, so only you are reminded."
    lines: tuple[Text, ...] = (
        (Strong("When"), f" two business days before the due day, on it, and one business day after: {at}."),
        (Strong("How often"), " at most three times an item, in one message a morning, never on your holidays."),
        (
            Strong("Quieter"),
            " reply ",
            Code("ack"),
            " and the number to pause until the due day, or a day to be reminded then.",
        ),
        (Strong("Afterwards"), " three business days after the due day it is in the managers' own summary, once."),
    )
    return PrivateCard(text=text, elements=(Words((text,)), Listing(lines)), buttons=(LIST,))


def _headline(own: Sequence[Entry], waiting: Sequence[Entry], late: Sequence[Entry]) -> str:
    """The first line says it all: on a locked phone it is the only one."""
    parts = []
    if waiting:
        first = min(waiting, key=lambda each: (each.due_on, each.number))
        due = due_text(first.due_on, first.today)
        more = f" and {len(waiting) - 1} more" if len(waiting) > 1 else ""
        parts.append(f"{first.title} is {due}{more}.")
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
    return (*found, ALL if managed else LIST, Button("reminder.why", "How reminders work"))


def _why(own: bool, managed: bool, at: str) -> str:
    said = []
    if own:
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

_DAY = date(2026, 3, 4)
_AT = "at 09:00 in Manila"


def _example(number: int, title: str, due_on: date, **changed: object) -> Entry:
    plain = Entry(number, title, "Northwind Manila", "Jo Santos", due_on, "open", f"{number}:1", _DAY)
    return replace(plain, **changed)  # type: ignore[arg-type]  # named fields of the entry


def examples() -> list[PrivateCard]:
    """What people see."""
    refund = _example(7, "Retrain the refund queue", date(2026, 3, 6))
    policy = _example(9, "Send the new policy", date(2026, 3, 4), last=True)
    done = replace(policy, state="done")
    put_off = replace(refund, snoozed_until=date(2026, 3, 5))
    late = _example(3, "Fix the export", date(2026, 2, 25), provider="Baltic Desk", owner="Kasia Nowak")
    choices = (("tomorrow", "Tomorrow", date(2026, 3, 5)), ("week", "Next week", date(2026, 3, 9)))
    return [
        morning_card([refund], [], _AT),
        morning_card([refund, policy, replace(late, state="blocked")], [late], _AT),
        morning_card([put_off, done], [], _AT),
        morning_card([done], [], _AT),
        morning_card([], [late], _AT),
        snooze_card(refund, choices),
        snoozed_card(refund, date(2026, 3, 5)),
        why_card(_AT),
    ]


def worst_cases() -> list[PrivateCard]:
    """Too much of everything, markup, right-to-left."""
    nasty = "<!channel> *bold* & <b>מדיניות</b> \u202eright " + "x" * 150
    entries = [_example(number, nasty, _DAY, provider=f"{nasty}{number % 7}", owner=nasty) for number in range(1, 80)]
    choices = tuple((str(each), nasty, _DAY) for each in range(3))
    return [morning_card(entries, entries, nasty), snooze_card(entries[0], choices), why_card(nasty)]
