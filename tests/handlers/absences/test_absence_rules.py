"""The days somebody is away, read from words; how a new absence joins an earlier one."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.absences.rules import LONGEST, Span, joined, read_span
from storage.models.absence import Absence

WEDNESDAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("until friday", "2026-03-04", "2026-03-06"),
        ("till monday", "2026-03-04", "2026-03-09"),
        ("friday", "2026-03-06", "2026-03-06"),
        ("tomorrow", "2026-03-05", "2026-03-05"),
        ("today", "2026-03-04", "2026-03-04"),
        ("for 3 days", "2026-03-04", "2026-03-06"),
        ("for a week", "2026-03-04", "2026-03-10"),
        ("this week", "2026-03-04", "2026-03-08"),
        ("next week", "2026-03-09", "2026-03-15"),
        ("from monday to friday", "2026-03-09", "2026-03-13"),
        ("monday until friday", "2026-03-09", "2026-03-13"),
        ("6 to 9 March", "2026-03-06", "2026-03-09"),
        ("6 March - 9 March", "2026-03-06", "2026-03-09"),
        ("2026-03-06 to 2026-03-20", "2026-03-06", "2026-03-20"),
        ("2026-03-02 to 2026-03-06", "2026-03-04", "2026-03-06"),
        ("28 December to 3 January", "2026-12-28", "2027-01-03"),
    ],
)
def test_days_away_are_read(words: str, first: str, last: str) -> None:
    """What people write, seen from a Wednesday; what began already begins today."""
    assert read_span(words, WEDNESDAY) == Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("whenever", "'whenever' could not be read"),
        ("until yesterday", "is past"),
        ("2026-03-01 to 2026-03-02", "is past"),
        ("2026-03-20 to 2026-03-06", "It ends on 2026-03-06 and begins on 2026-03-20"),
        ("until 2028-01-01", "longer than a year"),
        ("until further notice", "could not be read"),
        ("06/03/2026", "can be"),
        ("", "could not be read"),
    ],
)
def test_days_that_cannot_be_are_said(words: str, said: str) -> None:
    """The error names what was read and, where there is none better, an example."""
    with pytest.raises(ValueError, match=re.escape(said)):
        read_span(words, WEDNESDAY)


def absence(first: date, last: date) -> Absence:
    """An absence that stands."""
    return Absence(person_id=1, first_day=first, last_day=last, told_at=datetime(2026, 3, 1, tzinfo=UTC))


def test_the_last_day_said_last_counts() -> None:
    """Within an absence, a new last day shortens or lengthens it; one that lies apart stays."""
    earlier, apart = absence(date(2026, 3, 2), date(2026, 3, 10)), absence(date(2026, 4, 1), date(2026, 4, 3))
    shorter = joined(Span(WEDNESDAY, date(2026, 3, 5)), [earlier, apart])
    assert shorter == (Span(date(2026, 3, 2), date(2026, 3, 5)), [earlier])
    longer = joined(Span(date(2026, 3, 8), date(2026, 3, 15)), [earlier, apart])
    assert longer == (Span(date(2026, 3, 2), date(2026, 3, 15)), [earlier])
    assert joined(Span(date(2026, 5, 1), date(2026, 5, 2)), [earlier, apart]) == (
        Span(date(2026, 5, 1), date(2026, 5, 2)),
        [],
    )


@given(st.dates(date(2025, 1, 1), date(2034, 1, 1)), st.integers(0, 120), st.integers(0, 120))
@settings(max_examples=60, deadline=None)
def test_iso_days_are_read_as_they_are(today: date, ahead: int, length: int) -> None:
    """Two ISO days from today on are read as written, and never exceed a year."""
    first = date.fromordinal(today.toordinal() + ahead)
    last = date.fromordinal(first.toordinal() + length)
    span = read_span(f"{first.isoformat()} to {last.isoformat()}", today)
    assert span == Span(first, last) and (span.last - span.first).days < LONGEST
