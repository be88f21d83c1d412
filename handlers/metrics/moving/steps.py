"""What happens to a proposed target: the rows, the audit log, the card both companies read and the lines in its thread."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from handlers import places, saying
from handlers.metrics.moving import cards
from handlers.metrics.moving.standing import Standing, next_monday, standing_of
from handlers.records import posting
from handlers.records.lines import line_card
from handlers.saying import About
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import SharedCard, SharedPost
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.models.metrics import MetricTarget, TargetProposal, TrackedMetric
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

SUBJECT = "target"
PROPOSED, AGREED = "target.proposed", "target.agreed"


def card_name(proposal_id: int) -> str:
    """The ``once`` of the card that shows a proposal to both companies."""
    return f"target.card:{proposal_id}"


def propose(
    tracked: TrackedMetric,
    wanted: tuple[Decimal | None, Decimal | None],
    before: MetricTarget,
    waiting: TargetProposal | None,
    programme: Programme,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
) -> Standing:
    """A new proposal, with its card; one that is ``waiting`` is answered by it, or taken back where it is their own."""
    assert tracked.id is not None and programme.id is not None
    if waiting is not None:
        own = waiting.side == asker.side
        close(standing_of(waiting, uow, now), "withdrawn" if own else "countered", asker, uow, now)
    proposal = TargetProposal(
        installation_id=programme.installation_id,
        provider_id=programme.provider_id,
        programme_id=programme.id,
        tracked_metric_id=tracked.id,
        target=wanted[0],
        minimum=wanted[1],
        was_target=before.target,
        was_minimum=before.minimum,
        side=asker.side,
        proposed_by=asker.person_id,
        proposed_at=now,
    )
    uow.target_proposals.save(proposal)
    assert proposal.id is not None
    _note(proposal, PROPOSED, asker, uow, now)
    standing = standing_of(proposal, uow, now)
    to = places.shared_channel(uow, programme.id)
    assert to is not None
    post = SharedPost(to, cards.shared_card(standing))
    saying.say(uow, post, _about(proposal, "target.card"), card_name(proposal.id), now)
    return standing


def accept(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """Both companies have said yes: the target holds from next Monday on; what was before keeps what held then."""
    proposal = standing.proposal
    row = MetricTarget(
        tracked_metric_id=proposal.tracked_metric_id,
        target=proposal.target,
        minimum=proposal.minimum,
        effective_from=next_monday(now, standing.programme),
        set_by=asker.person_id,
        set_at=now,
    )
    proposal.target_id = uow.metrics.set_target(row).id
    return close(replace(standing, begins=row.effective_from), "agreed", asker, uow, now)


def close(standing: Standing, state: str, asker: Asker, uow: UnitOfWork, now: datetime, reason: str = "") -> Standing:
    """A proposal is over: its card says what became of it and loses its buttons, and its thread is told."""
    proposal = standing.proposal
    proposal.state, proposal.answered_by, proposal.answered_at = state, asker.person_id, now
    proposal.reason = reason
    uow.target_proposals.save(proposal)
    _note(proposal, f"{SUBJECT}.{state}", asker, uow, now)
    after = replace(standing, people={**standing.people, asker.person_id: asker.name})
    once = card_name(proposal.id or 0)
    saying.show(uow, once, cards.shared_card(after), now)
    row = uow.outbox.by_once(once)
    line = line_card((cards.line_of(after),), SharedCard, quote=reason)
    post = None if row is None else posting.post_to(line, posting.thread_of(row, internal=False))
    if post is not None:
        saying.say(uow, post, _about(proposal, "target.line"), f"target.line:{proposal.id}:{state}", now)
    return after


def _note(proposal: TargetProposal, what: str, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    assert proposal.id is not None
    facts = {
        "from": [_digits(proposal.was_target), _digits(proposal.was_minimum)],
        "to": [_digits(proposal.target), _digits(proposal.minimum)],
    }
    entry = AuditEntry(
        installation_id=proposal.installation_id,
        programme_id=proposal.programme_id,
        at=now,
        person_id=asker.person_id,
        what=what,
        subject=SUBJECT,
        subject_id=proposal.id,
        visibility=Visibility.SHARED,
        facts=json.dumps(facts),
    )
    uow.audit.note(entry)


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _about(proposal: TargetProposal, kind: str) -> About:
    return About(
        proposal.installation_id,
        kind,
        "another target was proposed",
        SUBJECT,
        proposal.id or 0,
        proposal.programme_id,
        proposal.provider_id,
    )
