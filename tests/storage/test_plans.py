"""Improvement plans as both databases keep them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

import storage.models as models
from storage.database import Database
from storage.models.plan import ImprovementPlan
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed


@pytest.fixture
def programme_id(database: Database) -> int:
    installed(database)
    with UnitOfWork(database) as uow:
        provider = uow.providers.add(models.Provider(installation_id=1, name="Northwind", created_at=NOW))
        programme = uow.providers.add(
            models.Programme(
                installation_id=1,
                provider_id=provider.id or 0,
                name="Voice",
                anchor_zone="Europe/London",
                digest_wall="mon 08:30",
                figures_wall="tue 10:00",
                created_at=NOW,
            )
        )
        uow.people.add(models.Person(installation_id=1, name="Jo", side="provider", zone="UTC", created_at=NOW))
        uow.commit()
    return programme.id or 0


def plan(uow: UnitOfWork, programme_id: int, state: str, closed_days_ago: int | None = None) -> ImprovementPlan:
    closed = None if closed_days_ago is None else NOW - timedelta(days=closed_days_ago)
    return uow.plans.add(
        ImprovementPlan(
            installation_id=1,
            provider_id=1,
            programme_id=programme_id,
            number=uow.plans.next_number(1),
            title=state,
            target=Decimal("80.10"),
            state=state,
            created_at=NOW,
            closed_at=closed,
            held_until=None if closed is None else closed.date(),
        )
    )


def test_figures_move_running_and_lately_closed_plans_only(database: Database, programme_id: int) -> None:
    """Drafts, proposals, withdrawn plans and those closed long ago are not read when figures come in."""
    with UnitOfWork(database) as uow:
        for state in ("draft", "proposed", "agreed", "done", "withdrawn"):
            plan(uow, programme_id, state)
        plan(uow, programme_id, "closed", 10)
        plan(uow, programme_id, "closed", 500)
        uow.commit()
    with UnitOfWork(database) as uow:
        judged = uow.plans.judged_of(programme_id, NOW - timedelta(days=400))
        assert [(each.number, each.state) for each in judged] == [(3, "agreed"), (4, "done"), (6, "closed")]
        assert judged[-1].held_until == (NOW - timedelta(days=10)).date() and judged[0].target == Decimal("80.10")
        assert [each.state for each in uow.plans.running_of(programme_id)] == ["draft", "proposed", "agreed", "done"]


def test_one_milestone_a_day_and_what_is_intended_in_order(database: Database, programme_id: int) -> None:
    """Milestones come by their day and two cannot share one; intended actions keep their order and can be dropped."""
    with UnitOfWork(database) as uow:
        plan_id = plan(uow, programme_id, "draft").id or 0
        for day in (9, 3):
            uow.plans.add_milestone(models.PlanMilestone(plan_id=plan_id, check_on=date(2026, 4, day)))
        for title in ("b", "a"):
            uow.plans.intend(models.PlannedAction(plan_id=plan_id, title=title, owner_id=1, due_on=date(2026, 4, 1)))
        uow.commit()
    with UnitOfWork(database) as uow:
        assert [each.check_on.day for each in uow.plans.milestones(plan_id)] == [3, 9]
        first, second = uow.plans.intended(plan_id)
        assert (first.title, second.title) == ("b", "a")
        uow.plans.drop_intended(first)
        assert [each.title for each in uow.plans.intended(plan_id)] == ["a"]
        with pytest.raises(IntegrityError):
            uow.plans.add_milestone(models.PlanMilestone(plan_id=plan_id, check_on=date(2026, 4, 3)))
