"""Act on what is found (S10): every metric off target has an action, a plan or a decision, or it is said that it has none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from handlers.digests.week import Digest
from handlers.metrics.metric import Metric
from handlers.metrics.rules import Standing
from handlers.metrics.states import State
from handlers.vocabulary.address import Visibility
from storage.models.action import ActionItem
from storage.models.plan import ImprovementPlan

NOTHING_YET = "nothing agreed on it yet"
AGAIN = 2
"""From so many periods running on, what nobody acted on is put before the client by name."""
TOGETHER = ("proposed", "agreed", "done")
"""States of a plan that both companies see."""


def is_red(state: State) -> bool:
    """Off target, or off target when it was last reported: a figure that stays away does not answer the one before."""
    return bool(reds(state))


def reds(state: State) -> int:
    """For how many periods running it is off target, as reported; 0 when the last known period was not."""
    known = [each.standing for each in reversed(state.history) if each.standing is not Standing.NO_DATA]
    return sum(1 for _ in takewhile(lambda standing: standing is Standing.OFF_TARGET, known))


def answers(
    actions: Sequence[ActionItem], plans: Sequence[ImprovementPlan], decided: Mapping[str, str]
) -> dict[str, str]:
    """What both companies have on each metric, in words: an open action before a plan before a decision. ``decided`` maps a
    metric to what was decided about it in a review. Records of one company alone do not count here."""
    found = dict(decided)
    for plan in reversed(plans):
        if plan.metric and plan.visibility == Visibility.SHARED and plan.state in TOGETHER:
            found[plan.metric] = f"plan {plan.number}"
    for action in reversed(actions):
        if action.metric and action.visibility == Visibility.SHARED:
            found[action.metric] = f"action {action.number}"
    return found


def names(words: str, metric: Metric) -> bool:
    """Whether somebody's words name a metric, by its name, short name or a synonym, as words of their own."""
    called = (metric.name, metric.short, *metric.synonyms)
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", words, re.IGNORECASE) for each in called if each)


def unanswered(digest: Digest) -> list[State]:
    """The metrics off target that nobody acted on, the longest first."""
    found = [state for state in digest.states if is_red(state) and state.metric.id not in digest.acted]
    return sorted(found, key=reds, reverse=True)


def acted_on(digest: Digest) -> str:
    """ "Acted on 4 of 5 metrics off target."; "" when none is."""
    red = [state for state in digest.states if is_red(state)]
    if not red:
        return ""
    noun = "metric" if len(red) == 1 else "metrics"
    return f"Acted on {len(red) - len(unanswered(digest))} of {len(red)} {noun} off target."


def tail(state: State, acted: Mapping[str, str]) -> str:
    """What stands after a metric that is off target: what is on it, else for how long nothing was."""
    on_it = acted.get(state.metric.id)
    if on_it:
        return f"; {on_it} is on it"
    weeks = reds(state)
    return f"; {state.series.step} {weeks} off target, {NOTHING_YET}" if weeks > 1 else f"; {NOTHING_YET}"


def named(states: Iterable[State]) -> str:
    """Metrics by name with how long they are off target: "Service level (3 weeks)"."""
    return ", ".join(f"{each.metric.name} ({_length(each)})" for each in states)


def _length(state: State) -> str:
    weeks = reds(state)
    return f"{weeks} {state.series.step.value if weeks == 1 else state.series.step.plural}"
