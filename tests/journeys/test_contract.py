"""A contract has an end: it is told ahead, said goodbye to once, and then everything is silent and readable."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.providers.contract_timers import EARLIEST, farewell_day
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from tests.journeys.words import card_of, labels, texts_of, told
from tests.town import Town, town_at

ISSUE = {"title": "Refund calls wait", "severity": "1", "kind": "service", "visibility": "SH"}
SERIES = {
    "template": "weekly",
    "when": "weekly thu 10:00",
    "minutes": "30",
    "link": "https://meet.example.com/a",
    "ahead": "2",
}
PLAN = {
    "problem": "Service level fell under 85 %",
    "metric": "service_level",
    "target": "80 %",
    "hold": "3",
    "cause": "Two trainers left.",
}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """A running town with everything that makes a noise: schedules, an issue, action items, one called done."""
    town = town_at(tmp_path, platform=platform)
    posts = {
        "client_owner": town.user("MAYA"),
        "client_deputy": town.user("BEN"),
        "provider_owner": town.user("JO"),
        "provider_deputy": town.user("REY"),
    }
    town.maya.submits("providers.metrics", {"preset": "voice_support"}, '{"programme": 1}')
    town.maya.submits("providers.people", posts, '{"programme": 1}')
    times = {"day": "mon", "time": "08:30", "zone": "Europe/London", "figures": "tue 10:00", "internal": "direct"}
    town.maya.submits("providers.times", times, '{"programme": 1}')
    return town


def state(town: Town) -> str:
    """The programme's state."""
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        return programme.state


def noise(town: Town) -> list[str]:
    """Everything said so far, by kind."""
    return [row.kind for row in town.rows()]


def test_a_manager_says_until_when_it_runs(town: Town) -> None:
    """By words or by the form; days that are past or unreadable are said at the field."""
    assert told(town.maya.types("setup contract 31 March")) == (
        "The contract with Northwind Manila runs until Tuesday 31 March."
    )
    form = town.maya.presses("providers.contract", "provider:1").form
    assert form is not None and form.fields[0].initial == "2026-03-31"
    assert "is past" in town.maya.submits(form.action, {"end": "2026-03-01"}, form.hidden).problems["end"]
    assert "could not be read" in town.maya.submits(form.action, {"end": "whenever"}, form.hidden).problems["end"]
    assert told(town.maya.submits(form.action, {"end": ""}, form.hidden)).endswith("runs without an end.")
    for who in (town.ben, town.jo):
        assert "This is for managers" in told(who.presses("providers.contract", "provider:1"))


def test_the_manager_is_told_ahead_and_what_is_open_a_week_before(town: Town) -> None:
    """60, 30 and 7 days ahead, to whoever answers for it; the last one names what would stay open."""
    town.maya.types("setup contract 4 may")
    town.until(datetime(2026, 4, 20, 8, tzinfo=UTC))
    town.maya.submits("issue.report", ISSUE, "1")
    town.until(datetime(2026, 5, 4, 8, tzinfo=UTC))
    told_ahead = town.rows(kind="contract.ahead")
    assert [row.once.rpartition(":")[2] for row in told_ahead] == ["60", "30", "7"]
    assert {(row.account_user, row.visibility) for row in told_ahead} == {(town.user("MAYA"), "INT")}
    last = decode_card(told_ahead[-1].content)
    assert "Refund calls wait" in str(last.elements) and labels(last)[0] == "Change the end" and last.why


def test_goodbye_once_then_silence(town: Town) -> None:
    """The farewell comes on a day without another message; five minutes into the day after the last one it is over."""
    town.maya.types("setup contract 31 March")
    town.until(datetime(2026, 4, 1, 12, tzinfo=UTC))
    (farewell,) = town.rows(kind="contract.farewell")
    assert farewell.created_at == datetime(2026, 3, 27, 10, tzinfo=UTC), "the Friday: Monday and Tuesday have messages"
    assert card_of(town, farewell.once).text.startswith("The contract ends on Tuesday 31 March.")
    assert state(town) == "ended"


def test_a_review_under_way_ends_with_the_contract(town: Town) -> None:
    """Its minutes are said in the moment the contract is over, under its agenda, and nothing comes hours later."""
    assert town.maya.submits("review.set_up", {**SERIES, "when": "weekly tue 23:30"}, "1").problems == {}
    town.maya.types("setup contract 31 March")
    town.until(datetime(2026, 3, 31, 22, 40, tzinfo=UTC))
    town.maya.types("review begin weekly")
    town.later(minutes=10)
    town.until(datetime(2026, 3, 31, 23, 6, tzinfo=UTC))
    assert state(town) == "ended"
    (minutes,) = town.rows(kind="review.minutes")
    assert minutes.thread_card is not None and minutes.created_at <= datetime(2026, 3, 31, 23, 6, tzinfo=UTC)
    before = noise(town)
    town.later(days=1)
    assert noise(town) == before


