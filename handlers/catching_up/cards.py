"""What the bot says about its own gap. For the client only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.calendar import city, wall_of
from handlers.calendar import zone as zone_named
from handlers.catching_up.rules import Missed, counted
from handlers.lateness import Gap
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    Heading,
    InternalCard,
    Listing,
    Strong,
    Text,
    When,
    Words,
)

MOST = 8
"""Missed things that are named; more are counted."""
LONGEST_NAME = 80
WHY = "You manage providers here, and something came late or not at all. It is said once after such a gap."


@dataclass(frozen=True, slots=True)
class Told:
    """One announcement: ``late`` are the kinds of the messages that came late, ``missed`` what is not posted any more;
    ``zone`` is the reader's, where the platform does not know it."""

    gap: Gap
    late: Sequence[str]
    missed: Sequence[Missed]
    zone: str


def gap_card(told: Told) -> InternalCard:
    """Since when nothing ran, until when, and what that did."""
    gap = told.gap
    elements: list[Element] = [
        Words(("I was not running from ", When(gap.since, told.zone), " to ", When(gap.until, told.zone), "."))
    ]
    if told.late:
        elements.append(Words((Strong("Caught up, late: "), f"{counted(told.late)}.")))
    if told.missed:
        elements += [Heading("Not posted, because it is too late"), missed_list(told.missed, told.zone)]
    return InternalCard(
        text=_first_line(told),
        title="I was away",
        elements=tuple(elements),
        buttons=(Button("home.show", "Home"),),
        why=WHY,
    )


def missed_list(missed: Iterable[Missed], zone: str) -> Listing:
    """What is not posted any more, a line each, with what happens instead."""
    lines = [_line(each, zone) for each in missed]
    return Listing(tuple(lines[:MOST]), more=max(0, len(lines) - MOST))


def _line(each: Missed, zone: str) -> Text:
    name = each.name if len(each.name) <= LONGEST_NAME else f"{each.name[: LONGEST_NAME - 1]}…"
    whose = (Strong(name), ": ") if name else ()
    times = f"{each.count} times, the last due " if each.count > 1 else "due "
    return (*whose, f"{each.what}, {times}", When(each.due_at, zone), f". {each.after}")


def _first_line(told: Told) -> str:
    where = zone_named(told.zone)
    since, until = wall_of(told.gap.since, where), wall_of(told.gap.until, where)
    away = f"I was not running from {since:%a %H:%M} to {until:%a %H:%M} ({city(told.zone)})."
    late = f" Caught up late: {counted(told.late)}." if told.late else ""
    gone = sum(each.count for each in told.missed)
    return f"{away}{late}{f' Not posted, because too late: {gone}.' if gone else ''}"


# --- examples


_GAP = Gap(datetime(2026, 3, 7, 22, 10, tzinfo=UTC), datetime(2026, 3, 9, 14, 5, tzinfo=UTC))


def _missed(name: str, count: int = 1) -> list[Missed]:
    due = _GAP.since + timedelta(hours=10)
    return [
        Missed("weekly digest", name, due, count, "The next digest says that there was none."),
        Missed("agenda of a review", name, due, 1, "The review had begun or was over."),
    ]


def examples() -> list[AnyCard]:
    """Something late; something missed as well."""
    late = ("digest.weekly", "digest.internal", "digest.weekly", "review.agenda")
    return [
        gap_card(Told(_GAP, late, (), "Europe/London")),
        gap_card(Told(_GAP, late[:1], _missed("Northwind Manila"), "Asia/Manila")),
    ]


def worst_cases() -> list[AnyCard]:
    """Very much of everything, with the longest and strangest names."""
    cards: list[AnyCard] = []
    for name in ("N" * 300, "<!channel> & *bold* `code` <@U1>", "\u05e1\u05e4\u05e7 \u05e9\u05d9\u05e8\u05d5\u05ea"):
        cards.append(gap_card(Told(_GAP, ("new.kind", "digest.weekly") * 900, _missed(name, 12) * 40, "Europe/London")))
    return cards
