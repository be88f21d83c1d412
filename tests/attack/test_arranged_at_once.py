"""Ending, editing and taking back at the same moment as the clock ticks and others arrange: one outcome that holds together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from handlers.vocabulary.outgoing import Answer
from storage.database import Database
from storage.models.plan import ImprovementPlan
from storage.models.review import Review
from storage.models.schedule import Schedule
from tests.attack.test_at_once import AT, ticks, together
from tests.town import Town

FORM = {"name": "Ours", "when": "monday 11:00", "minutes": "30", "link": "", "zone": "Europe/London"}


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """Northwind with a weekly review on Thursdays at ten."""
    town = Town(database)
    assert not town.maya.submits(
        "review.set_up", {"template": "weekly", "when": "thursday 10:00", "minutes": "30"}, "1"
    ).problems
    yield town


def done(town: Town, *acts: object) -> list[Answer]:
    town.deliver = lambda: None  # type: ignore[method-assign]  # one thread delivers, at the end
    try:
        return together(*acts)  # type: ignore[arg-type,return-value]
    finally:
        del town.deliver
        town.deliver()


def holds_together(town: Town) -> list[Review]:
    """Whatever came out: planned reviews have their schedules and others none, and no two of a series are on one day."""
    with town.units() as uow:
        rows = list(uow.session.exec(select(Review).order_by(col(Review.starts_at))).all())
        timed = {
            each.subject_id
            for each in uow.session.exec(select(Schedule))
            if each.subject == "review.after" and each.state == "active"
        }
        series = uow.series.get(1)
    assert series is not None
    planned = [row for row in rows if row.state == "planned"]
    assert {row.id for row in planned} <= timed and not timed & {row.id for row in rows if row.state == "cancelled"}
    assert series.state == "active" or not planned
    days = [row.starts_at.date() for row in rows if row.state in ("planned", "under way", "held")]
    assert len(set(days)) == len(days)
    return rows


def test_the_agenda_comes_due_as_the_series_ends(town: Town) -> None:
    """Two clocks and a manager at once: either the agenda stood and shows that it is cancelled, or it never came."""
    with town.units() as uow:
        due = uow.schedules.of("review.agenda", 1)
    assert due is not None
    town.now = due.next_at
    done(
        town,
        lambda: ticks(town),
        lambda: town.maya.submits("review.ended", {"reason": "over"}, "1"),
        lambda: ticks(town),
    )
    assert [row.state for row in holds_together(town)] == ["cancelled"]
    texts = [row.content for row in town.rows(kind="review.agenda")]
    assert all("Cancelled" in text for text in texts) and len(texts) <= 1


def test_an_edit_is_taken_back_as_others_move_and_skip(town: Town) -> None:
    """The series goes back to Thursdays, or stays on Mondays because somebody acted since; no review is lost on the way."""
    town.maya.submits("review.edited", FORM, "1")
    done(
        town,
        lambda: town.maya.presses("review.undo", "series:1"),
        lambda: town.jo.submits("review.moved", {"day": "2026-03-04", "time": "10:00", "reason": "travel"}, "1"),
        lambda: town.ben.submits("review.skipped", {"reason": "training"}, "1"),
    )
    assert any(row.state == "planned" for row in holds_together(town))


def test_the_end_is_taken_back_as_somebody_begins(town: Town) -> None:
    """A series ended by a slip, put back by its manager while others press Begin on the card they still see."""
    town.until(AT)
    town.maya.submits("review.ended", {"reason": "a slip"}, "1")
    done(
        town,
        lambda: town.maya.presses("review.undo", "series:1"),
        lambda: town.jo.presses("review.begin", "1"),
        lambda: ticks(town),
        lambda: town.ben.presses("review.begin.now", "1"),
    )
    assert holds_together(town)[0].state in ("planned", "under way")


def test_a_plan_is_agreed_and_withdrawn_at_once(town: Town) -> None:
    """Either it was agreed before it was withdrawn, or the yes came too late; its actions are made at most once."""
    fields = {"problem": "Slow", "cause": "", "metric": "none", "target": "", "hold": "3"}
    town.maya.submits("plan.draft", fields, "1")
    town.maya.submits("plan.acted", {"title": "Train", "owner": "4", "due": "2026-03-20"}, "1")
    town.maya.presses("plan.propose", "1")
    done(
        town,
        lambda: town.jo.presses("plan.agree", "1"),
        lambda: town.maya.submits("plan.withdrawn", {"reason": "no need"}, "1"),
        lambda: town.rey.presses("plan.agree", "1"),
    )
    with town.units() as uow:
        plan = uow.session.exec(select(ImprovementPlan)).one()
        items = uow.actions.open_of(1)
    assert plan.state == "withdrawn" and len(items) == int(plan.agreed_at is not None)
