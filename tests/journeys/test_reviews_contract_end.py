"""Reviews and a contract that has a last day: nothing is planned, listed or written into calendars after it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream

from handlers.reviews.series import voice
from handlers.reviews.series.standing import standing_of
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from storage.models.review import Review
from tests.journeys.words import told
from tests.town import Town, town_at


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """Monday 2 March; a review every Thursday at 10:00 in London, and a contract until 20 March."""
    town = town_at(tmp_path, platform=platform)
    values = {"template": "weekly", "when": "weekly thu 10:00", "minutes": "30", "link": "", "ahead": "2"}
    assert not town.maya.submits("review.set_up", values, "1").problems
    town.maya.types("setup contract 2026-03-20")
    return town


def planned(town: Town) -> list[Review]:
    """The rows that are still to be held."""
    with town.units() as uow:
        return [row for row in uow.reviews.of_series(1) if row.state == "planned"]


def in_calendars(town: Town) -> list[str]:
    """The days a calendar shows that opened the newest file."""
    with town.units() as uow:
        series = uow.series.get(1)
        assert series is not None
        text = voice.calendar_file(standing_of(series, uow, town.now), uow, town.now).content
    calendar = IcsCalendarStream.calendar_from_ics(text)
    every = calendar.timeline.included(town.now, datetime(2026, 6, 1, tzinfo=UTC))
    return [f"{each.dtstart:%d %B}" for each in every]


def test_no_date_after_the_contracts_last_day_is_listed(town: Town) -> None:
    """Three Thursdays are left and the list says why there are no more; one cannot be moved past the end."""
    said = told(town.maya.types("review dates"))
    assert "the last 3 dates" in said
    listed = str(town.maya.types("review dates").card)
    assert "Thursday 19 March" in listed and "Thursday 26 March" not in listed
    assert "The contract ends on Friday 20 March." in listed
    town.until(datetime(2026, 3, 19, 9, tzinfo=UTC))
    assert "The contract ends on Friday 20 March" in told(
        town.maya.types("review move 2026-03-24 10:00 because we travel")
    )


def test_nothing_is_planned_after_the_last_review_of_a_contract(town: Town) -> None:
    """When the last one is over no row is made for the next, and the card says that no date is planned."""
    town.until(datetime(2026, 3, 19, 10, tzinfo=UTC))
    town.maya.presses("review.begin", "3")
    town.maya.presses("review.end", "3")
    town.later(hours=4)
    assert [each.id for each in planned(town) if each.starts_at > town.now] == []
    assert "no date is planned, the contract ends on Friday 20 March" in str(town.maya.types("review").card)


def test_calendars_end_with_the_contract(town: Town) -> None:
    """The rule in the file runs until the last day, inclusive, and goes on when the contract does."""
    assert in_calendars(town) == ["05 March", "12 March", "19 March"]
    row = town.row("series.card:1")
    assert row is not None and "UNTIL=20260320T235959Z" in str(decode_card(row.content))
    town.maya.types("setup contract 2026-03-26")
    assert in_calendars(town)[-1] == "26 March"
    town.maya.types("setup contract open")
    assert in_calendars(town)[-1] == "28 May"
    row = town.row("series.card:1")
    assert row is not None and "UNTIL" not in str(decode_card(row.content))


def test_a_contract_that_is_extended_plans_its_reviews_again(town: Town) -> None:
    """An earlier end cancels what lies after it; a later one brings it back, also when none was left to go on from."""
    assert [row.id for row in planned(town)] == [1]
    town.maya.types("setup contract 2026-03-04")
    assert planned(town) == []
    town.maya.types("setup contract 2026-03-20")
    assert [row.id for row in planned(town)] == [1]
    town.until(datetime(2026, 3, 20, 9, tzinfo=UTC))
    assert [each for each in planned(town) if each.starts_at > town.now] == []
    town.maya.types("setup contract 2026-12-31")
    assert [f"{each.starts_at:%d %B}" for each in planned(town) if each.starts_at > town.now] == ["26 March"]
