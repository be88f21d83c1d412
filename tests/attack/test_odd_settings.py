"""Quiet hours that never end or never begin, days beyond the calendar, and numbers longer than any button's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handlers.calendar import is_quiet
from handlers.noise import preferences
from storage.models.person import Person
from tests.town import Town, town_at

HUGE = "9" * 5000


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A fresh town."""
    return town_at(tmp_path)


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("delivery.list", HUGE),
        ("delivery.send", HUGE),
        ("delivery.again", HUGE),
        ("escalation.show", HUGE),
        ("escalation.form", f"{HUGE}:0"),
        ("escalation.form", f"1:{HUGE}"),
        ("escalation.keep", f"1:{HUGE}"),
        ("escalation.agree", "٣:٣"),
        ("noise.why", HUGE),
        ("noise.fold", f"{HUGE}:on"),
        ("noise.fold", "::on"),
        ("noise.fold", "mornings.days:on"),
        ("reminder.snooze", f"{HUGE}:3d"),
    ],
    ids=lambda each: str(each)[:20],
)
def test_a_number_longer_than_a_number_is_refused_kindly(town: Town, action: str, value: str) -> None:
    """Whoever forges a button gets words, and no exception."""
    answer = town.maya.presses(action, value)
    assert answer.card is not None or answer.form is not None


@pytest.mark.parametrize("words", ["09:00-09:00", "00:00-00:00", "00:01-00:00", "23:59-23:58", "09:00-18:00"])
def test_quiet_hours_leave_somebody_a_time_to_hear(town: Town, words: str) -> None:
    """However somebody sets quiet hours, there is a moment of each working day at which a message may come, or it is refused."""
    town.maya.types(f"quiet {words}")
    with town.units() as uow:
        person = uow.people.by_account(1, "room", "T-CLIENT", "U-MAYA")
        assert isinstance(person, Person)
        hours = preferences.awake_hours(person, uow)
        awake = [minute for minute in range(24 * 60) if not is_quiet(town.now + timedelta(minutes=minute), hours)]
        moment = preferences.next_awake(town.now, hours)
    assert len(awake) >= 60, "an hour at least"
    assert moment - town.now < timedelta(days=4)


@pytest.mark.parametrize(
    "until", ["9999-12-31", "9999-12-30", "31 december 9999", "0001-01-01", "99999d", "+999999999d"]
)
def test_a_pause_without_end_is_refused_or_ends(town: Town, until: str) -> None:
    """A day of another century neither breaks anything nor silences anybody for ever without their knowing."""
    answer = town.maya.types(f"pause until {until}")
    assert answer.card is not None
    with town.units() as uow:
        person = uow.people.by_account(1, "room", "T-CLIENT", "U-MAYA")
        assert isinstance(person, Person)
        resting = preferences.paused_until(person, town.now.date(), uow)
        assert resting is None or resting.year < 2100
    town.later(days=2)
