"""When agendas come and when it is asked about a review, and what people type for a rhythm."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.calendar import Cadence, Pattern
from handlers.records.hours import hours_of
from handlers.reviews import timing
from handlers.reviews.planning import Coming
from handlers.reviews.series import preview, when
from handlers.reviews.sides import Sides
from handlers.reviews.timing import Busy, agenda_at, unheld_at
from handlers.vocabulary.address import Side

LONDON, MANILA, RIYADH = (ZoneInfo(name) for name in ("Europe/London", "Asia/Manila", "Asia/Riyadh"))
HOURS = hours_of("Europe/London", "GB")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 3, 19, 10, 0, tzinfo=UTC)
DIGEST = Busy(Pattern.parse("mon 08:30"), LONDON)
FIGURES = Busy(Pattern.parse("tue 10:00"), MANILA)
BOTH = Sides(LONDON, {Side.CLIENT: HOURS, Side.PROVIDER: hours_of("Asia/Manila", "PH")}, {})


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "busy", "expected"),
    [
        (2, [], at(17)),
        (2, [FIGURES], at(16)),
        (2, [DIGEST, FIGURES], at(13)),
        (1, [DIGEST, FIGURES], at(18)),
        (0, [], at(19)),
        (5, [], at(12)),
    ],
)
def test_an_agenda_keeps_off_days_that_have_their_message(ahead: int, busy: list[Busy], expected: datetime) -> None:
    """It comes the wanted number of working days ahead at nine, or earlier on a day without digest or request."""
    assert agenda_at(THURSDAY, ahead, HOURS, now=NOW, busy=busy) == expected


def test_a_day_is_busy_on_either_clock() -> None:
    """A request at ten on Tuesday in Manila is on Monday evening in Los Angeles: neither day gets an agenda there."""
    hours = hours_of("America/Los_Angeles", "US")
    wednesday = datetime(2026, 3, 18, 17, 0, tzinfo=UTC)
    found = agenda_at(wednesday, 2, hours, now=NOW, busy=[FIGURES])
    assert found == datetime(2026, 3, 13, 16, 0, tzinfo=UTC)


def test_an_agenda_that_is_late_takes_the_next_free_morning() -> None:
    """Its day is past: the first free morning before the review is taken, and none when there is none."""
    assert agenda_at(THURSDAY, 5, HOURS, now=at(17, 12)) == at(18)
    assert agenda_at(THURSDAY, 2, HOURS, now=at(19, 9), busy=[]) is None


def test_an_agenda_comes_after_the_review_before_it() -> None:
    """Nobody reads of the next one before the last was held."""
    assert agenda_at(THURSDAY, 2, HOURS, now=NOW, previous=at(17, 10)) == at(18)
    assert agenda_at(THURSDAY, 2, HOURS, now=NOW, previous=at(18, 10), busy=[]) == at(19)


def test_two_series_do_not_post_on_one_day() -> None:
    """Another series' agenda makes the day busy too."""
    assert agenda_at(THURSDAY, 2, HOURS, now=NOW, taken=[at(17, 15)]) == at(16)


def test_holidays_and_weekends_are_no_days_for_an_agenda() -> None:
    """Two working days before the Wednesday after Easter is the Thursday before it."""
    assert agenda_at(datetime(2026, 4, 8, 9, tzinfo=UTC), 2, HOURS, now=NOW) == datetime(2026, 4, 2, 8, tzinfo=UTC)


def test_it_is_asked_on_the_first_working_morning_after_the_end() -> None:
    """Friday's review is asked about on Monday; not when the next one comes first."""
    friday = at(20, 15)
    assert unheld_at(friday, 30, HOURS, None) == at(23)
    assert unheld_at(friday, 30, HOURS, at(23, 9)) is None
    assert unheld_at(friday, 30, HOURS, at(23, 10)) == at(23)


def test_daily_series_neither_announce_nor_are_asked_about() -> None:
    """What meets on most days would fill the channel."""
    daily, weekly = (Cadence.parse(words, date(2026, 3, 2)) for words in ("mon-fri 09:30", "tue,thu 09:30"))
    assert [timing.posts_ahead(daily), timing.asks_why(daily)] == [False, False]
    assert [timing.posts_ahead(weekly), timing.asks_why(weekly)] == [True, True]


