"""The key metrics on a review's agenda: how each stands now, and where it stood at the last review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.agendas import Scope
from handlers.calendar import zone
from handlers.metrics.challenges import challenged
from handlers.metrics.followed import followed_by
from handlers.metrics.rules import Step
from handlers.metrics.states import State, row_of, state_of
from handlers.metrics.values import format_value
from handlers.metrics.weeks import WEEK, last_complete, week_label
from handlers.vocabulary.outgoing import Element, Metrics, Note, Words
from storage.unit_of_work import UnitOfWork

MOST_ROWS = 7
"""The metric budget."""


def section(scope: Scope, uow: UnitOfWork) -> Sequence[Element]:
    """A row for each key metric in the newest complete week that has a figure; what was not reported is said to be
    missing. Empty where no key metrics are chosen."""
    programme = scope.programme
    assert programme.id is not None
    anchor = zone(programme.anchor_zone)
    newest = last_complete(scope.now, anchor)
    followed = followed_by(uow, programme.id, newest + WEEK)
    if not followed:
        return ()
    week = newest if any(each.rows.get(newest) for each in followed) else newest - WEEK
    disputed = challenged(uow, programme.id, week)
    states = [state_of(each, week, disputed) for each in followed[:MOST_ROWS]]
    if all(state.missing for state in states):
        return (Words((f"No figures for the week {week_label(week)} yet.",)),)
    then = None if scope.since is None else last_complete(scope.since, anchor)
    rows = Metrics(tuple(row_of(state, before(state, then)) for state in states))
    return (rows, Note((f"Week {week_label(week)}.",)))


def before(state: State, then: date | None) -> str:
    """What the metric was in the week that was newest at the last review: "last review 84.0 %". "" where that is the same
    week, was not reported, or nobody met yet."""
    if then is None or then >= state.week or state.series.step is not Step.WEEK:
        return ""
    value = next((point.usable for point in state.series.points if point.start == then), None)
    return "" if value is None else f"last review {format_value(state.metric, value)}"
