"""What is kept about digests between two weeks: the newest one, whether it is paused or left out, and why none came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from handlers.calendar import instant_of, week_of, zone
from handlers.digests.week import Moment, Standing
from handlers.vocabulary.address import Place
from storage.unit_of_work import UnitOfWork

DAYS = 7
SILENCE = {
    "paused": "it was paused",
    "skipped": "a manager skipped it",
    "moved": "its time was moved",
}
"""Why no digest came, in words."""
NOT_RUNNING = "Parley was not running"


@dataclass(frozen=True, slots=True)
class Posted:
    """The newest digest of a programme, so that later figures find it."""

    monday: date
    week: date
    moment: Moment

    def once(self, kind: str, programme_id: int) -> str:
        """The name of one of its messages, for ever."""
        return f"{kind}:{programme_id}:{self.monday.isoformat()}"

    def dump(self) -> str:
        """As it is kept."""
        moment = self.moment
        parts = [self.monday.isoformat(), self.week.isoformat(), moment.wall.isoformat(), moment.late, moment.skipped]
        return json.dumps([*parts, moment.gap])


def look_up(uow: UnitOfWork, *programme_ids: int) -> None:
    """Read all that is kept about these programmes' digests in one question."""
    what = ("newest", "silence", "paused", "skip")
    uow.settings.preload(f"digest.{each}:{programme_id}" for programme_id in programme_ids for each in what)


def keep_newest(uow: UnitOfWork, programme_id: int, posted: Posted) -> None:
    """This is the newest now; whatever kept an earlier one away is told with it and over."""
    uow.settings.set(f"digest.newest:{programme_id}", posted.dump())
    uow.settings.set(f"digest.silence:{programme_id}", "")


def newest(uow: UnitOfWork, programme_id: int) -> Posted | None:
    """The newest digest; None before the first."""
    kept = uow.settings.get(f"digest.newest:{programme_id}")
    programme = None if kept is None else uow.providers.programme(programme_id)
    if kept is None or programme is None:
        return None
    monday, week, written, late, skipped, *gap = json.loads(kept)
    wall = datetime.fromisoformat(written)
    moment = Moment(wall, instant_of(wall, zone(programme.anchor_zone)), late, skipped, "".join(gap))
    return Posted(date.fromisoformat(monday), date.fromisoformat(week), moment)


def posted_today(uow: UnitOfWork, programme_id: int, now: datetime, anchor: str) -> Posted | None:
    """The newest digest if it is of today, on the anchor's calendar."""
    posted, where = newest(uow, programme_id), zone(anchor)
    if posted is None or posted.moment.at.astimezone(where).date() != now.astimezone(where).date():
        return None
    return posted


# --- paused, left out


def paused(uow: UnitOfWork, programme_id: int) -> bool:
    """Whether a manager paused the digest."""
    return uow.settings.get(f"digest.paused:{programme_id}") == "yes"


def pause(uow: UnitOfWork, programme_id: int, *, on: bool) -> None:
    """Pause or resume; the schedule goes on, so that nothing is caught up later."""
    uow.settings.set(f"digest.paused:{programme_id}", "yes" if on else "no")
    if on:
        silent(uow, programme_id, "paused")


def leave_out(uow: UnitOfWork, programme_id: int, wall: datetime | None) -> None:
    """Leave out the digest of the week of this naive wall time; None: none is left out."""
    uow.settings.set(f"digest.skip:{programme_id}", "" if wall is None else week_of(wall.date())[0].isoformat())


def leaves_out(uow: UnitOfWork, programme_id: int, wall: datetime) -> bool:
    """Whether the digest of the week of this naive wall time is left out."""
    return uow.settings.get(f"digest.skip:{programme_id}") == week_of(wall.date())[0].isoformat()


def standing(uow: UnitOfWork, programme_id: int, next_wall: datetime) -> Standing:
    """Whether the digest is on; ``next_wall`` is the next one's wall time."""
    return Standing(paused(uow, programme_id), leaves_out(uow, programme_id, next_wall))


# --- why none came


def silent(uow: UnitOfWork, programme_id: int, why: str) -> None:
    """Keep why a digest does not come (a key of ``SILENCE``), for the next one to tell."""
    uow.settings.set(f"digest.silence:{programme_id}", why)


def gap(uow: UnitOfWork, programme_id: int, monday: date, skipped: int) -> str:
    """Why the weeks before the one of ``monday`` had no digest, as a sentence; "" if they had one or it is told already
    (``skipped`` of them because nothing ran)."""
    last = newest(uow, programme_id)
    weeks = 0 if last is None else (monday - last.monday).days // DAYS - 1
    if weeks <= skipped:
        return ""
    why = SILENCE.get(uow.settings.get(f"digest.silence:{programme_id}") or "", NOT_RUNNING)
    return f"There was no digest {'last week' if weeks == 1 else f'for {weeks} weeks'}: {why}."


# --- the day's root in a channel


def root_today(uow: UnitOfWork, place: Place, now: datetime, anchor: str) -> str | None:
    """The outbox key of the message under which a channel's other digests of the day hang; None before the first."""
    uow.settings.preload([_root(place)])  # many digests of one moment ask for the same channel
    kept = uow.settings.get(_root(place))
    if not kept:
        return None
    at, key = json.loads(kept)
    where = zone(anchor)
    same = datetime.fromisoformat(at).astimezone(where).date() == now.astimezone(where).date()
    return str(key) if same else None


def root_of(once: str, uow: UnitOfWork) -> str:
    """The outbox key under which things hang that belong to the message said as ``once``: its own, or that of the one it
    hangs under, where the channel had its message of the day already."""
    row = uow.outbox.by_once(once)
    assert row is not None
    return row.thread_card or row.key


def keep_root(uow: UnitOfWork, place: Place, key: str, now: datetime) -> None:
    """This message is the one under which the day's other digests of the channel hang."""
    uow.settings.set(_root(place), json.dumps([now.isoformat(), key]))


def _root(place: Place) -> str:
    return f"digest.root:{place.platform}:{place.workspace}:{place.channel}"
