"""Who has a morning: one schedule for each person whom something open concerns, none for the others."""

from __future__ import annotations

from datetime import datetime

from handlers import schedules
from handlers.calendar import Pattern, working_days
from handlers.reminders import duties
from handlers.reminders.shown import refresh
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import ActionAgreed, ActionChanged, OwnerChanged, PersonKnown
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

SUBJECT = "reminders"


def agreed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """An item was agreed: whoever it concerns has a morning from now on."""
    assert isinstance(event, ActionAgreed)
    item = uow.actions.get(event.action_id)
    if item is not None:
        keep_all(item, uow, now)


def changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """An item changed: the mornings of all concerned are kept, begun or ended, and what stands out there shows it."""
    assert isinstance(event, ActionChanged)
    item = uow.actions.get(event.action_id)
    if item is None:
        return
    keep_all(item, uow, now)
    before = None if event.owner_before is None else uow.people.get(event.owner_before)
    if before is not None:
        keep(before, uow, now)
    refresh(item, uow, now)


def owner_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Somebody else answers for a side: they hear what the one before heard."""
    assert isinstance(event, OwnerChanged)
    for person_id in (event.before, event.after):
        person = uow.people.get(person_id)
        if person is not None:
            keep(person, uow, now)


def person_known(event: object, uow: UnitOfWork, now: datetime) -> None:
    """More is known of somebody: their mornings come in their own zone from now on."""
    assert isinstance(event, PersonKnown)
    person = uow.people.get(event.person_id)
    if person is not None and uow.schedules.of(SUBJECT, event.person_id) is not None:
        keep(person, uow, now)


def keep_all(item: ActionItem, uow: UnitOfWork, now: datetime) -> None:
    """Keep, begin or end the mornings of whoever is reminded of an item, or hears of it as a manager."""
    answering = uow.providers.accountable(item.programme_id, Side.CLIENT)
    people = (uow.people.get(item.owner_id), duties.recipient(item, uow), duties.manager(item, uow), answering)
    for person in {each.id: each for each in people if each is not None}.values():
        keep(person, uow, now)


def keep(person: Person, uow: UnitOfWork, now: datetime) -> bool:
    """A person's mornings go on while anything open concerns them, at their own time in their own zone.

    Answers whether they do. A running schedule is left alone unless time, days or zone changed, so that no morning is lost.
    """
    assert person.id is not None
    own, managed = duties.concerns(person, uow)
    if person.left_at is not None or not (own or managed):
        schedules.cancel(uow, SUBJECT, person.id)
        return False
    pattern = str(Pattern.parse(f"{','.join(working_days(person.country or None))} {person.morning}"))
    running = uow.schedules.of(SUBJECT, person.id)
    same = running is not None and (running.state, running.pattern, running.zone) == ("active", pattern, person.zone)
    if not same:
        schedules.every(uow, SUBJECT, person.id, person.installation_id, pattern, person.zone, now)
    return True
