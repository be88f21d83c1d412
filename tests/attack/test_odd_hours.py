"""Reviews at odd moments: while a programme is paused, on the contract's last day, in a repeated hour, on 29 February."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.models.review import Review
from tests.town import Town, town_at


def with_series(folder: Path, when: str, now: datetime, template: str = "weekly") -> Town:
    """A town at ``now`` with one series."""
    town = town_at(folder, now)
    answer = town.maya.submits("review.set_up", {"template": template, "when": when, "minutes": "30"}, "1")
    assert answer.problems == {}, answer.problems
    return town


def review(town: Town, review_id: int = 1) -> Review:
    """A review as it stands."""
    with town.units() as uow:
        found = uow.reviews.get(review_id)
    assert found is not None
    return found


MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_review_under_way_ends_though_its_programme_is_paused(tmp_path: Path) -> None:
    """Pausing in the middle of a review loses nothing: it ends by hand, or by itself, and nothing new is posted meanwhile."""
    town = with_series(tmp_path, "thursday 10:00", MONDAY)
    town.until(datetime(2026, 3, 5, 10, tzinfo=UTC))
    town.maya.presses("review.begin", "1")
    town.maya.submits("review.decided", {"words": "Refunds go to the second line"}, "1")
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.state = "paused"
        uow.commit()
    town.later(hours=4)
    assert review(town).state == "held"
    town.later(days=14)
    assert len(town.rows(kind="review.agenda")) == 1
    assert [row.once for row in town.rows() if row.once.startswith(("review.unheld", "review.begins:2"))] == []


def test_the_last_days_review_is_held(tmp_path: Path) -> None:
    """A review on the contract's last day has its agenda and its minutes; the one after it is never prepared."""
    town = with_series(tmp_path, "thursday 10:00", MONDAY)
    town.maya.types("setup contract 2026-03-12")
    town.until(datetime(2026, 3, 12, 10, tzinfo=UTC))
    town.maya.presses("review.begin", "2")
    town.maya.presses("review.end", "2")
    assert review(town, 2).state == "held"
    assert town.row("review.agenda:2") is not None and town.row("review.minutes:2") is not None
    town.later(days=10)
    assert town.row("review.agenda:3") is None
    with town.units() as uow:
        assert uow.reviews.ahead_of(1) == []


def test_a_review_under_way_at_the_contracts_end_is_closed(tmp_path: Path) -> None:
    """What nobody ended before the contract was over does not stay open: its minutes are the last that is said."""
    town = with_series(tmp_path, "thursday 23:30", MONDAY)
    town.maya.types("setup contract 2026-03-12")
    town.until(datetime(2026, 3, 12, 23, 31, tzinfo=UTC))
    town.maya.presses("review.begin", "2")
    assert review(town, 2).state == "under way"
    town.later(days=2)
    assert review(town, 2).state != "under way"
    over = datetime(2026, 3, 13, tzinfo=UTC)
    assert [row.once for row in town.rows() if row.created_at > over] == ["review.minutes:2"]


@pytest.mark.parametrize(
    ("when", "now", "expected"),
    [
        ("sunday 01:30", datetime(2026, 10, 19, 9, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("sunday 01:30", datetime(2026, 3, 23, 9, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("tuesday 10:00", datetime(2028, 2, 28, 12, tzinfo=UTC), datetime(2028, 2, 29, 10, 0, tzinfo=UTC)),
    ],
)
def test_odd_moments_come_once(tmp_path: Path, when: str, now: datetime, expected: datetime) -> None:
    """A repeated hour is its first pass, a skipped one the moment after the gap, 29 February a day like others."""
    town = with_series(tmp_path, when, now)
    assert review(town).starts_at == expected
    town.until(expected + timedelta(hours=3))
    begun = [row.once for row in town.rows() if row.once.startswith("review.begins")]
    assert len(begun) <= 1
    town.maya.presses("review.begin.now", "1")
    town.maya.presses("review.end", "1")
    assert review(town, 2).starts_at - expected > timedelta(days=6)


def test_a_review_moved_before_its_agenda_still_has_one(tmp_path: Path) -> None:
    """Moved to tomorrow, before its agenda's moment, it gets its agenda when it begins at the latest, and only one."""
    town = with_series(tmp_path, "monday 10:00", MONDAY + timedelta(hours=3))
    moved = town.maya.submits("review.moved", {"day": "2026-03-03", "time": "10:00", "reason": "travel"}, "1")
    assert moved.problems == {}
    if moved.form is not None:
        town.maya.submits(moved.form.action, {"day": "2026-03-03", "time": "10:00"}, moved.form.hidden)
    assert review(town).starts_at == datetime(2026, 3, 3, 10, tzinfo=UTC)
    town.until(datetime(2026, 3, 3, 10, tzinfo=UTC))
    town.maya.presses("review.begin", "1")
    assert len(town.rows(kind="review.agenda")) == 1
