"""How an improvement plan stands: the record with all that belongs to it, and who may know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers import places
from handlers.calendar import wall_of, zone
from handlers.improvements.progress import Progress, progress_of
from handlers.records.record import may_see, names_of_sides, value_of
from handlers.stand_ins import acting_for
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Button, Mention
from handlers.vocabulary.route import Asker, Declined
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.models.plan import ImprovementPlan, PlanMilestone, PlannedAction
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan and what it takes to speak about it.

    ``accountable`` answers for each side today (a deputy while the owner is away); ``speakers`` are the ids of those who may give a side's word (its owner and
    deputies); ``people`` are those named in it by id; ``actions`` are the shared action items of the plan; ``today`` is the
    day in the anchor zone.
    """

    plan: ImprovementPlan
    programme: Programme
    accountable: Mapping[Side, Person | None]
    speakers: Mapping[Side, frozenset[int]]
    names: Mapping[Side, str]
    people: Mapping[int, Person]
    mentions: Mapping[int, Mention]
    milestones: tuple[PlanMilestone, ...]
    intended: tuple[PlannedAction, ...]
    actions: tuple[ActionItem, ...]
    progress: Progress | None
    today: date

    @property
    def id(self) -> int:
        """The record's id."""
        assert self.plan.id is not None
        return self.plan.id

    @property
    def internal(self) -> bool:
        """Whether only the client sees it."""
        return self.plan.visibility == Visibility.INTERNAL

    @property
    def value(self) -> str:
        """What a button carries: the id, and the version it was drawn for."""
        return value_of(self.plan)

    def word_of(self, side: Side) -> tuple[int, datetime] | None:
        """Who gave a side's word and when; None while it has not been given."""
        plan = self.plan
        client = side is Side.CLIENT
        by, at = (
            (plan.client_agreed_by, plan.client_agreed_at)
            if client
            else (plan.provider_agreed_by, plan.provider_agreed_at)
        )
        return None if by is None or at is None else (by, at)

    @property
    def waiting_for(self) -> tuple[Side, ...]:
        """The sides whose word is not given."""
        return tuple(side for side in Side if self.word_of(side) is None)

    def mention(self, person: Person) -> Mention:
        """A person of this plan as a span."""
        return self.mentions.get(person.id or 0) or Mention(None, person.name)

    def name_of(self, person_id: int | None) -> str:
        """A person's name."""
        person = None if person_id is None else self.people.get(person_id)
        return "somebody" if person is None else person.name


def standing_of(plan: ImprovementPlan, uow: UnitOfWork, now: datetime) -> Standing:
    """Gather what belongs to a plan. Nothing is changed."""
    assert plan.id is not None
    programme = uow.providers.programme(plan.programme_id)
    provider = uow.providers.provider(plan.provider_id)
    assert programme is not None and provider is not None
    accountable = {side: acting_for(uow, plan.programme_id, side, now) for side in Side}
    intended = tuple(uow.plans.intended(plan.id))
    actions = tuple(each for each in uow.plans.actions(plan.id) if each.visibility == Visibility.SHARED)
    named = {plan.created_by, plan.client_agreed_by, plan.provider_agreed_by}
    named |= {each.owner_id for each in intended} | {each.owner_id for each in actions}
    people = {each.id: each for each in accountable.values() if each is not None and each.id is not None}
    for person_id in named - {None} - set(people):
        assert person_id is not None
        person = uow.people.get(person_id)
        if person is not None:
            people[person_id] = person
    return Standing(
        plan=plan,
        programme=programme,
        accountable=accountable,
        speakers=speakers_of(plan.programme_id, uow),
        names=names_of_sides(provider, uow),
        people=people,
        mentions={each: places.mention(uow, person) for each, person in people.items()},
        milestones=tuple(uow.plans.milestones(plan.id)),
        intended=intended,
        actions=actions,
        progress=progress_of(plan, programme, uow, now),
        today=wall_of(now, zone(programme.anchor_zone)).date(),
    )


def speakers_of(programme_id: int, uow: UnitOfWork) -> dict[Side, frozenset[int]]:
    """The ids of each side's owner and deputies."""
    owners = uow.providers.owners(programme_id)
    return {side: frozenset(each.person_id for each in owners if each.side == side) for side in Side}


def find(plan_id: int | None, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The plan an asker means, if they may know of it; otherwise it does not exist for them.

    Raises ``Declined`` with the same words for what is missing and for what is none of theirs.
    """
    plan = None if plan_id is None else uow.plans.get(plan_id)
    if plan is None or not may_see(plan, asker, uow):
        raise not_found()
    return standing_of(plan, uow, now)


def find_numbered(number: int, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The plan people call by this number, under the same rule as ``find``."""
    plan = uow.plans.numbered(asker.installation_id, number)
    if plan is None or not may_see(plan, asker, uow):
        raise not_found(number)
    return find(plan.id, asker, uow, now)


def not_found(number: int | None = None) -> Declined:
    """What is said of a plan that does not exist for the asker."""
    which = "That plan" if number is None else f"Plan {number}"
    return Declined(f"{which} is not in your list. Here is what is running.", Button("plan.list", "Plans"))
