"""A plan closes on real figures: in the metric's own direction, never over a gap, and anew after every correction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.improvements.progress import judged
from handlers.improvements.rules import Period, comes_back, held_in_a_row, last_counted, may_close
from handlers.metrics.metric import Aggregation, Direction, Metric, Target, Unit
from handlers.metrics.rules import Point, Step, series

UP = Metric("up", "Service level", Unit.PERCENT, Direction.UP, Aggregation.NONE)
DOWN = replace(UP, id="down", name="Abandonment", direction=Direction.DOWN)
BAND = replace(UP, id="band", name="Occupancy", direction=Direction.BAND)
KINDS: dict[Metric, tuple[Target, Callable[[int], bool]]] = {
    UP: (Target(at=Decimal(80)), lambda value: value >= 80),
    DOWN: (Target(at=Decimal(80)), lambda value: value <= 80),
    BAND: (Target(low=Decimal(70), high=Decimal(80)), lambda value: 70 <= value <= 80),
}
"""A metric of each direction with a target, and what that means in plain words."""
FIRST = date(2026, 3, 2)
metrics = st.sampled_from(list(KINDS))
figures = st.lists(st.one_of(st.none(), st.integers(60, 90), st.just(80), st.just(70)), min_size=1, max_size=16)
needs = st.integers(1, 6)


def periods(metric: Metric, values: list[int | None], doubtful: frozenset[int] = frozenset()) -> tuple[Period, ...]:
    points = [Point(FIRST + timedelta(weeks=at), value) for at, value in enumerate(values)]
    starts = {FIRST + timedelta(weeks=at) for at in doubtful}
    return judged(series(metric, Step.WEEK, points), starts, lambda _: KINDS[metric][0])


@given(metrics, figures, needs)
@settings(max_examples=150)
def test_it_closes_only_in_the_direction_of_its_metric(metric: Metric, values: list[int | None], needed: int) -> None:
    """Higher is better, lower is better or between two ends: as many known weeks running, up to the last known one, as were
    agreed."""
    good, known = KINDS[metric][1], values
    while known and known[-1] is None:
        known = known[:-1]
    run = known[-needed:]
    expected = len(run) == needed and all(value is not None and good(value) for value in run)
    assert may_close(periods(metric, values), needed) is expected


@given(metrics, figures, st.integers(0, 15), needs)
@settings(max_examples=150)
def test_a_gap_never_counts(metric: Metric, values: list[int | None], hole: int, needed: int) -> None:
    """Whether a week is missing or challenged: nothing before it helps to close, and it is no miss that opens a closed plan."""
    hole %= len(values)
    missing = periods(metric, [None if at == hole else value for at, value in enumerate(values)])
    doubtful = periods(metric, values, frozenset({hole}))
    assert [each.met for each in missing] == [each.met for each in doubtful]
    if any(value is not None for value in values[hole + 1 :]):
        assert held_in_a_row(missing) <= len(values) - hole - 1
    assert missing[hole] not in comes_back(missing, FIRST - timedelta(weeks=1), needed)


@given(metrics, figures, st.integers(0, 15), st.integers(60, 90), needs)
@settings(max_examples=150)
def test_a_correction_of_an_old_figure_is_judged_anew(
    metric: Metric, values: list[int | None], at: int, corrected: int, needed: int
) -> None:
    """A closed plan opens for a corrected week exactly when that week was one of those counted and misses now; a correction
    of a week that was not counted never opens it."""
    before = periods(metric, values)
    until = last_counted(before)
    if not may_close(before, needed) or until is None:
        return
    last = (until - FIRST).days // 7
    at %= last + 1
    after = periods(metric, [corrected if place == at else value for place, value in enumerate(values)])
    counted = last - needed < at <= last
    assert bool(comes_back(after, until, needed)) is (counted and not KINDS[metric][1](corrected))
    assert may_close(after, needed) is (not counted or KINDS[metric][1](corrected))
