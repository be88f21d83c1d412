"""What is said about messages that could not be delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from handlers.deliveries.commands import LIST
from handlers.deliveries.entries import Entry, Group
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    Heading,
    InternalCard,
    Item,
    Note,
    PrivateCard,
    Strong,
    Text,
    Tone,
    When,
    Words,
)

PAGE = 8
"""Entries on a page of the list: with their headings well under the fifty blocks of a Slack message."""
TOLD = 5
"""How many are named in the message to a manager; more are counted."""
LONGEST = 240
"""Characters of a reason in a line."""
HOME = Button("home.show", "Home")
NOTHING = "Everything was delivered."


def told_card(entries: Sequence[Entry], count: int, zone: str, why: str) -> InternalCard:
    """Tells a manager what waits for a decision: of ``count`` messages the oldest, ``entries``. ``zone`` is theirs."""
    if not entries:
        text = "What could not be delivered is decided; nothing waits any more."
        return InternalCard(text=text, title=text, elements=(Words((text,)),), why=why)
    one = count == 1
    text = f"A message could not be delivered: {entries[0].what}" if one else f"{count} messages could not be delivered"
    left = count - len(entries)
    more: list[Element] = [Note((f"And {left} more.",))] if left else []
    return InternalCard(
        text=text,
        title="A message could not be delivered" if one else text,
        tone=Tone.BAD,
        elements=(*(_item(each, zone, buttons=one) for each in entries), *more),
        buttons=() if one else (Button(LIST.action, "Decide", style="primary"),),
        why=why,
    )


def list_card(
    groups: Sequence[Group], count: int, missed: Sequence[Entry], count_missed: int, start: int, zone: str
) -> PrivateCard:
    """One page of ``count`` undelivered messages, with what was too late on the first."""
    many = "One message" if count == 1 else f"{count} messages"
    text = f"{many} could not be delivered." if count else NOTHING
    elements: list[Element] = [Words((text,)), *(line for group in groups for line in _grouped(group, zone))]
    if missed and start == 0:
        elements += [Heading("Too late to be of use, so not posted"), *(_missed(each, zone) for each in missed)]
        if count_missed > len(missed):
            elements.append(Note((f"And {count_missed - len(missed)} more within the week.",)))
    back = (Button(LIST.action, "Back", str(max(0, start - PAGE))),) if start else ()
    on = (Button(LIST.action, "Next", str(start + PAGE)),) if start + PAGE < count else ()
    return PrivateCard(text=text, title="Not delivered", elements=tuple(elements), buttons=(*back, *on, HOME))


def decided_card(text: str, undo: str = "") -> PrivateCard:
    """What was decided. ``undo`` is the value by which it can be taken back."""
    back = (Button("history.undo", "Undo", undo),) if undo else ()
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=(*back, LIST))


def not_found_card(text: str) -> PrivateCard:
    """Tells somebody that what they asked the platform for came to nothing."""
    return PrivateCard(text=text, tone=Tone.WARN, elements=(Words((text,)),), why="You asked for it.")


def _grouped(group: Group, zone: str) -> Iterator[Element]:
    yield Heading(group.name)
    if group.count > 1:
        value = str(group.programme_id or 0)
        buttons = (Button("delivery.again", "Send all again", value), Button("delivery.leave", "Drop all", value))
        yield Item((f"All {group.count}:",), buttons)
    yield from (_item(each, zone) for each in group.entries)


def _item(entry: Entry, zone: str, *, buttons: bool = True) -> Item:
    value = str(entry.seq)
    choice = (Button("delivery.send", "Send again", value), Button("delivery.drop", "Drop", value))
    return Item(_line(entry, zone), choice if buttons else (), Tone.BAD)


def _missed(entry: Entry, zone: str) -> Item:
    return Item(_line(entry, zone), (Button("delivery.send", "Send it anyway", str(entry.seq)),))


def _line(entry: Entry, zone: str) -> Text:
    why = entry.why if len(entry.why) <= LONGEST else f"{entry.why[: LONGEST - 1]}…"
    hang = "" if not entry.replies else f" {_count(entry.replies, 'reply', 'replies')} to it wait with it."
    return (Strong(_first(entry.what)), f" to {_cut(entry.where)}, due ", When(entry.since, zone), f": {why}.{hang}")


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _cut(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:79]}…"


def _count(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count} {many}"


# --- for the contract test ------------------------------------------------------------------------------------------

_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _entries(words: str, count: int) -> tuple[Entry, ...]:
    return tuple(
        Entry(each, "issue card", words, _AT + timedelta(minutes=each), f"is_archived: {words}", 1, each % 3)
        for each in range(1, count + 1)
    )


def _cards(words: str, count: int) -> list[AnyCard]:
    entries = _entries(words, min(count, PAGE - 1))
    groups = [Group(1, words, count, entries), Group(None, "Of no provider", 1, _entries(words, 1))]
    return [
        told_card(entries[:TOLD], count, "Europe/London", "You manage Parley here."),
        list_card(groups, count + 1, entries[:5], count, 0, "Asia/Manila"),
        decided_card(f"Dropped: issue card to {words}.", "delivery:7"),
        not_found_card(f"I could not read that message: {words}."),
    ]


def examples() -> list[AnyCard]:
    """One of each, as they usually look."""
    why = "You are the accountable owner on your company's side."
    return [
        told_card(_entries("#ops-manila", 1), 1, "Europe/London", why),
        told_card((), 0, "Europe/London", why),
        list_card([], 0, [], 0, 0, "Europe/London"),
        *_cards("#ops-manila", 3),
    ]


def worst_cases() -> list[AnyCard]:
    """Two hundred messages, with markup, beyond every limit and from right to left."""
    names = ("N" * 300, "<!channel> & *bold* `code`", "\u05e1\u05e4\u05e7 \u05d4\u05e9\u05d9\u05e8\u05d5\u05ea")
    return [card for name in names for card in _cards(name, 200)]
