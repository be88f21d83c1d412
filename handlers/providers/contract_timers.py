"""When a contract's end is spoken of: ahead to the manager, once as a farewell to both, and the end itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from handlers import schedules
from handlers.calendar import Pattern, instant_of, next_fire, wall_of, zone
from handlers.vocabulary.events import ZoneChanged
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

AHEAD, FAREWELL, END = "contract.ahead", "contract.farewell", "contract.end"
"""Subjects of the three timers of a programme."""
DAYS_AHEAD = (60, 30, 7)
"""How many days before the end the manager is told."""
MORNING, FAREWELL_AT, AFTER_MIDNIGHT = time(9), time(10), time(0, 5)
EARLIEST = 6
"""Days before the end at which the farewell is said at the earliest, to avoid a day on which the channel gets something else."""
WEEKEND = (5, 6)


def last_moment(end: date, anchor: str) -> datetime:
    """When a programme falls silent: five minutes into the day after the contract's last one, in the anchor zone."""
    return instant_of(datetime.combine(end + timedelta(days=1), AFTER_MIDNIGHT), zone(anchor))


def told_at(end: date, anchor: str) -> list[tuple[int, datetime]]:
    """When the manager is told, and how many days ahead that is."""
    days = ((ahead, end - timedelta(days=ahead)) for ahead in DAYS_AHEAD)
    return [(ahead, instant_of(datetime.combine(day, MORNING), zone(anchor))) for ahead, day in days]


def farewell_day(end: date, busy: Sequence[int]) -> date:
    """The last working day up to the end on which the channel gets nothing else; the end itself where there is none.

    ``busy`` are week days (Monday is 0) with a message of their own: a channel gets one unprompted message a day.
    """
    days = (end - timedelta(days=back) for back in range(EARLIEST + 1))
    return next((day for day in days if day.weekday() not in (*WEEKEND, *busy)), end)


def set_timers(uow: UnitOfWork, programme: Programme, provider: Provider, now: datetime) -> None:
    """Let the three timers fit the contract's end; without one, or once it is over, there are none."""
    assert programme.id is not None
    end, anchor = provider.contract_end, programme.anchor_zone
    if end is None or programme.state not in {"active", "paused"}:
        cancel_timers(uow, programme)
        return
    coming = [at for _, at in told_at(end, anchor) if at > now]
    over = last_moment(end, anchor)
    _once(uow, AHEAD, programme, coming[0] if coming else None, over)
    day = farewell_day(end, busy_days(programme, provider, now))
    farewell = instant_of(datetime.combine(day, FAREWELL_AT), zone(anchor)) if over > now else None
    _once(uow, FAREWELL, programme, farewell, over)
    _once(uow, END, programme, over)


def zone_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """A country changed its clocks: the timers of programmes there fit their wall times again."""
    assert isinstance(event, ZoneChanged)
    for installation_id in uow.lateness.installations():
        for programme in uow.providers.programmes(installation_id, state=None):
            provider = uow.providers.provider(programme.provider_id)
            if programme.anchor_zone == event.zone and provider is not None and provider.contract_end is not None:
                set_timers(uow, programme, provider, now)


def cancel_timers(uow: UnitOfWork, programme: Programme) -> None:
    """No end, nothing to say about it."""
    for subject in (AHEAD, FAREWELL, END):
        _once(uow, subject, programme, None)


def farewell_name(programme: Programme, end: date) -> str:
    """The name of a programme's farewell for this end, for ever."""
    return f"{FAREWELL}:{programme.id}:{end.isoformat()}"


def busy_days(programme: Programme, provider: Provider, now: datetime) -> list[int]:
    """The week days, in the anchor zone, on which the digest goes out and figures are asked for."""
    anchor = zone(programme.anchor_zone)
    patterns = ((programme.digest_wall, programme.anchor_zone), (programme.figures_wall, provider.zone))
    fires = (next_fire(Pattern.parse(wall), zone(where), now)[1] for wall, where in patterns)
    return [wall_of(at, anchor).weekday() for at in fires]


def _once(
    uow: UnitOfWork, subject: str, programme: Programme, at: datetime | None, until: datetime | None = None
) -> None:
    assert programme.id is not None
    if at is None:
        schedules.cancel(uow, subject, programme.id)
    else:
        schedules.once_at(uow, subject, programme.id, programme.installation_id, at, until=until)
