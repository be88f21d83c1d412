"""A quarter with everything going on stays quiet, keeps to working hours, and ends with its contract."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import storage.models as models
from handlers.calendar import holiday_name
from tests.attack.quarter import END, lived, settled
from tests.town import Town

CAUSED = {"issue.card", "action.card", "series.card", "plan.card", "programme.welcome", "review.minutes"}
"""Cards that a person caused."""
BEGUN = "somebody began the review"
"""Why an agenda came when a person began its review."""
HOMES = {"U-MAYA": ("Europe/London", "GB"), "U-BEN": ("Europe/London", "GB"), "U-EVA": ("Europe/London", "GB")}
HOMES |= {"U-JO": ("Asia/Manila", "PH"), "U-REY": ("Asia/Manila", "PH")}
EARLIEST, LATEST = time(7), time(19)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The quarter, the contract's end, and three weeks after it."""
    town = lived(settled(tmp_path_factory.mktemp("quarter")), weeks=14)
    town.later(days=21)
    return town


def unprompted(town: Town) -> list[models.OutboxRow]:
    """What came by itself and stands outside threads."""
    rows = [row for row in town.rows() if row.kind not in CAUSED and not row.thread_card]
    return [row for row in rows if row.reason != BEGUN]


def test_a_quarter_of_reviews_and_plans_stays_quiet(town: Town) -> None:
    """At most one message a channel and day came by itself outside threads."""
    london = ZoneInfo("Europe/London")
    days = Counter(
        (row.channel, row.created_at.astimezone(london).date()) for row in unprompted(town) if not row.account_user
    )
    assert len(days) > 40
    assert [day for day, count in days.items() if count > 1] == []


def test_nobody_is_told_at_night_or_on_a_day_of_rest(town: Town) -> None:
    """Whatever was sent to one person by itself came on a working day of theirs, in the daytime."""
    found, wrong = 0, []
    for row in unprompted(town):
        if row.account_user not in HOMES or row.kind.endswith("draft"):
            continue
        zone_name, country = HOMES[row.account_user]
        at = max(row.created_at, row.not_before).astimezone(ZoneInfo(zone_name))
        found += 1
        if at.weekday() > 4 or not EARLIEST <= at.time() <= LATEST or holiday_name(country, at.date()):
            wrong.append((row.once, at))
    assert found > 50 and wrong == []


def test_nothing_is_said_once_the_contract_is_over(town: Town) -> None:
    """After the contract's last day there is silence, and before it nothing prepares what would come after it."""
    last = date.fromisoformat(END)
    assert [row.once for row in town.rows() if row.created_at.date() > last] == []
    with town.units() as uow:
        agendas = [uow.reviews.get(row.subject_id) for row in town.rows(kind="review.agenda")]
    assert len(agendas) > 10 and all(each is not None and each.starts_at.date() <= last for each in agendas)


def test_each_unheld_review_is_asked_about_once(town: Town) -> None:
    """A question a review that nobody began, and none about the same one twice."""
    asked = Counter(row.once for row in town.rows(kind="review.direct"))
    assert asked and max(asked.values()) == 1


def test_three_weeks_of_sleep_bring_nothing_stale(tmp_path: Path) -> None:
    """After three weeks without a tick no agenda of a review that is past is posted, nothing says that one begins, at most one
    question a series is asked, and the next review is planned."""
    town = settled(tmp_path)
    before = {row.key for row in town.rows()}
    town.now += timedelta(days=22, hours=3)
    for _ in range(6):
        town._tick()
    fresh = [row for row in town.rows() if row.key not in before]
    with town.units() as uow:
        ahead = uow.reviews.ahead_of(1)
        agendas = [uow.reviews.get(row.subject_id) for row in fresh if row.kind == "review.agenda"]
    assert all(each is not None and each.starts_at > town.now for each in agendas)
    assert [row.once for row in fresh if row.once.startswith("review.begins")] == []
    assert len([row for row in fresh if row.once.startswith("review.unheld")]) <= 2
    assert {each.series_id for each in ahead} == {1, 2, 3} and all(each.starts_at > town.now for each in ahead)
    roots = Counter((row.channel, row.kind) for row in fresh if not row.thread_card and not row.account_user)
    assert roots and max(roots.values()) == 1
