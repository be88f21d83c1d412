"""The history of a metric's proposed targets: who proposed which, and what the other company said."""

from __future__ import annotations

from handlers.metrics.followed import target_between
from handlers.metrics.moving.commands import TARGETS
from handlers.metrics.moving.standing import metric_of, seen_by
from handlers.metrics.moving.steps import AGREED, PROPOSED, SUBJECT
from handlers.metrics.targets import target_text
from handlers.records import past
from handlers.records.past import Past, Step, Storied
from handlers.vocabulary.route import Asker
from storage.unit_of_work import UnitOfWork

NOT_YET = f"{SUBJECT}.not_yet"
TOLD = {
    AGREED: "accepted it",
    NOT_YET: "said not yet",
    f"{SUBJECT}.countered": "proposed another one instead",
    f"{SUBJECT}.withdrawn": "took it back",
}


def tell(proposal_id: int, asker: Asker, uow: UnitOfWork) -> Past:
    """What a proposal has been through, oldest first. Raises ``Declined`` where it is not theirs."""
    proposal = seen_by(proposal_id, asker, uow)
    metric = metric_of(proposal, uow)
    wanted = target_text(metric, target_between(metric, proposal.target, proposal.minimum))
    told = {**TOLD, PROPOSED: f"proposed {wanted}"}
    steps = [
        Step(
            each.at,
            past.who(each, uow),
            told.get(each.what, "changed it"),
            words=proposal.reason if each.what == NOT_YET else "",
        )
        for each in uow.audit.of(SUBJECT, proposal_id)
    ]
    return Past(f"Target of {metric.name}", tuple(steps), TARGETS)


def numbered(number: int, asker: Asker, uow: UnitOfWork) -> int | None:
    """Proposals have no number that people would know."""
    return None


STORIED = Storied(numbered, tell)
