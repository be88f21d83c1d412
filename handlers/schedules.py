"""What is due when: every timed thing is a row of one table, so that one indexed question finds it.

A recurring schedule is a wall-clock pattern in a zone; a single moment is a pattern of its own, "once". The tick makes each
firing exactly once: its key is the schedule and the wall time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Set
from datetime import UTC, datetime, timedelta

from handlers.calendar import Pattern, instant_of, next_fire
from handlers.calendar import zone as zone_named
from handlers.graces import ALWAYS, DAY, GRACES, grace_of
from handlers.lateness import FIRED_LATE
from handlers.vocabulary.events import Fired
from storage.models.schedule import Occurrence, Schedule
from storage.unit_of_work import UnitOfWork

ONCE = "once"
OF_PROGRAMMES = frozenset({"digest", "figures", "figures.later"})
"""Subjects whose ids are programmes: what many of them need at one moment is read together."""

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
) -> Schedule:
    """Fire by ``pattern`` ("mon 08:30") on the wall clock of ``zone`` from ``now`` on; replaces an earlier schedule.

    How late it may still be acted on stands in ``graces``.
    """
    wall, instant = next_fire(Pattern.parse(pattern), zone_named(zone), now)
    schedule = uow.schedules.locked(subject, subject_id) or _fresh(subject, subject_id, installation_id)
    schedule.pattern, schedule.zone, schedule.grace = pattern, zone, _seconds(grace_of(subject, _seconds(DAY)))
    schedule.next_wall, schedule.next_at, schedule.state = wall, instant, "active"
    return uow.schedules.add(schedule)


def once_at(
    uow: UnitOfWork,
    subject: str,
    subject_id: int,
    installation_id: int,
    at: datetime,
    *,
    until: datetime | None = None,
) -> Schedule:
    """Fire a single time at ``at``; replaces an earlier schedule. ``until`` is the instant (UTC) after which it is of no use
    any more, for what ``graces`` leaves to the record; None: however late."""
    schedule = uow.schedules.locked(subject, subject_id) or _fresh(subject, subject_id, installation_id)
    grace = ALWAYS if until is None else max(until - at, timedelta(0))
    schedule.pattern, schedule.zone, schedule.grace = ONCE, "UTC", _seconds(grace)
    schedule.next_wall, schedule.next_at, schedule.state = at.astimezone(UTC).replace(tzinfo=None), at, "active"
    return uow.schedules.add(schedule)


def cancel(uow: UnitOfWork, subject: str, subject_id: int) -> None:
    """Fire no more."""
    schedule = uow.schedules.locked(subject, subject_id)
    if schedule is not None and schedule.state == "active":
        schedule.state = "cancelled"
        uow.schedules.save(schedule)


def follow_rules(uow: UnitOfWork, zones: Collection[str], after_id: int, limit: int = 500) -> int | None:
    """Countries changed their clocks: let schedules fire at their wall time by today's rules, at most ``limit`` of them after
    ``after_id``; answers the last one's id, None when there are no more."""
    batch = uow.schedules.in_zones(zones, after_id, limit)
    for schedule in batch:
        if schedule.pattern != ONCE:
            schedule.next_at = instant_of(schedule.next_wall, zone_named(schedule.zone))
    uow.schedules.save(*batch)
    return batch[-1].id if batch else None


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
            uow.late_since = each.due_at if each.late else None
            firings[each.subject](each, uow, now)
    uow.late_since = None
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
    gone_by = now - due_at
    missed, late = gone_by > grace_of(schedule.subject, schedule.grace), gone_by > FIRED_LATE
    if schedule.pattern != ONCE or _is_told(schedule, missed=missed):
        state = "missed" if missed else "late" if late else "fired"
        occurrence = Occurrence(
            schedule_id=schedule.id, wall=wall, due_at=due_at, fired_at=now, state=state, covers=covers
        )
        if not uow.schedules.fired(occurrence):
            return None
    if missed:
        return None
    return Fired(schedule.subject, schedule.subject_id, wall.isoformat(timespec="minutes"), late, covers, due_at)


def _is_told(schedule: Schedule, *, missed: bool) -> bool:
    """Whether a single moment is noted: only one that was missed, and only if somebody misses anything by it."""
    grace = GRACES.get(schedule.subject)
    return missed and grace is not None and bool(grace.what)


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
