"""The ladder of reminders, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from handlers.calendar import WorkHours, is_working_day, zone
from handlers.reminders.rules import Pinged, Rung, for_managers, rung
from storage.reminders import MOST

FRIDAY = date(2026, 3, 6)
MANILA = WorkHours(zone("Asia/Manila"), "PH")
DAY = timedelta(days=1)


def works(day: date) -> bool:
    return is_working_day(day, MANILA)


def climb(due: date, start: date, days: int, **how: object) -> dict[str, str]:
    """Every day from ``start`` on; what was said on which day."""
    past: list[Pinged] = []
    said: dict[str, str] = {}
    for ahead in range(days):
        today = start + DAY * ahead
        step = rung(due, today, past, works, **how)  # type: ignore[arg-type]  # passed on as it is
        if step is not None:
            past.append(Pinged(step, due, today))
            said[f"{today:%a %d}"] = step
    return said


def test_the_usual_ladder() -> None:
    """Two business days before, on the day, one business day after, and then nothing more to the owner."""
    assert climb(FRIDAY, date(2026, 2, 23), 40) == {"Wed 04": "before", "Fri 06": "due", "Mon 09": "after"}


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (date(2026, 3, 5), {"Thu 05": "before", "Fri 06": "due", "Mon 09": "after"}),
        (date(2026, 3, 6), {"Fri 06": "due", "Mon 09": "after"}),
        (date(2026, 3, 7), {"Mon 09": "after"}),
        (date(2026, 3, 11), {}),
    ],
)
def test_a_late_start_takes_the_rung_that_applies(start: date, said: dict[str, str]) -> None:
    """An item agreed late begins on the rung of that day: never two at once, and nothing is caught up."""
    assert climb(FRIDAY, start, 30) == said


def test_a_due_day_on_a_weekend_counts_from_the_friday() -> None:
    """Nobody is reminded on a weekend: what is due on Sunday is said on Friday."""
    assert climb(date(2026, 3, 8), date(2026, 2, 23), 40) == {"Thu 05": "before", "Fri 06": "due", "Mon 09": "after"}


def test_holidays_are_no_days() -> None:
    """Maundy Thursday and Good Friday are holidays in the Philippines: the rungs move around them."""
    assert climb(date(2026, 4, 1), date(2026, 3, 23), 40) == {"Mon 30": "before", "Wed 01": "due", "Mon 06": "after"}


def test_acknowledged_pauses_until_the_due_day() -> None:
    """After "ack" nothing is said before the due day."""
    assert climb(FRIDAY, date(2026, 2, 23), 40, acknowledged=True) == {"Fri 06": "due", "Mon 09": "after"}


def test_put_off_is_said_again_on_that_day() -> None:
    """Who puts a reminder off until Thursday hears on Thursday, and the three are still three."""
    past = [Pinged(Rung.BEFORE, FRIDAY, date(2026, 3, 4))]
    until = date(2026, 3, 5)
    assert rung(FRIDAY, date(2026, 3, 4), [], works, snoozed_until=until) is None
    assert rung(FRIDAY, until, past, works, snoozed_until=until) is Rung.AGAIN
    past += [Pinged(Rung.AGAIN, FRIDAY, until), Pinged(Rung.DUE, FRIDAY, FRIDAY)]
    assert rung(FRIDAY, date(2026, 3, 9), past, works, snoozed_until=until) is None


def test_the_managers_hear_once_after_three_business_days() -> None:
    """Three business days overdue it is the managers' turn, on that day or later, once, and never when done."""
    wednesday = date(2026, 3, 11)
    assert not for_managers(FRIDAY, date(2026, 3, 10), [], works)
    assert for_managers(FRIDAY, wednesday, [], works)
    assert not for_managers(FRIDAY, wednesday, [], works, open_=False)
    assert not for_managers(FRIDAY, date(2026, 3, 12), [Pinged(Rung.MANAGERS, FRIDAY, wednesday)], works)


class Item(RuleBasedStateMachine):
    """Days go by while people acknowledge, put off, move, finish and reopen."""

    @initialize(ahead=st.integers(-5, 20))
    def agreed(self, ahead: int) -> None:
        self.today = date(2026, 3, 23)
        self.due = self.today + DAY * ahead
        self.past: list[Pinged] = []
        self.acknowledged, self.open = False, True
        self.snoozed: date | None = None

    @rule()
    def acknowledge(self) -> None:
        self.acknowledged = True

    @rule(ahead=st.integers(1, 9))
    def put_off(self, ahead: int) -> None:
        self.snoozed = self.today + DAY * ahead

    @rule(ahead=st.integers(0, 9))
    def move(self, ahead: int) -> None:
        self.due = self.today + DAY * ahead

    @rule(open_=st.booleans())
    def finish_or_reopen(self, open_: bool) -> None:
        self.open, self.acknowledged = open_, False

    @rule(days=st.integers(1, 4))
    def mornings(self, days: int) -> None:
        for _ in range(days):
            self.today += DAY
            step = rung(
                self.due,
                self.today,
                self.past,
                works,
                open_=self.open,
                acknowledged=self.acknowledged,
                snoozed_until=self.snoozed,
            )
            if step is None:
                continue
            assert self.open and works(self.today)
            assert self.snoozed is None or self.today >= self.snoozed
            assert not (self.acknowledged and step is Rung.BEFORE)
            assert step is Rung.AGAIN or (step, self.due) not in {(each.rung, each.due_on) for each in self.past}
            self.past.append(Pinged(step, self.due, self.today))

    @invariant()
    def never_more_than_three_and_never_two_a_day(self) -> None:
        past = getattr(self, "past", [])
        assert len(past) <= MOST and len({each.on for each in past}) == len(past)


Item.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestWhateverHappens = Item.TestCase
