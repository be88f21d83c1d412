"""The 29th of February: reviews, contracts, snoozes and digests in a leap year and around it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from handlers.calendar import Cadence, WorkHours, next_business_day, occurrences, zone
from handlers.providers import contract_timers as timers
from handlers.schedules import every
from tests.town import town_at

LONDON = zone("Europe/London")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("monthly on the 29th 10:00", ["2027-01-29", "2027-02-28", "2027-03-29"]),
        ("30th 10:00", ["2027-01-30", "2027-02-28", "2027-03-30"]),
        ("last day of every month at 10:00", ["2027-01-31", "2027-02-28", "2027-03-31"]),
    ],
)
def test_a_month_without_the_29th_has_its_last_day(text: str, days: list[str]) -> None:
    """In a common year February is not left out; in a leap year it has its 29th."""
    cadence = Cadence.parse(text, date(2027, 1, 1))
    found = occurrences(cadence, LONDON, datetime(2027, 1, 1))
    assert [str(wall.date()) for wall, _ in islice(found, 3)] == days
    leap = occurrences(cadence, LONDON, datetime(2028, 2, 1))
    assert str(next(leap)[0].date()) == "2028-02-29"


def test_a_contract_ends_on_the_29th(tmp_path: Path) -> None:
    """Told 60, 30 and 7 days before, a farewell on a free working day up to it, silent from the first of March."""
    town = town_at(tmp_path, datetime(2028, 2, 15, 9, tzinfo=UTC))
    town.maya.types("setup contract 2028-02-29")
    told = [at.date() for _, at in timers.told_at(date(2028, 2, 29), "Europe/London")]
    assert told == [date(2027, 12, 31), date(2028, 1, 30), date(2028, 2, 22)]
    town.until(datetime(2028, 3, 5, tzinfo=UTC))
    with town.units() as uow:
        programme = uow.providers.programme(1)
        farewell = uow.outbox.by_once("contract.farewell:1:2028-02-29")
    assert programme is not None and programme.state == "ended"
    assert farewell is not None and date(2028, 2, 23) <= farewell.created_at.date() <= date(2028, 2, 29)
    assert [row.once for row in town.rows() if row.created_at > datetime(2028, 3, 1, 0, 10, tzinfo=UTC)] == []


def test_a_digest_falls_on_the_29th(tmp_path: Path) -> None:
    """Tuesday 29 February 2028 has its digest like any other, and so does the week after it."""
    town = town_at(tmp_path, datetime(2028, 2, 23, 9, tzinfo=UTC))
    with town.units() as uow:
        every(uow, "digest", 1, 1, "tue 08:30", "Europe/London", town.now)
        uow.commit()
    town.until(datetime(2028, 3, 8, tzinfo=UTC))
    found = [row.created_at for row in town.rows(kind="digest.weekly")]
    assert found == [datetime(2028, 2, 29, 8, 30, tzinfo=UTC), datetime(2028, 3, 7, 8, 30, tzinfo=UTC)]


def test_an_action_is_due_on_the_29th(tmp_path: Path) -> None:
    """ "due 29 feb" is the leap day that comes; a date that does not exist is asked about."""
    town = town_at(tmp_path, datetime(2028, 2, 21, 9, tzinfo=UTC))
    town.maya.types("actions add Send the rota @Jo due 29 feb")
    with town.units() as uow:
        item = uow.actions.get(1)
    assert item is not None and item.due_on == date(2028, 2, 29)
    refused = town.maya.types("actions add Send the list @Jo due 2027-02-29")
    assert refused.form is not None or refused.problems or "2027-02-29" in str(refused.card)


def test_business_days_count_the_leap_day() -> None:
    """From Monday 28 February 2028 two working days lead to Wednesday the first of March; in 2027 from the 26th to the 2nd."""
    hours = WorkHours(LONDON, "GB")
    assert next_business_day(date(2028, 2, 28), hours, 2) == date(2028, 3, 1)
    assert next_business_day(date(2027, 2, 26), hours, 2) == date(2027, 3, 2)
    assert date(2028, 2, 29) + timedelta(days=1) == date(2028, 3, 1)
