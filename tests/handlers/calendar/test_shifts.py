"""Holidays of both countries move an occurrence, with the reason, or leave it out; never two on one day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice, pairwise, takewhile

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import Cadence, Planned, occurrences, planned, zone
from tests.handlers.calendar.oracle import BEGIN, CADENCES

LONDON, MANILA, RIYADH, PACIFIC = (
    zone(name) for name in ("Europe/London", "Asia/Manila", "Asia/Riyadh", "America/Los_Angeles")
)
BOTH = ("GB", "PH")
WEEK = timedelta(days=7)


def one(text: str, day: str, countries: tuple[str, ...] = BOTH) -> Planned:
    """The occurrence that the cadence has on that day in London."""
    cadence, at = Cadence.parse(text, BEGIN), date.fromisoformat(day)
    for each in planned(cadence, LONDON, countries, datetime.combine(at, datetime.min.time()) - WEEK):
        if each.wall.date() >= at:
            assert each.wall.date() == at
            return each
    raise AssertionError("cadences never end")


@pytest.mark.parametrize(
    ("text", "day", "countries", "held", "reason"),
    [
        # Easter: Maundy Thursday in Manila, Good Friday in both, Easter Monday in London.
        ("weekly fri 14:00", "2026-04-03", BOTH, "2026-04-07", "Good Friday in the United Kingdom and the Philippines"),
        ("weekly thu 14:00", "2026-04-02", BOTH, "2026-04-07", "Maundy Thursday in the Philippines"),
        ("weekly mon 14:00", "2026-04-06", BOTH, "2026-04-07", "Easter Monday in the United Kingdom"),
        ("weekly mon 14:00", "2026-04-06", ("GB-SCT", "PH"), "2026-04-06", ""),
        # Christmas, its substitute days in England, and Rizal Day.
        (
            "weekly fri 14:00",
            "2026-12-25",
            BOTH,
            "2026-12-29",
            "Christmas Day in the United Kingdom and the Philippines",
        ),
        ("weekly mon 14:00", "2026-12-28", ("GB-ENG", "PH"), "2026-12-29", "Boxing Day (observed) in England"),
        ("weekly mon 14:00", "2026-11-30", ("GB-SCT", "GB-ENG"), "2026-12-01", "Saint Andrew's Day in Scotland"),
        # Saudi Arabia rests on Friday and Saturday, England on Saturday and Sunday.
        ("weekly thu 14:00", "2024-02-22", ("GB", "SA"), "2024-02-26", "Founding Day Holiday in Saudi Arabia"),
        ("weekly fri 14:00", "2024-02-23", ("GB", "SA"), "2024-02-23", ""),
        # The end of a month is not left.
        ("last friday of the month 14:00", "2024-03-29", ("GB",), "2024-03-28", "Good Friday in the United Kingdom"),
        ("last working day of the month 16:00", "2026-12-31", BOTH, "2026-12-29", "New Year's Eve in the Philippines"),
        (
            "last working day of the month 16:00",
            "2026-10-30",
            ("GB", "SA"),
            "2026-10-29",
            "Friday is a day of rest in Saudi Arabia",
        ),
        ("monthly last day 14:00", "2026-08-31", ("PH",), "2026-08-28", "National Heroes Day in the Philippines"),
        # The quarter that begins on a holiday.
        (
            "quarterly 1st 10:00",
            "2027-01-01",
            BOTH,
            "2027-01-04",
            "New Year's Day in the United Kingdom and the Philippines",
        ),
        # Twice a week there is room for a day, no more.
        ("tue,thu 10:00", "2026-06-02", ("GB", "IT"), "2026-06-03", "Republic Day in Italy"),
    ],
)
def test_a_holiday_moves_it(text: str, day: str, countries: tuple[str, ...], held: str, reason: str) -> None:
    """Each is held at its own wall time on the day both sides next work, or last worked, with the holiday named."""
    found = one(text, day, countries)
    assert (found.held.date().isoformat(), found.reason) == (held, reason)
    assert found.held.time() == found.wall.time()
    assert not found.skipped and found.moved == bool(reason)


@pytest.mark.parametrize(
    ("text", "day", "countries", "reason"),
    [
        ("working days 09:30", "2026-04-03", BOTH, "Good Friday in the United Kingdom and the Philippines"),
        ("daily 09:30", "2026-12-26", BOTH, "Boxing Day in the United Kingdom"),
        ("mon,tue 09:30", "2026-04-06", BOTH, "Easter Monday in the United Kingdom"),
        ("quarterly 1st 10:00", "2025-10-01", ("GB", "CN"), "National Day in China"),
    ],
)
def test_where_there_is_no_room_it_is_left_out(text: str, day: str, countries: tuple[str, ...], reason: str) -> None:
    """One that would reach the next one's day, or wait more than a week, is skipped with the reason, never doubled."""
    found = one(text, day, countries)
    assert found.skipped and not found.moved
    assert found.reason == reason


