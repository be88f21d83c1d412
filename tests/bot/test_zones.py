"""A country changes its clocks between two runs: wall times stay, instants follow."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.zones import follow_zones
from handlers.catching_up import zones
from handlers.records import zone_offsets
from handlers.routes import table
from handlers.schedules import every
from storage.models import Review, Schedule
from tests.town import Town, town_at

LONDON, MANILA = "Europe/London", "Asia/Manila"
HOUR = timedelta(hours=1)
OLD = {LONDON: "rules of last year", MANILA: "unchanged"}
NEW = {LONDON: "rules of this year", MANILA: "unchanged"}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Digest Monday 08:30 London, figures Tuesday 10:00 Manila, a review every Thursday and one that Maya moved; all instants
    as though London's clocks still went an hour earlier."""
    town = town_at(tmp_path, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    with town.units() as uow:
        every(uow, "digest", 1, 1, "mon 08:30", LONDON, town.now)
        every(uow, "figures", 1, 1, "tue 10:00", MANILA, town.now)
        uow.commit()
    answer = town.maya.submits("review.set_up", {"template": "weekly", "when": "thursday 10:00", "minutes": "30"}, "1")
    assert answer.problems == {}
    with town.units() as uow:
        zones.keep(uow, OLD)
        for schedule in uow.session.exec(select(Schedule).where(Schedule.zone == LONDON)):
            schedule.next_at += HOUR
        uow.commit()
    return town


def due(town: Town, subject: str) -> datetime:
    """When something is due next."""
    with town.units() as uow:
        found = uow.schedules.of(subject, 1)
    assert found is not None
    return found.next_at


def review(town: Town) -> Review:
    """The next review."""
    with town.units() as uow:
        found = uow.reviews.get(1)
    assert found is not None
    return found


def shift_review(town: Town) -> None:
    """The review and its moments as the old rules had them."""
    with town.units() as uow:
        found = uow.reviews.get(1)
        assert found is not None
        found.starts_at += HOUR
        for subject in ("review.agenda", "review.begin", "review.after"):
            schedule = uow.schedules.of(subject, 1)
            assert schedule is not None
            schedule.next_at += HOUR
            uow.schedules.save(schedule)
        uow.reviews.save(found)
        uow.commit()


def test_schedules_fire_at_their_wall_time_by_the_new_rules(town: Town) -> None:
    """What was computed by the old rules is computed anew, only in the zone that changed, and only once."""
    assert due(town, "digest") == datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
    assert follow_zones(town.units, table(), town.now, NEW) == [LONDON]
    assert due(town, "digest") == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    assert due(town, "figures") == datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    assert follow_zones(town.units, table(), town.now, NEW) == []


def test_reviews_are_held_at_their_wall_time_by_the_new_rules(town: Town) -> None:
    """A review by cadence starts at ten on the wall again, and so do its agenda and its beginning."""
    before = {subject: due(town, subject) for subject in ("review.agenda", "review.begin", "review.after")}
    shift_review(town)
    follow_zones(town.units, table(), town.now, NEW)
    assert review(town).starts_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    assert {subject: due(town, subject) for subject in before} == before


def test_a_review_that_a_person_moved_keeps_the_wall_time_they_chose(town: Town) -> None:
    """Moved to Friday 14:00 by Maya, it stays at 14:00 on the wall, by whatever rules."""
    values = {"day": "2026-03-06", "time": "14:00", "reason": "travel"}
    moved = town.maya.submits("review.moved", values, "1")
    if moved.form is not None:
        town.maya.submits(moved.form.action, values, moved.form.hidden)
    assert review(town).starts_at == datetime(2026, 3, 6, 14, 0, tzinfo=UTC)
    shift_review(town)
    follow_zones(town.units, table(), town.now, NEW)
    assert review(town).starts_at == datetime(2026, 3, 6, 14, 0, tzinfo=UTC)
    assert review(town).moved_by == "person"


def test_the_first_start_changes_nothing(town: Town) -> None:
    """Where nothing was kept, nothing is known to have changed; from then on every zone's rules are known."""
    with town.units() as uow:
        uow.settings.set(zones.RULES, "{}")
        uow.commit()
    assert follow_zones(town.units, table(), town.now) == []
    with town.units() as uow:
        assert zones.changed(uow, zones.rules_now()) == []
        assert zones.changed(uow, {**zones.rules_now(), LONDON: "moved"}) == [LONDON]


def test_deadlines_of_an_issue_keep_their_wall_time(town: Town) -> None:
    """Manila's clocks go an hour further ahead than was known when an issue's time was computed: what is ahead is due an hour
    earlier, its timers too, and only once; what counts day and night, and what is over, stays."""
    for severity in ("3", "1"):
        form = {"title": "Calls wait", "kind": "service", "severity": severity, "visibility": "SH"}
        assert town.maya.submits("issue.report", form, "1").problems == {}
    with town.units() as uow:
        before = {each.severity: (each.acknowledge_by, each.resolve_by) for each in uow.issues.open_of(1)}
        seven_hours = json.dumps([(town.now.isoformat(), 7 * 3600)])
        uow.settings.set(f"zones.offsets:{MANILA}", seven_hours)
        zones.keep(uow, NEW)
        uow.commit()
    other = {**NEW, MANILA: "new"}
    for _ in range(2):
        follow_zones(town.units, table(), town.now, other)
        with town.units() as uow:
            zones.keep(uow, NEW)  # as though it had died before the end
            uow.commit()
            after = {each.severity: (each.acknowledge_by, each.resolve_by) for each in uow.issues.open_of(1)}
            timer = uow.schedules.of("issue.resolve", 1)
        assert after[3] == (before[3][0] - HOUR, before[3][1] - HOUR) and after[1] == before[1]
        assert timer is not None and timer.next_at == after[3][1]


def test_the_coming_changes_of_a_clock_are_known(town: Town) -> None:
    """The offsets that are kept follow the clocks of a year, so that nothing moves while the rules stay the same."""
    with town.units() as uow:
        zone_offsets.keep(uow, town.now)
        for name in (LONDON, MANILA):
            for days in range(0, 400, 3):
                at = town.now + timedelta(days=days, hours=days % 24)
                assert zone_offsets.followed(at, name, uow) == at
        assert zone_offsets.followed(town.now - HOUR, LONDON, uow) == town.now - HOUR
