"""The calendar: every wall clock becomes one instant, and nothing is skipped or said twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import (
    AmbiguousDay,
    PastDay,
    Pattern,
    UnreadableDay,
    WorkHours,
    add_business_time,
    business_days_between,
    business_time_between,
    due_text,
    fires,
    holiday_name,
    instant_of,
    is_quiet,
    is_working_day,
    next_business_day,
    next_fire,
    next_moment,
    parse_day,
    period_label,
    wall_of,
    week_of,
    zone,
)
from handlers.calendar.cadence import DAY_NAMES
from handlers.calendar.wall import zone_names

LONDON, NEW_YORK, MANILA, APIA = (
    zone(name) for name in ("Europe/London", "America/New_York", "Asia/Manila", "Pacific/Apia")
)
WEDNESDAY = date(2026, 3, 4)
CLIENT = WorkHours(LONDON, "GB")
PROVIDER = WorkHours(MANILA, "PH")
NIGHT_SHIFT = WorkHours(MANILA, None, start=time(21), end=time(6))
ROUND_THE_CLOCK = WorkHours(NEW_YORK, None, start=time(0), end=time(0), days=DAY_NAMES)

zones = st.sampled_from(zone_names()).map(ZoneInfo)
times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 30, 59)))
day_sets = st.sets(st.sampled_from(DAY_NAMES), min_size=1)
patterns = st.builds(lambda days, at: Pattern.weekly(*days, at=at), day_sets, times)
walls = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 1))
work_hours = st.sampled_from((CLIENT, PROVIDER, NIGHT_SHIFT, ROUND_THE_CLOCK))
instants = walls.map(lambda wall: wall.replace(tzinfo=UTC))


def at(text: str) -> datetime:
    """An instant in UTC from its ISO text."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- walls and instants -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wall", "instant", "shown"),
    [
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        ("Europe/London", "2026-03-29T01:30", "2026-03-29T01:00", "2026-03-29T02:00"),
        ("America/New_York", "2026-03-08T02:59:59", "2026-03-08T07:00", "2026-03-08T03:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30", "2026-10-04T02:30"),
        ("Pacific/Apia", "2011-12-30T07:30", "2011-12-30T10:00", "2011-12-31T00:00"),
        ("Pacific/Kwajalein", "1993-08-21T12:00", "1993-08-21T12:00", "1993-08-22T00:00"),
        ("Asia/Manila", "2026-03-09T08:30", "2026-03-09T00:30", "2026-03-09T08:30"),
    ],
)
def test_a_repeated_hour_is_its_first_pass_and_a_gap_its_end(name: str, wall: str, instant: str, shown: str) -> None:
    """Repeated, skipped and whole missing days become the instant the rule names."""
    found = instant_of(datetime.fromisoformat(wall), zone(name))
    assert (found, wall_of(found, zone(name))) == (at(instant), datetime.fromisoformat(shown))


@settings(max_examples=150, deadline=None)
@given(zones, walls, walls)
def test_the_mapping_never_runs_backwards(where: ZoneInfo, one: datetime, other: datetime) -> None:
    """A later wall is never an earlier instant, and the clock shows the wall or, in a gap, a later one."""
    early, late = sorted((one.replace(microsecond=0), other.replace(microsecond=0)))
    assert instant_of(early, where) <= instant_of(late, where)
    found = instant_of(early, where)
    assert wall_of(found, where) >= early
    assert wall_of(found - timedelta(seconds=1), where) < early


@pytest.mark.parametrize(
    ("read", "near"), [("Europe/Lodnon", "Europe/London"), ("manila", "Asia/Manila"), ("", "IANA")]
)
def test_an_unknown_zone_names_the_field_and_the_nearest(read: str, near: str) -> None:
    """A mistyped zone is refused with its field, what was read and a zone to write instead."""
    with pytest.raises(ValueError, match=f"anchor zone: '{read}'.*{near}"):
        zone(read, "anchor zone")


def test_a_zone_is_found_in_any_case() -> None:
    """People type zones in lower case and with spaces."""
    assert zone(" america/new york ").key == "America/New_York"


def test_clocks_are_not_mixed_up() -> None:
    """A wall with a zone and an instant without one are refused."""
    with pytest.raises(ValueError, match="wall"):
        instant_of(at("2026-03-04T08:00"), LONDON)
    with pytest.raises(ValueError, match="instant"):
        wall_of(datetime(2026, 3, 4), LONDON)


