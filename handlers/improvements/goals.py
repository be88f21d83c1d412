"""The figures a plan can be about, and the target a form gives, read against what is agreed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from handlers.calendar import wall_of, zone
from handlers.improvements import drafting, suggesting, terms
from handlers.improvements.commands import Goal
from handlers.metrics.followed import Followed, followed_by
from handlers.metrics.metric import Direction
from handlers.metrics.rules import trend
from handlers.metrics.values import ValueProblem, parse_value, short_value
from handlers.metrics.weeks import last_complete
from handlers.records.record import may_see
from handlers.vocabulary.route import Asker, Invalid
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


def figures_of(programme: Programme, uow: UnitOfWork, now: datetime) -> tuple[tuple[Followed, ...], date]:
    """A programme's key metrics, and the day in its anchor zone."""
    assert programme.id is not None
    today = wall_of(now, zone(programme.anchor_zone)).date()
    return followed_by(uow, programme.id, today), today


def read_goal(goal: Goal, followed: Sequence[Followed], today: date) -> tuple[str, str, Decimal | None]:
    """The metric, its formula and the target that is meant; an empty target is the agreed one.

    A metric with a band has no target of its own: the agreed band decides. Raises ``Invalid`` naming the field.
    """
    if not goal.metric:
        return "", "", None
    each = next((each for each in followed if each.metric.id == goal.metric), None)
    if each is None:
        raise Invalid({"metric": f"{goal.metric!r} is not followed here. Choose a figure from the list"})
    agreed = each.target_at(today)
    if each.metric.direction is Direction.BAND:
        if agreed is None:
            way = f"A manager enters the contract's with {terms.words_to_enter(each.metric)}; or choose no figure"
            raise Invalid({"metric": f"{each.metric.name} has no agreed band yet. {way}"})
        return goal.metric, each.tracked.definition, None
    target = _read_target(goal.target, each)
    if target is None and agreed is not None:
        target = agreed.at
    if target is None:
        example = f"for example {'80 %' if each.metric.unit.value == 'percent' else 'the agreed value'}"
        raise Invalid({"target": f"{each.metric.name} has no agreed target. Say what it should hold at, {example}"})
    return goal.metric, each.tracked.definition, target


def clear_way(
    metric: str, programme_id: int, plan_id: int | None, asker: Asker, uow: UnitOfWork, now: datetime
) -> None:
    """A figure has one plan at a time: two would close and open on the same weeks. A draft that only the figures wrote gives
    way to what a person writes. ``plan_id``: the plan that asks for it.

    Raises ``Invalid`` naming the other one, if the asker may know of it.
    """
    if metric:  # whoever writes one at this moment has written it, or looks after us
        uow.plans.in_turn(asker.installation_id)
    same = [each for each in uow.plans.running_of(programme_id) if metric and each.metric == metric]
    for plan in (each for each in same if each.id != plan_id and may_see(each, asker, uow)):
        if not drafting.is_suggestion(plan, uow):
            said = f"Plan {plan.number} is about this figure already. Change that one, or choose no figure here"
            raise Invalid({"metric": said})
        drafting.give_way(plan, asker, uow, now)


def agreed_text(followed: Sequence[Followed], metric: str, today: date) -> str:
    """The agreed target of a metric as people say it, or ""."""
    each = next((each for each in followed if each.metric.id == metric), None)
    agreed = None if each is None else each.target_at(today)
    return "" if each is None or agreed is None or agreed.at is None else short_value(each.metric, agreed.at)


def evidence(followed: Sequence[Followed], metric: str, programme: Programme, now: datetime) -> str:
    """What the figures say of a metric's decline, as a first wording of the problem; "" where it does not decline."""
    each = next((each for each in followed if each.metric.id == metric), None)
    if each is None:
        return ""
    week = last_complete(now, zone(programme.anchor_zone))
    found = trend(each.until(week), band=each.target_at(week))
    if not found.level.alerts:
        return ""
    return f"{each.metric.name} has declined\n{suggesting.evidence(each.metric, found)}"


def _read_target(written: str, each: Followed) -> Decimal | None:
    if not written:
        return None
    try:
        return parse_value(written, each.metric)
    except ValueProblem as problem:
        raise Invalid({"target": str(problem)}) from problem
