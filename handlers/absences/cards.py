"""What is said about an absence: to whoever told it, to whoever steps in, to whom it was told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from babel.lists import format_list

from handlers.absences.covering import Cover
from handlers.calendar import day_text
from handlers.vocabulary.outgoing import AnyCard, Button, Code, Element, Listing, Note, PrivateCard, Text, Tone, Words
from storage.models.person import Person

AWAY = Button("absence.ask", "I am away")
"""Opens the form; for cards that offer it."""
LISTED = 10


def days_text(first: date, last: date, today: date) -> str:
    """Days in words: "today", "on Friday 6 March", "from today until Friday 6 March"."""
    begins = "today" if first == today else day_text(first, today)
    if first == last:
        return begins if first == today else f"on {begins}"
    return f"from {begins} until {day_text(last, today)}"


def noted_card(
    who: str, first: date, last: date, today: date, cover: Sequence[Cover], value: str, *, may_name: bool
) -> PrivateCard:
    """It is noted, and who steps in. ``who`` is "You" or a name; ``value`` the absence's id; ``may_name``: the reader can
    name a deputy by a form."""
    text = f"{who} {'are' if who == 'You' else 'is'} away {days_text(first, last, today)}. {_covered(who, cover)}"
    lines = tuple(_cover_line(each) for each in cover[:LISTED]) if len(cover) > 1 else ()
    said: list[Element] = [Words((text,))]
    if lines:
        said.append(Listing(lines, len(cover) - len(lines)))
    bare = [each for each in cover if each.by is None and each.away_too is None]
    if bare and not may_name:
        said.append(Note(("The owner of a side names its deputy: ", Code("setup deputy @name"), ".")))
    naming = [
        Button("providers.setup", f"Name a deputy: {each.programme}"[:75], f"programme:{each.programme_id}")
        for each in bare
    ]
    back = Button("absence.back", "I am back" if who == "You" else f"{who} is back"[:75], value)
    tone = Tone.WARN if bare else Tone.PLAIN
    return PrivateCard(text=text, tone=tone, elements=tuple(said), buttons=(back, *(naming[:2] if may_name else ())))


def back_card(who: str, *, begun: bool) -> PrivateCard:
    """They are there again, or are not going to be away."""
    if not begun:
        text = "Taken back: nothing is noted for those days any more."
    elif who == "You":
        text = "Welcome back. Your reminders come to you again from your next morning on."
    else:
        text = f"{who} is back and gets the reminders again."
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=(AWAY,) if who == "You" else ())


def step_in_card(name: str, first: date, last: date, today: date, programmes: Sequence[str]) -> PrivateCard:
    """To whoever steps in."""
    text = f"{name} is away {days_text(first, last, today)}. You stand in for {_listed(programmes)}."
    note = Note(
        ("Reminders of what is theirs come to you meanwhile; it stays theirs, and the due days stay as they are.",)
    )
    why = "You are the deputy, or the owner, on the same side."
    return PrivateCard(text=text, elements=(Words((text,)), note), buttons=(_ACTIONS,), why=why)


def no_need_card(name: str, *, changed: bool = False) -> PrivateCard:
    """To whoever stepped in: no longer; or, ``changed``, on other days, of which a message of its own tells."""
    text = (
        f"{name} is away on other days now, so this no longer counts."
        if changed
        else f"{name} is here after all, so nobody has to stand in. Thank you."
    )
    return PrivateCard(text=text, elements=(Words((text,)),), why="You were asked to stand in.")


def told_of_card(by: str, first: date, last: date, today: date, value: str) -> PrivateCard:
    """To somebody of whom it was said that they are away."""
    text = f"{by} told me that you are away {days_text(first, last, today)}; your reminders rest then."
    buttons = (Button("absence.back", "I am here", value),)
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=buttons, why="It is about you.")


def _covered(who: str, cover: Sequence[Cover]) -> str:
    if not cover:
        return (
            "Nothing open concerns them, so nobody has to step in."
            if who != "You"
            else ("Nothing open is yours, so nobody has to step in.")
        )
    names = {None if each.by is None else each.by.id for each in cover}
    whose = "your" if who == "You" else "their"
    if None in names:
        return _bare(cover, whose) if len(cover) == 1 else "Not everything is covered:"
    first = cover[0].by
    assert first is not None
    return f"{first.name} gets {whose} reminders." if len(names) == 1 else f"This is who gets {whose} reminders:"


def _bare(cover: Sequence[Cover], whose: str) -> str:
    too = cover[0].away_too
    reason = f"{too.name} is away then too" if too is not None else "no deputy is named"
    return f"Nobody gets {whose} reminders meanwhile: {reason}."


def _cover_line(cover: Cover) -> Text:
    if cover.by is not None:
        return (f"{cover.programme}: {cover.by.name}",)
    if cover.away_too is not None:
        return (f"{cover.programme}: nobody, as {cover.away_too.name} is away then too",)
    return (f"{cover.programme}: nobody, no deputy is named",)


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:LISTED])
    if len(names) > LISTED:
        shown.append(f"{len(names) - LISTED} more")
    return format_list(shown, locale="en_GB")


_ACTIONS = Button("action.list", "Action items", "all")


# --- for the contract test ------------------------------------------------------------------------------------------

_TODAY, _LAST = date(2026, 3, 2), date(2026, 3, 6)
_STAMP = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _cards(name: str, programme: str) -> list[AnyCard]:
    rey = Person(id=5, installation_id=1, name=name, side="provider", zone="Asia/Manila", created_at=_STAMP)
    covered, bare = Cover(1, programme, rey), Cover(2, f"{programme} 2", None)
    return [
        noted_card("You", _TODAY, _LAST, _TODAY, [covered], "3", may_name=False),
        noted_card(name, _LAST, _LAST, _TODAY, [covered, bare], "3", may_name=True),
        noted_card("You", _TODAY, _TODAY, _TODAY, [Cover(1, programme, None, rey)], "3", may_name=False),
        noted_card("You", _TODAY, _LAST, _TODAY, [], "3", may_name=False),
        back_card("You", begun=True),
        back_card(name, begun=True),
        back_card("You", begun=False),
        step_in_card(name, _TODAY, _LAST, _TODAY, [programme]),
        no_need_card(name),
        no_need_card(name, changed=True),
        told_of_card(name, _TODAY, _LAST, _TODAY, "3"),
    ]


def examples() -> list[AnyCard]:
    """One of each, as they usually look."""
    return _cards("Rey Cruz", "Northwind Manila")


def worst_cases() -> list[AnyCard]:
    """Names beyond every limit, with markup, and from right to left."""
    names = ("N" * 400, "<!channel> & *bold* `code`", "\u05e1\u05e4\u05e7 \u05d4\u05e9\u05d9\u05e8\u05d5\u05ea")
    return [card for name in names for card in _cards(name, name)]