# --- cadence ----------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(zones, patterns, st.datetimes(datetime(2024, 1, 1), datetime(2028, 6, 1)))
def test_nothing_is_skipped_or_doubled(where: ZoneInfo, pattern: Pattern, after: datetime) -> None:
    """Half a year of fires equals what dateutil counts on the wall clock, and rises strictly in both clocks."""
    until = after + timedelta(days=190)
    found = list(takewhile(lambda fire: fire[0] <= until, fires(pattern, where, after)))
    week_days = [DAY_NAMES.index(name) for name in pattern.days]
    start = datetime.combine(after.date(), pattern.at)
    rule = rrule.rrule(rrule.DAILY, dtstart=start, until=until, byweekday=week_days)
    assert [wall for wall, _ in found] == [wall for wall in rule if wall > after]
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(found))
    assert all(instant == instant_of(wall, where) for wall, instant in found)


@settings(max_examples=60, deadline=None)
@given(zones, patterns, walls)
def test_next_fire_walks_the_same_path(where: ZoneInfo, pattern: Pattern, after: datetime) -> None:
    """Asking for the next one again and again, as the tick does, meets every fire time once."""
    instant = after.replace(tzinfo=UTC)
    expected = fires(pattern, where, wall_of(instant, where))
    first = next_fire(pattern, where, instant)
    assert first[1] > instant
    path = [first]
    for _ in range(9):
        path.append(next_fire(pattern, where, path[-1][1]))
    assert path == [fire for fire, _ in zip((each for each in expected if each[1] > instant), range(10), strict=False)]


def test_midnight_after_spring_forward_is_kept() -> None:
    """New York's Monday 00:00 after the clocks changed fires, where a trigger with a zone would skip a week."""
    found = fires(Pattern.parse("mon 00:00"), NEW_YORK, datetime(2026, 3, 2))
    assert next(found) == (datetime(2026, 3, 9), at("2026-03-09T04:00"))


def test_half_past_one_in_autumn_fires_once() -> None:
    """In the second pass of the repeated hour the next daily 01:30 is tomorrow's."""
    pattern = Pattern.daily(time(1, 30))
    wall, instant = next_fire(pattern, LONDON, at("2026-10-24T23:00"))
    assert (wall, instant) == (datetime(2026, 10, 25, 1, 30), at("2026-10-25T00:30"))
    assert next_fire(pattern, LONDON, at("2026-10-25T01:10"))[0] == datetime(2026, 10, 26, 1, 30)


def test_a_missing_day_does_not_double_the_next() -> None:
    """Apia's left-out Friday fires as the next day begins, and that day still has its own."""
    found = fires(Pattern.daily(time(7, 30)), APIA, datetime(2011, 12, 29, 8))
    shown = [wall_of(instant, APIA) for _, (_, instant) in zip(range(2), found, strict=False)]
    assert shown == [datetime(2011, 12, 31, 0, 0), datetime(2011, 12, 31, 7, 30)]


@settings(max_examples=50)
@given(patterns)
def test_a_pattern_survives_the_database(pattern: Pattern) -> None:
    """What str writes, parse reads back."""
    assert Pattern.parse(str(pattern)) == pattern


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mon 08:30", "mon 08:30"),
        ("Mondays at 8:30am", "mon 08:30"),
        ("daily 07:30", "daily 07:30"),
        ("working days 9:00", "mon-fri 09:00"),
        ("fri-mon 12am", "mon,fri,sat,sun 00:00"),
        ("Tue and Thu 12:15 pm", "tue,thu 12:15"),
    ],
)
def test_patterns_are_read_as_people_write_them(typed: str, kept: str) -> None:
    """Full names, plurals, ranges over the weekend and twelve-hour times are understood."""
    assert str(Pattern.parse(typed)) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1 09:00", "number for a day"),
        ("0 9 * * 1", "number for a day"),
        ("mon", "day names and a time"),
        ("mun 09:00", "'mun'"),
        ("mon 25:00", "25:00"),
        ("mon 13pm", "13pm"),
        ("", "day names and a time"),
    ],
)
def test_a_bad_pattern_says_what_to_write(typed: str, said: str) -> None:
    """The error names the field, what was read and an example."""
    with pytest.raises(ValueError, match="digest time") as problem:
        Pattern.parse(typed, "digest time")
    assert said in str(problem.value)


# --- work days and hours ----------------------------------------------------------------------------------------------


def test_holidays_of_both_countries_are_kept() -> None:
    """Labour Day is a work day in London (its bank holiday is the Monday) and free in Manila."""
    assert is_working_day(date(2026, 5, 1), CLIENT)
    assert not is_working_day(date(2026, 5, 1), PROVIDER)
    assert not is_working_day(date(2026, 5, 4), CLIENT)
    assert holiday_name("GB", date(2026, 1, 1)) == "New Year's Day"
    assert holiday_name("de-be", date(2026, 3, 8)) is not None
    assert holiday_name("DE-BY", date(2026, 3, 8)) is None


