"""Targets as people write them, and a definition said in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.followed import target_of
from handlers.metrics.formulas import spoken
from handlers.metrics.metric import Target
from handlers.metrics.status import margin
from handlers.metrics.targets import BadTarget, ends, example_of, named_target, read_target, read_targets
from storage.models.metrics import MetricTarget

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def band(low: int, high: int) -> Target:
    return Target(low=Decimal(low), high=Decimal(high))


@pytest.mark.parametrize(
    ("said", "metric", "target"),
    [
        ("AHT 6:00 to 7:00", "handle_time", band(360, 420)),
        ("AHT: between 6:00 and 7:00", "handle_time", band(360, 420)),
        ("average handle time 360-420", "handle_time", band(360, 420)),
        ("OCC 75 % to 85 %", "occupancy", band(75, 85)),
        ("SL at least 85 %", "service_level", Target(at=Decimal(85))),
        ("Quality = 95", "quality", Target(at=Decimal(95))),
        ("ABD <= 5%", "abandonment", Target(at=Decimal(5))),
    ],
)
def test_a_target_is_read_as_people_write_it(said: str, metric: str, target: Target) -> None:
    """One value where one way is better, both ends where a value is good in between; in the metric's own unit."""
    found, words = named_target(said, load_catalogue())
    assert (found.id, read_target(words, found)) == (metric, target)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("AHT 6:00", "good between two values, so its target has both; I read '6:00'. Write for example 6:00 to 7:00"),
        ("AHT 7:00 to 6:00", "write the lower first"),
        ("AHT 6 to 7", "'6' may be seconds or minutes"),
        ("SL at most 80", "goes the wrong way; of it more is better"),
        ("ABD at least 5", "goes the wrong way; of it less is better"),
        ("SL 80 to 90", "has one target, a value it is at least; I read '80 to 90'. Write 80 %"),
        ("SL 180%", "over the highest possible 100"),
        ("SLX 85", "begins with no metric that I know; did you mean SL?"),
        ("SL", "write for example 80 %"),
        ("SL " + "9" * 100, "no target"),
    ],
)
def test_a_target_that_cannot_be_used_names_the_way_out(said: str, why: str) -> None:
    """What was read, why it cannot be, and a target that would do."""
    with pytest.raises(BadTarget, match=re.escape(why)):
        read_targets(said, load_catalogue())


def test_several_targets_stand_one_a_line() -> None:
    """Empty lines and bullets do not matter; the same metric twice does."""
    found = read_targets("\n- SL 85 %\nAHT 6:00 to 7:00\n", load_catalogue())
    assert found == {"service_level": Target(at=Decimal(85)), "handle_time": band(360, 420)}
    with pytest.raises(BadTarget, match="Service level stands there twice"):
        read_targets("SL 85; service level 80", load_catalogue())


def test_what_is_kept_of_a_target_is_read_back_and_judged() -> None:
    """A band survives the database and judges both sides of it; every metric's example is a target that it takes."""
    for metric in load_catalogue().metrics.values():
        target = read_target(example_of(metric), metric)
        high, low = ends(target)
        row = MetricTarget(tracked_metric_id=1, effective_from=NOW.date(), target=high, minimum=low, set_at=NOW)
        assert target_of(metric, row) == target, metric.id
    handle_time = load_catalogue().get("handle_time")
    judged = [margin(handle_time, value, band(360, 420)) >= 0 for value in (350.0, 360.0, 400.0, 421.0)]
    assert judged == [False, True, True, False]


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("F2 within 60 s", "answered within 60 s, of all answered"),
        (
            "F6 within 20 s, short abandons under 5 s",
            "answered within 20 s, of all answered and abandoned, leaving out who gave up within 5 s",
        ),
        ("abandoned / offered", "abandoned / offered"),
        ("", ""),
    ],
)
def test_a_formula_is_said_in_words(definition: str, words: str) -> None:
    """Nobody has to know what F6 is; what is in words already stays."""
    assert spoken(definition) == words
