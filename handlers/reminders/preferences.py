"""What somebody set for their own mornings: time, days, pauses, the weekly list. Nobody else is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from handlers.calendar import WorkHours, is_working_day, parse_days
from handlers.records.hours import hours_of
from handlers.reminders.rules import Works
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

DAYS, PAUSED, WEEKLY, AWAY = "mornings.days", "mornings.paused", "weekly", "mornings.away"
"""Settings by person id: chosen week days ("": those usual in their country), the day on which reminders go on, "off" where
no weekly list is wanted, and when the first morning was left out because they are away."""
OFF, ON = "off", "on"


def hours_for(person: Person, uow: UnitOfWork) -> WorkHours:
    """When a person works, in their own zone and country, on the days they chose."""
    usual, chosen = hours_of(person.zone, person.country), days_of(person, uow)
    return replace(usual, days=chosen) if chosen else usual


def works_for(person: Person, uow: UnitOfWork) -> Works:
    """The days on which a person wants to hear: week days of theirs that are no public holiday."""
    hours = hours_for(person, uow)
    return lambda day: is_working_day(day, hours)


def days_of(person: Person, uow: UnitOfWork) -> tuple[str, ...]:
    """The week days a person chose; empty where they chose none."""
    chosen = _get(DAYS, person, uow)
    return parse_days(chosen) if chosen else ()


def choose_days(person: Person, days: tuple[str, ...], uow: UnitOfWork) -> None:
    """Reminders come on these week days from now on; none: on those usual in their country."""
    _set(DAYS, person, ",".join(days), uow)


def paused_until(person: Person, today: date, uow: UnitOfWork) -> date | None:
    """The day on which reminders go on, if that is still ahead of ``today``."""
    written = _get(PAUSED, person, uow)
    until = date.fromisoformat(written) if written else None
    return until if until is not None and today < until else None


def pause(person: Person, until: date | None, uow: UnitOfWork) -> None:
    """Nothing comes before that day; None: go on."""
    _set(PAUSED, person, "" if until is None else until.isoformat(), uow)


def wants_weekly(person: Person, uow: UnitOfWork) -> bool:
    """Whether the weekly list is wanted; it is until somebody says no."""
    return _get(WEEKLY, person, uow) != OFF


def want_weekly(person: Person, on: bool, uow: UnitOfWork) -> None:
    """Turn the weekly list on or off."""
    _set(WEEKLY, person, ON if on else OFF, uow)


def missed_since(person: Person, uow: UnitOfWork) -> datetime | None:
    """When the first morning was left out because the person is away, if any was."""
    written = _get(AWAY, person, uow)
    return datetime.fromisoformat(written) if written else None


def miss(person: Person, since: datetime | None, uow: UnitOfWork) -> None:
    """A morning was left out; None: they have been told what happened meanwhile."""
    _set(AWAY, person, "" if since is None else since.isoformat(), uow)


def _get(name: str, person: Person, uow: UnitOfWork) -> str:
    return uow.settings.get(f"{name}:{person.id}") or ""


def _set(name: str, person: Person, value: str, uow: UnitOfWork) -> None:
    uow.settings.set(f"{name}:{person.id}", value)
