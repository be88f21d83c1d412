"""An issue goes up: what is late past its time is brought, level by level, to the people the matrix names on both sides.

Whoever is named hears of it at a working moment of their own, severity 1 at once. Each level is reached once in a turn, and
every jump is kept with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers import places, schedules, stand_ins
from handlers.calendar import WorkHours
from handlers.issues import going_up, jumps, ladder, voice
from handlers.issues.ladder import Counts, Late
from handlers.issues.standing import Standing, standing_of
from handlers.issues.unheard import Unheard
from handlers.ladders import ROUND_THE_CLOCK, Planned, Rung, Rungs, heard_at
from handlers.vocabulary.events import Fired
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

SUBJECT = "issue.escalate"
Firing = Callable[[Fired, UnitOfWork, datetime], None]
Hours = Callable[[Person, UnitOfWork], WorkHours]
Paused = Callable[[Person, date, UnitOfWork], date | None]
"""Until which day of theirs somebody wants to hear nothing, asked with their today."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """``rungs`` tells whom the matrix names, ``hours`` when a person works, ``paused`` what rest they asked for."""

    rungs: Rungs
    hours: Hours
    paused: Paused

    def after(self, firing: Firing) -> Firing:
        """What is said when something is due, and from then on the levels above its owner."""

        def due(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
            firing(fired, uow, now)
            self.climb(fired, uow, now)

        return due

    def climb(self, fired: Fired, uow: UnitOfWork, now: datetime) -> None:
        """Reach every level that is due, and come back when the next one is. Nothing for what is not late any more."""
        issue = uow.issues.get(fired.subject_id)
        standing = None if issue is None else standing_of(issue, uow)
        if issue is None or standing is None or standing.programme.state != "active":
            return
        late = ladder.late(issue, standing.owner_side, standing.clocks)
        if late is None or late.due > now:
            return
        heard_out = Unheard(standing, late, uow)
        ahead = self._ahead(standing, late, heard_out.counts, uow, now)
        heard_out.say(now)
        due = [each for each in ahead if each.at <= now]
        later = [each for each in ahead if each.at > now]
        if due:
            made = jumps.make(standing, late, due, uow, now)
            going_up.tell(standing_of(issue, uow), late, made, later, uow, now)
        if later:
            at = min(each.at for each in later)
            schedules.once_at(uow, SUBJECT, standing.id, issue.installation_id, at)

    def _ahead(self, standing: Standing, late: Late, counts: Counts, uow: UnitOfWork, now: datetime) -> list[Planned]:
        """What is not reached yet in this turn."""
        issue = standing.issue
        rungs = self.rungs(issue, standing.owner, uow)
        reached = {(each.level, each.side) for each in uow.escalations.jumps(standing.id) if each.turn == late.turn}

        def turn(rung: Rung, at: datetime) -> tuple[Person | None, datetime]:
            return self._turn(standing, rung, at, uow, now)

        steps = ladder.planned(late, rungs, issue.severity, standing.hours(late.side), turn, counts)
        return [each for each in steps if each.key not in reached]

    def _turn(
        self, standing: Standing, rung: Rung, reached: datetime, uow: UnitOfWork, now: datetime
    ) -> tuple[Person | None, datetime]:
        """Whom a rung turns to today, and when they may hear of it."""
        severity = standing.issue.severity
        person = self._present(rung.people, standing, uow, now)
        if person is None or rung.how == "summary":
            return person, reached
        paused = self.paused(person, stand_ins.today_of(person, now), uow)
        return person, heard_at(reached, severity, self.hours(person, uow), paused)

    def _present(self, people: Sequence[Person], standing: Standing, uow: UnitOfWork, now: datetime) -> Person | None:
        """The first of them who is there, has an account and, save for severity 1, did not ask for rest; where none is, the
        first who is there, then whoever stands in for the first."""
        there = [each for each in people if stand_ins.is_there(uow, each, now)]
        able = [
            each
            for each in there
            if places.direct_to(uow, each) is not None and not self._rests(each, standing, uow, now)
        ]
        if able or there:
            return (able or there)[0]
        return voice.present(standing, people[0], uow, now) if people else None

    def _rests(self, person: Person, standing: Standing, uow: UnitOfWork, now: datetime) -> bool:
        if standing.issue.severity == ROUND_THE_CLOCK:
            return False
        return self.paused(person, stand_ins.today_of(person, now), uow) is not None
