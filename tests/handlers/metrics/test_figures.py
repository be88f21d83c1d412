"""Figures, the six service-level formulas and roll-ups."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.metrics.figures import (
    MISSING,
    CannotRollUp,
    Figure,
    MixedDefinitions,
    OverlappingGrains,
    Part,
    UnweightedRollUp,
    counted,
    roll_up,
    unweighted,
)
from handlers.metrics.formulas import Counts, Formula, ServiceLevelDefinition, parse_definition, service_level
from handlers.metrics.metric import Aggregation, Direction, Metric, Target, Unit

SHARE = Metric("service_level", "Service level", Unit.PERCENT, Direction.UP, Aggregation.RATIO, denominator="answered")
MONDAY = date(2026, 3, 2)


def number(text: str) -> Decimal:
    return Decimal(text)


PUBLISHED = Counts(
    answered=number("1000"),
    abandoned=number("60"),
    answered_within=number("860"),
    abandoned_within=number("20"),
    abandoned_after=number("40"),
    short_abandons=number("10"),
)


@pytest.mark.parametrize(
    ("formula", "value"),
    [("F1", "83.02"), ("F2", "86.00"), ("F3", "81.13"), ("F4", "82.69"), ("F5", "82.08"), ("F6", "81.90")],
)
def test_six_formulas(formula: str, value: str) -> None:
    """The six formulas give the six published values on the published fixture."""
    figure = service_level(Formula(formula), PUBLISHED)
    assert figure.value is not None
    assert round(figure.value, 2) == number(value)


def test_late_abandons_are_derived() -> None:
    """Abandoned after the threshold follows from abandoned and abandoned within it."""
    counts = Counts(number("1000"), number("860"), number("60"), number("20"))
    assert service_level(Formula.F4, counts).denominator == 1040


@pytest.mark.parametrize("formula", list(Formula))
def test_a_missing_count_makes_service_level_missing(formula: Formula) -> None:
    """Without the answered count there is no service level, and no zero either."""
    assert service_level(formula, Counts(abandoned=number("5"), short_abandons=number("1"))) == MISSING


@pytest.mark.parametrize("text", ["F2 within 60 s", "F6 within 20 s, short abandons under 5 s"])
def test_definition_is_read_as_written(text: str) -> None:
    """A definition survives writing and reading."""
    assert str(parse_definition(text)) == text


def test_wrong_definition_is_named() -> None:
    """A definition that cannot be read says what was read and how to write it."""
    with pytest.raises(ValueError, match=r"'80/20'.*F2 within 60 s"):
        parse_definition("80/20")
    assert str(ServiceLevelDefinition()) == "F6 within 20 s"


def test_no_contacts_is_missing() -> None:
    """A denominator of zero is no figure, never 0 % or 100 %."""
    assert counted(SHARE, number("0"), number("0")) == MISSING
    assert counted(SHARE, None, number("10")) == MISSING
    assert counted(SHARE, number("0"), number("10")).value == 0


def part(figure: Figure, *, start: date = MONDAY, days: int = 7, queue: str = "", definition: str = "") -> Part:
    return Part(figure, start, days, "", queue, definition)


def share(numerator: int, denominator: int) -> Figure:
    return counted(SHARE, Decimal(numerator), Decimal(denominator))


def test_ratio_of_sums_not_mean_of_ratios() -> None:
    """A quiet day of 0 % does not halve a busy day of 90 %."""
    days = [part(share(900, 1000), days=1), part(share(0, 10), start=date(2026, 3, 3), days=1), part(MISSING, days=7)]
    assert roll_up(SHARE, days) == Figure(Decimal(900), Decimal(1010), 100 * Decimal(900) / 1010)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=6))
def test_roll_up_does_not_depend_on_grouping(counts: list[tuple[int, int]]) -> None:
    """Rolling up queues in two steps gives what one step gives, and lies between the smallest and largest part."""
    parts = [part(share(min(pair), max(pair)), queue=f"queue {place}") for place, pair in enumerate(counts)]
    whole = roll_up(SHARE, parts)
    first = roll_up(SHARE, parts[:1])
    rest = roll_up(SHARE, parts[1:])
    halves = [part(first, queue="one")] + ([part(rest, queue="two")] if len(parts) > 1 else [])
    assert roll_up(SHARE, halves) == whole
    values = [each.figure.value for each in parts if each.figure.value is not None]
    assert whole.value is not None
    assert min(values) <= whole.value <= max(values)


def test_unweighted_over_queues_is_refused() -> None:
    """A bare percentage cannot be added to another queue; the error names the queue and asks for the volume."""
    parts = [part(share(9, 10), queue="Billing"), part(unweighted(SHARE, Decimal(82)), queue="Sales")]
    with pytest.raises(UnweightedRollUp, match=r"Sales.*no volume \(answered\).*send the volume"):
        roll_up(SHARE, parts)


def test_unweighted_over_time_is_a_marked_mean() -> None:
    """Bare percentages of one queue over time become their mean, which stays marked as unweighted."""
    second = part(unweighted(SHARE, Decimal(84)), start=date(2026, 3, 9))
    rolled = roll_up(SHARE, [part(unweighted(SHARE, Decimal(82))), second])
    assert rolled.value == 83
    assert not rolled.weighted


@pytest.mark.parametrize(
    "other",
    [
        part(share(1, 2), days=1),
        part(share(1, 2), start=date(2026, 3, 8), days=1),
        part(share(1, 2), queue="Billing"),
    ],
)
def test_overlapping_grains_are_refused(other: Part) -> None:
    """A week beside one of its days, or all queues beside one of them, is refused and never added."""
    with pytest.raises(OverlappingGrains, match="overlap; keep one grain"):
        roll_up(SHARE, [part(share(5, 7)), other])


def test_different_definitions_are_never_added() -> None:
    """F2 and F6 are different series."""
    later = part(share(1, 2), start=date(2026, 3, 9), definition="F6 within 20 s")
    with pytest.raises(MixedDefinitions, match="different series"):
        roll_up(SHARE, [part(share(1, 2), definition="F2 within 60 s"), later])


def test_longest_wait_aggregates_by_maximum() -> None:
    """The longest wait of two queues is the longer one."""
    longest = Metric("longest_wait", "Longest wait", Unit.SECONDS, Direction.DOWN, Aggregation.MAX)
    waits = [part(unweighted(longest, Decimal(seconds)), queue=str(seconds)) for seconds in (90, 240, 30)]
    assert roll_up(longest, waits).value == 240


def test_medians_are_refused() -> None:
    """What cannot be re-aggregated is refused, not averaged."""
    median = Metric("median_wait", "Median wait", Unit.SECONDS, Direction.DOWN, Aggregation.NONE)
    waits = [part(unweighted(median, Decimal(seconds)), queue=str(seconds)) for seconds in (90, 240)]
    with pytest.raises(CannotRollUp, match="medians"):
        roll_up(median, waits)


def test_a_target_is_a_value_or_a_band() -> None:
    """A target without a value, with half a band or with a band upside down is refused."""
    for wrong in ({}, {"low": Decimal(1)}, {"low": Decimal(3), "high": Decimal(2)}):
        with pytest.raises(ValueError, match="Target"):
            Target(**wrong)
