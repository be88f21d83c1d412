"""Gathers a programme's week from what is remembered. Reads only; each kind of record in one question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cached_property

from handlers.calendar import Pattern, instant_of, wall_of, zone
from handlers.digests import acting, meetings
from handlers.digests.reviewed import Reviewed
from handlers.digests.rules import following, late_action, late_issue
from handlers.digests.week import Closed, Digest, Moment, Overdue
from handlers.metrics.challenges import challenged
from handlers.metrics.followed import Followed, followed_by
from handlers.metrics.score import first_asked
from handlers.metrics.states import state_of
from handlers.metrics.weeks import WEEK, last_complete, newest_due
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Text
from storage.models.action import ActionItem
from storage.models.issue import Issue
from storage.models.plan import ImprovementPlan
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

TellPlan = Callable[[ImprovementPlan, UnitOfWork, datetime], str]
"""How a plan that both companies see stands, in one line; another room's matter."""


class Gathering:
    """One programme at one moment. ``week`` is the covered one if it is settled already (an edit of a posted digest)."""

    def __init__(
        self,
        uow: UnitOfWork,
        programme: Programme,
        provider: Provider,
        moment: Moment,
        now: datetime,
        week: date | None = None,
        tell_plan: TellPlan | None = None,
    ) -> None:
        assert programme.id is not None
        self.tell_plan = tell_plan
        self.uow, self.programme, self.provider, self.moment, self.now = uow, programme, provider, moment, now
        self.programme_id = programme.id
        self.anchor = zone(programme.anchor_zone)
        followed = followed_by(uow, programme.id, wall_of(moment.at, self.anchor).date())
        self.week = week or self._covered(followed)
        disputed = challenged(uow, programme.id, self.week)
        self.states = tuple(state_of(each, self.week, disputed) for each in followed)
        self.issues = uow.issues.open_of(programme.id)
        self.actions = uow.actions.open_of(programme.id)
        self.since = instant_of(moment.wall - WEEK, self.anchor)
        self.reviewed = Reviewed(uow, self.programme_id, self.anchor, moment.at, now)

    def _covered(self, followed: Sequence[Followed]) -> date:
        """The newest complete week that has any figure, and never an older one than the newest that was due."""
        newest = last_complete(self.moment.at, self.anchor)
        if any(each.rows.get(newest) for each in followed):
            return newest
        due = Pattern.parse(self.programme.figures_wall)
        return newest_due(self.moment.at, due, zone(self.provider.zone), self.anchor)

    # --- for both companies

    @cached_property
    def digest(self) -> Digest:
        """What both companies may read. Internal records do not enter it."""
        installation = self.uow.providers.installation_by_id(self.programme.installation_id)
        pattern = Pattern.parse(self.programme.digest_wall)
        return Digest(
            provider=self.provider.name,
            client=(installation.name if installation is not None else "") or "Client",
            programme_id=self.programme_id,
            week=self.week,
            states=self.states,
            kudos=(*self._closed_plans(), *self._kudos()),
            closed=self._closed(),
            overdue=self.late(Visibility.SHARED),
            acted=acting.answers(
                self.actions, self.plans, self.reviewed.decided([each.metric for each in self.states])
            ),
            moment=self.moment,
            next_at=following(pattern, self.anchor, self.moment.wall)[1],
            anchor=self.programme.anchor_zone,
            pattern=self.programme.digest_wall,
            reviews=tuple(meetings.told(self.reviewed.since(self.since), self.now)),
            plans=self._plan_lines(),
            next_review=meetings.coming(self.reviewed.ahead(), (self.anchor, zone(self.provider.zone))),
            asked_from=first_asked(
                self.programme.created_at,
                self.moment.at,
                Pattern.parse(self.programme.figures_wall),
                zone(self.provider.zone),
            ),
        )

    @cached_property
    def plans(self) -> Sequence[ImprovementPlan]:
        """The programme's plans that are not over."""
        return self.uow.plans.running_of(self.programme_id)

    def _plan_lines(self) -> tuple[str, ...]:
        told = [each for each in self.plans if each.visibility == Visibility.SHARED]
        return () if self.tell_plan is None else tuple(self.tell_plan(each, self.uow, self.now) for each in told)

    # --- what happened

    def _kudos(self) -> tuple[Text, ...]:
        wins = self.uow.wins.between(self.programme_id, self.since, self.moment.at)
        return tuple((f"Kudos from {self._name(win.said_by)}: \u201c{win.words}\u201d",) for win in wins)

    def _closed_plans(self) -> tuple[Text, ...]:
        """Improvement plans that reached what both sides had agreed: a win of both."""
        closed = self.uow.plans.closed_between(self.programme_id, self.since, self.moment.at)
        return tuple(
            (f"Plan {each.number} reached its goal and is closed: {each.title}",)
            for each in closed
            if each.state == "closed" and each.visibility == Visibility.SHARED
        )

    def _closed(self) -> Closed:
        span = self.programme_id, self.since, self.moment.at
        issues = [
            each for each in self.uow.issues.closed_between(*span) if each.state == "accepted" and is_shared(each)
        ]
        actions = [
            each for each in self.uow.actions.closed_between(*span) if each.state == "accepted" and is_shared(each)
        ]
        return Closed(
            tuple((each.number, each.title) for each in issues), tuple((each.number, each.title) for each in actions)
        )

    def late(self, visibility: Visibility) -> tuple[Overdue, ...]:
        """What is late on either side now: what was escalated comes first, else the oldest."""
        found: list[Overdue | None] = []
        for issue in self.issues:
            owner = self.uow.people.get(issue.owner_id)
            if issue.visibility == visibility and owner is not None:
                found.append(late_issue(issue, Side(owner.side), self.now))
        for action in self.actions:
            owner = self.uow.people.get(action.owner_id)
            if action.visibility == visibility and owner is not None:
                found.append(late_action(action, owner.name, zone(owner.zone), self.now))
        late = (each for each in found if each is not None)
        return tuple(sorted(late, key=lambda each: (-each.level, each.since, each.words)))

    def _name(self, person_id: int) -> str:
        person = self.uow.people.get(person_id)
        return "somebody" if person is None else person.name


def is_shared(record: Issue | ActionItem) -> bool:
    """Whether both companies may know of it."""
    return record.visibility == Visibility.SHARED
