"""How a proposed target stands: the proposal with all that belongs to it, and who may know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers import places
from handlers.calendar import wall_of, zone
from handlers.metrics.followed import followed_by, target_between
from handlers.metrics.keeping import catalogue
from handlers.metrics.metric import Metric
from handlers.metrics.moving.commands import TARGETS
from handlers.metrics.targets import target_text
from handlers.metrics.values import short_value
from handlers.metrics.weeks import WEEK, last_complete
from handlers.records.record import names_of_sides
from handlers.stand_ins import acting_for
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Mention
from handlers.vocabulary.route import Asker, Declined
from storage.models.metrics import TargetProposal
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

WEEKS = 4
"""How many weeks a proposal shows, so that both companies know what they talk about."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposal and what it takes to speak about it. ``names`` are the companies, ``people`` the names of who proposed and who
    answered by id, ``speakers`` who may give a side's word, ``asked`` whom the other side's word is asked of. ``recent`` are
    the last weeks' values as people read them, oldest first; "" was not reported. ``begins`` is the day from which the target
    that came of it holds."""

    proposal: TargetProposal
    programme: Programme
    metric: Metric
    names: Mapping[Side, str]
    people: Mapping[int, str]
    speakers: Mapping[Side, frozenset[int]]
    accountable: Mapping[Side, str]
    asked: Mention | None
    recent: tuple[str, ...] = ()
    begins: date | None = None

    @property
    def side(self) -> Side:
        """Whose proposal it is."""
        return Side(self.proposal.side)

    @property
    def wanted(self) -> str:
        """The target that is proposed, in words."""
        return target_text(self.metric, target_between(self.metric, self.proposal.target, self.proposal.minimum))

    @property
    def was(self) -> str:
        """The target that stood when it was proposed, in words."""
        return target_text(
            self.metric, target_between(self.metric, self.proposal.was_target, self.proposal.was_minimum)
        )

    def name_of(self, person_id: int | None) -> str:
        """A person's name."""
        return "somebody" if person_id is None else self.people.get(person_id, "somebody")


def speakers_of(programme_id: int, uow: UnitOfWork) -> dict[Side, frozenset[int]]:
    """The ids of each side's owner and deputies."""
    owners = uow.providers.owners(programme_id)
    return {side: frozenset(each.person_id for each in owners if each.side == side) for side in Side}


def standing_of(proposal: TargetProposal, uow: UnitOfWork, now: datetime, begins: date | None = None) -> Standing:
    """Gather what belongs to a proposal; nothing is changed. Raises ``Declined`` where its metric is not known any more."""
    programme = uow.providers.programme(proposal.programme_id)
    provider = uow.providers.provider(proposal.provider_id)
    assert programme is not None and provider is not None
    metric = metric_of(proposal, uow)
    sides = {side: acting_for(uow, proposal.programme_id, side, now) for side in Side}
    asked = sides[Side(proposal.side).other]
    named = (each for each in (proposal.proposed_by, proposal.answered_by) if each is not None)
    people = {each: uow.people.get(each) for each in named}
    return Standing(
        proposal=proposal,
        programme=programme,
        metric=metric,
        names=names_of_sides(provider, uow),
        people={each: person.name for each, person in people.items() if person is not None},
        speakers=speakers_of(proposal.programme_id, uow),
        accountable={side: person.name for side, person in sides.items() if person is not None},
        asked=None if asked is None else places.mention(uow, asked),
        recent=recent(programme, metric.id, uow, now),
        begins=begins,
    )


def metric_of(proposal: TargetProposal, uow: UnitOfWork) -> Metric:
    """What it is about. Raises ``Declined`` where the metric is not known any more."""
    tracked = uow.target_proposals.tracked(proposal)
    if tracked is None or tracked.metric not in catalogue().metrics:
        raise Declined("That metric is not in the catalogue any more. Here is what is agreed now.", TARGETS)
    return catalogue().get(tracked.metric)


def recent(programme: Programme, metric: str, uow: UnitOfWork, now: datetime) -> tuple[str, ...]:
    """The last weeks' values of a metric, as people read them; "" for a week without one. Empty for a monthly figure's."""
    assert programme.id is not None
    week = last_complete(now, zone(programme.anchor_zone))
    found = (each for each in followed_by(uow, programme.id, week + WEEK) if each.metric.id == metric)
    followed = next(found, None)
    points = () if followed is None else followed.until(week).points[-WEEKS:]
    if followed is None or not any(point.value is not None for point in points):
        return ()
    return tuple("" if point.value is None else short_value(followed.metric, point.value) for point in points)


def find(proposal_id: int, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The proposal an asker means, as it stands. Raises ``Declined`` as ``seen_by`` does."""
    return standing_of(seen_by(proposal_id, asker, uow), uow, now)


def seen_by(proposal_id: int, asker: Asker, uow: UnitOfWork) -> TargetProposal:
    """The proposal an asker means, if they may know of it; whoever acts on the same metric waits until this is over.

    Raises ``Declined`` with the same words for what is missing and for what is none of theirs.
    """
    proposal = uow.target_proposals.get(proposal_id)
    seen = {each.id for each in places.programmes_seen_by(asker, uow)}
    if proposal is None or proposal.programme_id not in seen or not asker.confirmed:
        raise Declined("I know no such proposal. Here is what is agreed.", TARGETS)
    return proposal


def next_monday(now: datetime, programme: Programme) -> date:
    """The first Monday after today, on the clock the programme goes by: a week that has begun keeps its target."""
    today = wall_of(now, zone(programme.anchor_zone)).date()
    return today - timedelta(days=today.weekday()) + WEEK
