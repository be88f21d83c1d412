"""The heartbeat: that this process ticks, how the work stands, and since when nobody ticked before it.

Whoever asks whether all is well is answered from memory, so that a database which hangs cannot hang the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from storage.unit_of_work import UnitOfWork, Units
from storage.version import PROGRAM
from storage.watch import watch

BEAT_EVERY = 10.0
"""Seconds between two heartbeats: often enough to be missed soon, seldom enough to cost nothing."""
ILL_AFTER = 30.0
"""Seconds without a tick after which this process is called ill."""
GAP = timedelta(minutes=10)
"""A shorter silence is a restart, not a gap."""
GAP_SINCE = "presence.gap_since"
"""Setting: since when nobody ticked, until it was told."""
REMEMBERED = timedelta(days=7)
"""How long a process that ticks no more is remembered."""

TellGap = Callable[[UnitOfWork, datetime, datetime], None]
"""Is told since when nobody ticked, and until when; in a transaction of its own."""


class Presence:
    """One process' heartbeat. ``now`` answers aware UTC. ``executor`` is its name."""

    def __init__(self, executor: str, units: Units, now: Callable[[], datetime]) -> None:
        self.executor = executor
        self._units = units
        self._now = now
        self._ticked: float | None = None
        self._ticked_at: float | None = None
        """On the wall clock, which goes on while a machine sleeps; the other one cannot be set."""
        self._answered = True
        self._alive = 1
        self._oldest_due = 0.0
        self.gap_told = False

    def begin(self) -> None:
        """The first beat, or the first after a rest. A silence of everybody before it is kept until it was told, since this
        process may die before that."""
        now = self._now()
        with self._units() as uow:
            last = uow.replicas.last_beat()
            if last is not None and now - last > GAP and uow.settings.get(GAP_SINCE) is None:
                uow.settings.set(GAP_SINCE, last.isoformat())  # an earlier one that was not told yet goes on
            uow.replicas.beat(self.executor, PROGRAM, now)
            uow.commit()
        self.gap_told = False

    def rested(self) -> bool:
        """Whether no tick of ours went through for so long that it is as good as not running: the machine slept, or the
        database was away. By the real time, whatever clock is moved by hand."""
        return self._ticked_at is not None and time.time() - self._ticked_at > GAP.total_seconds()

    def beat(self) -> None:
        """This process ticks; and look how the work stands. After a rest the first tick beats, by ``begin``: a beat before it
        would hide the rest."""
        if self.rested():
            return
        now = self._now()
        with self._units() as uow:
            uow.replicas.beat(self.executor, PROGRAM, now)
            found = watch(uow.session, now)
            uow.commit()
        due = [each for each in (found.oldest_due, found.schedule_due) if each is not None]
        self._alive, self._oldest_due = found.alive, (now - min(due, default=now)).total_seconds()

    def tell_gap(self, tell: TellGap) -> bool:
        """Tell the silence before the first beat, once, whoever of several asks first; answers whether there was one."""
        with self._units() as uow:
            since = uow.settings.take(GAP_SINCE)
            if since is not None:
                tell(uow, datetime.fromisoformat(since), self._now())
                uow.commit()
        self.gap_told = True
        return since is not None

    def forget(self) -> None:
        """Drop processes that ended long ago."""
        with self._units() as uow:
            uow.replicas.forget(self._now() - REMEMBERED)
            uow.commit()

    def ticked(self) -> None:
        """A tick went through."""
        self._ticked, self._ticked_at, self._answered = time.monotonic(), time.time(), True

    def stumbled(self) -> None:
        """The database did not answer a tick."""
        self._answered = False

    def health(self, holding: bool) -> dict[str, object]:
        """For /healthz. ``holding``: the database answers, and this process' lock is held."""
        behind = None if self._ticked is None else time.monotonic() - self._ticked
        there = holding and self._answered
        return {
            "ok": there and behind is not None and behind < ILL_AFTER,
            "seconds_since_tick": None if behind is None else round(behind, 3),
            "database": "ok" if there else "away",
            "replica": self.executor,
            "replicas": self._alive,
            "oldest_due_seconds": round(self._oldest_due, 1),
        }
