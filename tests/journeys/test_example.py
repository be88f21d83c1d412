"""The ready example as whoever opens the room finds it: reviews that were held and come, plans, and nothing that failed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from bot.example.story import furnish
from bot.plain import plain
from handlers.saying import decode_card
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

pytestmark = pytest.mark.slow
FRIDAY = datetime(2026, 3, 20, 10, tzinfo=UTC)
NORTHWIND, BALTIC, ANDES = 1, 2, 3


def furnished(folder: Path, present: datetime) -> Database:
    database = Database(f"sqlite:///{folder / 'example.sqlite'}", durable=False)
    SQLModel.metadata.create_all(database.engine)
    furnish(database, present)
    return database


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The example on a Friday in March."""
    database = furnished(tmp_path_factory.mktemp("example"), FRIDAY)
    yield database
    database.dispose()


def said(database: Database, kind: str) -> list[OutboxRow]:
    with UnitOfWork(database) as uow:
        return [row for row in uow.outbox.everything() if row.kind == kind]


def words(row: OutboxRow) -> str:
    return plain(decode_card(row.content))


def test_the_example_has_series_of_four_rhythms(example: Database) -> None:
    """Weekly, every two weeks, monthly and quarterly; each series' card stands in its provider's channel."""
    with UnitOfWork(example) as uow:
        rules = {each.name: each.rule for number in (NORTHWIND, BALTIC, ANDES) for each in uow.series.of(number)}
    assert rules == {
        "Weekly operations review": "FREQ=WEEKLY;BYDAY=TH",
        "Two-weekly review": "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=WE",
        "Monthly performance review": "FREQ=MONTHLY;BYDAY=2TU",
        "Quarterly partnership review": "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TH",
    }
    assert {row.channel for row in said(example, "series.card")} == {
        "northwind-shared",
        "baltic-shared",
        "andes-shared",
    }


def test_last_weeks_review_of_the_example_ended_with_decisions_and_actions(example: Database) -> None:
    """Two decisions, two actions with owner and day, and who was there on both sides."""
    minutes = [words(row) for row in said(example, "review.minutes") if row.channel == "northwind-shared"]
    assert len(minutes) == 3 and "2 decisions and 2 actions" in minutes[1]
    for expected in (
        "Send the call forecast by half hours",
        "Share the new morning roster",
        "Jo Santos",
        "Maya Brooks",
    ):
        assert expected in minutes[1]


def test_the_example_has_an_agenda_ahead_one_review_moved_and_one_asked_about(example: Database) -> None:
    """Northwind's next agenda stands; Kasia moved a review with her reason; nobody held it, so Maya was asked once."""
    with UnitOfWork(example) as uow:
        ahead = uow.reviews.ahead_of(NORTHWIND)[0]
        moved = [
            each for each in uow.reviews.between(BALTIC, datetime(2026, 3, 2, tzinfo=UTC), FRIDAY) if each.moved_by
        ]
    assert ahead.agenda_at is not None and ahead.starts_at > FRIDAY
    assert [(each.moved_by, each.reason, each.state) for each in moved] == [("person", "half of us train", "not held")]
    assert [(row.account_user, row.subject_id) for row in said(example, "review.direct")] == [("maya", moved[0].id)]


def test_the_example_has_a_plan_both_agreed_on_and_a_draft_for_the_manager(example: Database) -> None:
    """Both were written from the figures: the one stands in the shared channel with both sides' word, the other is Maya's
    alone, and no message but the client's digest names it."""
    with UnitOfWork(example) as uow:
        plans = [uow.plans.numbered(1, number) for number in (1, 2)]
    assert [(each.state, each.visibility) for each in plans if each] == [("agreed", "SH"), ("draft", "INT")]
    assert [(each.metric, bool(each.found_as)) for each in plans if each] == [
        ("service_level", True),
        ("handle_time", True),
    ]
    [tracker] = said(example, "plan.card")
    assert tracker.channel == "northwind-shared" and "Yes from Northwind Manila: Jo Santos" in words(tracker)
    assert said(example, "plan.draft") == []


def test_nothing_the_example_said_failed(example: Database) -> None:
    """Everything was delivered, by itself or within somebody's morning message."""
    with UnitOfWork(example) as uow:
        rows = uow.outbox.everything()
        assert {row.state for row in rows} <= {"sent", "dropped", "folded"}
        mornings = [uow.outbox.by_key(row.thread_card or "") for row in rows if row.state == "folded"]
        assert mornings and all(morning is not None and morning.state == "sent" for morning in mornings)


@pytest.mark.parametrize("present", ["2026-04-08T05:00:00+00:00", "2026-12-27T20:00:00+00:00"])
def test_the_example_is_told_whatever_day_it_is(present: str, tmp_path: Path) -> None:
    """Around Easter and Christmas too, when holidays move the reviews: three are held all the same."""
    database = furnished(tmp_path, datetime.fromisoformat(present))
    held = [row for row in said(database, "review.minutes") if row.channel == "northwind-shared"]
    database.dispose()
    assert len(held) >= 2
