"""When somebody may be spoken to unasked: the one rule for quiet hours, for a person and for a channel.

What a person caused, and severity 1, is said at once. Everything else that would come at night, at a weekend or on a holiday
waits for the working hours of whoever reads it: a person's own, or for a channel those of the programme's anchor clock.
"""

from __future__ import annotations

from datetime import datetime

from handlers.calendar import WorkHours, is_quiet, next_moment
from handlers.records.hours import hours_of
from handlers.vocabulary.address import Side
from storage.models.person import Person
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


def awake(now: datetime, hours: WorkHours) -> datetime | None:
    """None while it is working time, else the instant (UTC) at which it is next."""
    return next_moment(now, hours) if is_quiet(now, hours) else None


def hours_of_person(person: Person) -> WorkHours:
    """The working hours of a person's zone and country."""
    return hours_of(person.zone, person.country)


def hours_of_channel(uow: UnitOfWork, programme: Programme) -> WorkHours:
    """The working hours of a programme's anchor clock. Holidays are those of whoever answers for a side there."""
    assert programme.id is not None
    people = (uow.providers.accountable(programme.id, side) for side in Side)
    countries = (each.country for each in people if each is not None and each.zone == programme.anchor_zone)
    return hours_of(programme.anchor_zone, next(countries, ""))
