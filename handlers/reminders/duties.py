"""Whom an action item concerns: who is reminded of it, and whose summary it reaches when it stays undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.calendar import WorkHours, is_working_day, wall_of, zone
from handlers.records.hours import hours_of
from handlers.reminders.rules import Pinged, Rung, Works, for_managers, rung
from handlers.vocabulary.address import Side, Visibility
from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.models.reminder import Ping
from storage.reminders import MANAGERS
from storage.unit_of_work import UnitOfWork

RUNNING = "active"
"""Only such programmes speak: after the contract's end, or while paused, everything falls silent."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to say this morning: an item, and on which rung."""

    item: ActionItem
    rung: Rung


def duties(person: Person, uow: UnitOfWork, now: datetime) -> list[Duty]:
    """What a person is to be told this morning: their own items by the ladder, then what managers should know."""
    own, managed = concerns(person, uow)
    found = [Duty(item, step) for item in own if (step := _rung(item, person, uow, now)) is not None]
    return found + [Duty(item, Rung.MANAGERS) for item in managed if _is_for_managers(item, uow, now)]


def concerns(person: Person, uow: UnitOfWork) -> tuple[list[ActionItem], list[ActionItem]]:
    """The open items a person is reminded of, and those they would hear of as a manager; by due day and number."""
    assert person.id is not None
    items = {item.id: item for item in uow.actions.open_owned_by(person.id)}
    for programme in uow.providers.programmes_owned(person.id):
        assert programme.id is not None
        items.update({item.id: item for item in uow.actions.open_of(programme.id)})
    running = [item for item in items.values() if _is_running(item, uow)]
    ordered = sorted(running, key=lambda item: (item.due_on, item.number))
    own = [item for item in ordered if _is(recipient(item, uow), person)]
    return own, [item for item in ordered if _is(manager(item, uow), person)]


def recipient(item: ActionItem, uow: UnitOfWork) -> Person | None:
    """Who is reminded: the owner; once they have left, whoever answers for their side, else its deputy."""
    owner = uow.people.get(item.owner_id)
    if owner is not None and owner.left_at is None:
        return owner
    answering = _answering(item, item.side, uow)
    return answering[0] if answering else None


def manager(item: ActionItem, uow: UnitOfWork) -> Person | None:
    """In whose summary it comes when it stays undone: the client's owner, or the deputy where that is the item's owner."""
    others = [person for person in _answering(item, Side.CLIENT, uow) if person.id != item.owner_id]
    return others[0] if others else None


def works_for(person: Person) -> Works:
    """The days on which a person works, in their own country."""
    hours = hours_for(person)
    return lambda day: is_working_day(day, hours)


def hours_for(person: Person) -> WorkHours:
    """When a person works, in their own zone and country."""
    return hours_of(person.zone, person.country)


def today_for(person: Person, now: datetime) -> date:
    """The day at a person's own place."""
    return wall_of(now, zone(person.zone)).date()


def pinged(ping: Ping, where: str) -> Pinged:
    """A reminder as the ladder counts it; ``where`` is the zone of whoever got it."""
    return Pinged(Rung(ping.step.partition(":")[0]), ping.due_on, wall_of(ping.at, zone(where)).date())


def _rung(item: ActionItem, person: Person, uow: UnitOfWork, now: datetime) -> Rung | None:
    assert item.id is not None and person.id is not None
    snooze = uow.reminders.snooze(item.id, person.id)
    return rung(
        item.due_on,
        today_for(person, now),
        [pinged(ping, person.zone) for ping in uow.reminders.pings(item.id, person.id) if ping.step != MANAGERS],
        works_for(person),
        open_=item.state in OPEN,
        acknowledged=item.state in ("acknowledged", "blocked"),
        snoozed_until=None if snooze is None else snooze.until,
    )


def _is_for_managers(item: ActionItem, uow: UnitOfWork, now: datetime) -> bool:
    """By the owner's calendar: three business days of theirs have gone by."""
    owner = uow.people.get(item.owner_id)
    assert item.id is not None and owner is not None
    today = today_for(owner, now)
    if item.due_on >= today:
        return False
    made = [pinged(ping, owner.zone) for ping in uow.reminders.pings_of(item.id)]
    return for_managers(item.due_on, today, made, works_for(owner), open_=item.state in OPEN)


def _answering(item: ActionItem, side: str, uow: UnitOfWork) -> list[Person]:
    """Owner and deputy of a side who have not left; what is internal concerns the client only."""
    if item.visibility == Visibility.INTERNAL and side != Side.CLIENT:
        return []
    found = (uow.providers.accountable(item.programme_id, side, role) for role in ("owner", "deputy"))
    return [person for person in found if person is not None and person.left_at is None]


def _is_running(item: ActionItem, uow: UnitOfWork) -> bool:
    programme = uow.providers.programme(item.programme_id)
    return programme is not None and programme.state == RUNNING


def _is(one: Person | None, other: Person) -> bool:
    return one is not None and one.id == other.id