@pytest.mark.parametrize(
    ("words", "template", "rule", "first"),
    [
        ("tuesday 10:00", "weekly", "FREQ=WEEKLY;BYDAY=TU", datetime(2026, 3, 3, 10)),
        ("monday 08:30", "weekly", "FREQ=WEEKLY;BYDAY=MO", datetime(2026, 3, 9, 8, 30)),
        ("tuesday 10:00", "fortnightly", "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TU", datetime(2026, 3, 3, 10)),
        ("second tuesday 10:00", "monthly", "FREQ=MONTHLY;BYDAY=2TU", datetime(2026, 3, 10, 10)),
        ("first thursday 14:00", "quarterly", "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TH", datetime(2026, 4, 2, 14)),
        ("09:30", "daily", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", datetime(2026, 3, 2, 9, 30)),
        ("mon,wed 09:30", "daily", "FREQ=WEEKLY;BYDAY=MO,WE", datetime(2026, 3, 2, 9, 30)),
        (
            "every two weeks on friday at 9am",
            "weekly",
            "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=FR",
            datetime(2026, 3, 6, 9),
        ),
        (
            "last working day of the month 16:00",
            "weekly",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            datetime(2026, 3, 31, 16),
        ),
    ],
)
def test_the_agenda_says_how_often_where_the_words_do_not(
    words: str, template: str, rule: str, first: datetime
) -> None:
    """Words that name a rhythm win over the agenda's; the first occurrence is after now."""
    cadence = when.read_when(words, template, BOTH, NOW)
    assert (cadence.rule, cadence.first) == (rule, first)


def test_what_is_suggested_suits_both_or_says_whom_not() -> None:
    """London and Manila share an hour; Los Angeles and Manila none, and the fairest time says for whom it is outside."""
    day, found = when.suggested(BOTH, 30, NOW)
    assert when.hint(day, found, BOTH) == "London time. Good for both sides on Thursdays: 09:00, 09:30"
    far = Sides(
        ZoneInfo("America/Los_Angeles"),
        {Side.CLIENT: hours_of("America/Los_Angeles", "US"), Side.PROVIDER: hours_of("Asia/Manila", "PH")},
        {},
    )
    assert "No hour suits both sides" in when.hint(*when.suggested(far, 30, NOW), far)


def test_working_days_are_those_of_both_sides() -> None:
    """With Riyadh, whose weekend is Friday and Saturday, working days are Monday to Thursday."""
    both = Sides(LONDON, {Side.CLIENT: HOURS, Side.PROVIDER: hours_of("Asia/Riyadh", "SA")}, {})
    assert when.shared_days(both) == ("mon", "tue", "wed", "thu")
    assert when.read_when("working days 10:00", "daily", both, NOW).rule == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH"
    assert both.outside(datetime(2026, 3, 6, 10, tzinfo=UTC), 30) == (Side.PROVIDER,)


@pytest.mark.parametrize(
    ("words", "template", "agenda"),
    [
        ("thursday 09:00", "weekly", "weekly"),
        ("every two weeks on tuesday 10:30", "weekly", "fortnightly"),
        ("second tuesday 10:00", "weekly", "monthly"),
        ("the last working day 15:30", "weekly", "monthly"),
        ("first monday of the quarter 14:00", "weekly", "quarterly"),
        ("mon-fri 09:15", "weekly", "daily"),
        ("every two weeks on tuesday 10:30", "quarterly", "quarterly"),
        ("mon,wed 09:30", "daily", "daily"),
    ],
)
def test_the_agenda_follows_a_rhythm_that_was_written(words: str, template: str, agenda: str) -> None:
    """The form's own first choice gives way to the rhythm people write; a kind they chose themselves stays."""
    cadence = when.read_when(words, template, BOTH, NOW)
    assert when.agenda_for(words, template, cadence) == agenda


def test_a_daily_review_does_not_come_once_a_week_by_oversight() -> None:
    """Choosing the daily one and leaving the suggested Thursday asks what is meant; "weekly" said aloud is meant."""
    cadence = when.read_when("thursday 09:00", "daily", BOTH, NOW)
    with pytest.raises(
        ValueError, match="one day a week, and a daily review was chosen; write for example working days"
    ):
        when.agenda_for("thursday 09:00", "daily", cadence)
    said = "weekly thursday 09:00"
    assert when.agenda_for(said, "daily", when.read_when(said, "daily", BOTH, NOW)) == "daily"


@pytest.mark.parametrize("words", ["someday 10:00", "first monday of january and july 14:00", "tuesday 25:00", "soon"])
def test_a_rhythm_that_cannot_be_read_is_quoted_as_it_was_typed(words: str) -> None:
    """Whoever mistypes finds their own words in the answer, and none that they did not write."""
    for template in ("daily", "weekly", "monthly"):
        with pytest.raises(ValueError, match=r"^when: ") as problem:
            when.read_when(words, template, BOTH, NOW)
        assert f"when: {words!r}" in str(problem.value)


@pytest.mark.parametrize(
    ("words", "kind", "rest"),
    [
        ("monthly second tuesday 10:00", "monthly", "second tuesday 10:00"),
        ("every two weeks tue 10:30", "fortnightly", "tue 10:30"),
        ("daily stand-up 09:15", "daily", "09:15"),
        ("Weekly review", "weekly", ""),
        ("Northwind", "", "Northwind"),
    ],
)
def test_what_kind_of_review_is_typed_first(words: str, kind: str, rest: str) -> None:
    """ "review new monthly second tuesday 10:00" names the kind, and what is left says when."""
    assert when.kind_first(words) == (kind, rest)


def test_a_date_of_another_year_says_its_year() -> None:
    """The quarterly preview goes over two years: three Januaries are told apart, this year's need no year."""
    first = datetime(2026, 7, 6, 14, tzinfo=UTC)
    coming = [
        Coming(each.replace(tzinfo=None), each.replace(tzinfo=None), each)
        for each in (first, first.replace(month=10), first.replace(year=2027, month=1))
    ]
    said = ["".join(map(str, line)) for line in preview.lines(coming, BOTH)]
    assert [("2026" in line, "2027" in line) for line in said] == [(False, False), (False, False), (False, True)]
