"""What is said about somebody's own mornings: when they come, and that they rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.calendar import day_text
from handlers.vocabulary.outgoing import Button, Code, Facts, Field, Form, Note, Option, PrivateCard, Text, Words

WEEK_DAYS = (
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
)
CHANGE = Button("reminder.times", "Change the time")
RESUME = Button("reminder.resume", "Go on now")


@dataclass(frozen=True, slots=True)
class Mornings:
    """How somebody's mornings are set: ``days`` are short names in the order of the week, ``paused`` the day on which they
    go on (None: they do), ``pulse`` None where there is none to have."""

    time: str
    zone: str
    days: tuple[str, ...]
    weekly: bool
    paused: date | None
    today: date
    pulse: bool | None = None


def mornings_card(held: Mornings, said: str = "") -> PrivateCard:
    """When reminders come, and how to change it."""
    text = said or _when(held)
    weekly = Button("reminder.weekly", *(("No weekly list", "off") if held.weekly else ("Weekly list", "on")))
    rest = RESUME if held.paused is not None else Button("reminder.pause", "Pause until Monday", "until monday")
    rows: list[tuple[str, Text]] = [
        ("Time", (f"{held.time} ({held.zone})",)),
        ("Days", (f"{days_text(held.days)}, never on public holidays",)),
        ("Weekly list", ("on the first working day of your week" if held.weekly else "off",)),
    ]
    if held.pulse is not None:
        rows.append(("Daily pulse", ("only when something changed" if held.pulse else "off",)))
    if held.paused is not None:
        rows.append(("Paused", (f"until {day_text(held.paused, held.today)}",)))
    hint = Note(
        (
            "Or type ",
            Code("mornings 08:15"),
            ", ",
            Code("mornings mon-thu 08:15"),
            ", ",
            Code("pause until monday"),
            ".",
        )
    )
    pulse = () if held.pulse is None else (_pulse(held.pulse),)
    buttons = (CHANGE, rest, weekly, *pulse)
    return PrivateCard(text=text, elements=(Words((text,)), Facts(tuple(rows)), hint), buttons=buttons)


def times_form(held: Mornings) -> Form:
    """Another time, other days."""
    options = tuple(Option(name, label) for name, label in WEEK_DAYS)
    fields = (
        Field("time", "Time", "time", f"On the clock of {held.zone}", True, held.time),
        Field("days", "Days", "choices", "Public holidays are left out anyway", True, ",".join(held.days), options),
    )
    return Form("reminder.timed", "My mornings", "Change the time", fields, "you alone")


def days_text(days: Sequence[str]) -> str:
    """Week days in words."""
    names = [label for name, label in WEEK_DAYS if name in days]
    if days == tuple(name for name, _ in WEEK_DAYS[: len(days)]) and len(days) > len(names[:2]):
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)


def _when(held: Mornings) -> str:
    if held.paused is not None:
        return f"Your reminders rest until {day_text(held.paused, held.today)}. Nobody else is told."
    return f"Your reminders come at {held.time}, in one message a morning, only when something is due."


def _pulse(on: bool) -> Button:
    return Button("pulse.switch", "No daily pulse" if on else "Daily pulse", "off" if on else "on")


def examples() -> list[PrivateCard]:
    """What people see."""
    usual = Mornings("09:00", "Asia/Manila", ("mon", "tue", "wed", "thu", "fri"), True, None, date(2026, 3, 4))
    rests = Mornings("08:15", "Europe/London", ("mon", "thu"), False, date(2026, 3, 9), date(2026, 3, 4), True)
    return [mornings_card(usual), mornings_card(rests)]
