"""A plan that drafted itself, near its contract's end and after it was dropped."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.plain import plain
from handlers.improvements.forms import OFFERED
from storage.models.plan import PlannedAction
from tests.journeys.test_figures import furnish
from tests.journeys.test_plan_drafts import plans, slides
from tests.town import Town, town_at


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Northwind with key metrics."""
    town = town_at(tmp_path)
    furnish(town)
    return town


def test_nothing_is_suggested_after_the_contract(town: Town) -> None:
    """Found eleven days before the contract ends, a decline's draft asks for nothing later: no milestone, and first actions
    by its last day."""
    with town.units() as uow:
        provider = uow.providers.provider(1)
        assert provider is not None
        provider.contract_end = date(2026, 3, 20)
        uow.providers.add(provider)
        uow.commit()
    slides(town)
    (plan,) = plans(town)
    with town.units() as uow:
        assert uow.plans.milestones(plan.id or 0) == []
        assert {each.due_on for each in uow.plans.intended(plan.id or 0)} == {date(2026, 3, 20)}


def test_an_old_card_of_a_dropped_draft_says_that_it_is_over(town: Town) -> None:
    """Preview and Propose under a card from before: nobody is told that both companies see what nobody proposed."""
    slides(town)
    (plan,) = plans(town)
    old = f"1:{plan.version}"
    town.maya.submits("plan.withdrawn", {"reason": "a season, not a decline"}, old)
    for action in ("plan.preview", "plan.propose"):
        card = town.maya.presses(action, old).card
        assert card is not None and "both companies see it" not in plain(card)


def test_what_a_form_has_no_room_for_is_not_dropped(town: Town) -> None:
    """A plan with more intended actions than a list can offer keeps those that nobody could mark."""
    slides(town)
    with town.units() as uow:
        for number in range(OFFERED):
            uow.plans.intend(PlannedAction(plan_id=1, title=f"Step {number}", owner_id=1, due_on=date(2026, 4, 1)))
        uow.commit()
    form = town.maya.presses("plan.intended", "1").form
    assert form is not None
    first = form.fields[0].initial.partition(",")[0]
    assert not town.maya.submits("plan.kept", {"keep": first}, form.hidden).problems
    with town.units() as uow:
        assert len(uow.plans.intended(1)) == 1 + 2
