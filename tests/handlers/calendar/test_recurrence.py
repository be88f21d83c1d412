"""Cadences: what people type becomes a recurrence rule, in words again, and walks through time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import Cadence, occurrences, zone
from handlers.calendar.cadence import DAY_NAMES, FULL_DAY_NAMES
from handlers.calendar.rule import RULE
from tests.handlers.calendar.oracle import BEGIN, CADENCES

LONDON, APIA = zone("Europe/London"), zone("Pacific/Apia")
SUNDAY = date(2026, 11, 22)

days = st.sets(st.sampled_from(DAY_NAMES), min_size=1).map(lambda names: ",".join(sorted(names)))
full_days = st.sampled_from(FULL_DAY_NAMES)
of_month = st.one_of(
    st.builds("{} {}".format, st.sampled_from(("first", "2nd", "third", "fourth", "last")), full_days),
    st.sampled_from(("first working day", "last working day", "last day", "last working day (sun-thu)")),
    st.integers(1, 31).map(str),
)
whens = st.one_of(
    st.just("daily"),
    days,
    days.map("weekly {}".format),
    days.map("every two weeks {}".format),
    of_month.map("monthly {}".format),
    of_month.map("quarterly {}".format),
)
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59)).map("{:%H:%M}".format)
typed = st.builds("{} {}".format, whens, clocks)


@settings(max_examples=150, deadline=None)
@given(typed, st.dates(date(2024, 1, 1), date(2034, 1, 1)))
def test_what_the_words_say_is_read_back(text: str, earliest: date) -> None:
    """A cadence's words, and its rule with its first wall, are the same cadence again; it begins soon, never before."""
    cadence = Cadence.parse(text, earliest)
    assert Cadence.parse(cadence.words(), earliest) == cadence == Cadence(cadence.rule, cadence.first)
    assert timedelta(0) <= cadence.first - datetime.combine(earliest, time()) <= timedelta(days=125)
    assert RULE.fullmatch(cadence.rule)


@pytest.mark.parametrize(
    ("text", "rule", "first", "kind", "words"),
    [
        ("daily 09:30", "FREQ=DAILY", "2026-11-22", "daily", "every day at 09:30"),
        (
            "working days 9am",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "2026-11-23",
            "daily",
            "every Monday to Friday at 09:00",
        ),
        ("Tuesdays at 10:00", "FREQ=WEEKLY;BYDAY=TU", "2026-11-24", "weekly", "every Tuesday at 10:00"),
        ("tue,thu 10:00", "FREQ=WEEKLY;BYDAY=TU,TH", "2026-11-24", "weekly", "every Tuesday and Thursday at 10:00"),
        ("fri-mon 7pm", "FREQ=WEEKLY;BYDAY=MO,FR,SA,SU", "2026-11-22", "weekly", "every Friday to Monday at 19:00"),
        (
            "every other thursday 14:00",
            "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TH",
            "2026-11-26",
            "every two weeks",
            "every two weeks on Thursday at 14:00",
        ),
        (
            "monthly second tuesday 10:00",
            "FREQ=MONTHLY;BYDAY=2TU",
            "2026-12-08",
            "monthly",
            "the second Tuesday of every month at 10:00",
        ),
        (
            "last working day of the month 16:00",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2026-11-30",
            "monthly",
            "the last working day of every month at 16:00",
        ),
        (
            "on the 15th of the month at 10:00",
            "FREQ=MONTHLY;BYMONTHDAY=15",
            "2026-12-15",
            "monthly",
            "the 15th of every month at 10:00",
        ),
        (
            "30th of each month 10:00",
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
            "2026-11-30",
            "monthly",
            "the 30th of every month at 10:00 (in February its last day)",
        ),
        (
            "monthly 31 10:00",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "2026-11-30",
            "monthly",
            "the last day of every month at 10:00",
        ),
        (
            "first thursday of the quarter 14:00",
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TH",
            "2027-01-07",
            "quarterly",
            "the first Thursday of every quarter at 14:00",
        ),
        (
            "quarterly last friday 14:00",
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR",
            "2026-12-25",
            "quarterly",
            "the last Friday of every quarter at 14:00",
        ),
    ],
)
def test_cadences_as_people_type_them(text: str, rule: str, first: str, kind: str, words: str) -> None:
    """Each way of typing a cadence means one rule, begins on one day, and is said in one way."""
    cadence = Cadence.parse(text, SUNDAY)
    assert (cadence.rule, cadence.first.date().isoformat(), cadence.kind, cadence.words()) == (rule, first, kind, words)


