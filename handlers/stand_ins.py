"""Who stands in for whom, and who may speak for whom: what every room asks before it turns to a person.

While somebody is away (days in their own zone), the other holder of a post on their side acts for them. What they own stays
theirs.
"""

from __future__ import annotations

from datetime import date, datetime

from handlers.calendar import wall_of, zone
from handlers.vocabulary.address import Side
from handlers.vocabulary.route import Asker
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork


def acting_for(uow: UnitOfWork, programme_id: int, side: Side, now: datetime) -> Person | None:
    """Who answers for a side of a programme today: its owner, or the deputy while the owner is away (where nobody is owner:
    the deputy). When both are away it is the owner all the same; None where nobody holds a post."""
    owner = uow.providers.accountable(programme_id, side)
    deputy = uow.providers.accountable(programme_id, side, "deputy")
    if owner is None:
        return deputy
    return deputy if deputy is not None and is_away(uow, owner, now) and is_there(uow, deputy, now) else owner


def stand_in_for(uow: UnitOfWork, person: Person, programme_id: int, now: datetime) -> Person | None:
    """Whoever does what is a person's in a programme while they cannot: the deputy, else the owner of their side, who is
    there today; None where there is nobody but themselves."""
    found = (uow.providers.accountable(programme_id, person.side, role) for role in ("deputy", "owner"))
    return next(
        (each for each in found if each is not None and each.id != person.id and is_there(uow, each, now)), None
    )


def present(uow: UnitOfWork, person: Person, programme_id: int, now: datetime) -> Person:
    """The person to turn to: themselves, or who stands in while they are away; themselves where nobody does."""
    if not is_away(uow, person, now):
        return person
    return stand_in_for(uow, person, programme_id, now) or person


def is_there(uow: UnitOfWork, person: Person, now: datetime) -> bool:
    """Neither away today nor gone for good."""
    return person.left_at is None and not is_away(uow, person, now)


def is_away(uow: UnitOfWork, person: Person, now: datetime) -> bool:
    """Whether somebody is away today, on the calendar of their own zone."""
    return away_until(uow, person, now) is not None


def away_until(uow: UnitOfWork, person: Person, now: datetime) -> date | None:
    """The last day of the absence somebody is in today (a day in their own zone); None: they are not away."""
    assert person.id is not None
    absence = uow.absences.on(person.id, today_of(person, now))
    return None if absence is None else absence.last_day


def today_of(person: Person, now: datetime) -> date:
    """The day at a person's own place."""
    return wall_of(now, zone(person.zone)).date()


def may_speak_for(uow: UnitOfWork, asker: Asker, person: Person) -> bool:
    """Whether an asker may say that somebody is away or has left: managers for both companies' people, the owner of a
    provider's side for their own people. Oneself is another matter."""
    if person.installation_id != asker.installation_id:
        return False
    if asker.manages:
        return True
    return asker.side is Side.PROVIDER and person.provider_id is not None and _leads(uow, asker, person.provider_id)


def _leads(uow: UnitOfWork, asker: Asker, provider_id: int) -> bool:
    """Whether the asker is owner for one of the provider's programmes, on the provider's side."""
    return any(
        row.person_id == asker.person_id and row.side == Side.PROVIDER and row.role == "owner"
        for programme in uow.providers.programmes_of(provider_id)
        if programme.id is not None
        for row in uow.providers.owners(programme.id)
    )
