"""Reads what a person's week holds, in a handful of questions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from handlers import stand_ins
from handlers.calendar import due_text, instant_of, zone
from handlers.records.record import value_of
from handlers.reminders import duties
from handlers.reminders.week import Line, YourWeek
from handlers.reminders.weekdays import WEEK, week_start
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Button
from storage.models.action import ActionItem
from storage.models.issue import Issue
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

AHEAD = timedelta(days=14)
"""How far ahead reviews are named, and how far back unheld ones."""


def your_week(
    person: Person, reminded: Collection[int], uow: UnitOfWork, now: datetime, asked: Collection[int] = ()
) -> YourWeek:
    """The week of ``now`` at a person's place. ``reminded`` are the ids of action items that the message reminds of above,
    ``asked`` those of reviews it asks about below."""
    assert person.id is not None
    today = duties.today_for(person, now)
    posts = {post.programme_id for post in uow.mornings.posts(person.id)}
    answered = [each for each in sorted(posts) if _answers(person, each, uow, now)]
    reading = _Reading(person, answered, sorted(posts), uow, now)
    return YourWeek(
        today=today,
        zone=person.zone,
        mine=(*reading.actions(reminded), *reading.issues(), *reading.unheld(asked)),
        waited=(*reading.answers(), *reading.plans()),
        reviews=reading.reviews(),
        finished=reading.finished(),
        dropped=reading.dropped(),
    )


def _answers(person: Person, programme_id: int, uow: UnitOfWork, now: datetime) -> bool:
    acting = stand_ins.acting_for(uow, programme_id, Side(person.side), now)
    return acting is not None and acting.id == person.id


class _Reading:
    """One person's reading. ``answered`` are the programmes they answer for today, ``posts`` those they hold a post in."""

    def __init__(self, person: Person, answered: list[int], posts: list[int], uow: UnitOfWork, now: datetime) -> None:
        assert person.id is not None
        self._person, self._me, self._answered, self._posts = person, person.id, answered, posts
        self._uow, self._now, self._today = uow, now, duties.today_for(person, now)
        self._names: dict[int, str] = {}

    def actions(self, reminded: Collection[int]) -> tuple[Line, ...]:
        """My open action items that are due this week or overdue, without those reminded of."""
        end = week_start(self._today, self._person.country) + timedelta(days=WEEK)
        mine = [item for item in self._uow.actions.open_owned_by(self._me) if self._runs(item.programme_id)]
        return tuple(self._action(item) for item in mine if item.due_on < end and item.id not in reminded)

    def issues(self) -> tuple[Line, ...]:
        """My open issues whose turn is mine, worst first."""
        mine = [each for each in self._uow.issues.open_owned_by(self._me) if self._runs(each.programme_id)]
        return tuple(self._issue(each) for each in mine if each.state in ("open", "acknowledged"))

    def unheld(self, asked: Collection[int]) -> tuple[Line, ...]:
        """Reviews nobody said were held, without those the message asks about anyway."""
        if self._person.side != Side.CLIENT:
            return ()
        rows = self._uow.mornings.reviews_unheld(self._answered, self._now - AHEAD, self._now)
        return tuple(
            Line(
                f"{each.series}, {self._name(each.programme_id)}",
                "",
                "was it held?",
                (
                    Button("review.was_held", "It was held", str(each.review_id)),
                    Button("review.skip", "Skip it", str(each.review_id)),
                ),
                each.starts_at,
            )
            for each in rows
            if each.review_id not in asked
        )

    def answers(self) -> tuple[Line, ...]:
        """What waits for my yes, or for an answer of ours."""
        items = self._uow.mornings.actions_to_accept(self._me, self._person.side, self._answered)
        asked = self._uow.mornings.issues_asked(self._me, self._person.side, self._answered)
        return (
            *(self._yes("action", each, f"Action {each.number}") for each in items if self._may_see(each)),
            *(self._asked(each) for each in asked if self._may_see(each) and self._is_asked(each)),
        )

    def plans(self) -> tuple[Line, ...]:
        """Plans that wait for our word."""
        ours = "client_agreed_by" if self._person.side == Side.CLIENT else "provider_agreed_by"
        return tuple(
            Line(f"Plan {plan.number}", plan.title, "your side's word", (Button("plan.show", "Open", str(plan.id)),))
            for plan in self._uow.mornings.plans_to_agree(self._answered)
            if getattr(plan, ours) is None
        )

    def reviews(self) -> tuple[Line, ...]:
        """My next reviews, in my zone."""
        rows = self._uow.mornings.reviews_ahead(self._posts, self._now, self._now + AHEAD)
        agenda = "review.agenda.show"
        return tuple(
            Line(
                f"{each.series}, {self._name(each.programme_id)}",
                "",
                "",
                (Button(agenda, "Agenda", str(each.review_id)),),
                each.starts_at,
            )
            for each in rows
        )

    def dropped(self) -> tuple[str, ...]:
        """Drafts of plans that nobody touched, withdrawn since then: of the client alone."""
        if self._person.side != Side.CLIENT or not self._answered:
            return ()
        plans = self._uow.mornings.drafts_let_go(self._answered, self._since())
        return tuple(
            f"The draft of plan {plan.number} ({plan.title}, {self._name(plan.programme_id)}) is withdrawn: {plan.reason}."
            for plan in plans
        )

    def _since(self) -> datetime:
        """The day a week before this week began, at my place."""
        start = week_start(self._today, self._person.country) - timedelta(days=WEEK)
        return instant_of(datetime.combine(start, datetime.min.time()), zone(self._person.zone))

    def finished(self) -> tuple[str, ...]:
        """What I finished since the day a week before this week began."""
        since = self._since()
        done = self._uow.mornings.finished_actions(self._me, since, self._now)
        solved = self._uow.mornings.finished_issues(self._me, since, self._now)
        return (*(each.title for each in done), *(each.title for each in solved))

    def _action(self, item: ActionItem) -> Line:
        buttons = (
            Button("action.done", "Done", value_of(item)),
            Button("action.show", "Open", str(item.id)),
        )
        assert item.id is not None
        late, spent = item.due_on < self._today, self._uow.reminders.left(item.id, self._me) == 0
        stands = due_text(item.due_on, self._today)
        return Line(f"Action {item.number}", item.title, stands, buttons, late=late, spent=spent)

    def _issue(self, issue: Issue) -> Line:
        until = issue.acknowledge_by if issue.state == "open" else issue.resolve_by
        wanted = "to acknowledge" if issue.state == "open" else "to solve"
        late = until <= self._now
        return Line(
            f"Issue {issue.number}",
            issue.title,
            f"severity {issue.severity}, {wanted}, {'was due' if late else 'by'}",
            (Button("issue.show", "Open", str(issue.id)),),
            until,
            late,
        )

    def _asked(self, issue: Issue) -> Line:
        name = f"Issue {issue.number}"
        if issue.state == "done":
            return self._yes("issue", issue, name)
        show = Button("issue.show", "Open", str(issue.id))
        return Line(name, issue.title, "an answer", (Button("issue.answered", "We answered", value_of(issue)), show))

    def _yes(self, room: str, record: ActionItem | Issue, name: str) -> Line:
        accept = Button(f"{room}.accept", "Accept", value_of(record))
        return Line(name, record.title, "is it done?", (accept, Button(f"{room}.show", "Open", str(record.id))))

    def _is_asked(self, issue: Issue) -> bool:
        """The side that did not solve it says whether it is solved."""
        owner = self._uow.people.get(issue.owner_id)
        return issue.state != "done" or (owner is not None and owner.side != self._person.side)

    def _may_see(self, record: ActionItem | Issue) -> bool:
        if self._person.side == Side.CLIENT:
            return True
        return record.visibility == Visibility.SHARED and record.provider_id == self._person.provider_id

    def _runs(self, programme_id: int) -> bool:
        programme = self._uow.providers.programme(programme_id)
        return programme is not None and programme.state == duties.RUNNING

    def _name(self, programme_id: int) -> str:
        if programme_id not in self._names:
            self._names |= self._uow.mornings.names([*self._posts, programme_id])
        return self._names.get(programme_id, "a provider")