@pytest.mark.parametrize("code", ["XX", "GB-ZZ", "", "Philippines"])
def test_an_unknown_country_is_refused(code: str) -> None:
    """An unknown code is an error naming it, when asked and already when the hours are made."""
    with pytest.raises(ValueError, match="country"):
        holiday_name(code, WEDNESDAY)
    with pytest.raises(ValueError, match="country"):
        WorkHours(LONDON, code)


def test_business_days_pass_over_weekend_and_holidays() -> None:
    """Easter in London: Thursday 2 April is followed by Tuesday 7 April, in both directions."""
    thursday, tuesday = date(2026, 4, 2), date(2026, 4, 7)
    assert next_business_day(thursday, CLIENT) == tuesday
    assert next_business_day(tuesday, CLIENT, -1) == thursday
    assert next_business_day(date(2026, 4, 4), CLIENT, 0) == tuesday
    assert next_business_day(tuesday, CLIENT, 0) == tuesday
    assert business_days_between(thursday, tuesday, CLIENT) == 1
    assert business_days_between(tuesday, thursday, CLIENT) == -1


@settings(max_examples=40, deadline=None)
@given(work_hours, st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(1, 15))
def test_counting_business_days_is_the_inverse_of_adding_them(hours: WorkHours, day: date, n: int) -> None:
    """n working days later is n working days away."""
    assert business_days_between(day, next_business_day(day, hours, n), hours) == n


@pytest.mark.parametrize(
    ("now", "hours", "moment"),
    [
        ("2026-03-04T00:30", PROVIDER, "2026-03-04T01:00"),
        ("2026-03-04T01:00", PROVIDER, "2026-03-05T01:00"),
        ("2026-03-06T10:00", PROVIDER, "2026-03-09T01:00"),
        ("2026-03-27T12:00", CLIENT, "2026-03-30T08:00"),
        ("2026-04-02T12:00", CLIENT, "2026-04-07T08:00"),
        ("2026-03-04T05:00", NIGHT_SHIFT, "2026-03-04T13:00"),
    ],
)
def test_my_next_morning(now: str, hours: WorkHours, moment: str) -> None:
    """Nine o'clock on the next working day, over weekend, clock change and Easter; a night shift's own beginning."""
    assert next_moment(at(now), hours) == at(moment)


@settings(max_examples=60, deadline=None)
@given(work_hours, instants, times)
def test_the_next_moment_is_never_in_quiet_hours(hours: WorkHours, now: datetime, wanted: time) -> None:
    """Whatever time is asked for, the moment comes later and falls into working hours."""
    moment = next_moment(now, hours, wanted)
    assert moment > now
    assert not is_quiet(moment, hours)


def test_the_business_clock_over_a_weekend_and_a_clock_change() -> None:
    """Four business hours from Friday 16:00 end on Monday at 11:00 London, an hour earlier in UTC than before."""
    due = add_business_time(at("2026-03-27T16:00"), timedelta(hours=4), CLIENT)
    assert due == at("2026-03-30T10:00")
    assert wall_of(due, LONDON) == datetime(2026, 3, 30, 11)
    assert business_time_between(at("2026-03-27T16:00"), due, CLIENT) == timedelta(hours=4)


def test_a_night_shift_on_the_night_of_the_change_is_an_hour_shorter() -> None:
    """A spell from 21:00 to 06:00 in New York lasts eight hours when the clocks go forward."""
    hours = WorkHours(NEW_YORK, None, time(21), time(6), DAY_NAMES)
    assert business_time_between(at("2026-03-08T00:00"), at("2026-03-08T16:00"), hours) == timedelta(hours=8)


@settings(max_examples=60, deadline=None)
@given(work_hours, instants, st.timedeltas(timedelta(0), timedelta(hours=60)))
def test_adding_business_time_and_measuring_it_agree(hours: WorkHours, start: datetime, length: timedelta) -> None:
    """The clock read at the moment it was set to run out shows the time it was set to."""
    end = add_business_time(start, length, hours)
    assert end >= start
    assert business_time_between(start, end, hours) == length


def test_impossible_business_time_is_refused() -> None:
    """Negative durations and an end before the start are errors that name the field."""
    now = at("2026-03-04T12:00")
    with pytest.raises(ValueError, match="duration"):
        add_business_time(now, timedelta(hours=-1), CLIENT)
    with pytest.raises(ValueError, match="end"):
        business_time_between(now, now - timedelta(hours=1), CLIENT)
    with pytest.raises(ValueError, match="days"):
        WorkHours(LONDON, None, days=("monday",))


