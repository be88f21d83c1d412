"""How long each side has with an issue, how waiting is counted, and who is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.issues import rules
from handlers.issues.rules import SEVERITIES
from handlers.records.hours import hours_of, until
from handlers.vocabulary.address import Side
from storage.models.issue import Issue, IssueClock

LONDON = hours_of("Europe/London", "GB")
MANILA = hours_of("Asia/Manila", "PH")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def issue(state: str, severity: int = 3) -> Issue:
    return Issue(
        installation_id=1,
        provider_id=1,
        programme_id=1,
        number=1,
        title="t",
        severity=severity,
        visibility="SH",
        state=state,
        reporter_id=1,
        owner_id=2,
        reported_at=at("2026-03-02T09:00"),
        acknowledge_by=at("2026-03-03T04:00"),
        resolve_by=at("2026-03-05T09:00"),
        answer_by=at("2026-03-04T10:00"),
        accept_by=at("2026-03-06T09:00"),
    )


def clock(side: Side, start: str, end: str | None = None) -> IssueClock:
    return IssueClock(issue_id=1, side=side, started_at=at(start), ended_at=None if end is None else at(end))


@pytest.mark.parametrize(
    ("severity", "part", "expected"),
    [
        (1, "acknowledge", "2026-03-06T17:15"),
        (1, "resolve", "2026-03-06T21:00"),
        (2, "acknowledge", "2026-03-06T18:00"),
        (2, "resolve", "2026-03-09T17:00"),
        (3, "acknowledge", "2026-03-09T12:00"),
        (3, "resolve", "2026-03-11T17:00"),
        (4, "acknowledge", "2026-03-09T17:00"),
        (4, "resolve", "2026-03-20T17:00"),
    ],
)
def test_deadlines_follow_from_severity_in_the_owners_hours(severity: int, part: str, expected: str) -> None:
    """Reported on a Friday at 17:00 in London: severity 1 runs on, the others wait for Monday morning."""
    limit = getattr(SEVERITIES[severity], part)
    assert until(at("2026-03-06T17:00"), limit, LONDON) == at(expected)


def test_the_clock_is_the_owners_own() -> None:
    """17:00 in Manila leaves one business hour that day, whatever time it is in London."""
    due = until(at("2026-03-02T09:00"), SEVERITIES[3].acknowledge, MANILA)
    assert due == at("2026-03-03T04:00")  # 12:00 in Manila


def test_limits_read_as_words() -> None:
    """The reason given with a reminder says the limit in plain words."""
    assert str(SEVERITIES[1].acknowledge) == "15 minutes, day and night"
    assert str(SEVERITIES[2].acknowledge) == "1 business hour"
    assert str(SEVERITIES[4].resolve) == "10 business days"


def test_a_deadline_moves_by_what_the_other_side_took() -> None:
    """Handed over at 10:00 with seven hours left, back next day at noon: seven hours are left again."""
    moved = rules.moved(at("2026-03-02T17:00"), at("2026-03-02T10:00"), at("2026-03-03T12:00"), LONDON)
    assert moved == at("2026-03-04T10:00")


def test_a_missed_deadline_is_not_healed_by_handing_over() -> None:
    """Saying "blocked" after the deadline does not make it on time."""
    missed = at("2026-03-02T10:00")
    assert rules.moved(missed, at("2026-03-02T11:00"), at("2026-03-05T11:00"), LONDON) == missed


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_what_was_left_is_left_again(left: int, handed: int, away: int) -> None:
    """For any hand-over, the business time to the deadline is the same after it as before."""
    begin = at("2026-03-02T09:00") + timedelta(hours=handed)
    deadline = rules.run(begin, timedelta(minutes=left), LONDON)
    back = begin + timedelta(hours=away)
    again = rules.moved(deadline, begin, back, LONDON)
    before = rules.waited([IssueClock(issue_id=1, side="client", started_at=begin)], Side.CLIENT, LONDON, deadline)
    if deadline > begin:
        stretch = IssueClock(issue_id=1, side="client", started_at=back)
        assert rules.waited([stretch], Side.CLIENT, LONDON, max(again, back)) == before


def test_waiting_is_counted_for_each_side_in_its_own_hours() -> None:
    """Nights and the other side's stretches count for nobody."""
    clocks = [
        clock(Side.PROVIDER, "2026-03-02T09:00", "2026-03-03T02:00"),  # 17:00-18:00, then 09:00-10:00 in Manila
        clock(Side.CLIENT, "2026-03-03T02:00", "2026-03-03T10:30"),  # before opening, then 09:00-10:30 in London
        clock(Side.PROVIDER, "2026-03-03T10:30"),
    ]
    assert rules.waited(clocks, Side.PROVIDER, MANILA, at("2026-03-03T11:00")) == timedelta(hours=2)
    assert rules.waited(clocks, Side.CLIENT, LONDON, at("2026-03-03T11:00")) == timedelta(hours=1, minutes=30)


def test_severity_one_waits_round_the_clock() -> None:
    """Nobody's night stops the clock of a severity 1."""
    night = [clock(Side.PROVIDER, "2026-03-02T22:00", "2026-03-03T00:00")]
    hours = rules.hours_for(1, LONDON)
    assert rules.waited(night, Side.PROVIDER, hours, at("2026-03-03T09:00")) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("state", "severity", "side", "what"),
    [
        ("open", 3, Side.PROVIDER, "acknowledge"),
        ("acknowledged", 3, Side.PROVIDER, "resolve"),
        ("waiting", 3, Side.CLIENT, "answer"),
        ("done", 2, Side.CLIENT, "accept"),
    ],
)
def test_lateness_is_named_on_whichever_side_it_is(state: str, severity: int, side: Side, what: str) -> None:
    """Once its moment has passed, whoever the clock runs for is late: the client as plainly as the provider."""
    subject = issue(state, severity)
    clocks = [clock(side, "2026-03-02T09:00")]
    expected = rules.deadline(subject)
    assert expected is not None
    assert rules.overdue(subject, clocks, expected[1] - timedelta(seconds=1)) is None
    assert rules.overdue(subject, clocks, expected[1]) == rules.Overdue(side, expected[1], what)  # type: ignore[arg-type]


def test_a_silent_yes_is_not_late() -> None:
    """At severity 3 and 4 silence accepts, so nobody is late with a word."""
    assert rules.overdue(issue("done", 3), [clock(Side.CLIENT, "2026-03-02T09:00")], at("2026-03-09T09:00")) is None


def test_what_is_closed_is_never_late() -> None:
    """A closed issue waits for nobody."""
    assert rules.overdue(issue("accepted"), [], at("2027-01-01T00:00")) is None


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        (timedelta(0), "under a minute"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=1203, minutes=20), "1,203 h 20 min"),
    ],
)
def test_time_spent_reads_short(spent: timedelta, said: str) -> None:
    """Lengths are said in hours and minutes."""
    assert rules.span_text(spent) == said
