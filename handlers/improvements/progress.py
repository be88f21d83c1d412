"""How a plan's metric stands against what the plan wants: read from the figures that are kept. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from handlers.calendar import wall_of, zone
from handlers.improvements import rules
from handlers.improvements.rules import Period
from handlers.metrics.challenges import challenged
from handlers.metrics.followed import Followed, followed_by
from handlers.metrics.metric import Direction, Metric, Target
from handlers.metrics.rules import Series, Step, margin
from handlers.metrics.targets import target_text
from handlers.metrics.values import format_value, short_value
from handlers.metrics.weeks import last_complete
from storage.models.plan import ImprovementPlan, PlanMilestone
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

CHALLENGES_READ = 16
"""The newest periods that are looked at for challenged figures."""
SHOWN = 12
"""Periods in a chart."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan's metric: ``periods`` are all of its series up to the last complete one, oldest first, and ``since`` is the
    day both had agreed, from which they count (None: not agreed yet)."""

    metric: Metric
    step: Step
    target: Target | None
    periods: tuple[Period, ...]
    needed: int
    since: date | None

    @property
    def counted(self) -> tuple[Period, ...]:
        """The periods that began after both had agreed."""
        return () if self.since is None else tuple(each for each in self.periods if each.start >= self.since)

    @property
    def held(self) -> int:
        """For how many periods running it holds."""
        return rules.held_in_a_row(self.counted)

    @property
    def holds(self) -> bool:
        """Whether it has held for long enough."""
        return rules.may_close(self.counted, self.needed)

    @property
    def latest(self) -> Period | None:
        """The last complete period; its value may be missing."""
        return self.periods[-1] if self.periods else None

    @property
    def banded(self) -> bool:
        """Whether it is good between two limits, which both companies agree for the figure and not for the plan."""
        return self.metric.direction is Direction.BAND

    @property
    def wanted(self) -> str:
        """What the plan wants, in words: "at least 80 %"."""
        return target_text(self.metric, self.target)

    @property
    def held_text(self) -> str:
        """ "holds 2 of 4 weeks"."""
        return f"holds {min(self.held, self.needed)} of {self.needed} {self.steps(self.needed)}"

    @property
    def needed_text(self) -> str:
        """How long it has to hold: "1 week", "4 weeks in a row"."""
        return f"{self.needed} {self.steps(self.needed)}{'' if self.needed == 1 else ' in a row'}"

    def steps(self, count: int) -> str:
        """ "week" or "weeks"."""
        return self.step.value if count == 1 else self.step.plural

    def at(self, start: date) -> Period:
        """The period that began then; nothing is known of one outside the series."""
        return next((each for each in self.periods if each.start == start), Period(start))

    def shown(self, value: Decimal | float | None) -> str:
        """A value in words."""
        return format_value(self.metric, value)

    def short(self, value: Decimal | None) -> str:
        """A target in words: "80 %" and not "80.0 %"."""
        return "" if value is None else short_value(self.metric, value)

    def checked(self, milestone: PlanMilestone) -> tuple[str, float | None]:
        """The state of a milestone with a value whose day has come, and what was found."""
        period = self.at(rules.period_checked(milestone.check_on, self.step))
        value = None if period.met is None else period.value
        wanted = _milestone_target(self.metric, milestone.target, self.target)
        reached = None if value is None or wanted is None else margin(self.metric, value, wanted) >= 0
        return rules.milestone_state(reached), value


def progress_of(plan: ImprovementPlan, programme: Programme, uow: UnitOfWork, now: datetime) -> Progress | None:
    """How a plan's metric stands. None: the plan has none, or its formula is no longer followed."""
    if not plan.metric:
        return None
    anchor = zone(programme.anchor_zone)
    today = wall_of(now, anchor).date()
    assert programme.id is not None
    followed = find_followed(followed_by(uow, programme.id, today), plan)
    if followed is None:
        return None
    series = followed.until(last_complete(now, anchor))
    disputed = _challenged(uow, programme.id, [point.start for point in series.points[-CHALLENGES_READ:]])
    doubtful = {start for start, rows in followed.rows.items() if any(row.id in disputed for row in rows)}
    return Progress(
        metric=followed.metric,
        step=series.step,
        target=_target_in_force(plan, followed, last_complete(now, anchor)) or _target_in_force(plan, followed, today),
        periods=judged(series, doubtful, lambda start: _target_in_force(plan, followed, start)),
        needed=plan.hold_periods,
        since=None if plan.agreed_at is None else wall_of(plan.agreed_at, anchor).date(),
    )


def judged(
    series: Series, doubtful: Collection[date], target_at: Callable[[date], Target | None]
) -> tuple[Period, ...]:
    """Each period of a series against the target in force when it began, in the metric's own direction. Nothing is known of
    one that is missing, partial, challenged (``doubtful``) or without a target. Pure."""
    found = []
    for point in series.points:
        target, value = target_at(point.start), None if point.start in doubtful else point.usable
        met = None if value is None or target is None else margin(series.metric, value, target) >= 0
        found.append(Period(point.start, point.usable, met))
    return tuple(found)


def find_followed(followed: Sequence[Followed], plan: ImprovementPlan) -> Followed | None:
    """The tracked metric a plan is about, by the formula it was agreed on."""
    return next(
        (each for each in followed if (each.tracked.metric, each.tracked.definition) == (plan.metric, plan.definition)),
        None,
    )


def _target_in_force(plan: ImprovementPlan, followed: Followed, start: date) -> Target | None:
    """The plan's own target; for a band, the one both companies agreed for that period."""
    if plan.target is None or followed.metric.direction is Direction.BAND:
        return followed.target_at(start)
    return Target(at=plan.target)


def _milestone_target(metric: Metric, value: Decimal | None, band: Target | None) -> Target | None:
    """A step on the way: a value of its own. Towards a band it widens the band up to that value."""
    if value is None:
        return None
    if metric.direction is not Direction.BAND:
        return Target(at=value)
    if band is None or band.low is None or band.high is None:
        return None
    return Target(low=min(value, band.low), high=max(value, band.high))


def _challenged(uow: UnitOfWork, programme_id: int, starts: Sequence[date]) -> frozenset[int]:
    return frozenset().union(*(challenged(uow, programme_id, start) for start in starts))
