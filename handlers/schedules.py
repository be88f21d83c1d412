"""What is due when: every timed thing is a row of one table, so that one indexed question finds it.

A recurring schedule is a wall-clock pattern in a zone; a single moment is a pattern of its own, "once". The tick makes each
firing exactly once: its key is the schedule and the wall time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from datetime import UTC, datetime, timedelta

from handlers.calendar import Pattern, next_fire
from handlers.calendar import zone as zone_named
from handlers.vocabulary.events import Fired
from storage.models.schedule import Occurrence, Schedule
from storage.unit_of_work import UnitOfWork

ONCE = "once"
OF_PROGRAMMES = frozenset({"digest", "figures", "figures.later"})
"""Subjects whose ids are programmes: what many of them need at one moment is read together."""
DAY = 86_400

Firing = Callable[[Fired, UnitOfWork, datetime], None]
"""Acts on a firing, in the tick's transaction."""


def every(
    uow: UnitOfWork,
    subject: str,
    subject_id: int,
    installation_id: int,
    pattern: str,
    zone: str,
    now: datetime,
    *,
    grace: int = DAY,
) -> Schedule:
    """Fire by ``pattern`` ("mon 08:30") on the wall clock of ``zone`` from ``now`` on; replaces an earlier schedule.

    ``grace`` is how many seconds late it may still be acted on.
    """
    wall, instant = next_fire(Pattern.parse(pattern), zone_named(zone), now)
    schedule = uow.schedules.locked(subject, subject_id) or _fresh(subject, subject_id, installation_id)
    schedule.pattern, schedule.zone, schedule.grace = pattern, zone, grace
    schedule.next_wall, schedule.next_at, schedule.state = wall, instant, "active"
    return uow.schedules.add(schedule)


def once_at(uow: UnitOfWork, subject: str, subject_id: int, installation_id: int, at: datetime) -> Schedule:
    """Fire a single time at ``at``, however late the tick comes; replaces an earlier schedule."""
    schedule = uow.schedules.locked(subject, subject_id) or _fresh(subject, subject_id, installation_id)
    schedule.pattern, schedule.zone, schedule.grace = ONCE, "UTC", 10_000 * DAY
    schedule.next_wall, schedule.next_at, schedule.state = at.astimezone(UTC).replace(tzinfo=None), at, "active"
    return uow.schedules.add(schedule)


def cancel(uow: UnitOfWork, subject: str, subject_id: int) -> None:
    """Fire no more."""
    schedule = uow.schedules.locked(subject, subject_id)
    if schedule is not None and schedule.state == "active":
        schedule.state = "cancelled"
        uow.schedules.save(schedule)


def tick(
    uow: UnitOfWork, now: datetime, firings: Mapping[str, Firing], limit: int = 200, but: Set[int] = frozenset()
) -> int:
    """Act on what is due, at most ``limit`` schedules and none of those whose ids are in ``but``; answers how many.

    The caller commits and asks again until 0.
    """
    due = uow.schedules.due(now, limit, but)
    fired = [_fire(schedule, uow, now) for schedule in due]
    uow.schedules.save(*due)
    uow.providers.look_ahead({each.subject_id for each in fired if each is not None and each.subject in OF_PROGRAMMES})
    for each in fired:
        if each is not None:
            firings[each.subject](each, uow, now)
    return len(due)


def _fresh(subject: str, subject_id: int, installation_id: int) -> Schedule:
    now = datetime.min
    return Schedule(
        installation_id=installation_id,
        subject=subject,
        subject_id=subject_id,
        pattern="",
        zone="UTC",
        next_wall=now,
        next_at=now.replace(tzinfo=UTC),
    )


def _fire(schedule: Schedule, uow: UnitOfWork, now: datetime) -> Fired | None:
    """Note one occurrence for all firings that are due and move the schedule on; the caller saves it. None if too late, or
    made before."""
    assert schedule.id is not None
    wall, due_at, covers = schedule.next_wall, schedule.next_at, 1
    if schedule.pattern == ONCE:
        schedule.state = "finished"
    else:
        pattern, where = Pattern.parse(schedule.pattern), zone_named(schedule.zone)
        schedule.next_wall, schedule.next_at = next_fire(pattern, where, due_at)
        while schedule.next_at <= now:
            wall, due_at, covers = schedule.next_wall, schedule.next_at, covers + 1
            schedule.next_wall, schedule.next_at = next_fire(pattern, where, due_at)
    missed = now - due_at > timedelta(seconds=schedule.grace)
    if schedule.pattern != ONCE:
        occurrence = Occurrence(
            schedule_id=schedule.id,
            wall=wall,
            due_at=due_at,
            fired_at=now,
            state="missed" if missed else "fired",
            covers=covers,
        )
        if not uow.schedules.fired(occurrence):
            return None
    if missed:
        return None
    late = now - due_at > timedelta(minutes=5)
    return Fired(schedule.subject, schedule.subject_id, wall.isoformat(timespec="minutes"), late=late, covers=covers)
