"""A figure has one plan at a time, whoever writes one at the same moment: two people, or a person and the figures."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.plain import plain
from storage.database import Database
from tests.attack.test_arranged_at_once import done
from tests.attack.test_at_once import ticks
from tests.journeys.test_figures import furnish
from tests.journeys.test_plan_drafts import NORMAL, SLIDE, plans, reports
from tests.town import Town

FORM = {"metric": "service_level", "target": "85", "hold": "4", "cause": ""}


def _town(database: Database) -> Town:
    town = Town(database)
    furnish(town)
    reports(town, [*NORMAL, *SLIDE[:8]])
    town.until(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    return town


def _running(town: Town) -> list[str | None]:
    return [each.found_as for each in plans(town) if each.state == "draft"]


def test_two_people_draft_about_one_figure(database: Database) -> None:
    """The first has drafted it; the second reads at the field which plan there is."""
    town = _town(database)
    answers = done(
        town,
        lambda: town.maya.submits("plan.draft", {**FORM, "problem": "Calls wait too long"}, "1"),
        lambda: town.ben.submits("plan.draft", {**FORM, "problem": "Queues are long"}, "1"),
    )
    assert _running(town) == [None]
    refused = [each for each in answers if each.problems]
    assert len(refused) == 1 and "Plan 1 is about this figure already" in refused[0].problems["metric"]


def test_the_figures_draft_as_a_person_does(database: Database) -> None:
    """The digest finds the decline as Maya writes about it: her plan is the one that stays, whoever came first."""
    town = _town(database)
    town.now = datetime(2026, 3, 9, 8, 31, tzinfo=UTC)
    answers = done(
        town,
        lambda: ticks(town),
        lambda: town.maya.submits("plan.draft", {**FORM, "problem": "Calls wait too long"}, "1"),
        lambda: ticks(town),
    )
    assert answers[1].card is not None and "drafted" in plain(answers[1].card)
    assert _running(town) == [None]
