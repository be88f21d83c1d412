"""The first morning back: what happened while somebody was away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.reminders.more import AWAY, More
from handlers.vocabulary.outgoing import Heading, Listing, Text
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happened: who was reminded in their place (names) of how many items, what is new of theirs."""

    stood_in: tuple[tuple[str, int], ...] = ()
    actions: int = 0
    issues: int = 0


def meanwhile(person: Person, since: datetime, uow: UnitOfWork, now: datetime) -> Meanwhile:
    """What happened from the first morning that was left out until now."""
    assert person.id is not None
    actions, issues = uow.mornings.new_for(person.id, since, now)
    return Meanwhile(tuple(uow.mornings.stood_in(person.id, since, now)), actions, issues)


def back_card(told: Meanwhile) -> More:
    """The part that tells it; none where nothing happened."""
    lines: list[Text] = [
        (f"{name} was reminded of {_count(number, 'action item')} of yours.",) for name, number in told.stood_in
    ]
    new = [_count(told.actions, "action item")] if told.actions else []
    new += [_count(told.issues, "issue")] if told.issues else []
    if new:
        lines.append((f"New for you: {' and '.join(new)}.",))
    if not lines:
        return More()
    return More((Heading(AWAY), Listing(tuple(lines))), "Welcome back.")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
