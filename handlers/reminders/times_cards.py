"""The one page of somebody's own settings: mornings, quiet hours, what comes alone, and that they rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
QUIET = Button("reminder.quiet", "Quiet hours")
RESUME = Button("reminder.resume", "Go on now")


@dataclass(frozen=True, slots=True)
class Mornings:
    """What somebody set for themselves: ``days`` are short names in the order of the week, ``paused`` the day on which
    reminders go on (None: they do), ``pulse`` None where there is none to have. ``quiet`` are the quiet hours, from and until
    ("18:00", "09:00"), ``own_quiet`` whether they set them; ``folded``: whether all that comes by itself stands in the
    morning message. ``platforms`` are those on which they have an account, by key and name, where there are several, and
    ``direct`` the key of the one they want to be written to ("": the one they used last)."""

    time: str
    zone: str
    days: tuple[str, ...]
    weekly: bool
    paused: date | None
    today: date
    pulse: bool | None = None
    quiet: tuple[str, str] = ("18:00", "09:00")
    own_quiet: bool = False
    folded: bool = False
    direct: str = ""
    platforms: tuple[tuple[str, str], ...] = ()


def mornings_card(held: Mornings, said: str = "") -> PrivateCard:
    """All that is set, and a button to change each."""
    text = said or _when(held)
    hint = Note(
        (
            "Or type ",
            Code("mornings 08:15"),
            ", ",
            Code("mornings mon-thu 08:15"),
            ", ",
            Code("quiet 22:00-08:00"),
            ", ",
            Code("pause until monday"),
            ".",
        )
    )
    return PrivateCard(
        text=text,
        title="My settings",
        elements=(Words((text,)), Facts(_rows(held)), hint),
        buttons=_switches(held),
    )


def _rows(held: Mornings) -> tuple[tuple[str, Text], ...]:
    begins, ends = held.quiet
    rows: list[tuple[str, Text]] = [
        ("Time", (f"{held.time} ({held.zone})",)),
        ("Days", (f"{days_text(held.days)}, never on public holidays",)),
        ("Quiet hours", (f"{begins} to {ends}{'' if held.own_quiet else ', as usual'}; severity 1 passes them",)),
        (
            "Single messages",
            ("in my morning message" if held.folded else "as they come, outside quiet hours and days off",),
        ),
        ("Weekly list", ("on the first working day of your week" if held.weekly else "off",)),
    ]
    if held.platforms:
        chosen = dict(held.platforms).get(held.direct)
        rows.append(("Written to", (f"on {chosen}" if chosen else "where you were active last",)))
    if held.pulse is not None:
        rows.append(("Daily pulse", ("only when something changed" if held.pulse else "off",)))
    if held.paused is not None:
        rows.append(("Paused", (f"until {day_text(held.paused, held.today)}",)))
    return tuple(rows)


def _switches(held: Mornings) -> tuple[Button, ...]:
    rest = RESUME if held.paused is not None else Button("reminder.pause", "Pause until Monday", "until monday")
    single = Button("noise.fold", *(("As they come", ":off") if held.folded else ("All in one message", ":on")))
    weekly = Button("reminder.weekly", *(("No weekly list", "off") if held.weekly else ("Weekly list", "on")))
    pulse = () if held.pulse is None else (_pulse(held.pulse),)
    usual = (Button("reminder.quiet", "Usual quiet hours", "usual"),) if held.own_quiet else ()
    return (CHANGE, QUIET, *usual, rest, single, weekly, *pulse, *_written_to(held))


def _written_to(held: Mornings) -> tuple[Button, ...]:
    """Where else direct messages may go, for who has accounts on several platforms."""
    others = [Button("account.direct", f"Write to me on {name}", key) for key, name in held.platforms]
    last = Button("account.direct", "Where I was last", "")
    return tuple(each for each in (*others, last) if each.value != held.direct) if held.platforms else ()


def quiet_form(held: Mornings) -> Form:
    """Quiet hours of one's own."""
    begins, ends = held.quiet
    clock = f"On the clock of {held.zone}. Severity 1 passes them"
    fields = (
        Field("begins", "Quiet from", "time", clock, True, begins),
        Field("ends", "Quiet until", "time", "Your morning message comes after this", True, ends),
    )
    return Form("reminder.quieted", "My quiet hours", "Set quiet hours", fields, "you alone")


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
    quiet = replace(usual, quiet=("22:00", "08:00"), own_quiet=True, folded=True)
    return [mornings_card(usual), mornings_card(rests), mornings_card(quiet)]
