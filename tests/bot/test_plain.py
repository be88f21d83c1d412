"""Moments and metrics as plain words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.plain import element_words, moment, plain
from handlers.vocabulary.outgoing import MetricRow, Metrics, SharedCard, Tone, When, Words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 3, 28, 9, 30, tzinfo=UTC), "Sat 28 Mar 2026, 09:30 Europe/London"),
        (datetime(2026, 3, 29, 9, 30, tzinfo=UTC), "Sun 29 Mar 2026, 10:30 Europe/London"),
        (datetime(2026, 9, 7, 23, 30, tzinfo=UTC), "Tue 8 Sep 2026, 00:30 Europe/London"),
    ],
)
def test_a_moment_is_told_in_its_zone_and_names_it(at: datetime, words: str) -> None:
    """Across the change of clocks the hour is the one on the wall, and the zone is said."""
    assert moment(When(at, "Europe/London")) == words


def test_a_moment_without_zone_is_refused() -> None:
    """A naive moment would be read in the machine's zone; the error names the field and the value."""
    with pytest.raises(ValueError, match=r"When.at: 2026-03-28T09:30:00 has no zone"):
        moment(When(datetime(2026, 3, 28, 9, 30), "Europe/London"))


def test_a_status_is_shape_and_word() -> None:
    """No data is a ring and says so; nothing stands in for the missing value."""
    rows = (MetricRow("Quality", "", Tone.MISSING, "no data"), MetricRow("SL", "81 %", Tone.BAD, "off target", "down"))
    assert element_words(Metrics(rows)) == "○ Quality – no data\n■ SL: 81 % ↓ – off target"


def test_the_fallback_leads_unless_the_card_says_it() -> None:
    """Nothing is lost and nothing is said twice."""
    assert plain(SharedCard("A", elements=(Words(("B",)),))) == "A\nB"
    assert plain(SharedCard("A", "A")) == "A"
    assert plain(SharedCard("A")) == "A"
