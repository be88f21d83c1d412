"""People rest on their own country's weekend, and the clock's jumps lose no morning."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.town import Town, town_at

FRIDAY_OFF = "EG", "Africa/Cairo"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A fresh town."""
    return town_at(tmp_path)


def moved(town: Town, country: str, where: str) -> None:
    """Jo works there from now on."""
    with town.units() as uow:
        jo = uow.people.by_user(1, "room", "U-JO")
        assert jo is not None
        jo.country, jo.zone = country, where
        uow.people.add(jo)
        uow.commit()


def mornings(town: Town, where: str) -> list[str]:
    """When Jo was reminded of something, on the clock there; what only told her week is left out."""
    with town.units() as uow:
        rows = [
            row
            for row in town.rows(kind="reminders.morning")
            if row.account_user == "U-JO" and uow.reminders.pings_at(row.subject_id, row.created_at)
        ]
    return [f"{row.created_at.astimezone(ZoneInfo(where)):%a %d %H:%M}" for row in rows]


def test_the_weekend_is_the_countrys_own(town: Town) -> None:
    """In Cairo Sunday is a working day and Friday is not: the reminder after a Thursday's due day comes on Sunday."""
    moved(town, *FRIDAY_OFF)
    town.maya.types("actions add Send the policy @Jo due 12 March 2026")
    town.later(days=17)
    assert mornings(town, "Africa/Cairo") == ["Tue 10 09:00", "Thu 12 09:00", "Sun 15 09:00"]


def test_an_issues_clock_rests_on_the_countrys_weekend(town: Town) -> None:
    """What is reported on a Thursday evening of Cairo is to be acknowledged on Sunday there, not on Friday."""
    moved(town, *FRIDAY_OFF)
    town.later(days=3, hours=9)
    report = {"title": "Lines drop", "detail": "", "severity": "3", "kind": "service", "visibility": "SH"}
    town.maya.submits("issue.report", report, "1")
    with town.units() as uow:
        issue = uow.issues.numbered(1, 1)
        assert issue is not None and f"{issue.acknowledge_by.astimezone(ZoneInfo('Africa/Cairo')):%a}" == "Sun"


@pytest.mark.parametrize("where", ["Pacific/Apia", "Pacific/Kiritimati", "America/New_York", "Asia/Kathmandu"])
def test_mornings_at_the_ends_of_the_world(town: Town, where: str) -> None:
    """Far zones and a night in which the clock jumps (New York, 8 March 2026) have three reminders at nine."""
    moved(town, "", where)
    town.maya.types("actions add Send the policy @Jo due 9 March 2026")
    town.later(days=14)
    assert mornings(town, where) == ["Thu 05 09:00", "Mon 09 09:00", "Tue 10 09:00"]
