"""The plan that drafts itself: a decline nobody acted on becomes a draft that waits for the client's owner, and for nobody else.

It says nothing on its own: the internal digest, which is the alert, names it. It is no action either (S10): until both
companies have agreed on something, the figure is carried forward as one that nobody acted on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Protocol

from handlers import schedules, stand_ins
from handlers.calendar import next_business_day, wall_of, zone
from handlers.improvements import changes, suggesting
from handlers.improvements.content import Content, Intent, fill, put
from handlers.improvements.standing import standing_of
from handlers.improvements.suggesting import Calendar
from handlers.metrics.decline import WINDOW
from handlers.metrics.rules import Step, trend
from handlers.metrics.states import State
from handlers.records.hours import hours_of
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import Fired
from handlers.vocabulary.route import Asker
from handlers.waking import hours_of_channel
from storage.models.plan import ImprovementPlan
from storage.models.provider import Programme
from storage.models.review import ReviewSeries
from storage.plans import LET_GO, RUNNING
from storage.unit_of_work import UnitOfWork

QUIET = {Step.WEEK: timedelta(weeks=WINDOW), Step.MONTH: timedelta(days=31 * WINDOW)}
"""For so long no draft is made of a figure whose last plan ended, whether its goal was reached or somebody said that none is
needed: a decline is judged on its last six periods, so by then none of those that were known when it ended is judged any
more, and what still declines is new evidence."""
UNTOUCHED = timedelta(weeks=4) - timedelta(hours=12)
"""A draft nobody touched in four weeks is not wanted; half a day less, so that the digest of that morning does not name what
is gone an hour later."""
WAITING = "plan.untouched"
"""Subject of the timer that lets such a draft go."""
USUAL_SPAN = 10
"""Business days for a first action: two weeks."""
AHEAD = timedelta(days=400)
"""How far reviews are looked for."""


class Review(Protocol):
    """A review ahead: its wall time in its series' zone, its moment (UTC), and whether it takes place."""

    @property
    def held(self) -> datetime:
        """The naive wall time."""

    @property
    def at(self) -> datetime:
        """The moment."""

    @property
    def is_held(self) -> bool:
        """Not skipped, not cancelled."""


Reviews = Callable[[ReviewSeries, UnitOfWork, datetime], Iterable[Review]]
"""The reviews of a series ahead, in order; another room's matter."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """Drafts plans. ``reviews`` is how their own room tells of those ahead."""

    reviews: Reviews

    def of_declines(self, programme: Programme, declines: Sequence[State], uow: UnitOfWork, now: datetime) -> None:
        """A draft for each figure that declines and nobody acted on, once: none where a plan is about it already or ended
        lately."""
        assert programme.id is not None
        if declines:  # a replica that drafts the same, or a person, waits here
            uow.plans.in_turn(programme.installation_id)
        plans = uow.plans.of(programme.id) if declines else ()
        for state in declines:
            same = [each for each in plans if each.metric == state.metric.id]
            if not any(_answers(each, state.series.step, now) for each in same):
                self._draft(programme, state, uow, now)

    def _draft(self, programme: Programme, state: State, uow: UnitOfWork, now: datetime) -> None:
        found_as = f"{programme.id}:{state.metric.id}:{state.week.isoformat()}"
        number = uow.plans.next_number(programme.installation_id)
        if uow.plans.found(found_as) is not None:
            return
        assert programme.id is not None
        content = self._content(programme, state, uow, now)
        bare = ImprovementPlan(
            installation_id=programme.installation_id,
            provider_id=programme.provider_id,
            programme_id=programme.id,
            number=number,
            title=content.title,
            found_as=found_as,
            created_at=now,
        )
        plan = uow.plans.add(fill(bare, content))
        put(content, standing_of(plan, uow, now), uow)
        changes.keep(plan, None, "plan.drafted", None, uow, now)
        assert plan.id is not None
        schedules.once_at(uow, WAITING, plan.id, plan.installation_id, now + UNTOUCHED)

    def _content(self, programme: Programme, state: State, uow: UnitOfWork, now: datetime) -> Content:
        provider, hours = uow.providers.provider(programme.provider_id), hours_of_channel(uow, programme)
        last = None if provider is None else provider.contract_end
        return suggesting.content(
            state,
            trend(state.series, band=state.target),
            wall_of(now, zone(programme.anchor_zone)).date(),
            Calendar(
                self._review_days(programme, uow, now),
                last,
                lambda day: next_business_day(day, hours, 0),
            ),
            _first_actions(programme, last, uow, now),
        )

    def _review_days(self, programme: Programme, uow: UnitOfWork, now: datetime) -> list[date]:
        """The days, in the anchor zone, on which both companies meet anyway."""
        assert programme.id is not None
        anchor, found = zone(programme.anchor_zone), set[date]()
        for series in uow.series.of(programme.id):
            near = takewhile(lambda each: each.at < now + AHEAD, self.reviews(series, uow, now))
            found |= {wall_of(each.at, anchor).date() for each in near if each.is_held}
        return sorted(found)


def untouched(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Four weeks are over: a draft that nobody touched is withdrawn. Nothing is posted; the owner's week names it."""
    plan = uow.plans.get(fired.subject_id)
    if plan is None or not is_suggestion(plan, uow):
        return
    before = changes.facts_of(standing_of(plan, uow, now))
    plan.state, plan.reason, plan.closed_at = "withdrawn", LET_GO, now
    changes.keep(plan, before, "plan.let_go", None, uow, now)


def is_suggestion(plan: ImprovementPlan, uow: UnitOfWork) -> bool:
    """Whether a plan is a draft in which no person had a hand yet."""
    if plan.id is None or plan.state != "draft" or plan.found_as is None:
        return False
    return all(each.person_id is None for each in uow.audit.of("plan", plan.id))


def give_way(plan: ImprovementPlan, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """Somebody writes a plan of their own about the same figure."""
    before = changes.facts_of(standing_of(plan, uow, now))
    plan.state, plan.reason, plan.closed_at = "withdrawn", f"{asker.name} drafted another plan instead", now
    changes.keep(plan, before, "plan.withdrawn", asker, uow, now, plan.reason)


def _answers(plan: ImprovementPlan, step: Step, now: datetime) -> bool:
    """Whether a plan about the same figure speaks against another one."""
    return plan.state in RUNNING or (plan.closed_at is not None and now - plan.closed_at < QUIET[step])


def _first_actions(programme: Programme, last: date | None, uow: UnitOfWork, now: datetime) -> list[Intent]:
    """What each side could begin with: looking for the cause, at its own end, and not after the contract's ``last`` day."""
    assert programme.id is not None
    titles = {
        Side.PROVIDER: "Find out what changed here: people, training, tools, schedules",
        Side.CLIENT: "Find out what changed here: forecast, volumes, products, policies",
    }
    found = []
    for side, title in titles.items():
        owner = stand_ins.acting_for(uow, programme.id, side, now)
        if owner is not None and owner.id is not None:
            today = wall_of(now, zone(owner.zone)).date()
            due = next_business_day(today, hours_of(owner.zone, owner.country), USUAL_SPAN)
            found.append(Intent(title, owner.id, due if last is None else max(today, min(due, last))))
    return found
