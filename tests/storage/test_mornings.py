"""The questions of a morning, on every database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import storage.models as models
from storage.database import Database
from storage.news import Window
from storage.unit_of_work import UnitOfWork
from tests.town import MONDAY, Town

MAYA, BEN, EVA, JO, REY = range(1, 6)
REPORT = {"detail": "", "severity": "3", "kind": "service", "visibility": "SH"}
LATER = MONDAY + timedelta(days=1)


def lived(database: Database) -> Town:
    """A day in town: an issue and two items, one of them done; a review nobody held; a plan both are asked about."""
    town = Town(database)
    town.now += timedelta(minutes=5)
    town.jo.submits("issue.report", {**REPORT, "title": "Phones down"}, "1")
    town.maya.mentions("actions add Send the policy @Jo Santos due tomorrow")
    town.maya.mentions("actions add Train two leads @Jo Santos due friday")
    town.now += timedelta(minutes=5)
    town.jo.replies("done", under="action.card:1")
    with town.units() as uow:
        _plan_and_review(uow, town.now)
        provider = uow.providers.provider(1)
        assert provider is not None
        provider.contract_end = date(2026, 4, 1)
        uow.providers.add(provider)
        uow.commit()
    return town


def _plan_and_review(uow: UnitOfWork, now: datetime) -> None:
    of_northwind: dict[str, Any] = {"installation_id": 1, "provider_id": 1, "programme_id": 1, "created_at": now}
    plan = uow.plans.add(
        models.ImprovementPlan(**of_northwind, number=1, title="Service level", visibility="SH", state="proposed")
    )
    assert plan.id is not None
    uow.plans.add_milestone(
        models.PlanMilestone(plan_id=plan.id, check_on=date(2026, 3, 2), state="missed", checked_at=now)
    )
    wall = now.replace(tzinfo=None)
    series = uow.series.add(
        models.ReviewSeries(
            **of_northwind,
            name="Weekly review",
            rule="FREQ=WEEKLY",
            first_wall=wall,
            anchor_zone="Europe/London",
            template="weekly",
            uid="u1",
        )
    )
    assert series.id is not None
    for number, state, at in ((1, "not held", now), (2, "planned", now + timedelta(days=3))):
        uow.reviews.add(
            models.Review(
                **of_northwind,
                series_id=series.id,
                number=number,
                planned_wall=at.replace(tzinfo=None),
                starts_at=at,
                minutes=30,
                state=state,
                asked_at=now if state == "not held" else None,
            )
        )


def test_what_a_person_s_week_is_read_from(database: Database) -> None:
    """Posts, names, what waits for a yes or a word, reviews, what was finished: each from its own side."""
    town = lived(database)
    with town.units() as uow:
        read = uow.mornings
        assert [tuple(each) for each in read.posts(MAYA)] == [(1, "owner")] and read.posts(EVA) == []
        assert read.names([1]) == {1: "Northwind Manila"} and read.names([]) == {}
        assert [item.number for item in read.open_actions([1])] == [2]
        assert [item.number for item in read.actions_to_accept(MAYA, "client", [1])] == [1]
        assert read.actions_to_accept(BEN, "client", []) == [] and read.actions_to_accept(JO, "provider", [1]) == []
        assert read.issues_asked(MAYA, "client", [1]) == []
        assert [plan.title for plan in read.plans_to_agree([1])] == ["Service level"]
        assert [each.series for each in read.reviews_ahead([1], LATER, LATER + timedelta(days=9))] == ["Weekly review"]
        assert len(read.reviews_unheld([1], MONDAY, LATER)) == 1
        assert [item.number for item in read.finished_actions(JO, MONDAY, LATER)] == [1]
        assert read.finished_issues(JO, MONDAY, LATER) == []
        assert read.new_for(JO, MONDAY, LATER)[0] == 1


def test_who_was_reminded_in_somebody_s_place(database: Database) -> None:
    """Reminders that counted for the owner are found by the owner, and only those of the span."""
    town = lived(database)
    with town.units() as uow:
        for step, person, at in (("due:for:4", REY, town.now), ("after:for:4", REY, LATER), ("before", JO, town.now)):
            uow.reminders.add_ping(
                models.Ping(action_item_id=2, person_id=person, step=step, due_on=date(2026, 3, 6), at=at)
            )
        assert uow.mornings.stood_in(JO, MONDAY, town.now + timedelta(hours=1)) == [("Rey Cruz", 1)]
        assert len(uow.reminders.counted(2, JO)) == 3 and uow.reminders.left(2, JO) == 0
        assert uow.reminders.counted(2, REY) == []


def test_what_changed_since_a_moment(database: Database) -> None:
    """Every kind of change is found once in its window, for who answers and for who sees all; nothing after it."""
    town = lived(database)
    found = {}
    for person, every in ((MAYA, False), (EVA, True), (EVA, False)):
        window = Window(1, person, MONDAY, LATER, MONDAY.date(), date(2026, 3, 4), every)
        with town.units() as uow:
            found[person, every] = {(row.kind, row.number) for row in uow.news.changes(window)}
            ends = uow.news.contracts(window, date(2026, 5, 1))
            assert [each.ends_on for each in ends] == ([date(2026, 4, 1)] if every or person == MAYA else [])
    assert found[MAYA, False] == {
        ("issue.opened", 1),
        ("issue.unseen", 1),
        ("plan.missed", 1),
        ("review.unheld", 1),
    }
    assert found[EVA, True] == found[MAYA, False] and found[EVA, False] == set()
    with town.units() as uow:
        after = Window(1, MAYA, LATER, LATER + timedelta(days=1), date(2026, 3, 5), date(2026, 3, 6), False)
        assert uow.news.changes(after) == []


def test_what_the_client_asked_for(database: Database) -> None:
    """Items and asks again of the client's people count, in their provider's zone; what a provider reports does not."""
    town = lived(database)
    town.now += timedelta(minutes=5)
    town.maya.replies("reopen: not yet", under="action.card:1")
    window = Window(1, MAYA, MONDAY, LATER, MONDAY.date(), LATER.date(), False)
    with town.units() as uow:
        rows = uow.news.asks(window)
    assert [(row.kind, row.number, bool(row.waits)) for row in rows] == [
        ("action", 1, True),
        ("action", 2, True),
        ("again", 0, False),
    ]
    assert {(row.zone, row.country) for row in rows} == {("Asia/Manila", "PH")}
