"""How an issue stands: the record with the people, names and hours that belong to it, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers import places
from handlers.calendar import WorkHours
from handlers.issues import rules
from handlers.records.hours import hours_of
from handlers.records.record import accountable_on, may_see, names_of_sides, value_of
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Button, Mention
from handlers.vocabulary.route import Asker, Declined
from storage.models.escalation import EscalationJump
from storage.models.issue import Issue, IssueClock
from storage.models.person import Person
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """An issue and what it takes to speak about it. ``accountable`` is who answers for each side, if anybody does."""

    issue: Issue
    programme: Programme
    reporter: Person
    owner: Person
    accountable: Mapping[Side, Person | None]
    names: Mapping[Side, str]
    work: Mapping[Side, WorkHours]
    clocks: tuple[IssueClock, ...]
    mentions: Mapping[int, Mention]
    jumps: tuple[EscalationJump, ...] = ()
    brought_in: Mapping[int, str] = field(default_factory=dict)
    """The names of those who were brought in, by their id."""

    @property
    def id(self) -> int:
        """The record's id."""
        assert self.issue.id is not None
        return self.issue.id

    @property
    def owner_side(self) -> Side:
        """The side that has to solve it."""
        return Side(self.owner.side)

    @property
    def internal(self) -> bool:
        """Whether only the client sees it."""
        return self.issue.visibility == Visibility.INTERNAL

    @property
    def value(self) -> str:
        """What a button carries: the id, and the version it was drawn for."""
        return value_of(self.issue)

    def hours(self, side: Side) -> WorkHours:
        """When this issue's clock runs for a side."""
        return rules.hours_for(self.issue.severity, self.work[side])

    def waited(self, side: Side, now: datetime) -> timedelta:
        """How long it waited for a side in all."""
        return rules.waited(self.clocks, side, self.hours(side), now)

    def answering(self, side: Side) -> Person | None:
        """Who is asked on a side: the issue's owner on theirs, else whoever is accountable there, else the reporter."""
        if side is self.owner_side:
            return self.owner
        return self.accountable[side] or (self.reporter if self._reported_on(side) else None)

    def accepting(self) -> Person | None:
        """Who is asked whether it is really done: the reporter if on the other side, else who answers there."""
        other = self.owner_side.other
        return self.reporter if self._reported_on(other) else self.answering(other)

    def _reported_on(self, side: Side) -> bool:
        """Whether the reporter is of this side and still there."""
        return self.reporter.side == side and self.reporter.left_at is None

    def mention(self, person: Person) -> Mention:
        """A person of this issue as a span."""
        assert person.id is not None
        return self.mentions.get(person.id) or Mention(None, person.name)


def standing_of(issue: Issue, uow: UnitOfWork) -> Standing:
    """Gather what belongs to an issue. One read each; nothing is changed."""
    programme, reporter, owner = (
        uow.providers.programme(issue.programme_id),
        uow.people.get(issue.reporter_id),
        uow.people.get(issue.owner_id),
    )
    provider = uow.providers.provider(issue.provider_id)
    assert programme is not None and reporter is not None and owner is not None and provider is not None
    accountable = {side: accountable_on(uow, issue.programme_id, side) for side in Side}
    answering = {side: owner if owner.side == side else accountable[side] for side in Side}
    site = {
        Side.CLIENT: hours_of(programme.anchor_zone, ""),
        Side.PROVIDER: hours_of(provider.zone, provider.country),
    }
    jumps = tuple(uow.escalations.jumps(issue.id or 0)) if issue.level > 1 else ()
    people = {person.id: person for person in (reporter, owner, *accountable.values()) if person is not None}
    return Standing(
        issue=issue,
        programme=programme,
        reporter=reporter,
        owner=owner,
        accountable=accountable,
        names=names_of_sides(provider, uow),
        work={side: _hours(answering[side]) or site[side] for side in Side},
        clocks=tuple(uow.issues.clocks(issue)),
        mentions={each: places.mention(uow, person) for each, person in people.items() if each is not None},
        jumps=jumps,
        brought_in=_names({each.person_id for each in jumps if each.person_id is not None}, uow),
    )


def _names(person_ids: Set[int], uow: UnitOfWork) -> Mapping[int, str]:
    found = (uow.people.get(each) for each in sorted(person_ids))
    return {each.id: each.name for each in found if each is not None and each.id is not None}


def _hours(person: Person | None) -> WorkHours | None:
    """When somebody works: their own zone and country. None: nobody answers there, and the site's hours hold."""
    return None if person is None else hours_of(person.zone, person.country)


def find(issue_id: int | None, asker: Asker, uow: UnitOfWork) -> Standing:
    """The issue an asker means, if they may know of it; otherwise it does not exist for them.

    Raises ``Declined`` with the same words for what is missing and for what is none of theirs.
    """
    issue = None if issue_id is None else uow.issues.get(issue_id)
    if issue is None or not may_see(issue, asker, uow):
        raise not_found()
    return standing_of(issue, uow)


def find_numbered(number: int, asker: Asker, uow: UnitOfWork) -> Standing:
    """The issue people call by this number, under the same rule as ``find``."""
    issue = uow.issues.numbered(asker.installation_id, number)
    if issue is None or not may_see(issue, asker, uow):
        raise not_found(number)
    return standing_of(issue, uow)


def not_found(number: int | None = None) -> Declined:
    """What is said of an issue that does not exist for the asker."""
    which = "That issue" if number is None else f"Issue {number}"
    return Declined(f"{which} is not in your list. Here is what is open.", Button("issue.list", "Open issues"))
