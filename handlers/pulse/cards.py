"""What a pulse says. Read by one manager alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.pulse.balance import Balance
from handlers.pulse.rules import Change
from handlers.vocabulary.outgoing import Button, Element, Item, Note, PrivateCard, Strong, Text, Tone, When, Words

LISTED = 10
HOME = Button("home.show", "Home")
ON, OFF = Button("pulse.switch", "Daily pulse", "on"), Button("pulse.switch", "No daily pulse", "off")


@dataclass(frozen=True, slots=True)
class Hint:
    """A provider is asked much: its week, what it is called, and when the next review is (None: none is planned)."""

    balance: Balance
    name: str
    review_at: datetime | None


def pulse_card(
    found: Sequence[Change], names: Mapping[int, str], since: datetime, zone: str, hints: Sequence[Hint] = ()
) -> PrivateCard:
    """What changed since a moment, the most pressing first; ``names`` of the ten that are shown."""
    text = _headline(found, names) if found else f"{hints[0].name} is asked a lot: some of it could wait for a review."
    elements: list[Element] = [Note(("Since ", When(since, zone), "."))] if found else []
    elements += [_item(each, names.get(each.programme_id, "a provider")) for each in found[:LISTED]]
    left = found[LISTED:]
    if left:
        count = sum(each.count for each in left)
        elements.append(Note((f"And {_count(count, 'change')} with {_count(len(left), 'more provider')}.",)))
    elements += [_hint(each, zone) for each in hints]
    tone = Tone.WARN if hints or any(each.trouble for each in found) else Tone.GOOD
    return PrivateCard(text=text, title="Daily pulse", tone=tone, elements=tuple(elements), buttons=(HOME,))


def quiet_card(since: datetime, zone: str) -> PrivateCard:
    """Nothing changed; said only to whoever asks."""
    text = "Nothing changed with your providers since the last pulse."
    words: Text = (f"{text} I last told you of changes up to ", When(since, zone), ".")
    return PrivateCard(text=text, elements=(Words(words),), buttons=(HOME, OFF))


def switched_card(on: bool, morning: str, zone: str) -> PrivateCard:
    """It is on, or off."""
    at = f"{morning} ({zone})"
    text = (
        f"The daily pulse is on: what changed with your providers, in your morning at {at}, only if something did."
        if on
        else "No daily pulse any more. Home shows how everything stands, and urgent issues still reach you."
    )
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=(HOME, OFF if on else ON))


def _headline(found: Sequence[Change], names: Mapping[int, str]) -> str:
    first = found[0]
    name, phrase = names.get(first.programme_id, "a provider"), first.phrases[0]
    rest = sum(len(each.phrases) for each in found) - 1  # several of one kind are one phrase
    more = f", and {_count(rest, 'more change')}" if rest > 0 else ""
    return f"{name}: {phrase}{more}."


def _item(change: Change, name: str) -> Item:
    buttons = (Button("home.provider", "Open", str(change.programme_id)),)
    said = f": {'; '.join(change.phrases)}."
    return Item((Strong(name), said), buttons, Tone.WARN if change.trouble else Tone.GOOD)


def _hint(hint: Hint, zone: str) -> Item:
    """Only for whoever steers: what a week of asking came to, and what could be kept together."""
    week = hint.balance
    parts = [_count(week.asks, "ask")]
    parts += [f"{week.again} once more"] if week.again else []
    parts += [f"{week.outside} outside their hours"] if week.outside else []
    said: Text = (Strong(hint.name), f": much at once, {', '.join(parts)} in seven days.")
    if week.waiting:
        named = ", ".join(map(str, week.waiting))
        which = f" Action {named}" if len(week.waiting) == 1 else f" Actions {named}"
        when: Text = (" next review.",) if hint.review_at is None else (" review on ", When(hint.review_at, zone), ".")
        said = (*said, f"{which} could go together into the", *when)
    line = Button("review.line.of", "Add to the agenda", str(week.programme_id))
    return Item(said, (line,), Tone.WARN)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


# --- for the contract test ------------------------------------------------------------------------------------------

_SINCE = datetime(2026, 3, 3, 9, tzinfo=UTC)


def examples() -> list[PrivateCard]:
    """What people see."""
    found = [
        Change(1, ("issue 12 reported: Refund calls wait, severity 2", "5 figures came in"), 6, 33, True),
        Change(2, ("issue 9 closed: Late export",), 1, 5, False),
    ]
    names = {1: "Northwind Manila", 2: "Baltic Desk"}
    zone = "Europe/London"
    hint = Hint(Balance(1, 14, 2, 5, (5, 6, 7, 8)), "Northwind Manila", datetime(2026, 3, 5, 10, tzinfo=UTC))
    return [
        pulse_card(found, names, _SINCE, zone, [hint]),
        pulse_card([], names, _SINCE, zone, [Hint(Balance(2, 3, 0, 5, (9,)), "Baltic Desk", None)]),
        pulse_card(found, names, _SINCE, zone),
        pulse_card(found[1:], names, _SINCE, zone),
        quiet_card(_SINCE, zone),
        switched_card(True, "09:00", zone),
        switched_card(False, "09:00", zone),
    ]


def worst_cases() -> list[PrivateCard]:
    """More than can be shown, hostile words."""
    nasty = "<!channel> *bold* & <b>מדיניות</b> \u202eright " + "x" * 150
    hints = [Hint(Balance(1, 99, 99, 99, (1, 2, 3, 4)), nasty, None)] * 3
    found = [Change(number, (nasty,) * 9, 9, 9, True) for number in range(1, 60)]
    return [pulse_card(found, dict.fromkeys(range(1, 60), nasty), _SINCE, "Asia/Manila", hints)]
