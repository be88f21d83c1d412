"""Other targets that one company proposes and the other one answers."""

from __future__ import annotations

from sqlmodel import Session, col, select

from storage.columns import MOST_ID
from storage.models.metrics import TargetProposal, TrackedMetric


class TargetProposalRepository:
    """What was proposed, one metric at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, proposal_id: int) -> TargetProposal | None:
        """The proposal with this id as it is now. Whoever else acts on its metric waits for the commit (PostgreSQL: the
        metric's row is locked first, as where a target is agreed)."""
        if proposal_id > MOST_ID:
            return None
        metric = select(TargetProposal.tracked_metric_id).where(TargetProposal.id == proposal_id)
        tracked = select(TrackedMetric.id).where(col(TrackedMetric.id).in_(metric)).with_for_update()
        self._session.exec(tracked).first()
        query = select(TargetProposal).where(TargetProposal.id == proposal_id).with_for_update()
        return self._session.exec(query.execution_options(populate_existing=True)).first()

    def tracked(self, proposal: TargetProposal) -> TrackedMetric | None:
        """The metric it is about, also one that is no longer followed."""
        return self._session.get(TrackedMetric, proposal.tracked_metric_id)

    def open(self, tracked_metric_id: int) -> TargetProposal | None:
        """The one that waits for an answer. Ask ``MetricRepository.in_turn`` first where something is done about it."""
        return self._session.exec(
            select(TargetProposal)
            .where(TargetProposal.tracked_metric_id == tracked_metric_id, TargetProposal.state == "open")
            .execution_options(populate_existing=True)
        ).first()

    def brought(self, target_id: int) -> bool:
        """Whether a target was agreed by both companies, and not entered by one."""
        query = select(TargetProposal.id).where(TargetProposal.target_id == target_id)
        return self._session.exec(query).first() is not None

    def save(self, proposal: TargetProposal) -> TargetProposal:
        """Keep a proposal, or a change of it."""
        self._session.add(proposal)
        self._session.flush()
        return proposal
