"""What only the client reads of a programme's week: declines, very bad weeks, who has not answered. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import stand_ins
from handlers.digests import acting
from handlers.digests.gathering import Gathering, is_shared
from handlers.digests.week import Inside, PlanRef
from handlers.metrics.decline import WINDOW
from handlers.metrics.followed import series_of
from handlers.metrics.rules import Step, Trend, bad_week, event, finding, peers_fell_too, trend
from handlers.metrics.states import State
from handlers.metrics.weeks import WEEK
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Text, When
from storage.metrics import Reading
from storage.models.issue import Issue
from storage.models.person import Person

ON_RECORD = WINDOW * WEEK
"""An action counts as "on record" for a decline while open, or if closed within the weeks the decline is judged on."""
TOLD = frozenset({"watch", "alert", "strong"})


def inside(gathering: Gathering, not_shared: str = "") -> Inside:
    """What only the client reads. ``not_shared`` says why both companies got no digest, "" when they did."""
    trends = trends_of(gathering)
    told = [state for state in gathering.states if trends[state.metric.id].level.value in TOLD]
    declining = {state.metric.id for state in told}
    waiting, plans = _unanswered(gathering), _plans(gathering)
    return Inside(
        trends=trends,
        findings=tuple(
            _finding(gathering, state, trends[state.metric.id]) + _draft(plans.get(state.metric.id)) for state in told
        ),
        events=tuple(
            event(state.metric, bad, declining=state.metric.id in declining)
            for state in gathering.states
            if (bad := bad_week(state.series, band=state.target)) is not None
        ),
        unanswered=tuple(dict.fromkeys(person.name for person, _, _ in waiting)),
        oldest=_oldest(waiting, gathering.programme.anchor_zone),
        internal=(
            sum(not is_shared(each) for each in gathering.issues),
            sum(not is_shared(each) for each in gathering.actions),
        ),
        overdue=gathering.late(Visibility.INTERNAL),
        not_shared=not_shared,
        carried=acting.named(each for each in acting.unanswered(gathering.digest) if acting.reds(each) >= acting.AGAIN),
        plans=plans,
    )


def declines(gathering: Gathering) -> tuple[State, ...]:
    """The honeymoon effect: what declines against its own first weeks while no action is on record, and nothing was decided
    about it. Asks nothing of the digest itself, so that a plan drafted for one is in it."""
    trends = trends_of(gathering)
    found = [state for state in gathering.states if trends[state.metric.id].level.alerts]
    decided = gathering.reviewed.decided([state.metric for state in found]) if found else {}
    return tuple(
        state for state in found if state.metric.id not in decided and not _acted_on(gathering, state.metric.id)
    )


def trends_of(gathering: Gathering) -> dict[str, Trend]:
    """How each metric moves against its own first weeks, by its id."""
    return {state.metric.id: trend(state.series, band=state.target) for state in gathering.states}


def _finding(gathering: Gathering, state: State, found: Trend) -> str:
    sentence = finding(state.metric, found, action_on_record=_acted_on(gathering, state.metric.id))
    if found.level.alerts and _peers_fell(gathering, state):
        return f"{sentence} Other providers fell in the same weeks, so it may not be theirs alone."
    return sentence


def _draft(plan: PlanRef | None) -> str:
    """That a draft was written, after the finding it was written for."""
    if plan is None or not plan.by_itself:
        return ""
    return f" A draft of plan {plan.number} waits for {plan.owner}; only your company sees it."


def _plans(gathering: Gathering) -> dict[str, PlanRef]:
    """The running plan about each metric, the newest."""
    found = {}
    for plan in gathering.plans:
        if plan.metric and plan.id is not None:
            by_itself = plan.state == "draft" and plan.found_as is not None
            owner = _owner(gathering) if by_itself else ""
            found[plan.metric] = PlanRef(plan.id, plan.number, by_itself, owner)
    return found


def _owner(gathering: Gathering) -> str:
    """Who answers for the client today."""
    person = stand_ins.acting_for(gathering.uow, gathering.programme_id, Side.CLIENT, gathering.now)
    return "your owner" if person is None else person.name


def _acted_on(gathering: Gathering, metric: str) -> bool:
    if any(each.metric == metric for each in gathering.actions):
        return True
    at = gathering.moment.at
    closed = gathering.uow.actions.closed_between(gathering.programme_id, at - ON_RECORD, at)
    return any(each.metric == metric for each in closed)


def _peers_fell(gathering: Gathering, state: State) -> bool:
    """Whether the other programmes' figures of this metric fell too. Asked only when somebody would be blamed."""
    others = [
        each.id
        for each in gathering.uow.providers.programmes(gathering.programme.installation_id)
        if each.id is not None and each.provider_id != gathering.provider.id
    ]
    readings: dict[tuple[int, str], list[Reading]] = {}
    for row in gathering.uow.metrics.readings(others, gathering.week + WEEK, metric=state.metric.id):
        readings.setdefault((row.programme_id, row.definition), []).append(row)
    series = [series_of(state.metric, rows)[0] for rows in readings.values()]
    return peers_fell_too([trend(each, band=state.target) for each in series if each.step is Step.WEEK])


def _unanswered(gathering: Gathering) -> list[tuple[Person, str, datetime]]:
    """Who is asked for a word and has not given it, what about, and since when; oldest first."""
    found = []
    for issue in gathering.issues:
        person = _asked(gathering, issue)
        if person is not None:
            found.append((person, f"issue {issue.number}", issue.reported_at))
    for action in gathering.actions:
        person = gathering.uow.people.get(action.owner_id)
        if action.state == "open" and person is not None:
            found.append((person, f"action {action.number}", action.created_at))
    return sorted(found, key=lambda each: each[2])


def _asked(gathering: Gathering, issue: Issue) -> Person | None:
    uow = gathering.uow
    if issue.state == "open":
        return uow.people.get(issue.owner_id)
    if issue.state == "waiting" and issue.waiting_on:
        owner = uow.people.get(issue.owner_id)
        if owner is not None and owner.side == issue.waiting_on:
            return owner
        return uow.providers.accountable(gathering.programme_id, issue.waiting_on)
    return None


def _oldest(waiting: Sequence[tuple[Person, str, datetime]], anchor: str) -> Text:
    if not waiting:
        return ()
    person, what, since = waiting[0]
    return (f"Oldest unanswered: {what}, {person.name}, since ", When(since, anchor, "date"), ".")
