"""Why a message came, by which rule, and what can be done about it at once. Read by one person alone."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.noise.kinds import KINDS, Kind, Own
from handlers.vocabulary.outgoing import Button, Code, Facts, Note, PrivateCard, Text, Words

SETTINGS = Button("reminder.mornings", "My settings")
MOST = 3
"""Names of people who may change it."""


def why_card(why: str, kind: Kind, switches: Sequence[Button], ask: Sequence[str] = ()) -> PrivateCard:
    """The answer: ``why`` this message came, the rule of its ``kind``, and what can be changed with one press.

    ``ask`` names who may change what the reader may not.
    """
    rows: list[tuple[str, Text]] = [("This is", (kind.what,)), ("Rule", (kind.rule,))]
    if kind.own is Own.FOLDED:
        rows.append(("Where", ("it stands in your morning message",)))
    if ask:
        rows.append(("Who can change it", (f"{', '.join(ask[:MOST])}. Ask them, or reply here.",)))
    hint = Note(("For yourself: ", Code("mornings 08:15"), ", ", Code("quiet 22:00-08:00"), ", ", Code("pause"), "."))
    text = why or kind.rule
    return PrivateCard(
        text=text,
        title="Why did I get this?",
        elements=(Words((text,)), Facts(tuple(rows)), hint),
        buttons=(*switches, SETTINGS),
    )


def folded_card(name: str, on: bool) -> PrivateCard:
    """It stands in the morning message from now on, or comes as it did. ``name`` is the kind's, "" for all."""
    what = KINDS[name].what if name in KINDS else "what used to come as single messages"
    what = f"{what[:1].upper()}{what[1:]}"
    text = (
        f"{what} stands in your morning message from now on. Severity 1 still comes at once. Nobody else is told."
        if on
        else f"{what} comes as a message of its own again, outside your quiet hours."
        if name
        else "Single messages come as they happen again, outside your quiet hours."
    )
    undo = Button("noise.fold", "Undo", f"{name}:{'off' if on else 'on'}")
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=(undo, SETTINGS))


def examples() -> list[PrivateCard]:
    """What people see."""
    morning, digest, failed = KINDS["reminders.morning"], KINDS["digest.weekly"], KINDS["delivery.failed"]
    change = (
        Button("digest.time", "Change its time", "3"),
        Button("digest.skip", "Skip the next one", "3"),
    )
    fold = Button("noise.fold", "Only in my morning message", "delivery.failed:on")
    return [
        why_card("You own these.", morning, (Button("reminder.times", "Change the time"),)),
        why_card("The digest is posted every Monday 08:30 (London).", digest, change),
        why_card("The digest is posted every Monday 08:30 (London).", digest, (), ("Maya Brooks", "Ben Carter")),
        why_card("You are the accountable owner on your company's side.", failed, (fold,)),
        why_card("", KINDS["review.direct"], ()),
        folded_card("", True),
        folded_card("delivery.failed", True),
        folded_card("delivery.failed", False),
    ]


def worst_cases() -> list[PrivateCard]:
    """Too much of everything, markup, right-to-left."""
    nasty = "<!channel> *bold* & ~~gone~~ שלום \u202egnp.exe " * 80
    return [why_card(nasty, KINDS["digest.weekly"], (Button("digest.time", "Change its time", "3"),) * 4, (nasty,) * 9)]