def test_a_moved_one_is_told_until_it_was_held() -> None:
    """Asked on Easter Saturday, the next review is Friday's, held on Tuesday; asked on Tuesday evening, it is over."""
    cadence = Cadence.parse("weekly fri 14:00", BEGIN)
    saturday, evening = datetime(2026, 4, 4, 9), datetime(2026, 4, 7, 20)
    assert next(planned(cadence, LONDON, BOTH, saturday)).wall == datetime(2026, 4, 3, 14)
    assert next(planned(cadence, LONDON, BOTH, evening)).wall == datetime(2026, 4, 10, 14)
    early = Cadence.parse("last friday of the month 14:00", BEGIN)
    assert next(planned(early, LONDON, BOTH, datetime(2024, 3, 28, 20))).wall == datetime(2024, 4, 26, 14)


def test_the_holiday_is_that_of_the_day_there() -> None:
    """Monday evening in California is Tuesday in Manila: Tuesday's holiday there moves it, Monday's does not."""
    cadence = Cadence.parse("weekly mon 17:00", BEGIN)
    preview = planned(cadence, PACIFIC, ("US", "PH"), datetime(2026, 11, 30), (PACIFIC, MANILA))
    bonifacio, conception = islice(preview, 2)
    assert not bonifacio.moved
    assert (conception.held, conception.reason) == (
        datetime(2026, 12, 8, 17),
        "Immaculate Conception in the Philippines",
    )
    assert next(planned(cadence, PACIFIC, ("US", "PH"), datetime(2026, 11, 30))).moved


def test_countries_and_zones_are_checked() -> None:
    """An unknown country, and zones that do not match the countries, are errors that name the field."""
    cadence = Cadence.parse("weekly mon 17:00", BEGIN)
    with pytest.raises(ValueError, match="country: 'XX'"):
        next(planned(cadence, LONDON, ("XX",), datetime(2026, 1, 1)))
    with pytest.raises(ValueError, match="zones: 1 given for 2 countries"):
        next(planned(cadence, LONDON, BOTH, datetime(2026, 1, 1), (LONDON,)))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(CADENCES)),
    st.lists(st.sampled_from(("GB", "PH", "SA", "CN", "US", "EG", "IN")), max_size=2),
    st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1)),
)
def test_each_occurrence_is_held_moved_or_skipped_once(text: str, countries: list[str], after: datetime) -> None:
    """For half a year: each occurrence once, in order; none held on a holiday, none far away, never two on one day."""
    cadence, until = Cadence.parse(text, BEGIN), after + timedelta(days=180)
    found = list(takewhile(lambda each: each.wall <= until, planned(cadence, LONDON, countries, after)))
    walls = [wall for wall, _ in takewhile(lambda each: each[0] <= until, occurrences(cadence, LONDON, after))]
    told = {each.wall for each in found if each.wall > after}
    assert (
        told <= set(walls) and len(set(walls) - told) <= 1
    )  # one at a month's end may have been held before ``after``
    held = [each for each in found if not each.skipped]
    assert all(one.wall < two.wall for one, two in pairwise(found))
    assert all(one.held.date() < two.held.date() and one.at < two.at for one, two in pairwise(held))
    years = {each.held.year for each in found}
    kept = [holidays.country_holidays(code, subdiv="ENG" if code == "GB" else None, years=years) for code in countries]
    for each in found:
        assert bool(each.reason) == (each.moved or each.skipped)
        assert abs(each.held - each.wall) <= WEEK and each.held.time() == each.wall.time()
        assert each.skipped or not any(each.held.date() in days for days in kept)
        assert not each.moved or not any(days._is_weekend(each.held.date()) for days in kept)
        assert not cadence.at_month_end or each.held.month == each.wall.month
