"""Gathers a programme's week from what is remembered. Reads only; each kind of record in one question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property

from handlers.calendar import Pattern, instant_of, next_fire, wall_of, zone
from handlers.digests.rules import late_action, late_issue
from handlers.digests.week import Closed, Digest, Inside, Moment, Overdue
from handlers.metrics.challenges import challenged
from handlers.metrics.decline import WINDOW
from handlers.metrics.followed import Followed, followed_by, series_of
from handlers.metrics.rules import Step, Trend, bad_week, event, finding, peers_fell_too, trend
from handlers.metrics.states import State, state_of
from handlers.metrics.weeks import WEEK, last_complete, newest_due
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Text, When
from storage.metrics import Reading
from storage.models.action import ActionItem
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

ON_RECORD = WINDOW * WEEK
"""An action counts as "on record" for a decline while open, or if closed within the weeks the decline is judged on."""


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
    ) -> None:
        assert programme.id is not None
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
        acted = {each.metric: each.number for each in reversed(self.actions) if each.metric and _shared(each)}
        pattern = Pattern.parse(self.programme.digest_wall)
        return Digest(
            provider=self.provider.name,
            client=(installation.name if installation is not None else "") or "Client",
            programme_id=self.programme_id,
            week=self.week,
            states=self.states,
            kudos=(*self._closed_plans(), *self._kudos()),
            closed=self._closed(),
            overdue=self._overdue(Visibility.SHARED),
            acted=acted,
            moment=self.moment,
            next_at=next_fire(pattern, self.anchor, self.moment.at)[1],
            anchor=self.programme.anchor_zone,
            pattern=self.programme.digest_wall,
        )

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
        issues = [each for each in self.uow.issues.closed_between(*span) if each.state == "accepted" and _shared(each)]
        actions = [
            each for each in self.uow.actions.closed_between(*span) if each.state == "accepted" and _shared(each)
        ]
        return Closed(
            tuple((each.number, each.title) for each in issues), tuple((each.number, each.title) for each in actions)
        )

    def _overdue(self, visibility: Visibility) -> tuple[Overdue, ...]:
        """What is late on either side now, oldest first."""
        found: list[Overdue | None] = []
        for issue in self.issues:
            owner = self.uow.people.get(issue.owner_id)
            if issue.visibility == visibility and owner is not None:
                found.append(late_issue(issue, Side(owner.side), self.now))
        for action in self.actions:
            owner = self.uow.people.get(action.owner_id)
            if action.visibility == visibility and owner is not None:
                found.append(late_action(action, owner.name, zone(owner.zone), self.now))
        return tuple(sorted((each for each in found if each is not None), key=lambda each: (each.since, each.words)))

    # --- for the client

    def inside(self, not_shared: str = "") -> Inside:
        """What only the client reads."""
        trends = {state.metric.id: trend(state.series, band=state.target) for state in self.states}
        told = [state for state in self.states if trends[state.metric.id].level.value in {"watch", "alert", "strong"}]
        declining = {state.metric.id for state in told}
        waiting = self._unanswered()
        return Inside(
            trends=trends,
            findings=tuple(self._finding(state, trends[state.metric.id]) for state in told),
            events=tuple(
                event(state.metric, bad, declining=state.metric.id in declining)
                for state in self.states
                if (bad := bad_week(state.series, band=state.target)) is not None
            ),
            unanswered=tuple(dict.fromkeys(person.name for person, _, _ in waiting)),
            oldest=_oldest(waiting, self.programme.anchor_zone),
            internal=(
                sum(not _shared(each) for each in self.issues),
                sum(not _shared(each) for each in self.actions),
            ),
            overdue=self._overdue(Visibility.INTERNAL),
            not_shared=not_shared,
        )

    def _finding(self, state: State, found: Trend) -> str:
        sentence = finding(state.metric, found, action_on_record=self._acted_on(state.metric.id))
        if found.level.alerts and self._peers_fell(state):
            return f"{sentence} Other providers fell in the same weeks, so it may not be theirs alone."
        return sentence

    def _acted_on(self, metric: str) -> bool:
        if any(each.metric == metric for each in self.actions):
            return True
        closed = self.uow.actions.closed_between(self.programme_id, self.moment.at - ON_RECORD, self.moment.at)
        return any(each.metric == metric for each in closed)

    def _peers_fell(self, state: State) -> bool:
        """Whether the other programmes' figures of this metric fell too. Asked only when somebody would be blamed."""
        others = [
            each.id
            for each in self.uow.providers.programmes(self.programme.installation_id)
            if each.id is not None and each.provider_id != self.provider.id
        ]
        readings: dict[tuple[int, str], list[Reading]] = {}
        for row in self.uow.metrics.readings(others, self.week + WEEK, metric=state.metric.id):
            readings.setdefault((row.programme_id, row.definition), []).append(row)
        series = [series_of(state.metric, rows)[0] for rows in readings.values()]
        return peers_fell_too([trend(each, band=state.target) for each in series if each.step is Step.WEEK])

    def _unanswered(self) -> list[tuple[Person, str, datetime]]:
        """Who is asked for a word and has not given it, what about, and since when; oldest first."""
        found = []
        for issue in self.issues:
            person = self._asked(issue)
            if person is not None:
                found.append((person, f"issue {issue.number}", issue.reported_at))
        for action in self.actions:
            person = self.uow.people.get(action.owner_id)
            if action.state == "open" and person is not None:
                found.append((person, f"action {action.number}", action.created_at))
        return sorted(found, key=lambda each: each[2])

    def _asked(self, issue: Issue) -> Person | None:
        if issue.state == "open":
            return self.uow.people.get(issue.owner_id)
        if issue.state == "waiting" and issue.waiting_on:
            owner = self.uow.people.get(issue.owner_id)
            if owner is not None and owner.side == issue.waiting_on:
                return owner
            return self.uow.providers.accountable(self.programme_id, issue.waiting_on)
        return None

    def _name(self, person_id: int) -> str:
        person = self.uow.people.get(person_id)
        return "somebody" if person is None else person.name


def _shared(record: Issue | ActionItem) -> bool:
    return record.visibility == Visibility.SHARED


def _oldest(waiting: Sequence[tuple[Person, str, datetime]], anchor: str) -> Text:
    if not waiting:
        return ()
    person, what, since = waiting[0]
    return (f"Oldest unanswered: {what}, {person.name}, since ", When(since, anchor, "date"), ".")
