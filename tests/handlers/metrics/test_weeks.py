"""Which week is meant, and when its figures are due."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from handlers.calendar import Pattern, zone
from handlers.metrics.weeks import UnclearWeek, due_at, last_complete, newest_due, short_label, week_meant

TODAY = date(2026, 3, 10)
LAST, BEFORE = date(2026, 3, 2), date(2026, 2, 23)
LONDON, MANILA = zone("Europe/London"), zone("Asia/Manila")


@pytest.mark.parametrize(
    ("said", "monday"),
    [
        ("", BEFORE),
        ("last week", LAST),
        ("Previous Week", LAST),
        ("week 10", LAST),
        ("wk 9", BEFORE),
        ("kw52", date(2025, 12, 22)),
        ("w/e 8 March", LAST),
        ("week ending 2026-03-08", LAST),
        ("week ending Friday 6 March", LAST),
        ("w/c 2 March", LAST),
        ("week of 23 February", BEFORE),
        ("2-8 March", LAST),
        ("23 Feb - 1 Mar", BEFORE),
        ("2026-02-23 to 2026-03-01", BEFORE),
        ("w/c 22 December", date(2025, 12, 22)),
    ],
)
def test_a_named_week_is_found(said: str, monday: date) -> None:
    """Whatever way a whole past week is named, its Monday is found; nothing named is the usual one."""
    assert week_meant(said, BEFORE, TODAY) == monday


@pytest.mark.parametrize(
    "said",
    ["this week", "week 12", "today", "friday", "2 March", "last month", "w/c 9 March", "28 Feb - 12 Mar", "week 99"],
)
def test_what_is_no_whole_past_week_is_asked_back(said: str) -> None:
    """A day, a month, a week that still runs: a question with an example, never a guess."""
    if said == "week 12":
        assert week_meant(said, BEFORE, TODAY) == date(2025, 3, 17)
        return
    with pytest.raises(UnclearWeek, match="For example: w/c 23 February SL 82%"):
        week_meant(said, BEFORE, TODAY)


def test_figures_are_due_on_the_providers_clock() -> None:
    """Tuesday ten in Manila is two in the morning in London; until then the week before counts as the newest due."""
    tuesday = Pattern.parse("tue 10:00")
    assert due_at(LAST, tuesday, MANILA, LONDON) == datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
    monday = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    assert last_complete(monday, LONDON) == LAST
    assert newest_due(monday, tuesday, MANILA, LONDON) == BEFORE
    assert newest_due(monday, Pattern.parse("mon 08:00"), LONDON, LONDON) == LAST


def test_the_week_ends_in_the_anchor_zone() -> None:
    """On Sunday evening in London it is Monday in Manila, yet London's week is not over."""
    assert last_complete(datetime(2026, 3, 8, 20, 0, tzinfo=UTC), LONDON) == BEFORE
    assert last_complete(datetime(2026, 3, 8, 20, 0, tzinfo=UTC), MANILA) == LAST


def test_a_headline_names_the_week_shortly() -> None:
    """Both months only where they differ."""
    assert [short_label(BEFORE), short_label(LAST)] == ["23 Feb–1 Mar", "2–8 Mar"]
