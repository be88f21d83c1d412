"""Who covers an absence: for every programme that concerns somebody, the person who steps in, if there is one."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.places import programme_name
from storage.models.absence import Absence
from storage.models.person import Person
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Cover:
    """One programme: ``by`` steps in, None where nobody does; ``away_too`` is whoever would, but is away then."""

    programme_id: int
    programme: str
    by: Person | None
    away_too: Person | None = None


def covers(person: Person, absence: Absence, uow: UnitOfWork) -> list[Cover]:
    """The programmes somebody holds a post in or owns something open of, each with who steps in on the first day."""
    concerned = _concerned(person, uow)
    return [_cover(programme, person, absence, concerned, uow) for programme in concerned]


def _concerned(person: Person, uow: UnitOfWork) -> list[Programme]:
    assert person.id is not None
    found = {each.id: each for each in uow.providers.programmes_owned(person.id)}
    issues, actions = uow.issues.open_owned_by(person.id), uow.actions.open_owned_by(person.id)
    for programme_id in dict.fromkeys(
        [*(each.programme_id for each in issues), *(each.programme_id for each in actions)]
    ):
        programme = uow.providers.programme(programme_id)
        if programme is not None and programme.state == "active":
            found[programme.id] = programme
    return list(found.values())


def _cover(programme: Programme, person: Person, absence: Absence, among: list[Programme], uow: UnitOfWork) -> Cover:
    assert programme.id is not None
    name, away_too = programme_name(uow, programme, among), None
    for role in ("deputy", "owner"):
        other = uow.providers.accountable(programme.id, person.side, role)
        if other is None or other.id is None or other.id == person.id or other.left_at is not None:
            continue
        if uow.absences.on(other.id, absence.first_day) is None:
            return Cover(programme.id, name, other)
        away_too = other
    return Cover(programme.id, name, None, away_too)
