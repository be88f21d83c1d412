"""Silence is no word while the bot slept: what was said then may be lost, so it counts later, and never for ever later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.catching_up.handler import gap
from handlers.lateness import Gap, heard_out
from handlers.records.hours import any_time, hours_of, silence
from handlers.saying import decode_card
from tests.town import Town, town_at

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONDON = hours_of("Europe/London", "GB")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A Monday morning; Maya is in London, Jo in Manila."""
    return town_at(tmp_path, MONDAY)


def sleep(town: Town, since: datetime, until: datetime) -> None:
    """Nothing runs in between; then what was due is caught up."""
    town.until(since)
    town.now = until
    with town.units() as uow:
        gap(uow, since, until)
        uow.commit()
    town._tick()


def reported(town: Town, severity: str = "3") -> None:
    """An issue Jo owns."""
    values = {"title": "Calls wait", "kind": "service", "severity": severity, "words": "", "visibility": "SH"}
    answer = town.maya.submits("issue.report", values)
    assert answer.problems == {}, answer.problems


def test_an_issue_is_not_accepted_by_a_silence_nobody_listened_to(town: Town) -> None:
    """Its two days end while nothing runs: afterwards there is as much working time again to object, the thread says so
    once, and then it is accepted."""
    reported(town)
    town.jo.replies("done", under="issue.card:1")
    sleep(town, MONDAY + 29 * HOUR, MONDAY + 33.5 * HOUR)  # Tuesday 14:00 to 18:30, due at 18:00
    town.until(MONDAY + 48.5 * HOUR)
    assert state(town) == "done"
    said = [row for row in town.rows(kind="issue.line") if "I was not running" in decode_card(row.content).text]
    assert len(said) == 1 and "accepted on 4 March 13:30 (Europe/London)" in decode_card(said[0].content).text
    town.until(MONDAY + 52.5 * HOUR - timedelta(minutes=1))
    assert state(town) == "done"
    town.later(minutes=2)
    assert state(town) == "accepted"


def test_an_objection_after_the_gap_counts(town: Town) -> None:
    """Whoever had objected while nothing ran says it again, and it is heard."""
    reported(town)
    town.jo.replies("done", under="issue.card:1")
    sleep(town, MONDAY + 29 * HOUR, MONDAY + 33.5 * HOUR)
    town.maya.replies("reopen: calls still wait", under="issue.card:1")
    town.later(days=1)
    assert state(town) in {"acknowledged", "open"}


def test_an_action_is_not_accepted_by_a_silence_nobody_listened_to(town: Town) -> None:
    """The same for an action item, after a night without the bot."""
    town.maya.types("actions add @Jo Santos send the price list by friday")
    rows = town.rows(kind="action.card")
    assert rows, "the action stands"
    town.jo.replies("done", under="action.card:1")
    sleep(town, MONDAY + 29 * HOUR, MONDAY + 47 * HOUR + timedelta(minutes=55))
    town.later(minutes=30)
    assert action_state(town) == "done"
    assert any("I was not running" in decode_card(row.content).text for row in town.rows(kind="action.line"))
    town.later(days=3)
    assert action_state(town) == "accepted"


def test_an_acknowledgement_does_not_lapse_in_a_gap(town: Town) -> None:
    """Severity 1, an hour of silence of which nobody heard the last part: as long again is waited, and never over an hour."""
    reported(town, severity="1")
    town.jo.replies("ack", under="issue.card:1")
    sleep(town, MONDAY + timedelta(minutes=30), MONDAY + 30 * HOUR)
    assert state(town) == "acknowledged"
    town.later(minutes=59)
    assert state(town) == "acknowledged"
    town.later(minutes=2)
    assert state(town) == "open"


@pytest.mark.parametrize(("severity", "slept", "again"), [("1", 30, 15), ("1", 12, 12), ("2", 30, 30), ("2", 100, 60)])
def test_nothing_goes_up_on_a_silence_nobody_listened_to(town: Town, severity: str, slept: int, again: int) -> None:
    """Its time and the first level's end while nothing runs: nobody is brought in before as much of their time has gone by
    again, at most what the severity gives to acknowledge; the thread says so once. Who says it again stops it."""
    town.until(datetime(2026, 3, 3, 1, tzinfo=UTC))  # Tuesday, nine in Manila
    reported(town, severity)
    with town.units() as uow:
        found = uow.issues.get(1)
        assert found is not None
        back = found.acknowledge_by + level_two(severity) + timedelta(minutes=1)
    sleep(town, back - timedelta(minutes=slept), back)
    assert jumped(town) == []
    lines = [row for row in town.rows(kind="issue.line") if row.reason == "not running"]
    assert len(lines) == 1 and "please say it again: ack" in decode_card(lines[0].content).text
    town.until(back + timedelta(minutes=again) - timedelta(seconds=30))
    assert jumped(town) == []
    if slept > again:  # said again: the turn is over
        town.jo.replies("ack", under="issue.card:1")
        town.until(back + timedelta(minutes=again + 10))
        assert jumped(town) == []
    else:
        town.until(back + timedelta(minutes=again))
        assert {level for level, _ in jumped(town)} == {2}
    assert len([row for row in town.rows(kind="issue.line") if row.reason == "not running"]) == 1


def level_two(severity: str) -> timedelta:
    """How long past its time a fresh matrix brings the first people in."""
    return {"1": timedelta(minutes=30), "2": timedelta(hours=4)}[severity]


def jumped(town: Town) -> list[tuple[int, str]]:
    """The levels reached, each with its side."""
    with town.units() as uow:
        return [(each.level, each.side) for each in uow.escalations.jumps(1)]


def state(town: Town) -> str:
    """The issue's."""
    with town.units() as uow:
        found = uow.issues.get(1)
        assert found is not None
        return found.state


def action_state(town: Town) -> str:
    """The action item's."""
    with town.units() as uow:
        found = uow.actions.get(1)
        assert found is not None
        return found.state


@settings(max_examples=60, deadline=None)
@given(st.integers(-60, 200), st.integers(1, 2000), st.sampled_from([LONDON, any_time()]))
def test_as_long_again_and_no_longer_than_allowed(begins: int, length: int, hours: object) -> None:
    """Never earlier than due; after a gap in it as long as the gap again at least or the whole limit; asked again the same."""
    assert isinstance(hours, type(LONDON))
    due = MONDAY + 48 * HOUR
    rest = Gap(MONDAY + begins * HOUR, MONDAY + (begins + length) * HOUR)
    moment, told = heard_out(MONDAY, due, [rest], silence(hours), hours)
    assert moment >= due and (told is None) == (moment == due)
    if rest.until > MONDAY:
        assert moment >= rest.until + min(rest.until - rest.since, silence(hours))
    assert heard_out(MONDAY, moment, [rest], silence(hours), hours) == (moment, None)