@pytest.mark.slow
def test_a_year_after_the_end_nothing_is_said(town: Town) -> None:
    """Whatever was open or due when it ended: no digest, question, reminder, warning or acceptance comes any more."""
    town.maya.submits("issue.report", ISSUE, "1")
    town.maya.submits("issue.report", {**ISSUE, "title": "Another", "severity": "3", "visibility": "INT"}, "1")
    for words in (
        "Retrain @Jo Santos due friday",
        "Send it @Maya Brooks due friday",
        "Tell them @Jo Santos due 1 april",
    ):
        town.maya.types(f"actions add {words}")
    assert town.maya.submits("review.set_up", SERIES, "1").problems == {}
    assert town.maya.submits("plan.draft", PLAN, "1").problems == {}
    town.maya.presses("plan.propose", "1")
    town.jo.replies("agree", under="plan.card:1")
    town.maya.types("setup contract today")
    town.later(hours=1)
    town.jo.replies("done sent", under="action.card:1")
    town.jo.replies("blocked: need the policy", under="issue.card:1")
    town.until(datetime(2026, 3, 3, 0, 10, tzinfo=UTC))
    assert state(town) == "ended"
    before = noise(town)
    for _ in range(12):
        town.later(days=31)
    assert noise(town) == before
    assert told(town.maya.types("report 1")) and told(town.jo.presses("action.show", "1")), "all stays readable"


def test_extended_in_time_it_goes_on(town: Town) -> None:
    """The farewell is struck through, and the end moves."""
    town.maya.types("setup contract 31 March")
    town.until(datetime(2026, 3, 30, 12, tzinfo=UTC))
    town.maya.types("setup contract 30 June")
    (farewell,) = town.rows(kind="contract.farewell")
    assert "The contract goes on" in card_of(town, farewell.once).text
    town.until(datetime(2026, 4, 14, 12, tzinfo=UTC))
    assert state(town) == "active" and texts_of(town, "digest.weekly")


def test_reopened_after_the_end_everything_is_owed_again(town: Town) -> None:
    """Digests come again, and what was called done before the end is accepted by silence after all."""
    town.maya.types("actions add Retrain @Jo Santos due friday")
    town.jo.replies("done sent", under="action.card:1")
    town.maya.types("setup contract today")
    town.later(days=10)
    assert state(town) == "ended"
    digests = len(town.rows(kind="digest.weekly"))
    form = town.maya.types("setup contract").form
    assert form is not None, "the channel still knows its provider"
    answer = town.maya.submits(form.action, {"end": "2026-12-31"}, form.hidden)
    assert "It goes on" in str(answer.card) and state(town) == "active"
    town.later(days=7)
    assert len(town.rows(kind="digest.weekly")) == digests + 1
    with town.units() as uow:
        item = uow.actions.get(1)
        assert item is not None and item.state == "accepted"


def test_a_wrong_end_is_taken_back(town: Town) -> None:
    """ "undo" within ten minutes; when it changed since, it is refused."""
    town.maya.types("setup contract 31 March")
    town.later(minutes=1)
    town.maya.types("setup contract 30 June")
    assert "runs until Tuesday 31 March" in told(town.maya.types("undo"))
    town.later(minutes=1)
    town.maya.types("setup contract 30 June")
    town.eva.types("setup contract 1 July", at=town.shared_place)
    assert "changed since" in told(town.maya.types("undo"))


def test_in_an_ended_channel_nothing_new_begins(town: Town) -> None:
    """Asked to report there, it says why not."""
    town.maya.types("setup contract today")
    town.later(days=2)
    assert "has ended" in told(town.maya.types("report It is broken"))


@given(st.dates(date(2025, 1, 1), date(2034, 12, 31)), st.lists(st.integers(0, 6), max_size=4))
@settings(max_examples=80, deadline=None)
def test_goodbye_is_said_on_a_free_working_day(end: date, busy: list[int]) -> None:
    """Never after the end, at most six days before it, and on a free working day whenever there is one."""
    day = farewell_day(end, busy)
    assert 0 <= (end - day).days <= EARLIEST
    assert day == end or (day.weekday() < 5 and day.weekday() not in busy)
    if set(range(5)) - set(busy):
        assert day.weekday() < 5 and day.weekday() not in busy
