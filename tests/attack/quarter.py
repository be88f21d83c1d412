"""A quarter of a busy programme: three rhythms of reviews, a plan with milestones, figures, action items, people away, a pulse
and a portfolio; then the contract ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from tests.town import Town, town_at

WEEKS = 13
END = "2026-06-05"
"""The contract's last day: a Friday, thirteen weeks and four days after the first Monday."""
SERIES: Mapping[str, str] = {
    "weekly": "thursday 10:00",
    "monthly": "second tuesday 09:00",
    "quarterly": "last thursday 09:00",
}


def settled(folder: Path) -> Town:
    """A programme set up with two metrics, three series and a plan both sides agreed on."""
    town = town_at(folder)
    form = town.maya.types("setup").form
    while form is not None:
        chosen = {"own": "service_level,handle_time"} if form.action == "providers.metrics" else {}
        form = town.maya.submits(
            form.action, {each.name: each.initial for each in form.fields} | chosen, form.hidden
        ).form
    for template, when in SERIES.items():
        fields = {"template": template, "when": when, "minutes": "30"}
        assert town.maya.submits("review.set_up", fields, "1").problems == {}
    fields = {"problem": "Slow", "cause": "New people", "metric": "service_level", "target": "85", "hold": "6"}
    assert town.maya.submits("plan.draft", fields, "1").problems == {}
    steps = "78 % by 30 March\n82 % by 27 April\n85 % by 18 May"
    stepped = town.maya.submits("plan.stepped", {"milestones": steps}, "1")
    assert stepped.problems == {}, stepped.problems
    town.maya.submits("plan.acted", {"title": "Train", "owner": "4", "due": "2026-03-20"}, "1")
    town.maya.presses("plan.propose", "1")
    town.jo.presses("plan.agree", "1")
    town.maya.types(f"setup contract {END}")
    town.maya.types("pulse on")
    return town


def lived(town: Town, weeks: int = WEEKS) -> Town:
    """Week by week: figures in three weeks of four, a review begun in two of three, steps agreed, somebody away."""
    for week in range(weeks):
        town.later(days=1, hours=2)  # Tuesday
        if week % 4 != 3:
            town.jo.types(f"metrics SL {74 + week}% AHT 6:{10 + week}")
        town.maya.types(f"actions add Step {week} {('@Jo', '@Rey', '@Ben')[week % 3]} due +{2 + week % 6}d")
        town.later(days=1)  # Wednesday
        if week == 5:
            town.jo.types("away until friday")
        town.later(days=1, hours=-1)  # Thursday ten in London, nine while summer time runs
        _meet(town, week)
        town.later(days=4, hours=-2)  # Monday
    return town


def _meet(town: Town, week: int) -> None:
    with town.units() as uow:
        ahead = [each.id for each in uow.reviews.ahead_of(1) if each.starts_at <= town.now + timedelta(hours=2)]
    for review in ahead if week % 3 != 2 else ():
        town.maya.presses("review.begin", str(review))
        town.now += timedelta(minutes=20)
        town.maya.presses("review.end", str(review))