# --- words ------------------------------------------------------------------------------------------------------------


def test_a_week_is_monday_to_sunday() -> None:
    """Both edges of a week belong to the same week of seven days."""
    assert week_of(date(2026, 3, 2)) == week_of(date(2026, 3, 8)) == (date(2026, 3, 2), date(2026, 3, 8))


@pytest.mark.parametrize(
    ("start", "days", "label"),
    [
        (date(2026, 3, 2), 7, "2\u20138 March 2026"),
        (date(2026, 3, 30), 7, "30 March \u2013 5 April 2026"),
        (date(2026, 12, 28), 7, "28 December 2026 \u2013 3 January 2027"),
        (date(2026, 3, 2), 1, "2 March 2026"),
        (date(2026, 2, 1), 28, "February 2026"),
    ],
)
def test_period_labels(start: date, days: int, label: str) -> None:
    """A period names each month and year once."""
    assert period_label(start, days) == label


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(0, "due today"), (1, "due tomorrow"), (2, "due Friday 6 March"), (-1, "1 day overdue"), (-2, "2 days overdue")],
)
def test_due_text(ahead: int, said: str) -> None:
    """A due date is said by its distance when near or late, else by its day."""
    assert due_text(WEDNESDAY + timedelta(days=ahead), WEDNESDAY) == said
    assert due_text(date(2027, 1, 4), WEDNESDAY) == "due Monday 4 January 2027"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("today", "2026-03-04"),
        ("Tomorrow!", "2026-03-05"),
        ("friday", "2026-03-06"),
        ("this fri", "2026-03-06"),
        ("next friday", "2026-03-13"),
        ("wednesday", "2026-03-11"),
        ("next week", "2026-03-09"),
        ("end of month", "2026-03-31"),
        ("EOW", "2026-03-06"),
        ("+3d", "2026-03-07"),
        ("+2w", "2026-03-18"),
        ("in 3 days", "2026-03-07"),
        ("2026-03-06", "2026-03-06"),
        ("6 March", "2026-03-06"),
        ("6th of March", "2026-03-06"),
        ("Mar 6", "2026-03-06"),
        ("March 6, 2026", "2026-03-06"),
        ("Fri 6 March", "2026-03-06"),
        ("06.03.2026", "2026-03-06"),
        ("13/03/2026", "2026-03-13"),
        ("03/13/2026", "2026-03-13"),
        ("06/06/26", "2026-06-06"),
        ("1 January", "2027-01-01"),
        ("29 Feb", "2028-02-29"),
        ("\uff16\u00a0March", "2026-03-06"),
    ],
)
def test_days_as_people_write_them(written: str, day: str) -> None:
    """Each way of writing a day means one date, seen from Wednesday 4 March 2026."""
    assert parse_day(written, WEDNESDAY) == date.fromisoformat(day)


def test_a_day_that_can_be_two_is_not_guessed() -> None:
    """06/03/2026 comes back with both readings."""
    with pytest.raises(AmbiguousDay, match="due") as problem:
        parse_day("06/03/2026", WEDNESDAY, field="due")
    assert problem.value.readings == (date(2026, 3, 6), date(2026, 6, 3))


@pytest.mark.parametrize("written", ["yesterday", "2026-03-03", "1 March", "20 Feb 2026", "01/01/2026", "this monday"])
def test_a_past_day_is_refused_unless_allowed(written: str) -> None:
    """The error names the field, what was read and an example; a log of past meetings may allow it."""
    with pytest.raises(PastDay, match=r"due: .*2026-0\d-\d\d.*write"):
        parse_day(written, WEDNESDAY, field="due")
    assert parse_day(written, WEDNESDAY, allow_past=True) < WEDNESDAY


@pytest.mark.parametrize(
    "written",
    ["", "soon", "31 Feb", "2026-13-01", "Mon 6 March", "+9999w", "6", "march", "10:30", "1 March 9999", "9" * 99],
)
def test_what_is_no_day_is_refused(written: str) -> None:
    """Half a date, an impossible one or a weekday that contradicts it is never completed by guessing."""
    with pytest.raises(UnreadableDay, match="due"):
        parse_day(written, WEDNESDAY, field="due")


@settings(max_examples=80)
@given(st.dates(date(2026, 3, 4), date(2026, 12, 31)), st.sampled_from(("%Y-%m-%d", "%d %B", "%b %d, %Y", "%a %d %b")))
def test_written_days_are_read_back(day: date, form: str) -> None:
    """Every day of the rest of the year is read back from its written forms."""
    assert parse_day(day.strftime(form), WEDNESDAY) == day
