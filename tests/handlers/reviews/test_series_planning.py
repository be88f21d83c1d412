"""Whatever people arrange, a series stays one line of reviews that everybody's calendar shows alike."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from handlers.calendar import Cadence, planned
from handlers.reviews import planning
from handlers.reviews.planning import Coming
from handlers.reviews.series import voice as series_voice
from handlers.reviews.series.forms import occasion_of
from handlers.reviews.series.standing import SeriesStanding, standing_of
from storage.models.review import ReviewSeries
from tests.town import Town, town_at

START = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
RHYTHMS = ("weekly thu 09:00", "tue,thu 09:00", "every two weeks wed 10:00", "last working day of the month 10:00")
ARRANGED = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(("move", "skip", "undo")), st.integers(-60, 60)), max_size=6
)


def begun(town: Town, words: str) -> None:
    """Maya sets the series up."""
    values = {"template": "weekly", "when": words, "minutes": "30", "link": "", "ahead": "2"}
    assert not town.maya.submits("review.set_up", values, "1").problems


def standing(town: Town) -> SeriesStanding:
    with town.units() as uow:
        series = uow.series.get(1)
        assert series is not None
        return standing_of(series, uow, town.now)


def arrange(town: Town, place: int, what: str, hours: int) -> None:
    """Jo does something to one of the coming reviews, as far as it can be done."""
    now = standing(town)
    held = [each for each in now.coming if each.is_held]
    each = held[place]
    value = str(occasion_of(each, now))
    if what == "skip":
        town.jo.submits("review.skipped", {"which": value, "reason": "no need"}, value)
    elif what == "undo" and each.review_id is not None:
        town.jo.presses("review.undo", f"review:{each.review_id}")
    elif what == "move":
        to = each.held + timedelta(hours=hours)
        values = {"which": value, "day": to.date().isoformat(), "time": f"{to:%H:%M}", "reason": "we travel"}
        answer = town.jo.submits("review.moved", values, value)
        if answer.form is not None:
            town.jo.submits("review.moved", values, answer.form.hidden)


def in_calendars(town: Town, until: datetime) -> list[datetime]:
    """What a calendar shows that opened the newest file."""
    with town.units() as uow:
        series = uow.series.get(1)
        assert series is not None
        text = series_voice.calendar_file(standing_of(series, uow, town.now), uow, town.now).content
    calendar = IcsCalendarStream.calendar_from_ics(text)
    moved = {event.recurrence_id for event in calendar.events if event.recurrence_id and event.rrule is None}
    found = [
        each
        for each in calendar.timeline.included(town.now, until)
        if each.rrule is None or each.recurrence_id not in moved
    ]
    return sorted(each.dtstart.astimezone(UTC) for each in found if isinstance(each.dtstart, datetime))


@settings(max_examples=5, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.sampled_from(RHYTHMS), ARRANGED)
def test_what_people_arrange_never_doubles_or_loses_a_review(words: str, arranged: list[tuple[int, str, int]]) -> None:
    """After any moves, skips and undos the dates strictly increase, no two are held on one day, each occurrence of the
    cadence is there once, calendars show the same instants, and the next one has its moments."""
    with tempfile.TemporaryDirectory() as folder:
        town = town_at(Path(folder), START)
        begun(town, words)
        for place, what, hours in arranged:
            arrange(town, place, what, hours)
        coming = standing(town).coming
        held = [each for each in coming if each.is_held]
        assert all(one.at < other.at and one.held.date() < other.held.date() for one, other in pairwise(held))
        walls = [each.planned_wall for each in coming]
        assert len(set(walls)) == len(walls)
        assert sorted(walls) == by_rule(town, min(walls), len(walls))
        assert in_calendars(town, held[-1].at + timedelta(minutes=31)) == [each.at for each in held]
        assert_moments(town, held[0])
        town.database.dispose()


def by_rule(town: Town, first: datetime, count: int) -> list[datetime]:
    """The walls of the cadence alone."""
    now = standing(town)
    cadence = planning.cadence_of(now.series)
    found = [
        each.wall
        for each, _ in zip(
            planned(cadence, now.sides.anchor, (), first - timedelta(minutes=1)), range(count), strict=False
        )
    ]
    return found


def assert_moments(town: Town, upcoming: Coming) -> None:
    """It begins when it is held, and what comes around it is set."""
    with town.units() as uow:
        assert upcoming.review_id is not None
        begin, after = (uow.schedules.of(name, upcoming.review_id) for name in (planning.BEGIN, planning.AFTER))
        left_out = [row.id for row in uow.reviews.of_series(1) if row.state in planning.LEFT_OUT]
        still = [uow.schedules.of(planning.BEGIN, each) for each in left_out if each is not None]
    assert begin is not None and after is not None
    assert (begin.state, begin.next_at, after.state) == ("active", upcoming.at, "active")
    assert all(each is None or each.state == "cancelled" for each in still)


def test_planning_twice_plans_once(tmp_path: Path) -> None:
    """``ensure_next`` may be called as often as one likes: the same review, no second row."""
    town = town_at(tmp_path, START)
    with town.units() as uow:
        cadence = Cadence.parse("weekly thu 09:00", START.date())
        series = uow.series.add(
            ReviewSeries(
                installation_id=1,
                provider_id=1,
                programme_id=1,
                name="Weekly",
                rule=cadence.rule,
                first_wall=cadence.first,
                anchor_zone="Europe/London",
                template="weekly",
                uid="a@parley",
                created_at=START,
            )
        )
        first, second = (planning.ensure_next(series, uow, START) for _ in range(2))
        assert first is not None and second is not None and first.id == second.id
        assert series.id is not None and len(uow.reviews.of_series(series.id)) == 1
