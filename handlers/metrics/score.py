"""How many targets a programme's week meets, counted and said in one place: for the digest, the portfolio and Home. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.calendar import Pattern, next_fire
from handlers.metrics.rules import Standing


@dataclass(frozen=True, slots=True)
class Score:
    """Of ``expected`` key metrics ``received`` have a figure of the week; of those ``judged`` that have a target, ``met`` are
    on target and ``missed`` off it, and one without a figure is neither. ``asked_from`` is the day at the provider's place
    on which figures are asked for the first time, None once they were."""

    expected: int
    received: int
    judged: int
    met: int
    missed: int = 0
    asked_from: date | None = None

    @property
    def missing(self) -> int:
        """How many figures were asked for and are not there. Missing is neither good nor bad."""
        return 0 if self.asked_from is not None else self.expected - self.received


def score_of(standings: Iterable[tuple[Standing, bool]], asked_from: date | None = None) -> Score:
    """Counts where key metrics stand, each with whether it has a target: judged on the periods that decide its status, never
    on the week alone."""
    known = list(standings)
    targets = [standing for standing, has_target in known if has_target]
    return Score(
        expected=len(known),
        received=sum(standing is not Standing.NO_DATA for standing, _ in known),
        judged=len(targets),
        met=targets.count(Standing.ON_TARGET),
        missed=targets.count(Standing.OFF_TARGET),
        asked_from=asked_from,
    )


def score_text(score: Score) -> str:
    """ "4 of 5 on target"; "targets met" where not every metric has a target: "4 of 4" would not fit "5 of 5 received"."""
    if not score.received and score.asked_from is not None:
        return asked_text(score.asked_from)
    if not score.received:
        return f"no figures yet, {score.expected} of {score.expected} missing"
    if not score.judged:
        return f"{score.received} of {score.expected} figures received, no targets agreed yet"
    return f"{score.met} of {score.judged} {'on target' if score.judged == score.expected else 'targets met'}"


def rest_text(score: Score) -> str:
    """What becomes of figures that are not there although others are: "3 missing"; "" where none is."""
    if not score.received or score.received == score.expected:
        return ""
    return f"{score.missing} missing" if score.asked_from is None else f"others {_from(score.asked_from)}"


def asked_text(day: date) -> str:
    """ "figures asked from Tue 10 Mar"."""
    return f"figures {_from(day)}"


def first_asked(since: datetime, now: datetime, figures: Pattern, theirs: ZoneInfo) -> date | None:
    """The day of the first request after ``since``, when a programme was set up, on the provider's wall clock; None once its
    time has come at ``now``: from then on what is not there is missing."""
    wall, at = next_fire(figures, theirs, since)
    return wall.date() if at > now else None


def _from(day: date) -> str:
    return f"asked from {day:%a} {day.day} {day:%b}"