def test_working_days_are_those_of_both_sides() -> None:
    """Where both sides work Sunday to Thursday, "working day" means that, and the words say so."""
    week = ("sun", "mon", "tue", "wed", "thu")
    last = Cadence.parse("last working day of the month 16:00", date(2026, 10, 1), week=week)
    assert last.first == datetime(2026, 10, 29, 16)
    assert last.words() == "the last working day (Sunday to Thursday) of every month at 16:00"
    assert Cadence.parse("working days 9:00", SUNDAY, week=week).words() == "every Sunday to Thursday at 09:00"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("every second tuesday 10:00", "say which"),
        ("biweekly tue 10:00", "twice a week"),
        ("monthly 10:00", "which day of the month"),
        ("monthly tuesday 10:00", "which day of the month"),
        ("weekly 10:00", "which day of the week"),
        ("weekly 2 10:00", "number for a day"),
        ("0 9 * * 1", "no time of day"),
        ("fifth monday of the month 9:00", 'say "last"'),
        ("third working day of the month 9:00", "first and the last"),
        ("monthly 32 10:00", "no month has a day 32"),
        ("monthly second mon,tue 10:00", "more than one day"),
        ("weekly monthly tue 10:00", "both monthly and weekly"),
        ("yearly 1 january 10:00", "'yearly'"),
        ("tue 10:00 to 11:00", "more than one time"),
        ("tue 25:00", "25:00"),
        ("tue", "no time of day"),
        ("", "no time of day"),
    ],
)
def test_a_cadence_that_cannot_be_read_says_what_to_write(text: str, said: str) -> None:
    """The error names the field, what was typed, why it is not one thing, and examples."""
    with pytest.raises(ValueError, match="review cadence: ") as problem:
        Cadence.parse(text, SUNDAY, "review cadence")
    assert said in str(problem.value) and repr(text) in str(problem.value)
    assert "last working day of the month 16:00" in str(problem.value)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            (
                *("every", "the", "of", "on", "at", "to", "and", "other", "second", "fifth", "last", "day", "days"),
                *("working", "week", "weeks", "two", "month", "quarter", "monthly", "weekly", "fortnightly", "daily"),
                *(
                    "tue",
                    "Thursdays",
                    "31st",
                    "15",
                    "0",
                    "-",
                    ",",
                    "(",
                    ")",
                    "(mon)",
                    "(sun-thu)",
                    "10:00",
                    "9am",
                    "\u0967",
                ),
            )
        ),
        max_size=7,
    ).map(" ".join)
)
def test_any_words_are_a_cadence_or_a_clear_error(text: str) -> None:
    """However the words are mixed, they are read into a cadence that is read back, or refused naming the field."""
    try:
        cadence = Cadence.parse(text, SUNDAY, "review cadence")
    except ValueError as problem:
        assert str(problem).startswith("review cadence: ") and repr(text) in str(problem)
    else:
        assert Cadence.parse(cadence.words(), SUNDAY) == cadence


def test_a_week_of_one_shared_day_or_none() -> None:
    """The last of one shared working day is that week day; without any there is nothing to read."""
    last = Cadence.parse("last working day of the month 9:00", SUNDAY, week=("wed",))
    assert last.words() == "the last Wednesday of every month at 09:00"
    with pytest.raises(ValueError, match="week"):
        Cadence.parse("last working day of the month 9:00", SUNDAY, week=())


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", datetime(2026, 11, 24, 10)),
        ("FREQ=YEARLY", datetime(2026, 11, 24, 10)),
        ("FREQ=WEEKLY;BYDAY=TU", datetime(2026, 11, 25, 10)),
        ("FREQ=WEEKLY;BYDAY=TU", datetime(2026, 11, 24, 10, 0, 1)),
        ("FREQ=WEEKLY;BYDAY=TU", datetime(2026, 11, 24, 10, tzinfo=LONDON)),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1TH", datetime(2026, 11, 5, 10)),
    ],
)
def test_a_cadence_that_contradicts_itself_is_refused(rule: str, first: datetime) -> None:
    """A rule of another form, and a first wall that is no occurrence, never become a cadence."""
    with pytest.raises(ValueError, match=r"^(rule|first): "):
        Cadence(rule, first)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(CADENCES)), st.datetimes(datetime(2023, 6, 1), datetime(2060, 1, 1)))
def test_asking_later_only_begins_later(text: str, after: datetime) -> None:
    """However far on one asks, the occurrences are those of the walk from the beginning: in step for ever."""
    cadence = Cadence.parse(text, BEGIN)
    near = after - timedelta(days=400)
    walk = occurrences(cadence, LONDON, near if near > cadence.first else datetime(2020, 1, 1))
    expected = list(islice((each for each in walk if each[0] > after), 5))
    assert list(islice(occurrences(cadence, LONDON, after), 5)) == expected


def test_every_two_weeks_is_counted_from_the_first_for_ever() -> None:
    """Sixty years on, the day is still a whole number of fortnights from the first, also for two days a week."""
    cadence = Cadence.parse("every two weeks tue,sun 10:00", date(2026, 11, 25))
    assert cadence.first == datetime(2026, 11, 29, 10)
    for wall, _ in islice(occurrences(cadence, LONDON, datetime(2086, 1, 1)), 6):
        monday = wall.date() - timedelta(days=wall.weekday())
        assert (monday - date(2026, 11, 23)).days % 14 == 0


@pytest.mark.parametrize(("asked", "told"), [(10, [29, 30, 1]), (29, [30, 1]), (30, [1])])
def test_a_day_the_zone_left_out_is_not_doubled(asked: int, told: list[int]) -> None:
    """Apia's missing Friday is told as Saturday begins, and Saturday's own midnight not again, from wherever one asks."""
    cadence = Cadence.parse("daily 00:00", date(2011, 12, 1))
    found = islice(occurrences(cadence, APIA, datetime(2011, 12, asked)), 25)
    assert [wall.day for wall, _ in found if date(2011, 12, 29) <= wall.date() <= date(2012, 1, 1)] == told
