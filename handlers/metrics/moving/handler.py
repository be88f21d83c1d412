"""Use cases of a proposed target: propose another, accept, say not yet, take it back."""

from __future__ import annotations

from datetime import datetime

from handlers import places
from handlers.metrics.followed import target_between
from handlers.metrics.metric import Metric, Target
from handlers.metrics.moving import cards, consent, steps
from handlers.metrics.moving.commands import TARGETS, OneProposal
from handlers.metrics.moving.standing import Standing, find, metric_of, speakers_of
from handlers.metrics.targets import ends, target_text
from handlers.records.past import Undoable
from handlers.records.record import UNDO_WITHIN, names_of_sides
from handlers.stand_ins import acting_for
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Answer, Button, Item
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.metrics import MetricTarget, TargetProposal, TrackedMetric
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


def propose(
    tracked: TrackedMetric,
    metric: Metric,
    target: Target,
    before: MetricTarget,
    programme: Programme,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
) -> Answer:
    """Another target for one that is agreed goes to both companies; it is the answer to one that is open. The metric's turn is
    taken already. Raises ``Declined`` with the way out for who may not, what stands or waits already, and where nobody reads.
    """
    _may_propose(programme, asker, uow, now)
    wanted = ends(target)
    if wanted == (before.target, before.minimum):
        raise Declined(
            f"{metric.name} has this target already: {target_text(metric, target)}. Nothing was done.", TARGETS
        )
    assert tracked.id is not None and programme.id is not None
    waiting = uow.target_proposals.open(tracked.id)
    if waiting is not None and wanted == (waiting.target, waiting.minimum):
        raise _waits(waiting.id, waiting.side == asker.side, metric, target)
    if programme.state != "active" or places.shared_channel(uow, programme.id) is None:
        raise Declined(
            f"{metric.name} has an agreed target, which moves only when both companies say yes, and there is no channel where "
            "both could read it. Bind one first.",
            Button("providers.setup", "Set up"),
        )
    standing = steps.propose(tracked, wanted, before, waiting, programme, asker, uow, now)
    other = standing.names[standing.side.other]
    said = (
        f"Proposed to both companies: {metric.name} {standing.wanted} instead of {standing.was}. It moves only when both "
        f"companies say yes; {other} is asked."
    )
    back = Button("target.withdraw", "Take it back", str(standing.proposal.id))
    return Answer(card=cards.answer_card(said, standing, back), done=said)


def accept(command: OneProposal, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The other company says yes: the target moves, from next Monday on."""
    after = accept_it(find(command.proposal_id, asker, uow, now), asker, uow, now)
    said = cards.line_of(after)
    return Answer(card=cards.answer_card(said, after), done=said)


def accept_it(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The same, for a proposal at hand. Raises ``Declined`` for who may not, and for what is over."""
    consent.may_answer(standing, asker)
    followed = {each.id for each in uow.metrics.tracked(standing.proposal.programme_id)}
    if standing.proposal.tracked_metric_id not in followed:
        raise Declined(f"{standing.metric.name} is not followed in this way any more, so nothing was done.", TARGETS)
    return steps.accept(standing, asker, uow, now)


def later(command: OneProposal, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form that asks what is missing."""
    standing = find(command.proposal_id, asker, uow, now)
    consent.may_answer(standing, asker)
    return Answer(form=cards.not_yet_form(standing))


def not_yet(command: OneProposal, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The other company says why not: the target stays."""
    standing = find(command.proposal_id, asker, uow, now)
    consent.may_answer(standing, asker)
    after = steps.close(standing, "not_yet", asker, uow, now, command.reason)
    said = cards.line_of(after)
    return Answer(card=cards.answer_card(said, after), done=said)


def withdraw(command: OneProposal, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The company that proposed takes it back, while nobody has answered."""
    return _withdrawn(find(command.proposal_id, asker, uow, now), asker, uow, now)


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The same for a proposal found in the audit log, by whoever made it."""
    if now - entry.at > UNDO_WITHIN:
        raise Declined("That was more than ten minutes ago. Take it back is on its card.", TARGETS)
    return _withdrawn(find(entry.subject_id, asker, uow, now), asker, uow, now)


UNDOABLE = Undoable(frozenset({steps.PROPOSED}), take_back)


def _withdrawn(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    consent.may_withdraw(standing, asker)
    after = steps.close(standing, "withdrawn", asker, uow, now)
    said = f"Taken back: {after.metric.name} stays {after.was}."
    return Answer(card=cards.answer_card(said, after), done=said)


def waiting(programme: Programme, asker: Asker, uow: UnitOfWork) -> list[Item]:
    """The proposals that wait for the asker's own word, each with its buttons; none for whoever gives no side's word."""
    assert programme.id is not None
    if not consent.speaks(speakers_of(programme.id, uow), asker):
        return []
    tracked = [each.id for each in uow.metrics.tracked(programme.id) if each.id is not None]
    found = (uow.target_proposals.open(each) for each in tracked)
    return [_item(each, metric_of(each, uow)) for each in found if each is not None and each.side != asker.side]


def _item(proposal: TargetProposal, metric: Metric) -> Item:
    wanted, value = target_text(metric, target_between(metric, proposal.target, proposal.minimum)), str(proposal.id)
    buttons = (Button("target.accept", "Accept", value, "primary"), Button("target.later", "Not yet", value))
    return Item((f"{metric.name}: {wanted} is proposed. Do you agree?",), buttons)


def _may_propose(programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    provider = uow.providers.provider(programme.provider_id)
    assert programme.id is not None and provider is not None
    sides = {side: acting_for(uow, programme.id, side, now) for side in Side}
    accountable = {side: person.name for side, person in sides.items() if person is not None}
    consent.may_propose(speakers_of(programme.id, uow), accountable, names_of_sides(provider, uow), asker)


def _waits(proposal_id: int | None, own: bool, metric: Metric, target: Target) -> Declined:
    words = target_text(metric, target)
    if own:
        return Declined(
            f"Your side proposed {words} for {metric.name} already; it waits for the other company's yes.",
            Button("target.withdraw", "Take it back", str(proposal_id)),
        )
    return Declined(
        f"That is what the other company proposed for {metric.name}: {words}. Accept it, and it is agreed.",
        Button("target.accept", "Accept", str(proposal_id), "primary"),
    )
