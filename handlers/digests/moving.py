"""When a digest comes: its next moment, and another day and time without a second one in the same week."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.calendar import Pattern, next_fire, wall_of, week_of, zone
from handlers.digests import keeping, portfolio, portfolio_kept
from handlers.digests.rules import following
from handlers.schedules import every
from storage.models.provider import Programme
from storage.models.schedule import Schedule
from storage.unit_of_work import UnitOfWork

SUBJECT = "digest"
MOMENT = timedelta(microseconds=1)


def next_of(uow: UnitOfWork, programme: Programme, now: datetime) -> tuple[datetime, datetime]:
    """When a programme's next digest is due, as wall and instant."""
    assert programme.id is not None
    schedule = uow.schedules.of(SUBJECT, programme.id)
    if schedule is not None and schedule.state == "active" and schedule.next_at > now:
        return schedule.next_wall, schedule.next_at
    return next_fire(Pattern.parse(programme.digest_wall), zone(programme.anchor_zone), now)


def move(uow: UnitOfWork, programme: Programme, pattern: Pattern, now: datetime) -> datetime:
    """Let the digest come by ``pattern`` on the programme's clock; answers the next one's instant. A week that had its
    digest gets no second one; a week that loses its own by this is told of by the next."""
    assert programme.id is not None
    where = zone(programme.anchor_zone)
    wall = wall_of(now, where)
    monday, posted = week_of(wall.date())[0], keeping.newest(uow, programme.id)
    had_it = posted is not None and posted.monday >= monday
    was_due = week_of(next_of(uow, programme, now)[0].date())[0] == monday
    programme.digest_wall = str(pattern)
    uow.providers.add(programme)
    after = following(pattern, where, wall)[1] - MOMENT if had_it else now
    schedule = every(uow, SUBJECT, programme.id, programme.installation_id, str(pattern), programme.anchor_zone, after)
    if was_due and not had_it and week_of(schedule.next_wall.date())[0] != monday:
        keeping.silent(uow, programme.id, "moved")
    return schedule.next_at


def move_portfolio(uow: UnitOfWork, schedule: Schedule, pattern: Pattern, now: datetime) -> datetime:
    """The same for the portfolio of all providers."""
    where = zone(schedule.zone)
    wall = wall_of(now, where)
    sent = portfolio_kept.sent_in_week_of(uow, schedule.subject_id, wall)
    after = following(pattern, where, wall)[1] - MOMENT if sent else now
    moved = every(
        uow, portfolio.SUBJECT, schedule.subject_id, schedule.installation_id, str(pattern), schedule.zone, after
    )
    return moved.next_at
