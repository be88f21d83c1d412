"""How values are shown to people and how what they type is read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.metrics.catalogue import Catalogue, load_catalogue
from handlers.metrics.metric import Aggregation, Direction, Metric, Unit
from handlers.metrics.numbers import TwoReadings, read_duration, read_number
from handlers.metrics.values import ValueProblem, format_difference, format_value, parse_value

CONTACTS = Metric("contacts", "Contacts", Unit.COUNT, Direction.UP, Aggregation.SUM, decimals=0)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("metric_id", "text", "value"),
    [
        ("service_level", "82%", "82"),
        ("service_level", " 82 ", "82"),
        ("service_level", "82,5 %", "82.5"),
        ("service_level", "0.82%", "0.82"),
        ("abandonment", "0", "0"),
        ("handle_time", "6:52", "412"),
        ("handle_time", "4:12:00", "15120"),
        ("handle_time", "6m 52s", "412"),
        ("handle_time", "412", "412"),
        ("handle_time", "412 sec", "412"),
        ("handle_time", "6.5 min", "390"),
        ("handle_time", "1 hour, 3 min., 21 s.", "3801"),
        ("net_promoter_score", "-12", "-12"),
        ("service_level", "82 percent", "82"),
        ("cost_per_resolved", "€4,20", "4.20"),
        ("cost_per_resolved", "4.20 EUR", "4.20"),
        ("cost_per_resolved", "USD 4.20", "4.20"),
        ("cost_per_resolved", "$1,204.50", "1204.50"),
        ("complaints", "1.6", "1.6"),
    ],
)
def test_what_people_type(catalogue: Catalogue, metric_id: str, text: str, value: str) -> None:
    """What people type for a metric is read in its unit."""
    assert parse_value(text, catalogue.get(metric_id)) == Decimal(value)


@pytest.mark.parametrize("text", ["n/a", "-", "\u2013", "N/A", "", "[None]", "no data"])
def test_missing_is_none(catalogue: Catalogue, text: str) -> None:
    """What says "no value" is missing, never zero."""
    assert parse_value(text, catalogue.get("service_level")) is None


@pytest.mark.parametrize(
    ("metric_id", "text", "why"),
    [
        ("service_level", "0.82", "0.82% or 82%"),
        ("service_level", "1", "1% or 100%"),
        ("service_level", "820", "over the highest possible 100"),
        ("service_level", "-3", "under the lowest possible 0"),
        ("service_level", "good", "'good' and expected a percentage"),
        ("handle_time", "6:72", "'6:72' and expected a duration"),
        ("handle_time", "6", "seconds or minutes"),
        ("handle_time", "6.5", "seconds or minutes"),
        ("handle_time", "fast", "expected a duration"),
        ("customer_effort", "9", "over the highest possible 7"),
    ],
)
def test_problems_name_field_reading_and_example(catalogue: Catalogue, metric_id: str, text: str, why: str) -> None:
    """What cannot be taken is a typed problem: the field, what was read, why, and how to write it."""
    metric = catalogue.get(metric_id)
    with pytest.raises(ValueProblem) as caught:
        parse_value(text, metric)
    assert (caught.value.field, caught.value.read) == (metric.name, text)
    assert why in str(caught.value)
    assert parse_value(caught.value.example, metric) is not None


def test_counts_with_thousands() -> None:
    """ "1,204" calls are grouped; "1.204" could be a decimal point and is asked; half a call is refused."""
    assert parse_value("1,204", CONTACTS) == 1204
    assert parse_value("1 204", CONTACTS) == 1204
    for wrong in ("1.204", "12.5"):
        with pytest.raises(ValueProblem):
            parse_value(wrong, CONTACTS)


@pytest.mark.parametrize(
    ("metric_id", "value", "text"),
    [
        ("service_level", Decimal("83.85"), "83.9 %"),
        ("service_level", 83.85, "83.9 %"),
        ("service_level", None, "no data"),
        ("handle_time", Decimal("385.4"), "6:25"),
        ("speed_of_answer", 28, "0:28"),
        ("longest_wait", Decimal("3723"), "1:02:03"),
        ("net_promoter_score", Decimal("41.5"), "42"),
        ("complaints", Decimal("1.62"), "1.6 per 1,000"),
        ("cost_per_resolved", Decimal("4.2"), "4.20"),
    ],
)
def test_shown(catalogue: Catalogue, metric_id: str, value: Decimal | float | None, text: str) -> None:
    """Values are shown in the metric's unit, rounded half up."""
    assert format_value(catalogue.get(metric_id), value) == text


def test_counts_money_and_differences(catalogue: Catalogue) -> None:
    """Counts are grouped, money has its currency, differences have no sign."""
    assert format_value(CONTACTS, Decimal(1204)) == "1,204"
    assert format_value(catalogue.get("cost_per_resolved"), Decimal("1204.5"), currency="EUR") == "1,204.50 EUR"
    assert format_difference(catalogue.get("service_level"), -0.7736) == "0.8"
    assert format_difference(catalogue.get("handle_time"), 24.6) == "25 s"
    assert format_difference(catalogue.get("handle_time"), 95) == "1:35"


@settings(max_examples=60)
@given(st.integers(30, 400_000))
def test_a_shown_duration_is_read_back(seconds: int) -> None:
    """Every duration we show is read back as the same number of seconds."""
    handle = Metric("handle_time", "Handle time", Unit.SECONDS, Direction.BAND, Aggregation.MEAN)
    assert parse_value(format_value(handle, seconds), handle) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:03:21", "201"),
        ("00:00:00.235", "0.235"),
        ("183:33:59", "660839"),
        ("235 ms", "0.235"),
        ("1 hour, 3 min., 21 s.", "3801"),
    ],
)
def test_durations_of_real_files(text: str, seconds: str) -> None:
    """Every way of writing a duration that was seen in real files is read."""
    assert read_duration(text) == Decimal(seconds)


def test_two_parts_are_asked() -> None:
    """In a file "4:12" may be minutes or hours; without knowing which it has two readings."""
    with pytest.raises(TwoReadings, match="4 minutes 12 seconds or as 4 hours 12 minutes"):
        read_duration("4:12")
    assert read_duration("4:12", two_parts="hours") == 15120


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("1'234'567", "1234567"), ("1,234,567", "1234567"), ("7.", "7")],
)
def test_numbers_of_all_countries(text: str, value: str) -> None:
    """Grouping and decimal marks of several countries are told apart where both are there."""
    assert read_number(text) == Decimal(value)
