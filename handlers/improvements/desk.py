"""The buttons of a plan and its thread. Action items belong to a sister room: what is needed of them is handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers.calendar import UnreadableDay, next_business_day, parse_day, wall_of, zone
from handlers.improvements import cards, changes, consent, forms, people, steps, terms, voice
from handlers.improvements.checking import tell_missed
from handlers.improvements.commands import AboutMilestone, AddStep, OnePlan
from handlers.improvements.content import Intent
from handlers.improvements.editing import changed_since, opened
from handlers.improvements.rules import MET, MISSED
from handlers.improvements.standing import Standing, find
from handlers.improvements.steps import HandOut
from handlers.improvements.undo import undo
from handlers.records import posting
from handlers.records.hours import hours_of
from handlers.records.record import is_stale
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer, Form
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.person import Person
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

USUAL_SPAN = 10
"""Business days until an action of a plan is due when nobody says a day: two weeks."""

ReadLine = Callable[[str, Programme, Asker, UnitOfWork, datetime], tuple[str, Person, date]]
"""Reads "Train two groups @Jo due friday" into title, owner and due day. Raises ``Invalid``."""
Numbered = Callable[[Said, Asker, UnitOfWork, datetime, Collection[int]], Answer | None]
"""Words about action items by number, among those with these ids. None: not for them."""


@dataclass(frozen=True, slots=True)
class Actions:
    """What a plan needs of the action items."""

    hand_out: HandOut
    read_line: ReadLine
    numbered: Numbered


@dataclass(frozen=True, slots=True)
class PlanDesk:
    """The use cases of a plan that hand out actions, or stand beside those that do."""

    actions: Actions

    def preview(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """What both companies will see, before anything is posted."""
        standing = find(command.plan_id, asker, uow, now)
        consent.may_propose(standing, asker)
        person = uow.people.get(asker.person_id)
        named = {} if person is None else {asker.person_id: person}
        proposing = replace(standing, people={**standing.people, **named})
        return Answer(card=cards.preview_card(proposing, asker.person_id, now))

    def propose(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The button Propose, under the preview: what changed since is shown first."""
        said = "Both companies see it now. You have proposed"
        return self._take(command, asker, uow, now, lambda it: steps.propose(it, asker, uow, now), said)

    def agree(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The button Agree."""
        return self._take(
            command,
            asker,
            uow,
            now,
            lambda it: steps.agree(it, asker, self.actions.hand_out, uow, now),
            "You have agreed to",
        )

    def later(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The button Not yet opens a form."""
        return opened(command, asker, uow, now, consent.may_say_not_yet, forms.not_yet_form)

    def not_yet(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The form behind Not yet."""
        said = "You have said what is missing for"
        return self._take(command, asker, uow, now, lambda it: steps.not_yet(it, asker, uow, now, command.words), said)

    def act(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The button "Add action" opens a form."""

        def form(standing: Standing) -> Form:
            due = next_business_day(_day_in(asker.zone, now), hours_of(asker.zone, asker.country), USUAL_SPAN)
            return forms.action_form(standing, people.may_own(standing, asker, uow), asker.person_id, due)

        return opened(command, asker, uow, now, lambda it, _: may_act(it, asker), form)

    def acted(self, command: AddStep, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The form behind "Add action"."""
        standing = find(command.plan_id, asker, uow, now)
        if is_stale(standing.plan, command.version):
            return changed_since(standing, now)
        may_act(standing, asker)
        owner = people.chosen(command.owner_id, standing, asker, uow)
        assert owner.id is not None
        intent = Intent(command.title, owner.id, _due(command.due, owner, now))
        after = steps.act(standing, intent, owner, asker, self.actions.hand_out, uow, now)
        agreed = after.plan.state == "agreed"
        said = f"{owner.name} has it." if agreed else f"It becomes {owner.name}'s action once both sides have agreed."
        return Answer(card=cards.confirmation(after, said, undo=not agreed), done=said)

    def close(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The button "Call it done"."""
        said = "You say that it is done:"
        return self._take(command, asker, uow, now, lambda it: steps.call_done(it, asker, uow, now), said)

    def withdraw(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The button Withdraw opens a form."""
        return opened(command, asker, uow, now, consent.may_withdraw, forms.withdraw_form)

    def withdrawn(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The form behind Withdraw."""
        standing = find(command.plan_id, asker, uow, now)
        draft = standing.plan.state == "draft"
        said = "You have dropped the draft of" if draft else "You have withdrawn"
        return self._take(command, asker, uow, now, lambda it: steps.withdraw(it, asker, uow, now, command.words), said)

    def take_back(self, command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The button Undo."""
        after, told = undo(find(command.plan_id, asker, uow, now), asker, uow, now)
        said = f"Taken back: you {told}. This is how plan {after.plan.number} stands."
        return Answer(card=cards.private_card(after, now, said), done=said)

    def reached(self, command: AboutMilestone, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The button Reached, of a milestone that no figure shows."""
        return self._judged(command, MET, asker, uow, now)

    def missed(self, command: AboutMilestone, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The button "Not reached"."""
        return self._judged(command, MISSED, asker, uow, now)

    def _judged(self, command: AboutMilestone, state: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        milestone = uow.plans.milestone(command.milestone_id)
        standing = find(None if milestone is None else milestone.plan_id, asker, uow, now)
        consent.may_judge(standing, asker)
        row = next((each for each in standing.milestones if each.id == command.milestone_id), None)
        if row is None or row.target is not None:
            raise Declined("This milestone is judged by its figure.", terms.look(standing.plan))
        before = changes.facts_of(standing)
        row.state, row.checked_at = state, now
        uow.plans.save_milestone(row)
        after, once = changes.keep(standing.plan, before, "plan.milestone", asker, uow, now)
        posting.settle(f"plan.asked:{row.id}", uow, now)
        if state == MISSED:
            tell_missed(row, after, uow, now)
        else:
            voice.line(after, uow, now, once, (f"{asker.name} says: {row.words} is reached.",))
        said = f"Noted: {row.words} is {'reached' if state == MET else 'not reached'}."
        return Answer(card=cards.confirmation(after, said), done=said)

    def _take(
        self,
        command: OnePlan,
        asker: Asker,
        uow: UnitOfWork,
        now: datetime,
        step: Callable[[Standing], Standing],
        said: str,
    ) -> Answer:
        standing = find(command.plan_id, asker, uow, now)
        if is_stale(standing.plan, command.version):
            return changed_since(standing, now)
        after = step(standing)
        told = f"{said} plan {after.plan.number}."
        return Answer(card=cards.confirmation(after, told), done=told)


def may_act(standing: Standing, asker: Asker) -> None:
    """Anybody adds an action to a plan that runs; before that an action is a part of what is agreed."""
    consent.not_over(standing)
    if standing.plan.state not in ("agreed", "done"):
        consent.may_change(standing, asker)


def _due(written: str, owner: Person, now: datetime) -> date:
    """The due day as written, at the owner's place, or the usual one. Raises ``Invalid``."""
    today = _day_in(owner.zone, now)
    if not written:
        return next_business_day(today, hours_of(owner.zone, owner.country), USUAL_SPAN)
    try:
        return parse_day(written, today, field="Due")
    except UnreadableDay as problem:
        raise Invalid({"due": str(problem)}) from problem


def _day_in(zone_name: str, now: datetime) -> date:
    return wall_of(now, zone(zone_name)).date()
