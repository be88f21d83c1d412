"""What a digest holds, before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from handlers.metrics.rules import Trend
from handlers.metrics.score import Score, score_of
from handlers.metrics.states import State
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Text


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something late: which side is waited for, in words, since when and to which level it went up (for the order)."""

    side: Side
    words: str
    since: datetime
    level: int = 1


@dataclass(frozen=True, slots=True)
class Closed:
    """What was finished in the week: numbers and titles."""

    issues: tuple[tuple[int, str], ...] = ()
    actions: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """When a digest belongs: ``wall`` is its own wall time in the anchor zone; ``late`` that it was posted after it;
    ``skipped`` how many earlier ones fell out because nothing ran; ``gap`` why the weeks before it had none, as a sentence,
    "" where they had one."""

    wall: datetime
    at: datetime
    late: bool = False
    skipped: int = 0
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A programme's week as both companies may read it.

    ``acted`` maps a metric to what both companies have on it ("action 7", "plan 2"). ``reviews`` are the week's reviews,
    one line a series; ``plans`` the plans both see, a line each; ``next_review`` is the next one on both sides' clocks.
    ``asked_from`` is the day on which figures are asked for the first time, None once they were.
    """

    provider: str
    client: str
    programme_id: int
    week: date
    states: tuple[State, ...]
    kudos: tuple[Text, ...]
    closed: Closed
    overdue: tuple[Overdue, ...]
    acted: Mapping[str, str]
    moment: Moment
    next_at: datetime
    anchor: str
    pattern: str
    reviews: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    next_review: str = ""
    asked_from: date | None = None

    @property
    def score(self) -> Score:
        """How many targets the week meets, as Home counts them too."""
        return score_of(((state.standing, state.target is not None) for state in self.states), self.asked_from)

    @property
    def received(self) -> int:
        """How many figures of the week are there."""
        return sum(not state.missing for state in self.states)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the digest is on: paused until somebody resumes it, or only the next one left out."""

    paused: bool = False
    skips: bool = False


@dataclass(frozen=True, slots=True)
class PlanRef:
    """A plan about a metric. ``by_itself``: it is a draft that was written from the figures and waits for ``owner``."""

    plan_id: int
    number: int
    by_itself: bool = False
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Inside:
    """What only the client reads: declines with their sentence, very bad weeks, who has not answered. ``carried`` names what
    is off target for several periods with nothing agreed on it. ``plans`` are those that run, drafts too, by their metric."""

    trends: Mapping[str, Trend]
    findings: tuple[str, ...]
    events: tuple[str, ...]
    unanswered: tuple[str, ...]
    oldest: Text
    internal: tuple[int, int]
    overdue: tuple[Overdue, ...]
    not_shared: str = ""
    carried: str = ""
    plans: Mapping[str, PlanRef] = field(default_factory=dict)
