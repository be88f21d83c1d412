"""When a plan closes and when it opens again, as a function of its periods; and how milestones are read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.improvements.milestones import Step, read_milestones, write_milestones
from handlers.improvements.reading import (
    Agree,
    CallDone,
    NewAction,
    NotYet,
    Part,
    TakeBack,
    Withdraw,
    read,
    read_numbered,
)
from handlers.improvements.rules import (
    Period,
    comes_back,
    held_in_a_row,
    last_counted,
    may_close,
    milestone_state,
    period_checked,
    watched_until,
)
from handlers.metrics.keeping import catalogue
from handlers.metrics.rules import Step as Length
from handlers.vocabulary.route import Invalid

FIRST = date(2026, 3, 2)
MARKS = {"+": True, "-": False, "?": None}
marks = st.text("+-?", max_size=20)
needs = st.integers(1, 8)


def periods(written: str) -> list[Period]:
    """Weeks from "++-?": met, met, missed, unknown."""
    return [
        Period(FIRST + timedelta(weeks=at), None if mark == "?" else 1.0, MARKS[mark])
        for at, mark in enumerate(written)
    ]


@pytest.mark.parametrize(
    ("written", "held"),
    [
        ("", 0),
        ("????", 0),
        ("++++", 4),
        ("-+++", 3),
        ("+++-", 0),
        ("++?+", 1),
        ("++??", 2),
        ("+-++?", 2),
    ],
)
def test_a_run_ends_at_a_miss_and_at_a_hole(written: str, held: int) -> None:
    """Only periods running count; what has not come in yet at the end changes nothing."""
    assert held_in_a_row(periods(written)) == held


@given(marks, needs)
@settings(max_examples=150)
def test_it_closes_only_on_as_many_met_periods_as_agreed(written: str, needed: int) -> None:
    """A plan may close exactly when its last known periods are all met, and as many as were agreed."""
    known = written.rstrip("?")
    assert may_close(periods(written), needed) == (len(known) >= needed and set(known[-needed:]) == {"+"})


@given(marks, needs)
@settings(max_examples=100)
def test_unknown_periods_never_help_to_close(written: str, needed: int) -> None:
    """Whatever is found out about an unknown period later, not knowing it was never better than its being met."""
    if may_close(periods(written), needed):
        assert may_close(periods(written.replace("?", "+")), needed)


@given(marks, marks, needs)
@settings(max_examples=200)
def test_it_opens_again_on_two_misses_running_while_watched(before: str, after: str, needed: int) -> None:
    """After a run that held it opens exactly when two neighbouring watched periods both missed; unknown ones never open
    it."""
    held = before + "+" * needed
    whole = periods(held + after)
    until = last_counted(periods(held))
    assert until is not None
    watched = after[: max(needed, 2)]
    assert bool(comes_back(whole, until, needed)) == ("--" in watched)


@given(st.text("+-?", min_size=1, max_size=12), needs)
@settings(max_examples=100)
def test_what_just_closed_does_not_open_at_once(written: str, needed: int) -> None:
    """Closing and opening never chase each other on the same figures."""
    whole = periods(written)
    until = last_counted(whole)
    if may_close(whole, needed) and until is not None:
        assert comes_back(whole, until, needed) == ()


def test_a_correction_of_what_was_counted_opens_it() -> None:
    """A plan that closed on figures that turn out wrong had not held."""
    until = FIRST + timedelta(weeks=3)
    assert comes_back(periods("++++"), until, 4) == ()
    missed = comes_back(periods("++-+"), until, 4)
    assert [each.start for each in missed] == [FIRST + timedelta(weeks=2)]
    assert comes_back(periods("-++++"), FIRST + timedelta(weeks=4), 4) == (), "the first week was never counted"


def test_a_watch_ends() -> None:
    """Four weeks to hold are watched for four weeks and two late ones; a month is a month."""
    assert watched_until(FIRST, 4, Length.WEEK) == FIRST + timedelta(weeks=7)
    assert watched_until(FIRST, 1, Length.MONTH) == FIRST + timedelta(days=31 * 5)


@pytest.mark.parametrize(
    ("day", "length", "first"),
    [
        (date(2026, 4, 3), Length.WEEK, date(2026, 3, 23)),
        (date(2026, 4, 6), Length.WEEK, date(2026, 3, 30)),
        (date(2026, 4, 5), Length.WEEK, date(2026, 3, 23)),
        (date(2026, 4, 1), Length.MONTH, date(2026, 3, 1)),
        (date(2026, 3, 31), Length.MONTH, date(2026, 2, 1)),
    ],
)
def test_a_milestone_is_checked_by_the_last_period_that_is_over(day: date, length: Length, first: date) -> None:
    """On a Friday that is last week; on a Monday the week that ended yesterday."""
    assert period_checked(day, length) == first


def test_a_milestone_without_a_figure_is_neither_met_nor_missed() -> None:
    """Unknown stays unknown."""
    assert [milestone_state(each) for each in (True, False, None)] == ["met", "missed", "no figure"]


# --- milestones as people write them --------------------------------------------------------------------------------

TODAY = date(2026, 3, 4)
LEVEL = catalogue().get("service_level")


def test_milestones_are_read_by_line_and_semicolon() -> None:
    """A value of the metric and its day; words where no figure is meant; sorted by day."""
    read_ = read_milestones("83 % by 1 May\n80% by 3 April; Two trainers hired by 20 March", LEVEL, TODAY)
    assert read_ == [
        Step(date(2026, 3, 20), None, "Two trainers hired"),
        Step(date(2026, 4, 3), Decimal(80)),
        Step(date(2026, 5, 1), Decimal(83)),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("80 %", "found no day"),
        ("80 % by someday", "could not be read as a day"),
        ("80 % by 3 February", "is past"),
        ("180 % by 3 April", "over the highest possible"),
        ("80 % by 3 April; 81 % by 3 April", "Two milestones are on Friday 2026-04-03"),
        ("; ".join(f"80 % by {day} April" for day in range(1, 10)), "at most 8"),
        ("80 % by 03/04/2026", "can be"),
    ],
)
def test_what_is_wrong_with_a_milestone_is_said(text: str, said: str) -> None:
    """The line, what was read, and how to write it."""
    with pytest.raises(Invalid) as problem:
        read_milestones(text, LEVEL, TODAY)
    assert said in problem.value.problems["milestones"]


def test_a_past_day_may_stay_when_the_milestones_are_edited() -> None:
    """Only a new milestone needs a day to come."""
    known = [date(2026, 2, 27)]
    assert read_milestones("79 % by 27 February 2026", LEVEL, TODAY, known)[0].check_on == known[0]


@given(
    st.lists(
        st.tuples(st.dates(TODAY, date(2027, 12, 31)), st.integers(1, 99)), max_size=8, unique_by=lambda each: each[0]
    )
)
@settings(max_examples=60)
def test_written_milestones_read_back(given_: list[tuple[date, int]]) -> None:
    """The form shows what is there in words it reads again."""
    steps = sorted((Step(day, Decimal(value)) for day, value in given_), key=lambda each: each.check_on)
    text = write_milestones(steps, [f"{each.target} %" for each in steps])
    assert read_milestones(text, LEVEL, TODAY) == steps


# --- replies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("agree", Agree()),
        ("We agree to the plan.", Agree()),
        ("Yes, agreed", Agree()),
        ("ok", Agree(plainly=False)),
        ("not yet: the target is too far", NotYet("the target is too far")),
        ("Not yet", NotYet("")),
        ("we don't agree: too soon", NotYet("too soon")),
        ("target: 78 %", Part("target", "78 %")),
        ("for now: four people moved", Part("for now", "four people moved")),
        ("action: Train two groups @Jo due friday", NewAction("Train two groups @Jo due friday")),
        ("withdraw: moved in house", Withdraw("moved in house")),
        ("undo", TakeBack()),
        ("done", CallDone()),
        ("Is that agreed with Rey?", None),
        ("I agree that the weather is bad", None),
        ("let us talk on Thursday", None),
        ("not yet sure what happened there", None),
    ],
)
def test_replies_under_a_plan(words: str, meant: object) -> None:
    """Both sides' words are read; talk between people is not."""
    assert read(words, TODAY) == meant


def test_a_reply_may_name_its_plan() -> None:
    """For a conversation with the bot alone, where there is no thread."""
    assert read_numbered("agree plan 3") == (3, "agree")
    assert read_numbered("not yet plan 3: too far") == (3, "not yet: too far")
    assert read_numbered("agree") is None
