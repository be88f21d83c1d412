"""What a plan says, apart from how it stands: compared, changed, and kept so that a change can be taken back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from handlers.improvements.milestones import Step
from handlers.improvements.standing import Standing
from storage.models.plan import ImprovementPlan, PlanMilestone, PlannedAction
from storage.unit_of_work import UnitOfWork

WORDS = ("title", "problem", "cause", "containment")
TARGET, HOLD = "the target", "how long it has to hold"
"""Parts of a plan in the words people see on the card."""
FIELDS = (*WORDS, "metric", "definition", "target", "hold_periods")


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody will do once both agreed: title, owner's id, a day at the owner's place."""

    title: str
    owner_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Content:
    """Everything in a plan that both sides give their word on."""

    title: str
    problem: str = ""
    cause: str = ""
    containment: str = ""
    metric: str = ""
    definition: str = ""
    target: Decimal | None = None
    hold_periods: int = 4
    milestones: tuple[Step, ...] = ()
    intended: tuple[Intent, ...] = ()


def content_of(standing: Standing) -> Content:
    """What a plan says now."""
    return Content(
        **{name: getattr(standing.plan, name) for name in FIELDS},
        milestones=tuple(Step(each.check_on, each.target, each.words) for each in standing.milestones),
        intended=tuple(Intent(each.title, each.owner_id, each.due_on) for each in standing.intended),
    )


def put(content: Content, standing: Standing, uow: UnitOfWork) -> None:
    """Let the plan say ``content``; the caller saves the plan. Milestones that stay keep what was found."""
    for name in FIELDS:
        setattr(standing.plan, name, getattr(content, name))
    kept = set(content.milestones)
    for row in standing.milestones:
        step = Step(row.check_on, row.target, row.words)
        if step in kept:
            kept.discard(step)
        else:
            uow.plans.drop_milestone(row)
    for step in sorted(kept, key=lambda each: each.check_on):
        uow.plans.add_milestone(
            PlanMilestone(plan_id=standing.id, target=step.target, words=step.words, check_on=step.check_on)
        )
    if content.intended != content_of(standing).intended:
        for action in standing.intended:
            uow.plans.drop_intended(action)
        for each in content.intended:
            uow.plans.intend(
                PlannedAction(plan_id=standing.id, title=each.title, owner_id=each.owner_id, due_on=each.due_on)
            )


def with_goal(content: Content, metric: str, definition: str, target: Decimal | None, hold: int) -> Content:
    """Another goal. Milestones of another metric's values mean nothing any more and go."""
    milestones = content.milestones
    if metric != content.metric:
        milestones = tuple(each for each in milestones if each.target is None)
    return replace(
        content, metric=metric, definition=definition, target=target, hold_periods=hold, milestones=milestones
    )


def dump(content: Content) -> str:
    """As the audit log keeps it, under the key of whoever changed it."""
    return json.dumps(asdict(content), default=str, ensure_ascii=False)


def load(text: str) -> Content:
    """The content that was dumped."""
    kept: dict[str, Any] = json.loads(text)
    kept["target"] = _exact(kept["target"])
    kept["milestones"] = tuple(
        Step(date.fromisoformat(each["check_on"]), _exact(each["target"]), each["words"]) for each in kept["milestones"]
    )
    kept["intended"] = tuple(
        Intent(each["title"], each["owner_id"], date.fromisoformat(each["due_on"])) for each in kept["intended"]
    )
    return Content(**kept)


def changed_parts(before: Content, after: Content) -> list[str]:
    """What differs, in the words people see on the card."""
    parts = {
        "the title": before.title != after.title,
        "the problem": before.problem != after.problem,
        "the cause": before.cause != after.cause,
        "what is done for now": before.containment != after.containment,
        "the figure": before.metric != after.metric,
        TARGET: before.metric == after.metric and before.target != after.target,
        HOLD: before.hold_periods != after.hold_periods,
        "the milestones": before.milestones != after.milestones,
        "the intended actions": before.intended != after.intended,
    }
    return [name for name, differs in parts.items() if differs]


def fill(plan: ImprovementPlan, content: Content) -> ImprovementPlan:
    """A new plan's fields from its content, without milestones and actions."""
    for name in FIELDS:
        setattr(plan, name, getattr(content, name))
    return plan


def _exact(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
