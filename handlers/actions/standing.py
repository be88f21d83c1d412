"""How an action item stands: the record with the people and names that belong to it, and who may know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers import places
from handlers.calendar import WorkHours, wall_of, zone
from handlers.records.hours import hours_of
from handlers.records.record import accountable_on, may_see, names_of_sides, value_of
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Button, Mention
from handlers.vocabulary.route import Asker, Declined
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """An action item and what it takes to speak about it. ``accountable`` is who answers for each side, if anybody.

    ``issue_number`` is the issue it came from, None where there is none or where not everybody may know of it.
    """

    item: ActionItem
    owner: Person
    creator: Person
    accountable: Mapping[Side, Person | None]
    names: Mapping[Side, str]
    mentions: Mapping[int, Mention]
    issue_number: int | None = None

    @property
    def id(self) -> int:
        """The record's id."""
        assert self.item.id is not None
        return self.item.id

    @property
    def owner_side(self) -> Side:
        """The side that has to do it."""
        return Side(self.item.side)

    @property
    def internal(self) -> bool:
        """Whether only the client sees it."""
        return self.item.visibility == Visibility.INTERNAL

    @property
    def value(self) -> str:
        """What a button carries: the id, and the version it was drawn for."""
        return value_of(self.item)

    @property
    def hours(self) -> WorkHours:
        """When the owner works."""
        return hours_of(self.owner.zone, self.owner.country)

    def owner_today(self, now: datetime) -> date:
        """The day at the owner's place; due days are days there."""
        return today_of(self.owner, now)

    def accepting(self) -> Person | None:
        """Who is asked whether it is really done: whoever added it if on the other side, else who answers there."""
        other = self.owner_side.other
        there = self.creator.side == other and self.creator.left_at is None
        return self.creator if there else self.accountable[other]

    def accepting_hours(self) -> WorkHours:
        """When whoever is asked works; when the owner does where nobody is."""
        asked = self.accepting()
        return self.hours if asked is None else hours_of(asked.zone, asked.country)

    def mention(self, person: Person) -> Mention:
        """A person of this action item as a span."""
        assert person.id is not None
        return self.mentions.get(person.id) or Mention(None, person.name)


def today_of(person: Person, now: datetime) -> date:
    """The day at a person's own place."""
    return wall_of(now, zone(person.zone)).date()


def standing_of(item: ActionItem, uow: UnitOfWork) -> Standing:
    """Gather what belongs to an action item. Nothing is changed."""
    owner, creator = uow.people.get(item.owner_id), uow.people.get(item.created_by)
    provider = uow.providers.provider(item.provider_id)
    assert owner is not None and creator is not None and provider is not None
    accountable = {side: accountable_on(uow, item.programme_id, side) for side in Side}
    people = [person for person in (owner, creator, *accountable.values()) if person is not None]
    return Standing(
        item=item,
        owner=owner,
        creator=creator,
        accountable=accountable,
        names=names_of_sides(provider, uow),
        mentions={person.id: places.mention(uow, person) for person in people if person.id is not None},
        issue_number=_issue_number(item, uow),
    )


def find(action_id: int | None, asker: Asker, uow: UnitOfWork) -> Standing:
    """The action item an asker means, if they may know of it; otherwise it does not exist for them.

    Raises ``Declined`` with the same words for what is missing and for what is none of theirs.
    """
    item = None if action_id is None else uow.actions.get(action_id)
    if item is None or not may_see(item, asker, uow):
        raise not_found()
    return standing_of(item, uow)


def find_numbered(number: int, asker: Asker, uow: UnitOfWork) -> Standing:
    """The action item people call by this number, under the same rule as ``find``."""
    item = numbered_or_none(number, asker, uow)
    if item is None:
        raise not_found(number)
    return standing_of(item, uow)


def numbered_or_none(number: int, asker: Asker, uow: UnitOfWork) -> ActionItem | None:
    """The action item of this number, if the asker may know of it."""
    item = uow.actions.numbered(asker.installation_id, number)
    return item if item is not None and may_see(item, asker, uow) else None


def not_found(number: int | None = None) -> Declined:
    """What is said of an action item that does not exist for the asker."""
    which = "That action item" if number is None else f"Action {number}"
    return Declined(f"{which} is not in your list. Here is what is open.", Button("action.list", "My action items"))


def _issue_number(item: ActionItem, uow: UnitOfWork) -> int | None:
    issue = None if item.issue_id is None else uow.issues.get(item.issue_id)
    if issue is None or (issue.visibility != Visibility.SHARED and item.visibility == Visibility.SHARED):
        return None
    return issue.number
