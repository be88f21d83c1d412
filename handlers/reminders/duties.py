"""Whom an action item concerns: who is reminded of it, and whose summary it reaches when it stays undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers import stand_ins
from handlers.calendar import is_working_day, wall_of, zone
from handlers.noise.preferences import works_for
from handlers.records.hours import hours_of
from handlers.reminders.rules import Pinged, Rung, for_managers, rung
from handlers.vocabulary.address import Side, Visibility
from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.models.reminder import Ping
from storage.reminders import in_place_of
from storage.unit_of_work import UnitOfWork

RUNNING = "active"
"""Only such programmes speak: after the contract's end, or while paused, everything falls silent."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to say this morning: an item, on which rung, and the id of who is away and stood in for."""

    item: ActionItem
    rung: Rung
    instead_of: int | None = None

    def step(self, today: date) -> str:
        """How the reminder is written down."""
        named = f"{self.rung}:{today.isoformat()}" if self.rung is Rung.AGAIN else str(self.rung)
        return named if self.instead_of is None else f"{named}{in_place_of(self.instead_of)}"


def duties(person: Person, uow: UnitOfWork, now: datetime) -> list[Duty]:
    """What a person is to be told this morning: items by the ladder, then what managers should know."""
    own, managed = concerns(person, uow, now)
    found = [
        Duty(item, step, None if counts_for(item, person, uow) == person.id else item.owner_id)
        for item in own
        if (step := _rung(item, person, uow, now)) is not None
    ]
    return found + [Duty(item, Rung.MANAGERS) for item in managed if _is_for_managers(item, uow, now)]


def concerns(person: Person, uow: UnitOfWork, now: datetime) -> tuple[list[ActionItem], list[ActionItem]]:
    """The open items a person is reminded of today, and those they would hear of as a manager; by due day and number."""
    assert person.id is not None
    items = {item.id: item for item in uow.actions.open_owned_by(person.id)}
    programme_ids = sorted({post.programme_id for post in uow.mornings.posts(person.id)})
    items.update({item.id: item for item in uow.mornings.open_actions(programme_ids)})
    running = [item for item in items.values() if _is_running(item, uow)]
    ordered = sorted(running, key=lambda item: (item.due_on, item.number))
    own = [item for item in ordered if _is(recipient(item, uow, now), person)]
    return own, [item for item in ordered if _is(manager(item, uow, now), person)]


def has_mornings(person: Person, uow: UnitOfWork) -> bool:
    """Whether anything can concern a person: they steer, hold a post, own something open, or something waits for them.
    Whoever is away comes back."""
    assert person.id is not None
    if person.left_at is not None:
        return False
    if steers(person) or uow.mornings.posts(person.id):
        return True
    return any(_is_running(item, uow) for item in uow.actions.open_owned_by(person.id)) or bool(
        uow.outbox.held_for(person.id)
    )


def steers(person: Person) -> bool:
    """Whether a person manages for the client."""
    return person.side == Side.CLIENT and person.role in {"manager", "executive"}


def recipient(item: ActionItem, uow: UnitOfWork, now: datetime) -> Person | None:
    """Who is reminded: the owner; while they are away whoever stands in, or nobody; once they have left, whoever answers for
    their side, else its deputy."""
    owner = uow.people.get(item.owner_id)
    if owner is not None and owner.left_at is None:
        if not stand_ins.is_away(uow, owner, now):
            return owner
        return stand_ins.stand_in_for(uow, owner, item.programme_id, now)
    answering = _there_first(_answering(item, item.side, uow), uow, now)
    return answering[0] if answering else None


def manager(item: ActionItem, uow: UnitOfWork, now: datetime) -> Person | None:
    """In whose summary it comes when it stays undone: the client's owner, or the deputy where that is the item's owner or
    away."""
    others = [person for person in _answering(item, Side.CLIENT, uow) if person.id != item.owner_id]
    ordered = _there_first(others, uow, now)
    return ordered[0] if ordered else None


def counts_for(item: ActionItem, reader: Person, uow: UnitOfWork) -> int:
    """Whose three reminders of an item those to ``reader`` are: the owner's, though others stand in; the reader's own once
    the owner has left."""
    owner = uow.people.get(item.owner_id)
    assert reader.id is not None
    return item.owner_id if owner is not None and owner.left_at is None else reader.id


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
        [pinged(ping, person.zone) for ping in uow.reminders.counted(item.id, counts_for(item, person, uow))],
        works_for(person, uow),
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
    hours = hours_of(owner.zone, owner.country)
    made = [pinged(ping, owner.zone) for ping in uow.reminders.pings_of(item.id)]
    return for_managers(item.due_on, today, made, lambda day: is_working_day(day, hours), open_=item.state in OPEN)


def _answering(item: ActionItem, side: str, uow: UnitOfWork) -> list[Person]:
    """Owner and deputy of a side who have not left; what is internal concerns the client only."""
    if item.visibility == Visibility.INTERNAL and side != Side.CLIENT:
        return []
    found = (uow.providers.accountable(item.programme_id, side, role) for role in ("owner", "deputy"))
    return [person for person in found if person is not None and person.left_at is None]


def _there_first(people: Sequence[Person], uow: UnitOfWork, now: datetime) -> list[Person]:
    """Those who are there today before those who are away."""
    return sorted(people, key=lambda each: stand_ins.is_away(uow, each, now)) if len(people) > 1 else list(people)


def _is_running(item: ActionItem, uow: UnitOfWork) -> bool:
    programme = uow.providers.programme(item.programme_id)
    return programme is not None and programme.state == RUNNING


def _is(one: Person | None, other: Person) -> bool:
    return one is not None and one.id == other.id
