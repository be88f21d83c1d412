"""The improvement plans on a review's agenda: how far each is, in a line or two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.agendas import Scope
from handlers.calendar import day_text
from handlers.improvements import terms
from handlers.improvements.coming import late_actions, milestone_words
from handlers.improvements.rules import AHEAD
from handlers.improvements.standing import Standing, standing_of
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Element, Item, Span, Strong, Text
from storage.unit_of_work import UnitOfWork


def section(scope: Scope, uow: UnitOfWork) -> Sequence[Element]:
    """A line for each plan both companies see: how it stands, the next milestone, what is late on both sides; and those that
    closed since the last review. Drafts are not in it."""
    assert scope.programme.id is not None
    plans = [each for each in uow.plans.running_of(scope.programme.id) if each.visibility == Visibility.SHARED]
    items: list[Element] = [_item(standing_of(each, uow, scope.now), scope.now) for each in plans]
    if scope.since is not None:
        closed = uow.plans.closed_between(scope.programme.id, scope.since, scope.now)
        items += [_item(standing_of(each, uow, scope.now), scope.now) for each in closed if each.state == "closed"]
    return items


def _item(standing: Standing, now: datetime) -> Item:
    return Item(
        (Strong(terms.heading(standing)), f". {terms.status(standing)}.", *_next(standing, now)),
        (),
        terms.tone(standing),
    )


def _next(standing: Standing, now: datetime) -> Text:
    if standing.plan.state != "agreed":
        return ()
    said: list[Span] = []
    ahead = [each for each in standing.milestones if each.state == AHEAD]
    missed = [each for each in standing.milestones if each.state == "missed"]
    if missed:
        last = missed[-1]
        said.append(f" Not reached: {milestone_words(standing, last)} by {day_text(last.check_on, standing.today)}.")
    if ahead:
        said.append(f" Next: {milestone_words(standing, ahead[0])} by {day_text(ahead[0].check_on, standing.today)}.")
    return (*said, *_actions(standing, now))


def _actions(standing: Standing, now: datetime) -> Text:
    """How many of its actions are done, and what is late, by side."""
    if not standing.actions:
        return ()
    done = sum(each.state == "accepted" for each in standing.actions)
    late = late_actions(standing, now)
    named = ", ".join(f"{each.number} ({standing.name_of(each.owner_id)})" for each in late)
    return (f" Actions: {done} of {len(standing.actions)} done{f', overdue: {named}' if late else ''}.",)
