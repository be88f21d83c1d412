"""Two people press at the same moment, two clocks tick at the same moment: one outcome, and nobody sees an error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from handlers.router import follow
from handlers.routes import FIRINGS, table
from handlers.schedules import tick
from handlers.vocabulary.outgoing import Answer
from storage.circles import again_if_broken_off
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.models.plan import ImprovementPlan
from storage.models.review import Review, ReviewSeries
from tests.town import Resident, Town

AT = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
"""When the first review begins: a Thursday, on London's clock in winter."""


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """Northwind with a weekly review."""
    town = Town(database)
    answer = town.maya.submits("review.set_up", {"template": "weekly", "when": "thursday 10:00", "minutes": "30"}, "1")
    assert answer.problems == {}
    yield town


def together(*acts: Callable[[], object]) -> list[object]:
    """Do all of it at the same moment, each in a thread of its own; what they answered, in order. Raises what one raised."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def pressing(town: Town, *presses: tuple[Resident, str, str]) -> list[Answer]:
    """Several people press at once; then everything is delivered."""
    town.deliver = lambda: None  # type: ignore[method-assign]  # one thread delivers, at the end
    try:
        acts = [lambda p=person, a=action, v=value: p.presses(a, v) for person, action, value in presses]
        answers = together(*acts)
    finally:
        del town.deliver
    town.deliver()
    return answers  # type: ignore[return-value]  # presses answer with answers


def ticks(town: Town) -> None:
    """One tick of a clock of its own. What the database breaks off is done again, as by the scheduler."""

    def act() -> None:
        with town.units() as uow:
            tick(uow, town.now, FIRINGS)
            follow(table().followers, uow, town.now)
            uow.commit()

    again_if_broken_off(act)


def reviews(town: Town) -> list[Review]:
    """All reviews there are, by their planned time."""
    with town.units() as uow:
        return list(uow.session.exec(select(Review).order_by(col(Review.planned_wall))).all())


def said(town: Town, kind: str) -> list[OutboxRow]:
    """What was said of a kind."""
    return town.rows(kind=kind)


def test_two_begin_at_once(town: Town) -> None:
    """Both press Begin: the review is under way once, with one agenda."""
    town.until(AT)
    pressing(town, (town.maya, "review.begin", "1"), (town.jo, "review.begin", "1"), (town.ben, "review.here", "1"))
    assert [each.state for each in reviews(town)] == ["under way"]
    assert len(said(town, "review.agenda")) == 1


def test_two_end_at_once(town: Town) -> None:
    """Both press End, a third writes down a decision: one set of minutes, and the next review is planned once."""
    town.until(AT)
    town.maya.presses("review.begin", "1")
    town.now += timedelta(minutes=20)
    pressing(town, (town.maya, "review.end", "1"), (town.jo, "review.end", "1"), (town.ben, "review.here", "1"))
    assert [each.state for each in reviews(town)] == ["held", "planned"]
    assert len(said(town, "review.minutes")) == 1


def test_moving_skipping_and_undoing_at_once(town: Town) -> None:
    """One moves, another skips, and both take it back at once: one state in the end, and every calendar file counts up."""
    fields = {"day": "2026-03-06", "time": "11:00", "reason": "travel"}
    town.deliver = lambda: None  # type: ignore[method-assign]  # one thread delivers, at the end
    together(
        lambda: town.maya.submits("review.moved", fields, "1"),
        lambda: town.jo.submits("review.skipped", {"reason": "training"}, "1"),
        lambda: town.ben.submits("review.moved", {**fields, "time": "12:00"}, "1"),
    )
    together(
        lambda: town.maya.presses("review.undo", "review:1"),
        lambda: town.jo.presses("review.undo", "review:1"),
        lambda: town.ben.types("undo"),
    )
    del town.deliver
    town.deliver()
    rows = reviews(town)
    assert rows[0].state in {"planned", "skipped"}
    assert len({each.planned_wall for each in rows}) == len(rows) and sum(r.state == "planned" for r in rows) >= 1
    town.until(AT + timedelta(days=8))
    assert max(each.sequence for each in reviews(town)) >= 2


def test_two_clocks_tick_while_somebody_moves(town: Town) -> None:
    """The agenda's moment comes on two clocks at once while somebody moves the review: one agenda at most, one occurrence."""
    with town.units() as uow:
        due = uow.schedules.of("review.agenda", 1)
    assert due is not None
    town.now = due.next_at
    fields = {"day": "2026-03-10", "time": "11:00", "reason": "travel"}
    town.deliver = lambda: None  # type: ignore[method-assign]  # one thread delivers, at the end
    together(
        lambda: ticks(town),
        lambda: town.maya.submits("review.moved", fields, "1"),
        lambda: ticks(town),
        lambda: ticks(town),
    )
    del town.deliver
    town.deliver()
    assert len(said(town, "review.agenda")) <= 1
    town.until(AT + timedelta(days=6))
    assert len([row for row in said(town, "review.agenda") if row.subject_id == 1]) == 1


def test_the_next_review_is_planned_once(town: Town) -> None:
    """The end of a review, the clock and a person's wish for the next one all plan it at once: it is there once."""
    town.until(AT)
    town.maya.presses("review.begin", "1")
    town.now = AT + timedelta(hours=2)
    town.deliver = lambda: None  # type: ignore[method-assign]  # one thread delivers, at the end
    together(
        lambda: ticks(town),
        lambda: town.maya.presses("review.end", "1"),
        lambda: town.jo.submits("review.line.add", {"words": "Easter"}, "1"),
        lambda: ticks(town),
        lambda: town.ben.submits("review.skipped", {"reason": "x"}, "1@2026-03-12T10:00@0"),
    )
    del town.deliver
    rows = reviews(town)
    assert len({each.planned_wall for each in rows}) == len(rows)
    assert rows[0].state == "held"


def test_a_plan_is_agreed_once(town: Town) -> None:
    """Both sides, and both again, give their word at once: the plan is agreed, and its actions are made once."""
    fields = {"problem": "Slow", "cause": "", "metric": "none", "target": "", "hold": "3"}
    town.maya.submits("plan.draft", fields, "1")
    town.maya.submits("plan.acted", {"title": "Train", "owner": "4", "due": "2026-03-20"}, "1")
    town.maya.presses("plan.propose", "1")
    pressing(town, *((person, "plan.agree", "1") for person in (town.maya, town.jo, town.ben, town.rey)))
    with town.units() as uow:
        plan = uow.session.exec(select(ImprovementPlan)).one()
        items = uow.actions.open_of(1)
    assert plan.state == "agreed" and [each.title for each in items] == ["Train"]
    assert len(said(town, "plan.card")) == 1


def test_two_edit_a_series_while_it_is_ended(town: Town) -> None:
    """A series is edited, ended and its agenda changed at once: no error, and an ended series plans nothing."""
    form = {"name": "Ours", "when": "tuesday 10:00", "minutes": "30", "link": "", "zone": "Europe/London"}
    town.deliver = lambda: None  # type: ignore[method-assign]  # one thread delivers, at the end
    together(
        lambda: town.maya.submits("review.edited", form, "1"),
        lambda: town.eva.submits("review.ended", {"reason": "over"}, "1"),
        lambda: town.maya.submits("review.agenda.kept", {"agenda": "", "ahead": "3"}, "1"),
        lambda: town.jo.submits("review.moved", {"day": "2026-03-06", "time": "11:00"}, "1"),
    )
    del town.deliver
    with town.units() as uow:
        series = uow.session.exec(select(ReviewSeries)).one()
    assert series.state == "ended"
    assert [each.state for each in reviews(town)] == ["cancelled"]
