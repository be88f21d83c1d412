"""The catalogue of metrics: names people type, presets, and data that cannot contradict itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.metrics.catalogue import HERE, BadCatalogue, Catalogue, UnknownMetric, load_catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("text", "metric_id"),
    [
        ("SL", "service_level"),
        ("service-level", "service_level"),
        ("Service Level %", "service_level"),
        ("aht", "handle_time"),
        ("QA", "quality"),
        ("C-SAT", "customer_satisfaction"),
        ("csat", "customer_satisfaction"),
        ("ABD", "abandonment"),
        ("Abandonment rate", "abandonment"),
        ("ASA", "speed_of_answer"),
        ("Níveau de service", "service_level"),
        ("Complaints per 1,000", "complaints"),
        ("longest_wait", "longest_wait"),
    ],
)
def test_find(catalogue: Catalogue, text: str, metric_id: str) -> None:
    """A metric is found by id, name, short name and synonym, whatever the case, accents and punctuation."""
    found = catalogue.find(text)
    assert found is not None
    assert found.id == metric_id


@pytest.mark.parametrize("text", ["hello there", "thanks", "", "SX", "the"])
def test_ordinary_words_are_no_metric(catalogue: Catalogue, text: str) -> None:
    """Ordinary words neither are a metric nor come near one."""
    assert catalogue.find(text) is None
    assert catalogue.nearest(text) is None


@pytest.mark.parametrize(
    ("text", "metric_id"),
    [("servce level", "service_level"), ("abandonement", "abandonment"), ("occupency", "occupancy")],
)
def test_nearest(catalogue: Catalogue, text: str, metric_id: str) -> None:
    """A misspelt name is not found, but the metric meant is offered."""
    assert catalogue.find(text) is None
    nearest = catalogue.nearest(text)
    assert nearest is not None
    assert nearest.id == metric_id


def test_every_metric_is_complete(catalogue: Catalogue) -> None:
    """Every metric has numerator, definition and a hint with its source; all but maxima have a denominator."""
    assert len(catalogue.metrics) == 22
    for metric in catalogue.metrics.values():
        assert metric.numerator, metric.id
        assert metric.definition, metric.id
        assert metric.hint is not None, metric.id
        assert metric.hint.source, metric.id
        assert bool(metric.denominator) == (metric.aggregation.value != "max"), metric.id


def test_key_metrics(catalogue: Catalogue) -> None:
    """The default key metrics are the bold ones of the specification, and handle time is watched without
    consequence.
    """
    assert [metric.id for metric in catalogue.key_metrics] == [
        "service_level",
        "abandonment",
        "first_contact_resolution",
        "customer_satisfaction",
        "quality",
        "attrition",
    ]
    assert catalogue.get("handle_time").watched_only


def test_presets_stay_in_the_budget(catalogue: Catalogue) -> None:
    """A preset names known metrics, at most seven, and none that are watched without consequence."""
    assert {"voice_support", "written_support"} <= {preset.id for preset in catalogue.presets}
    for preset in catalogue.presets:
        assert 3 <= len(preset.metrics) <= 7
        assert not any(catalogue.get(row.metric_id).watched_only for row in preset.metrics)


def test_unknown_metric_is_named(catalogue: Catalogue) -> None:
    """Asking for an id that does not exist names it."""
    with pytest.raises(UnknownMetric, match="'speed'"):
        catalogue.get("speed")


def test_a_name_used_twice_is_refused(tmp_path: Path) -> None:
    """A synonym of two metrics is refused when the catalogue is loaded, and named."""
    text = (HERE / "catalogue.yaml").read_text(encoding="utf-8")
    (tmp_path / "catalogue.yaml").write_text(text.replace("short: AHT", "short: ASA"), encoding="utf-8")
    (tmp_path / "presets.yaml").write_text("[]", encoding="utf-8")
    with pytest.raises(BadCatalogue, match="'ASA' already belongs to speed_of_answer"):
        load_catalogue(tmp_path)
