"""Dates as programs write them, and the ones that must be asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.metrics.reading.dates import AmbiguousDates, read_days


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        (["2026-04-03"], date(2026, 4, 3)),
        (["2026/04/03"], date(2026, 4, 3)),
        (["20260403"], date(2026, 4, 3)),
        (["04232026"], date(2026, 4, 23)),
        (["23042026"], date(2026, 4, 23)),
        (["01/15/24 09:30 AM"], date(2024, 1, 15)),
        (["15/01/2024"], date(2024, 1, 15)),
        (["03.04.2026"], date(2026, 4, 3)),
        (["April 2026"], date(2026, 4, 1)),
        (["Apr-26"], date(2026, 4, 1)),
        (["2026-04"], date(2026, 4, 1)),
        (["46115"], date(2026, 4, 3)),
        (["46115.5"], date(2026, 4, 3)),
        (["2026-W14"], date(2026, 3, 30)),
        (["Fri, 21 Aug 2026 09:00:06"], date(2026, 8, 21)),
        (["Aug 21, 2026"], date(2026, 8, 21)),
        (["2026-04-03T10:30:00Z"], date(2026, 4, 3)),
        (["04/04/2026"], date(2026, 4, 4)),
    ],
)
def test_ways_to_write_a_date(cells: list[str], day: date) -> None:
    """Every way of writing a date that was seen in real files is read."""
    assert read_days(cells)[0].day == day


def test_one_date_settles_the_column() -> None:
    """A single date above the twelfth settles day and month of the whole column."""
    assert read_days(["03/04/2026", "25/04/2026"])[0].day == date(2026, 4, 3)
    assert read_days(["03/04/2026", "04/25/2026"])[0].day == date(2026, 3, 4)


def test_ambiguity_is_said_not_guessed() -> None:
    """03/04/2026 alone is asked, a person's word settles it, and a column in both orders is refused."""
    with pytest.raises(AmbiguousDates, match="'03/04/2026' may be day/month or month/day"):
        read_days(["03/04/2026", "05/06/2026"])
    assert read_days(["03/04/2026"], "mdy")[0].day == date(2026, 3, 4)
    with pytest.raises(AmbiguousDates, match="use one order"):
        read_days(["25/04/2026", "04/25/2026"])


@pytest.mark.parametrize("cell", ["", "n/a", "Q1", "99/99/2026", "2026-02-30", "12", "1999-01-01", "week three"])
def test_what_is_no_date(cell: str) -> None:
    """What is no date comes back with a problem and without a day."""
    read = read_days([cell], "dmy")[0]
    assert read.day is None
    assert read.problem


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 25_000), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d %B %Y", "%a, %d %b %Y 10:00:00"]))
def test_every_day_is_read_back(days: int, style: str) -> None:
    """Every day of this century is read back from every unambiguous style."""
    day = date(2001, 1, 1) + timedelta(days=days)
    assert read_days([day.strftime(style)])[0].day == day


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_day_or_a_problem(text: str) -> None:
    """Any text is a day, a problem, or said to be ambiguous; nothing else escapes."""
    try:
        read = read_days([text])[0]
    except AmbiguousDates:
        return
    assert (read.day is None) == bool(read.problem)
