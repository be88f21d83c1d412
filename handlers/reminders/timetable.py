"""Who has a morning: one schedule for each person whom anything can concern, none for the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import schedules
from handlers.calendar import Pattern, working_days
from handlers.noise.preferences import days_of
from handlers.reminders import duties, openly, shown
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import (
    AbsenceTold,
    ActionAgreed,
    ActionChanged,
    ContractReopened,
    OwnerChanged,
    PeopleJoined,
    PersonKnown,
    ProviderSetUp,
)
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
    for morning, person in shown.refresh(item, uow, now):
        openly.refresh(morning, person, uow, now)


def owner_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Somebody else answers for a side: they hear what the one before heard."""
    assert isinstance(event, OwnerChanged)
    for person_id in (event.before, event.after):
        person = uow.people.get(person_id)
        if person is not None:
            keep(person, uow, now)


def programme_runs(event: object, uow: UnitOfWork, now: datetime) -> None:
    """A programme begins or goes on: whoever answers for it, and whoever manages for the client, has mornings."""
    assert isinstance(event, ProviderSetUp | ContractReopened)
    programme = uow.providers.programme(event.programme_id)
    if programme is None:
        return
    holders = [uow.people.get(owner.person_id) for owner in uow.providers.owners(event.programme_id)]
    managers = [each for each in uow.people.of_client(programme.installation_id) if duties.steers(each)]
    _keep_each([*holders, *managers], uow, now)


def absence_told(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Somebody will be away: whoever may stand in for them has mornings."""
    assert isinstance(event, AbsenceTold)
    person = uow.people.get(event.person_id)
    if person is None:
        return
    keep(person, uow, now)
    held = [post.programme_id for post in uow.mornings.posts(event.person_id)]
    owned = [item.programme_id for item in uow.actions.open_owned_by(event.person_id)]
    for programme_id in sorted({*held, *owned}):
        found = (uow.providers.accountable(programme_id, person.side, role) for role in ("owner", "deputy"))
        _keep_each(list(found), uow, now)


def person_known(event: object, uow: UnitOfWork, now: datetime) -> None:
    """More is known of somebody: their mornings come in their own zone from now on; whoever steers has some anyway."""
    assert isinstance(event, PersonKnown)
    person = uow.people.get(event.person_id)
    if person is None:
        return
    if duties.steers(person) or uow.schedules.of(SUBJECT, event.person_id) is not None:
        keep(person, uow, now)


def joined(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Two people are one, or two again: each has the mornings that are theirs now."""
    assert isinstance(event, PeopleJoined)
    _keep_each([uow.people.get(event.person_id), uow.people.get(event.other_id)], uow, now)


def keep_all(item: ActionItem, uow: UnitOfWork, now: datetime) -> None:
    """Keep, begin or end the mornings of whoever is reminded of an item, or hears of it as a manager."""
    answering = uow.providers.accountable(item.programme_id, Side.CLIENT)
    owner = uow.people.get(item.owner_id)
    _keep_each([owner, duties.recipient(item, uow, now), duties.manager(item, uow, now), answering], uow, now)


def keep(person: Person, uow: UnitOfWork, now: datetime) -> bool:
    """A person's mornings go on while anything can concern them, at their own time on their own days in their own zone.

    Answers whether they do. A running schedule is left alone unless time, days or zone changed, so that no morning is lost.
    """
    assert person.id is not None
    if not duties.has_mornings(person, uow):
        schedules.cancel(uow, SUBJECT, person.id)
        return False
    days = days_of(person, uow) or working_days(person.country or None)
    pattern = str(Pattern.parse(f"{','.join(days)} {person.morning}"))
    running = uow.schedules.of(SUBJECT, person.id)
    same = running is not None and (running.state, running.pattern, running.zone) == ("active", pattern, person.zone)
    if not same:
        schedules.every(uow, SUBJECT, person.id, person.installation_id, pattern, person.zone, now)
    return True


def _keep_each(people: Sequence[Person | None], uow: UnitOfWork, now: datetime) -> None:
    for person in {each.id: each for each in people if each is not None}.values():
        keep(person, uow, now)
