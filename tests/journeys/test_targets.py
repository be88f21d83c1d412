"""Targets as a chat: what the contract says is entered once, both companies read it, and it judges the week."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer
from tests.journeys.test_figures import furnish
from tests.journeys.words import labels, told
from tests.town import Town, town_at

BAND = "metrics target AHT 6:00 to 7:00"


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """The town with three key metrics of which handle time has no target, on a Tuesday."""
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    town.until(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    return town


def said(answer: Answer) -> str:
    """All words of the answer's card."""
    assert answer.card is not None
    return str(answer.card)


def agreed(town: Town, metric: str) -> list[tuple[Decimal | None, Decimal | None]]:
    """The targets that are kept of a metric: its two ends where it is a band."""
    with town.units() as uow:
        (tracked,) = (each for each in uow.metrics.tracked(1) if each.metric == metric)
        return [(each.minimum, each.target) for each in uow.metrics.targets_of([tracked.id or 0])]


def test_a_band_is_agreed_and_judges_the_week(town: Town) -> None:
    """A manager enters it, both companies read it in their channel, and the next figures are on or off target by it."""
    assert "none agreed" in said(town.maya.types("metrics target"))
    assert "metrics target AHT 6:00 to 7:00" in said(town.maya.types("metrics target"))
    answer = town.maya.types(BAND)
    assert told(answer).startswith("Average handle time: the target is 6:00 to 7:00, from this week on.")
    (row,) = town.rows(kind="metrics.target")
    assert row.visibility == "SH" and "entered a target. Average handle time" in decode_card(row.content).text
    town.later(days=7)
    town.jo.types("metrics AHT 7:10")
    table = said(town.maya.types("metrics"))
    assert "target 6:00 to 7:00" in table and "Off target" in table
    town.jo.types("metrics AHT 6:30")
    assert "Off target" not in said(town.maya.types("metrics"))


def test_an_agreed_target_moves_only_by_both_sides_word(town: Town) -> None:
    """Ten minutes mend a slip in the same row; after that, and for anybody else's, it stays and another one is proposed."""
    town.maya.types("metrics target AHT 5:00 to 7:00")
    town.maya.types(BAND)
    assert agreed(town, "handle_time") == [(Decimal(360), Decimal(420))]
    town.later(minutes=11)
    answer = town.maya.types("metrics target AHT 1:00 to 9:00")
    assert "1:00 to 9:00 instead of 6:00 to 7:00. It moves only when both companies say yes" in told(answer)
    assert "Take it back" in labels(answer.card)
    assert "moves only when both" in told(town.maya.types("metrics target SL 70%"))
    assert agreed(town, "handle_time") == [(Decimal(360), Decimal(420))]


def test_the_provider_reads_targets_and_enters_none(town: Town) -> None:
    """Both sides see what is agreed; a metric nobody follows, or a target nobody can read, leads on."""
    assert "at least 85 %" in said(town.jo.types("metrics targets"))
    assert "Targets" in labels(town.jo.types("metrics").card)
    assert said(town.jo.presses("metrics.show", "target")) == said(town.jo.types("metrics targets"))
    assert "entered by a manager" in told(town.jo.types(BAND))
    assert "good between two values" in told(town.maya.types("metrics target AHT 6:00"))
    assert "is not followed here" in told(town.maya.types("metrics target CSAT 80%"))
    assert agreed(town, "handle_time") == []


def test_the_wizard_takes_the_contracts_own_targets(town: Town) -> None:
    """Beside the ready-made set: a band for handle time is kept; one of a metric that is not chosen, or agreed, is refused."""
    form = town.maya.types("setup").form
    assert form is not None
    company = {each.name: each.initial for each in form.fields}
    step = town.maya.submits("providers.company", company, form.hidden).form
    assert step is not None and [each.name for each in step.fields] == ["preset", "own", "targets"]
    values = {each.name: each.initial for each in step.fields}
    for typed, why in {
        "AHT 6:00": "good between two values",
        "CSAT 80%": "Customer satisfaction is not one of the metrics above",
        "SL 70%": "Service level has an agreed target",
        "x" * 401: "at most 400 fit",
    }.items():
        refused = town.maya.submits("providers.metrics", {**values, "targets": typed}, step.hidden)
        assert why in refused.problems["targets"]
    assert town.maya.submits("providers.metrics", {**values, "targets": "AHT 6:00-7:00"}, step.hidden).form is not None
    assert agreed(town, "handle_time") == [(Decimal(360), Decimal(420))]
    assert agreed(town, "service_level") == [(None, Decimal(85))]
    (row,) = town.rows(kind="metrics.target")
    assert "entered targets, from this week on: Average handle time 6:00 to 7:00." in decode_card(row.content).text


def test_a_metrics_name_alone_shows_where_its_figure_came_from(town: Town) -> None:
    """ "metrics AHT" is no provider's name: it asks about that metric."""
    town.jo.types("metrics AHT 6:30")
    assert "6:30" in told(town.maya.types("metrics AHT"))
