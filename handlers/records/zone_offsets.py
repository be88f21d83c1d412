"""By which clock deadlines were computed: a country may change its clocks, and a deadline of working time keeps its wall time.

A deadline is kept as an instant, so what its wall showed by the old rules has to be kept beside it: for each zone in use, its
offsets from UTC over the coming year.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from handlers.calendar import instant_of, zone
from handlers.places import everybody
from storage.unit_of_work import UnitOfWork

AHEAD = timedelta(days=400)
"""Further ahead than any deadline of working time lies."""
STEP = timedelta(hours=1)
"""How exactly a change of the clocks is found: clocks change at full hours, or at a time of night without deadlines."""
WEEK = timedelta(days=7)


def keep(uow: UnitOfWork, now: datetime) -> None:
    """Keep the offsets of all zones in which somebody lives, as they are known ``now``."""
    for installation_id in uow.lateness.installations():
        lived_in = {each.zone for each in everybody(uow, installation_id)}
        for name in sorted(lived_in | {each.zone for each in uow.providers.providers(installation_id)}):
            keep_zone(uow, name, now)


def keep_zone(uow: UnitOfWork, name: str, now: datetime) -> None:
    """The same for one zone: what is computed from now on is computed by these."""
    uow.settings.set(_setting(name), json.dumps([(at.isoformat(), offset) for at, offset in _offsets(name, now)]))


def followed(instant: datetime, name: str, uow: UnitOfWork) -> datetime:
    """The instant (UTC) at which the clock in zone ``name`` shows what it was to show at ``instant`` by the rules that were
    kept; ``instant`` itself where none were."""
    kept = [(datetime.fromisoformat(at), offset) for at, offset in json.loads(uow.settings.get(_setting(name)) or "[]")]
    before = [offset for at, offset in kept if at <= instant]
    if not before:
        return instant
    wall = (instant + timedelta(seconds=before[-1])).replace(tzinfo=None)
    return instant_of(wall, zone(name))


def _setting(name: str) -> str:
    return f"zones.offsets:{name}"


def _offsets(name: str, now: datetime) -> list[tuple[datetime, int]]:
    """The offset now, and each other one from when it holds, in seconds east of UTC."""
    found = [(now, _offset(now, name))]
    at = now
    while at < now + AHEAD:
        if _offset(at + WEEK, name) != found[-1][1]:
            while _offset(at + STEP, name) == found[-1][1]:
                at += STEP
            found.append((at + STEP, _offset(at + STEP, name)))
        at += WEEK
    return found


def _offset(at: datetime, name: str) -> int:
    offset = at.astimezone(zone(name)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
