"""What somebody set for themselves: mornings, quiet hours, pauses, what comes in one message. Nobody else is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from handlers.calendar import WorkHours, instant_of, is_quiet, is_working_day, next_moment, parse_days, parse_time
from handlers.noise.rules import Works
from handlers.records.hours import hours_of
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

DAYS, PAUSED, WEEKLY, AWAY = "mornings.days", "mornings.paused", "weekly", "mornings.away"
"""Settings by person id: chosen week days ("": those usual in their country), the day on which reminders go on, "off" where
no weekly list is wanted, and when the first morning was left out because they are away."""
OFF, ON = "off", "on"
QUIET, FOLDED = "quiet", "folded"
"""Settings by person id: quiet hours of their own ("22:00-08:00", "": the usual), and "on" where everything that comes by
itself stands in the morning message. By person id and kind of message: "on" where that kind alone does."""
USUAL_START, USUAL_END = time(9), time(18)
HOUR = timedelta(hours=1)


def quiet_hours(person: Person, uow: UnitOfWork) -> tuple[time, time]:
    """When no direct message comes by itself: from, until, on the person's own clock. What they set; else 18:00 to 09:00,
    with an hour left from the time of their mornings where that is earlier or later."""
    written = _get(QUIET, person, uow)
    if written:
        begins, _, ends = written.partition("-")
        return parse_time(begins), parse_time(ends)
    morning = parse_time(person.morning)
    later = (datetime.combine(date.min, morning) + HOUR).time()
    return max(USUAL_END, later) if later > morning else later, min(USUAL_START, morning)


def set_quiet_hours(person: Person, hours: tuple[time, time] | None, uow: UnitOfWork) -> None:
    """No direct message by itself from, until; None: the usual hours."""
    _set(QUIET, person, "" if hours is None else f"{hours[0]:%H:%M}-{hours[1]:%H:%M}", uow)


def has_own_quiet_hours(person: Person, uow: UnitOfWork) -> bool:
    """Whether they set quiet hours themselves."""
    return bool(_get(QUIET, person, uow))


def awake_hours(person: Person, uow: UnitOfWork) -> WorkHours:
    """When direct messages may come by themselves: outside quiet hours, on the person's own days, on no holiday."""
    begins, ends = quiet_hours(person, uow)
    return replace(hours_for(person, uow), start=ends, end=begins)


def next_awake(now: datetime, hours: WorkHours, resting: date | None = None) -> datetime:
    """The first instant (UTC) from ``now`` on at which a direct message may come, not before the day ``resting`` where one
    is given."""
    if resting is not None:
        now = max(now, instant_of(datetime.combine(resting, time(0)), hours.zone))
    return next_moment(now, hours, hours.start) if is_quiet(now, hours) else now


def wants_folded(person: Person, kind: str, uow: UnitOfWork) -> bool:
    """Whether messages of this kind are to stand in the morning message: all of them, or this kind."""
    return ON in (_get(FOLDED, person, uow), uow.settings.get(f"{FOLDED}:{person.id}:{kind}"))


def folds_all(person: Person, uow: UnitOfWork) -> bool:
    """Whether everything that comes by itself is to stand in the morning message."""
    return _get(FOLDED, person, uow) == ON


def fold(person: Person, on: bool, uow: UnitOfWork, kind: str = "") -> None:
    """Messages of one kind, or ("") all, stand in the morning message from now on, or come as they did."""
    name = f"{FOLDED}:{person.id}:{kind}" if kind else f"{FOLDED}:{person.id}"
    uow.settings.set(name, ON if on else OFF)


def carry_over(before: Person, after: Person, uow: UnitOfWork) -> None:
    """What somebody set under another account holds for them, where they set nothing since."""
    for name in (DAYS, PAUSED, WEEKLY, AWAY, QUIET, FOLDED):
        if not _get(name, after, uow) and (said := _get(name, before, uow)):
            _set(name, after, said, uow)


def look_ahead(person: Person, uow: UnitOfWork) -> None:
    """Read what they set in one question, for what a morning asks."""
    uow.settings.preload(f"{name}:{person.id}" for name in (DAYS, PAUSED, WEEKLY, AWAY, QUIET))


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
