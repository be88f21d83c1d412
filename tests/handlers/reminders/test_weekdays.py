"""Where a week begins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import is_working_day
from handlers.records.hours import hours_of
from handlers.reminders.weekdays import begins_week, week_start

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "country", "start"),
    [
        (date(2026, 3, 5), "GB", date(2026, 3, 2)),
        (date(2026, 3, 2), "GB", date(2026, 3, 2)),
        (date(2026, 3, 7), "GB", date(2026, 3, 2)),
        (date(2026, 3, 3), "IL", date(2026, 3, 1)),
        (date(2026, 3, 3), "", date(2026, 3, 2)),
    ],
)
def test_a_week_starts_after_the_weekend(day: date, country: str, start: date) -> None:
    """Monday in London, Sunday in Israel, Monday where nothing is known."""
    assert week_start(day, country) == start


@given(st.dates(date(2025, 1, 1), date(2028, 12, 31)), st.sampled_from(["GB", "PH", "IL", "AE", "IN", "PL", ""]))
@settings(max_examples=60, deadline=None)
def test_a_week_begins_at_most_once(day: date, country: str) -> None:
    """Of any seven days from the start of a week exactly one begins it, if anybody works in it at all."""
    hours = hours_of("UTC", country)
    start = week_start(day, country)
    week = [start + DAY * ahead for ahead in range(7)]
    begins = [each for each in week if begins_week(each, country, lambda one: is_working_day(one, hours))]
    working = [each for each in week if is_working_day(each, hours)]
    assert begins == working[:1] and all(week_start(each, country) == start for each in working)
