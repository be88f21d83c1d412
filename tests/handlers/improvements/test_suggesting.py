"""What a plan that drafts itself suggests: a target, a way there, days to look at it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.improvements.suggesting import BETWEEN, Calendar, aim, content, days, way
from handlers.metrics.followed import Followed
from handlers.metrics.keeping import catalogue
from handlers.metrics.metric import Direction
from handlers.metrics.rules import Point, Series, Step, Trend, series, trend
from handlers.metrics.states import State
from storage.models.metrics import MetricTarget, TrackedMetric

NORMAL = [85.1, 84.2, 85.9, 83.6, 84.4, 86.0, 85.2, 84.8, 83.9, 85.6, 84.5, 85.3]
SLIDE = [84.9, 84.4, 84.6, 83.9, 84.2, 83.7, 84.0, 83.5]
MONDAY = date(2025, 10, 20)
TODAY = date(2026, 3, 9)
ANY_DAY = Calendar((), None, lambda day: day)


def state(metric: str, values: list[float], target: str | None, minimum: str | None = None) -> State:
    """A metric with weekly ``values`` and what was agreed."""
    known = catalogue().get(metric)
    points = [Point(MONDAY + timedelta(weeks=at), value) for at, value in enumerate(values)]
    whole: Series = series(known, Step.WEEK, points)
    tracked = TrackedMetric(
        id=1, programme_id=1, metric=metric, definition=known.definition, position=0, since=datetime(2025, 1, 1)
    )
    agreed = MetricTarget(
        tracked_metric_id=1,
        target=None if target is None else Decimal(target),
        minimum=None if minimum is None else Decimal(minimum),
        effective_from=date(2020, 1, 1),
        set_at=datetime(2020, 1, 1),
    )
    followed = Followed(tracked, known, whole, (agreed,) if target is not None else (), {}, {})
    return State(followed, points[-1].start, whole, (), "", False)


def found(of: State) -> Trend:
    return trend(of.series, band=of.target)


def test_the_agreed_target_is_meant_while_it_is_missed() -> None:
    """85 % was agreed and 84 % is reached; 80 % was agreed and held: then its own normal is what it should come back to."""
    missed, held, none = (state("service_level", [*NORMAL, *SLIDE], target) for target in ("85", "80", None))
    assert aim(missed, found(missed)) == Decimal(85)
    assert aim(held, found(held)) == aim(none, found(none)) == Decimal("84.5"), (
        "84.95, the median of its first weeks, rounded down"
    )


def test_lower_is_better_goes_down() -> None:
    """Abandonment that rises: the way leads down, and the last step is the target."""
    rising = state(
        "abandonment", [3 + (at % 3) / 10 for at in range(12)] + [4.6, 4.8, 5.0, 5.2, 5.4, 5.6, 5.8, 6.0], "3"
    )
    values = way(rising, found(rising), aim(rising, found(rising)))
    assert values[-1] == Decimal(3) and list(values) == sorted(values, reverse=True) and len(values) == 3


def test_a_band_leads_to_its_nearer_end() -> None:
    """Handle time above its band: the plan has no target of its own, its milestones come down to the upper end."""
    normal = [385.0, 379.0, 391.0, 382.0, 388.0, 384.0, 380.0, 390.0, 386.0, 383.0, 387.0, 385.0]
    slow = state("handle_time", [*normal, 396.0, 402.0, 409.0, 414.0, 419.0, 425.0, 430.0, 434.0], "390", "360")
    assert slow.metric.direction is Direction.BAND and slow.target is not None
    written = content(slow, found(slow), TODAY, ANY_DAY, ())
    assert written.target is None
    assert [each.target for each in written.milestones][-1] == Decimal(390)
    assert all(each.target is not None and each.target < 421 for each in written.milestones)


@given(
    drop=st.floats(1, 20),
    up=st.booleans(),
    target=st.one_of(st.none(), st.integers(60, 95)),
)
@settings(max_examples=100)
def test_the_way_is_short_and_goes_one_way(drop: float, up: bool, target: int | None) -> None:
    """At most three steps, each beyond where the figure is and none past the target, which comes last."""
    metric = "service_level" if up else "abandonment"
    base = NORMAL if up else [each - 75 for each in NORMAL]
    agreed = None if target is None else str(target if up else target - 75 if target > 76 else 5)
    slide = [base[at] + (-drop if up else drop) for at in range(8)]
    one = state(metric, [*base, *slide], agreed)
    judged = found(one)
    goal = aim(one, judged)
    assert goal is not None and judged.recent is not None
    values = way(one, judged, goal)
    assert 1 <= len(values) <= 3 and values[-1] == goal
    signed = [float(each) if up else -float(each) for each in values]
    assert signed == sorted(set(signed))
    assert signed[0] > (judged.recent if up else -judged.recent) or len(values) == 1


@pytest.mark.parametrize("step", list(Step))
def test_check_days_are_review_days_within_the_contract(step: Step) -> None:
    """The first review from a milestone's turn on; the turn's working day where no review is near; none after the contract."""
    turns = [TODAY + BETWEEN[step] * at + timedelta(days=3) for at in (1, 2, 3)]
    reviews = [turns[0] - timedelta(days=1), turns[0] + timedelta(days=5), turns[2]]
    calendar = Calendar(reviews, None, lambda day: day + timedelta(days=1))
    assert days(3, TODAY, step, calendar) == [reviews[1], turns[1] + timedelta(days=1), turns[2]]
    assert days(3, TODAY, step, Calendar(reviews, turns[1], lambda day: day)) == [reviews[1], turns[1]]


def test_a_contract_that_ends_soon_leaves_the_plan_without_milestones() -> None:
    """The target still stands; nobody is promised a day after the end."""
    one = state("service_level", [*NORMAL, *SLIDE], "85")
    written = content(one, found(one), TODAY, Calendar((), TODAY, lambda day: day), ())
    assert written.milestones == () and written.target == Decimal(85)
