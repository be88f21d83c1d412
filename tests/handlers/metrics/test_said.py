"""What typed figures mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.metrics.keeping import catalogue
from handlers.metrics.said import example_reply, read_leniently, read_measured, read_said, read_volume, short_names
from handlers.metrics.values import ValueProblem
from handlers.replies import parse
from handlers.replies.words import Figures

TODAY = date(2026, 3, 10)
WEEK = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("metric", "typed", "value", "volume"),
    [
        ("service_level", "82%", "82", None),
        ("service_level", "82 percent", "82", None),
        ("service_level", "4,182/5,100", "82", "5100"),
        ("service_level", "4182 of 5100 (82%)", "82", "5100"),
        ("service_level", "82% (5,100 calls)", "82", "5100"),
        ("service_level", "82% (80%)", "82", None),
        ("handle_time", "6:52", "412", None),
        ("handle_time", "6:52 min", "412", None),
        ("handle_time", "412s", "412", None),
        ("cost_per_resolved", "4.20 eur", "4.20", None),
        ("net_promoter_score", "42 points", "42", None),
    ],
)
def test_a_typed_value_is_a_figure(metric: str, typed: str, value: str, volume: str | None) -> None:
    """Units in words, counts and volumes in brackets are read; a target in brackets is no volume."""
    measured = read_measured(typed, catalogue().get(metric))
    assert measured is not None and measured.value == Decimal(value)
    assert measured.denominator == (None if volume is None else Decimal(volume))


@pytest.mark.parametrize("typed", ["0.82", "120%", "5,200/5,100", "3/0", "good"])
def test_what_cannot_be_is_asked(typed: str) -> None:
    """Two readings, over 100, nothing to share among: a question, no figure."""
    with pytest.raises(ValueProblem):
        read_measured(typed, catalogue().get("service_level"))


def test_the_example_reads_itself() -> None:
    """The example in a request is a reply the bot understands, for every metric there is."""
    names = short_names(catalogue(), ())
    for metric in catalogue().metrics.values():
        reading = parse(example_reply((metric,)), today=TODAY, short_names=names)
        assert isinstance(reading, tuple) and isinstance(reading[0], Figures), metric.id
        said = read_said(reading[0], catalogue(), {}, WEEK)
        assert [each.metric.id for each in said.given] == [metric.id] and not said.unread


def test_unknown_names_get_the_nearest() -> None:
    """A misspelt name is asked back with the reply to send; the known ones are kept."""
    names = short_names(catalogue(), ())
    reading = parse("SL 82% Abandonmet 4%", today=TODAY, short_names=names)
    assert isinstance(reading, tuple) and isinstance(reading[0], Figures)
    said = read_said(reading[0], catalogue(), {"service_level": "F2 within 60 s"}, WEEK)
    assert [each.definition for each in said.given] == ["F2 within 60 s"]
    assert "did you mean Abandonment? Then reply ABD 4%" in said.unread[0].question


@pytest.mark.parametrize(
    ("words", "read", "asked"),
    [
        ("SL 82% QA good", ["SL"], ["QA good"]),
        ("QA good, SL 82%, AHT tbd later", ["SL"], ["QA good", "AHT tbd later"]),
    ],
)
def test_a_half_readable_list_is_read_by_half(words: str, read: list[str], asked: list[str]) -> None:
    """Under a request the readable figures count and the others are asked about."""
    found = read_leniently(words, catalogue(), short_names(catalogue(), ()), TODAY)
    assert found is not None
    assert [each.name for each in found[0].values] == read
    assert [f"{each.name} {each.typed}" for each in found[1]] == asked


@pytest.mark.parametrize(
    "words", ["QA is good", "the SL was 82% last time", "SL 82% because quality in the night team dropped", "hello", ""]
)
def test_talk_is_no_list(words: str) -> None:
    """Sentences between people are left alone."""
    assert read_leniently(words, catalogue(), short_names(catalogue(), ()), TODAY) is None


@pytest.mark.parametrize(
    ("words", "volume"),
    [
        ("5,200", 5200),
        ("about 5.2k contacts a week", 5200),
        ("5200 calls", 5200),
        ("ok 5", None),
        ("5 of us", None),
        ("1.5", None),
    ],
)
def test_a_volume_is_a_bare_number(words: str, volume: int | None) -> None:
    """Only a message that is nothing but a whole number of contacts is taken."""
    assert read_volume(words) == volume


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reading(words: str) -> None:
    """Whatever is typed, the answer is a figure, a question or nothing."""
    read_volume(words)
    read_leniently(f"SL 82% {words}", catalogue(), {"sl": "service_level", "qa": "quality"}, TODAY)
    for metric in ("service_level", "handle_time"):
        try:
            read_measured(words, catalogue().get(metric))
        except ValueProblem as problem:
            assert problem.field
