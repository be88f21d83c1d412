"""The business clock against a slow one that looks at the wall every quarter of an hour, by another library's zones."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from whenever import Instant

from handlers.calendar import (
    WorkHours,
    add_business_time,
    business_time_between,
    is_quiet,
    next_moment,
    zone,
)
from handlers.calendar.cadence import DAY_NAMES, WORKING_DAYS
from handlers.waking import awake

STEP = timedelta(minutes=15)
"""All clocks differ from UTC by a multiple of this, and change by one."""
ZONES = (
    "Europe/London",
    "Asia/Manila",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Santiago",
    "Asia/Beirut",
    "Pacific/Chatham",
)
WEEKS = (WORKING_DAYS, ("sun", "mon", "tue", "wed", "thu"), DAY_NAMES, ("sat",))

# Nobody's day begins or ends in the hours in which clocks change: what a repeated hour means is tested elsewhere.
edges = st.builds(time, st.integers(5, 22), st.sampled_from((0, 15, 30, 45)))
hours = st.builds(
    lambda name, start, end, days: WorkHours(zone(name), None, start, end, days),
    st.sampled_from(ZONES),
    edges,
    edges,
    st.sampled_from(WEEKS),
).filter(lambda each: each.start != each.end)
quarters = st.integers(0, 4 * 24 * 366 * 3)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
CLOCKS_CHANGE = int((datetime(2026, 3, 28, 12, tzinfo=UTC) - BEGINNING) / STEP)
LONDON_DAY = WorkHours(zone("Europe/London"), None, time(9), time(17), DAY_NAMES)
LONDON_NIGHT = WorkHours(zone("Europe/London"), None, time(22), time(6), DAY_NAMES)


def works(at: datetime, each: WorkHours) -> bool:
    """Whether the wall there shows working time; the hours that pass midnight belong to the day they begin on."""
    wall = Instant(at).to_tz(each.zone.key)
    now, today = wall.time().to_stdlib(), wall.date().to_stdlib()
    before = today - timedelta(days=1)
    if each.start < each.end:
        return each.start <= now < each.end and DAY_NAMES[today.weekday()] in each.days
    if now >= each.start:
        return DAY_NAMES[today.weekday()] in each.days
    return now < each.end and DAY_NAMES[before.weekday()] in each.days


def walked(start: datetime, end: datetime, each: WorkHours) -> timedelta:
    """How long the slow clock ran."""
    steps = int((end - start) / STEP)
    return STEP * sum(works(start + STEP * step, each) for step in range(steps))


@settings(max_examples=60)
@given(hours, quarters, st.integers(0, 4 * 24 * 5))
@example(LONDON_DAY, CLOCKS_CHANGE, 4 * 48)
@example(LONDON_NIGHT, CLOCKS_CHANGE, 4 * 24)
def test_the_business_clock_agrees_with_the_wall(each: WorkHours, begin: int, length: int) -> None:
    """In ten zones, with and without clock changes, the working time between two instants is what the wall showed."""
    start = BEGINNING + STEP * begin
    end = start + STEP * length
    assert business_time_between(start, end, each) == walked(start, end, each)


@settings(max_examples=60)
@given(hours, hours, quarters, st.integers(1, 4 * 30))
def test_a_clock_that_goes_over_to_the_other_side(mine: WorkHours, theirs: WorkHours, begin: int, length: int) -> None:
    """A deadline runs in my hours, waits on the other side and runs on in mine: each side's time is what its own wall showed,
    and the end lies in my working time."""
    start = BEGINNING + STEP * begin
    asked = start + STEP * (length // 2)
    answered = asked + STEP * 40
    used = business_time_between(start, asked, mine)
    waited = business_time_between(asked, answered, theirs)
    left = STEP * length
    due = add_business_time(answered, left, mine)
    assert used == walked(start, asked, mine) and waited == walked(asked, answered, theirs)
    assert business_time_between(answered, due, mine) == left
    assert works(due - STEP, mine)


@settings(max_examples=60)
@given(hours, quarters)
def test_quiet_hours_are_what_the_wall_says(each: WorkHours, begin: int) -> None:
    """Nobody is spoken to unasked while the wall there shows no working time, and who is awake is not put off."""
    now = BEGINNING + STEP * begin
    assert is_quiet(now, each) is not works(now, each)
    moment = awake(now, each)
    assert (moment is None) is works(now, each)
    assert moment is None or (moment > now and works(moment, each) and moment == next_moment(now, each))
