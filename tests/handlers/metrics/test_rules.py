"""Decline, status, arrow and finding: the worked vectors of the specification and the edges of each rule."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.metrics.metric import Aggregation, Direction, Metric, Target, Unit
from handlers.metrics.rules import (
    BrokenSeries,
    Level,
    Point,
    Series,
    Standing,
    Step,
    always,
    arrow,
    bad_week,
    baseline_of,
    event,
    finding,
    peers_fell_too,
    pooled_to_months,
    series,
    status,
    status_history,
    trend,
    trend_history,
    xmr_limits,
)

SHARE = Metric("service_level", "Service level", Unit.PERCENT, Direction.UP, Aggregation.RATIO)
LOWER = replace(SHARE, id="abandonment", name="Abandonment", direction=Direction.DOWN)
HANDLE = Metric("handle_time", "Handle time", Unit.SECONDS, Direction.BAND, Aggregation.MEAN, decimals=0)
MONDAY = date(2026, 1, 5)
NORMAL = [85.1, 84.2, 85.9, 83.6, 84.4, 86.0, 85.2, 84.8, 83.9, 85.6, 84.5, 85.3]
SLIDE = [84.9, 84.4, 84.6, 83.9, 84.2, 83.7, 84.0, 83.5, 83.8, 83.2, 83.6, 83.1]


def weekly(values: Sequence[float | None], metric: Metric = SHARE, volume: float | None = None) -> Series:
    points = [
        Point(
            MONDAY + timedelta(weeks=place),
            value,
            None if value is None or volume is None else value * volume / float(metric.factor),
            volume,
        )
        for place, value in enumerate(values)
    ]
    return series(metric, Step.WEEK, points)


def test_worked_baseline() -> None:
    """The worked baseline has the mean, the spread and the XmR limits of the specification."""
    baseline = baseline_of(weekly([*NORMAL]))
    assert baseline is not None
    assert baseline.mean == pytest.approx(84.875)
    assert baseline.spread == pytest.approx(0.7736, abs=5e-5)
    assert baseline.limits.low == pytest.approx(81.731, abs=5e-4)
    assert baseline.limits.high == pytest.approx(88.019, abs=5e-4)
    assert xmr_limits(NORMAL) == baseline.limits


def test_worked_slide() -> None:
    """The worked slide gives every z of the specification, watches in week 6, alerts in week 8 and is strong in week
    11.
    """
    history = trend_history(weekly([*NORMAL, *SLIDE]))[12:]
    assert [each.level for each in history[:2]] == [Level.UNKNOWN] * 2
    found = [each.z for each in history[2:]]
    assert found == pytest.approx(
        [-0.484, -0.952, -1.154, -1.530, -1.918, -2.305, -2.650, -2.952, -3.210, -3.469], abs=5e-4
    )
    levels = [each.level.value for each in history[2:]]
    assert levels == ["steady"] * 3 + ["watch"] * 2 + ["alert"] * 3 + ["strong"] * 2


def test_finding_of_the_specification() -> None:
    """The sentence of the specification stands as written, nine weeks into the slide."""
    judged = trend(weekly([*NORMAL, *SLIDE[:9]]))
    assert finding(SHARE, judged, action_on_record=False) == (
        "Service level has averaged 83.9 % over the last 6 weeks; its first 12 weeks averaged 84.9 %, "
        "and weeks usually differ by about 0.8. No action is on record."
    )
    assert finding(SHARE, judged, action_on_record=True).endswith("An action is on record.")


def test_finding_says_what_was_not_reported() -> None:
    """With missing weeks the sentence says that it speaks of reported weeks only."""
    values = [*NORMAL[:5], None, *NORMAL[6:], *SLIDE[:4], None, *SLIDE[5:9]]
    said = finding(SHARE, trend(weekly(values)), action_on_record=False)
    assert "over its last 6 reported weeks" in said
    assert "the 11 reported of its first weeks averaged" in said


def test_mirrored_for_lower_is_better() -> None:
    """A metric where lower is better gives the same verdicts on the mirrored values."""
    mirrored = weekly([100 - value for value in [*NORMAL, *SLIDE]], LOWER)
    straight = weekly([*NORMAL, *SLIDE])
    for one, other in zip(trend_history(mirrored), trend_history(straight), strict=True):
        assert one.level == other.level
        assert one.z == pytest.approx(other.z)


def test_improvement_is_steady() -> None:
    """Getting better never alerts."""
    judged = trend(weekly([*NORMAL, *[90.0 + place for place in range(6)]]))
    assert (judged.level, judged.worse) == (Level.STEADY, 0)


def test_four_of_six_must_be_worse() -> None:
    """One terrible week pulls z under the alert, but one of six is not a trend: watch, and an event of its own."""
    values = [*NORMAL, *[85.0] * 5, 60.0]
    judged = trend(weekly(values))
    assert judged.z is not None
    assert judged.z < -3
    assert (judged.level, judged.worse) == (Level.WATCH, 1)
    bad = bad_week(weekly(values))
    assert bad is not None
    assert "was 60.0 % in the week of 4 May 2026" in event(SHARE, bad)
    assert "not a trend" in event(SHARE, bad)
    assert "not a trend" not in event(SHARE, bad, declining=True)
    assert bad_week(weekly([*NORMAL, *SLIDE])) is None


def test_materiality_floor() -> None:
    """A gap of 0.3 points is not worth a word, however steady the weeks were."""
    calm = [85.0 + 0.05 * (place % 2) for place in range(12)]
    judged = trend(weekly([*calm, *[84.7] * 6]))
    assert judged.z is not None
    assert judged.z < -3
    assert judged.level is Level.STEADY
    assert trend(weekly([*calm, *[84.4] * 6])).level is Level.STRONG


def test_spread_is_floored_at_the_chance_error() -> None:
    """With 100 contacts a week, weeks that happen to agree do not pretend to a precision of a tenth of a point."""
    baseline = baseline_of(weekly([*NORMAL], volume=100))
    assert baseline is not None
    assert baseline.spread == pytest.approx((84.875 * 15.125 / 100) ** 0.5)
    rates = Metric("complaints", "Complaints", Unit.PER_THOUSAND, Direction.DOWN, Aggregation.RATIO)
    poisson = baseline_of(weekly([2.0] * 12, rates, volume=2000))
    assert poisson is not None
    assert poisson.spread == pytest.approx(1.0)


def test_identical_rounded_replies_have_no_infinite_z() -> None:
    """Twelve replies of exactly 85 % are no proof of precision: the materiality floor stands in for the spread."""
    judged = trend(weekly([*[85.0] * 12, *[84.0] * 6]))
    assert judged.z == pytest.approx(-4.0)
    assert baseline_of(weekly([0.0] * 12, HANDLE)) is not None


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([*NORMAL[:11]], "baseline needs 12 weeks"),
        ([*NORMAL[:7], *[None] * 9], "8 of them reported"),
        ([*NORMAL, 80.0, 80.0], "needs 3 reported weeks after the baseline, has 2"),
        ([*NORMAL, *SLIDE, *[None] * 10], "needs 3 reported weeks after the baseline, has 2"),
    ],
)
def test_not_judged(values: list[float | None], reason: str) -> None:
    """Too short a baseline, too few reports after it or a provider gone silent is unknown with its reason, never
    steady.
    """
    judged = trend(weekly(values))
    assert judged.level is Level.UNKNOWN
    assert reason in judged.reason
    assert reason in finding(SHARE, judged, action_on_record=False)


def test_short_baseline_waits_for_the_eighth_report() -> None:
    """Missing baseline weeks are not filled: eight of twelve suffice, and with fewer the baseline waits for the
    eighth.
    """
    eight = baseline_of(weekly([*NORMAL[:8], *[None] * 4, 70.0]))
    late = baseline_of(weekly([*NORMAL[:7], *[None] * 7, 84.0, 70.0]))
    assert eight is not None
    assert late is not None
    assert (eight.reported, eight.last) == (8, MONDAY + timedelta(weeks=11))
    assert (late.reported, late.last) == (8, MONDAY + timedelta(weeks=14))


def test_baseline_is_frozen() -> None:
    """What comes after the first twelve weeks does not move the baseline; a contract change starts a new one."""
    long = weekly([*NORMAL, *SLIDE, *SLIDE])
    assert baseline_of(long) == baseline_of(weekly([*NORMAL]))
    later = baseline_of(long.since(MONDAY + timedelta(weeks=12)))
    assert later is not None
    assert later.mean == pytest.approx(sum(SLIDE) / 12)


def test_partial_weeks_stay_out() -> None:
    """A running week does not enter baseline, trend or status."""
    whole = weekly([*NORMAL, *SLIDE])
    partial = Point(MONDAY + timedelta(weeks=24), 20.0, complete=False)
    running = series(SHARE, Step.WEEK, [*whole.points, partial])
    assert trend(running).z == trend(whole).z
    assert bad_week(running) is None
    current = status(running, always(Target(Decimal(80))))
    assert current is not None
    assert current.standing is Standing.NO_DATA


def test_bands() -> None:
    """For a band, leaving the middle is worse in both directions and coming back is better."""
    band = Target(low=Decimal(300), high=Decimal(420))
    base = [350.0 + 5 * (place % 3) for place in range(12)]
    assert trend(weekly([*base, *[400.0] * 6], HANDLE), band=band).level is Level.STRONG
    assert trend(weekly([*base, *[320.0] * 6], HANDLE), band=band).level is Level.STRONG
    high = [value + 80 for value in base]
    assert trend(weekly([*high, *[380.0] * 6], HANDLE), band=band).level is Level.STEADY
    assert trend(weekly([*base, *[400.0] * 6], HANDLE)).level is Level.STRONG


def test_few_contacts_are_pooled_to_months() -> None:
    """Twenty contacts a week are judged by months of summed counts; months at the ragged ends are partial."""
    thin = weekly([80.0, 90.0] * 40, volume=20)
    months = pooled_to_months(thin)
    assert months.step is Step.MONTH
    assert months.points[0].start == date(2026, 1, 1)
    assert not months.points[0].complete
    assert (months.points[1].denominator, months.points[1].value) == (80, 85.0)
    assert not months.points[-1].complete
    assert trend(thin).step is Step.MONTH
    assert trend(weekly([80.0, 90.0] * 40, volume=40)).step is Step.WEEK


def test_peers() -> None:
    """Peers fell too when at least half of two or more judged peers are at watch or worse."""
    fell, steady = trend(weekly([*NORMAL, *SLIDE])), trend(weekly([*NORMAL, *NORMAL]))
    assert peers_fell_too([fell, steady])
    assert not peers_fell_too([fell, steady, steady])
    assert not peers_fell_too([fell])


def test_broken_series_are_refused() -> None:
    """Overlapping weeks and months that start in the middle are refused by name."""
    with pytest.raises(BrokenSeries, match="2026-01-08 overlaps the week of 2026-01-05"):
        series(SHARE, Step.WEEK, [Point(MONDAY, 1.0), Point(date(2026, 1, 8), 1.0)])
    with pytest.raises(BrokenSeries, match="does not start on its first day"):
        series(SHARE, Step.MONTH, [Point(MONDAY, 1.0)])


def test_holes_become_missing_points() -> None:
    """A week that is not there becomes a point without value."""
    holed = series(SHARE, Step.WEEK, [Point(MONDAY + timedelta(weeks=2), 1.0), Point(MONDAY, 2.0)])
    assert [point.value for point in holed.points] == [2.0, None, 1.0]


TARGET = always(Target(Decimal(85)))


def standings(values: Sequence[float | None], metric: Metric = SHARE) -> list[str]:
    return [each.word for each in status_history(weekly(values, metric), TARGET)]


def test_early_status_is_a_plain_comparison() -> None:
    """Until eight weeks exist the status is a plain comparison, and says so."""
    words = standings([86.0, 83.0, 83.0, 90.0, 84.9])
    assert words == [f"{word} target (early)" for word in ("On", "Off", "Off", "On", "On")]


def test_status_does_not_flap() -> None:
    """A four-week ratio moving a hair around the target keeps the status it had; leaving by a quarter spread changes
    it.
    """
    steady = [86.0, 84.0, 87.0, 85.0] * 3
    hair = [84.5, 85.5, 84.5, 85.5, 84.5]
    words = standings([*steady, *hair])
    assert set(words[8:]) == {"On target"}
    assert standings([*steady, 80.0, 80.0, 80.0])[-1] == "Off target"
    assert standings([*steady, 80.0, 80.0, 80.0, 88.5, 85.5, 85.5, 85.5])[-1] == "On target"


def test_status_comes_back_only_beyond_the_room() -> None:
    """Off target, a value barely above the target is still off; the same value from on target stays on."""
    spread = [84.0, 86.0] * 6
    low, high = [*spread, 80.0, 80.0, 80.0, 80.0], [*spread, 90.0, 90.0, 90.0, 90.0]
    barely = [85.1, 85.1, 85.1, 85.1]
    assert standings([*low, *barely])[-1] == "Off target"
    assert standings([*high, *barely])[-1] == "On target"


def test_missing_week_is_grey() -> None:
    """A week without data is grey whatever came before, and the state survives it."""
    words = standings([*[86.0, 87.0] * 6, None, 86.0])
    assert words[-2:] == ["No data", "On target"]


def test_four_week_value_is_the_ratio_of_sums() -> None:
    """The status value weighs weeks by their contacts; one bare percentage makes it a plain mean."""
    points = [Point(MONDAY, 90.0, 900, 1000), Point(MONDAY + timedelta(weeks=1), 50.0, 5, 10)]
    weighted = status(series(SHARE, Step.WEEK, points), TARGET)
    bare = status(series(SHARE, Step.WEEK, [points[0], Point(points[1].start, 50.0)]), TARGET)
    assert weighted is not None
    assert bare is not None
    assert weighted.value == pytest.approx(100 * 905 / 1010)
    assert bare.value == pytest.approx(70.0)


def test_status_looks_back_four_weeks_or_one_month() -> None:
    """The status value is that of the last four weeks, not three or five; a month stands alone."""
    values = [10.0, 80.0, 84.0, 88.0, 92.0]
    current = status(weekly(values), TARGET)
    months = [Point(date(2026, month, 1), value) for month, value in enumerate(values, start=1)]
    monthly = status(series(SHARE, Step.MONTH, months), TARGET)
    assert current is not None
    assert monthly is not None
    assert current.value == pytest.approx(86.0)
    assert monthly.value == pytest.approx(92.0)


def test_old_periods_keep_the_old_target() -> None:
    """A raised target counts from its first week on and leaves earlier statuses as they were."""
    change = MONDAY + timedelta(weeks=10)
    history = status_history(weekly([86.0, 86.4] * 6), lambda start: Target(Decimal(90 if start >= change else 85)))
    assert [each.standing for each in history[8:]] == [Standing.ON_TARGET] * 2 + [Standing.OFF_TARGET] * 2
    missing = status(weekly([86.0]), always(None))
    assert missing is not None
    assert missing.standing is Standing.NO_TARGET


def test_band_status() -> None:
    """A band is missed on both sides, and needs both ends."""
    band = always(Target(low=Decimal(300), high=Decimal(420)))
    for value, standing in ((350.0, Standing.ON_TARGET), (290.0, Standing.OFF_TARGET), (430.0, Standing.OFF_TARGET)):
        current = status(weekly([value], HANDLE), band)
        assert current is not None
        assert current.standing is standing
    with pytest.raises(ValueError, match="low and a high end"):
        status(weekly([350.0], HANDLE), always(Target(Decimal(300))))


@pytest.mark.parametrize(("last", "way"), [(95.0, "up"), (75.0, "down"), (85.2, "flat"), (None, "")])
def test_arrow(last: float | None, way: str) -> None:
    """The arrow moves only beyond what chance makes, and a missing week has none."""
    assert arrow(weekly([*NORMAL, last])) == way


def test_no_arrow_without_history() -> None:
    """Three earlier weeks are needed before a direction is claimed."""
    assert arrow(weekly([80.0, 85.0, 90.0])) == ""
    assert arrow(weekly([])) == ""


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=40),
    st.sampled_from([SHARE, LOWER]),
)
def test_any_history_is_judged_without_surprise(values: list[int | None], metric: Metric) -> None:
    """Any history gives one verdict a week; earlier verdicts never change; missing weeks are always grey."""
    floats = [None if value is None else float(value) for value in values]
    whole = weekly(floats, metric)
    history = status_history(whole, TARGET)
    earlier = status_history(whole.until(whole.points[len(whole.points) // 2].start), TARGET)
    assert history[: len(earlier)] == earlier
    for value, each, judged in zip(floats, history, trend_history(whole), strict=True):
        assert (each.standing is Standing.NO_DATA) == (value is None)
        assert (judged.level is Level.UNKNOWN) == bool(judged.reason)


def test_rules_are_light() -> None:
    """Importing the rules loads neither YAML nor fuzzy matching nor encoding detection."""
    code = (
        "import sys, handlers.metrics.rules; "
        "print([name for name in ('yaml', 'rapidfuzz', 'charset_normalizer') if name in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
