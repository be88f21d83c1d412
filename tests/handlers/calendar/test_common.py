"""Hours in which both sides work, and times to meet that stay good when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import WorkHours, instant_of, shared_hours, suggest, working_days, zone
from handlers.calendar.cadence import DAY_NAMES

TUESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)


def site(name: str, country: str | None, start: int = 9, end: int = 18) -> WorkHours:
    """A site with the usual week days of its country."""
    return WorkHours(zone(name), country, time(start), time(end), working_days(country))


LONDON, MANILA, NEW_YORK = site("Europe/London", "GB"), site("Asia/Manila", "PH"), site("America/New_York", "US")
RIYADH, SAN_FRANCISCO = site("Asia/Riyadh", "SA"), site("America/Los_Angeles", "US", 9, 17)
NIGHT_SHIFT = site("Asia/Manila", "PH", 21, 6)
ROUND_THE_CLOCK = WorkHours(zone("Asia/Manila"), None, time(0), time(0), DAY_NAMES)


def spell(day: str, start: str, end: str) -> tuple[datetime, datetime]:
    """A spell of one day in UTC."""
    first, last = (datetime.fromisoformat(f"{day}T{each}").replace(tzinfo=UTC) for each in (start, end))
    return first, last


@pytest.mark.parametrize(
    ("day", "sides", "shared"),
    [
        ("2026-11-24", (LONDON, MANILA), [("09:00", "10:00")]),
        ("2026-06-23", (LONDON, MANILA), [("08:00", "10:00")]),
        ("2026-11-27", (LONDON, RIYADH), []),
        ("2026-11-26", (LONDON, RIYADH), [("09:00", "15:00")]),
        ("2026-12-25", (LONDON, NEW_YORK), []),
        ("2026-11-24", (SAN_FRANCISCO, MANILA), []),
        ("2026-11-24", (NEW_YORK, NIGHT_SHIFT), [("14:00", "22:00")]),
        ("2026-11-24", (LONDON, ROUND_THE_CLOCK), [("09:00", "18:00")]),
    ],
)
def test_hours_in_which_both_work(day: str, sides: tuple[WorkHours, ...], shared: list[tuple[str, str]]) -> None:
    """Winter and summer, days of rest and holidays of either, nights and sites that never close."""
    assert shared_hours(date.fromisoformat(day), sides) == [spell(day, *each) for each in shared]


def test_london_and_manila_have_one_good_hour() -> None:
    """Nine o'clock in London is inside both days all year; half past nine only in summer, and that is told."""
    best, *others = suggest(TUESDAY, (LONDON, MANILA), 60)
    assert (best.start, best.outside, best.lunch) == (time(9), (), False)
    assert best.walls == (datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 17))
    late = next(each for each in others if each.start == time(9, 30))
    [side] = late.outside
    assert (side.side, side.minutes, side.since, side.always) == (1, 30, TUESDAY, False)
    assert side.text == ("Manila: up to 30 minutes after work ends, part of the year, next on Tuesday 24 November")
    assert all(each.outside for each in others)


def test_without_common_hours_the_pain_is_split() -> None:
    """New York and Manila share no hour: the first time asks two hours of each at worst, and says so."""
    best = suggest(TUESDAY, (NEW_YORK, MANILA), 60)[0]
    assert best.walls == (datetime(2026, 11, 24, 19), datetime(2026, 11, 25, 8))
    assert [(each.side, each.minutes, each.always) for each in best.outside] == [(0, 120, True), (1, 120, True)]
    assert [each.text for each in best.outside] == [
        "New York: 120 minutes after work ends",
        "Manila: up to 120 minutes before work begins",
    ]


def test_an_even_split_counts_more_than_lunch() -> None:
    """With London between them, New York and Manila each give two and a half hours, though London's lunch begins."""
    best = suggest(TUESDAY, (LONDON, MANILA, NEW_YORK), 60)[0]
    assert (best.start, best.lunch) == (time(11, 30), True)
    assert [(each.side, each.minutes) for each in best.outside] == [(1, 150), (2, 150)]


def test_weeks_in_which_only_one_changed_its_clocks_count() -> None:
    """14:00 in London is 09:00 in New York, but 10:00 in the weeks of March between the changes: both stay inside."""
    starts = [each.start for each in suggest(TUESDAY, (LONDON, NEW_YORK), 60) if not each.outside]
    assert starts[:3] == [time(15), time(14, 30), time(14)]
    assert time(13, 30) not in starts


def test_lunch_is_kept_free_if_it_can() -> None:
    """Of the good times those that touch nobody's lunch come first; where only lunch is left, it is told."""
    found = suggest(TUESDAY, (LONDON, NEW_YORK), 60)
    assert [each.lunch for each in found] == sorted(each.lunch for each in found)
    noon = site("Europe/London", "GB", 12, 13)
    assert suggest(TUESDAY, (noon, noon), 60)[0].lunch


def test_a_day_of_rest_is_told() -> None:
    """On a Friday Riyadh rests: the times are still sensible ones of the day, each with that word."""
    for each in suggest(FRIDAY, (LONDON, RIYADH), 60):
        assert [side.text for side in each.outside] == ["Riyadh: Friday is not a working day"]
        assert time(9) <= each.start <= time(14)


def test_the_morning_of_a_night_shift_is_the_evening_before() -> None:
    """Friday noon in New York is Saturday 01:00 in Manila, which belongs to Friday's night shift."""
    best = suggest(FRIDAY, (NEW_YORK, NIGHT_SHIFT), 60)
    assert all(not each.outside for each in best)
    assert any(each.walls[1].weekday() == DAY_NAMES.index("sat") for each in best)


def test_a_meeting_needs_people_and_a_length() -> None:
    """Nobody, no length and a length of days are errors that name the field."""
    with pytest.raises(ValueError, match="sides"):
        suggest(TUESDAY, (), 30)
    with pytest.raises(ValueError, match="sides"):
        shared_hours(TUESDAY, ())
    for minutes in (0, 1441):
        with pytest.raises(ValueError, match="minutes"):
            suggest(TUESDAY, (LONDON,), minutes)


sites = st.sampled_from((LONDON, MANILA, NEW_YORK, RIYADH, SAN_FRANCISCO, NIGHT_SHIFT, ROUND_THE_CLOCK))


@settings(max_examples=15, deadline=None)
@given(sites, sites, st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from((15, 30, 60, 90)))
def test_a_good_time_is_good_in_every_week_of_the_year(one: WorkHours, two: WorkHours, day: date, minutes: int) -> None:
    """What is said to be inside both sides' hours is, on that week day for a year; what is not, is not in some week."""
    plain = [WorkHours(each.zone, None, each.start, each.end, each.days) for each in (one, two)]
    for each in suggest(day, (one, two), minutes, count=2):
        inside = []
        for week in range(52):
            begin = instant_of(datetime.combine(day + timedelta(days=7 * week), each.start), one.zone)
            end = begin + timedelta(minutes=minutes)
            around = [shared_hours((begin + timedelta(days=n)).astimezone(one.zone).date(), plain) for n in (-1, 0, 1)]
            inside.append(_covered(begin, end, [spell for spells in around for spell in spells]))
        assert all(inside) == (not each.outside)


def _covered(begin: datetime, end: datetime, spells: list[tuple[datetime, datetime]]) -> bool:
    """Whether the meeting lies in the spells, which may touch at midnight."""
    parts = [(max(begin, opened), min(end, closed)) for opened, closed in spells if opened < end and closed > begin]
    whole = bool(parts) and parts[0][0] == begin and parts[-1][1] == end
    return whole and all(one[1] == two[0] for one, two in pairwise(parts))
