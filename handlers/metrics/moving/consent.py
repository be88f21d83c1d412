"""Who may do what to a proposed target, and the friendly words for when it is not theirs. Pure: a refusal is ``Declined``."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.metrics.moving.commands import TARGETS
from handlers.metrics.moving.standing import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined

OVER = {
    "agreed": "is agreed already",
    "not_yet": "was answered with not yet",
    "countered": "was answered with another one",
    "withdrawn": "was taken back",
}
"""What became of a proposal that nobody waits for any more."""


def speaks(speakers: Mapping[Side, frozenset[int]], asker: Asker) -> bool:
    """Whether somebody's word is their company's: its owner and deputies, and the client's managers. Whoever may be a guest
    speaks for nobody."""
    return asker.confirmed and (asker.manages or asker.person_id in speakers[asker.side])


def may_propose(
    speakers: Mapping[Side, frozenset[int]], accountable: Mapping[Side, str], names: Mapping[Side, str], asker: Asker
) -> None:
    """Either company may propose another target for one that is agreed."""
    if not speaks(speakers, asker):
        raise _not_theirs(accountable.get(asker.side, ""), names[asker.side], "proposes its targets")


def may_answer(standing: Standing, asker: Asker) -> None:
    """Yes and not yet are the other company's, once."""
    not_over(standing)
    if asker.side is standing.side:
        other = standing.names[standing.side.other]
        raise Declined(
            f"Your own side proposed this, so the answer is for {other}. You can take it back.",
            Button("target.withdraw", "Take it back", str(standing.proposal.id)),
        )
    if not speaks(standing.speakers, asker):
        raise _not_theirs(standing.accountable.get(asker.side, ""), standing.names[asker.side], "says yes or no to it")


def may_withdraw(standing: Standing, asker: Asker) -> None:
    """A proposal is taken back by the company that made it."""
    not_over(standing)
    if asker.side is not standing.side:
        raise Declined(
            f"{standing.names[standing.side]} proposed this and can take it back; yours is yes or not yet.",
            Button("target.accept", "Accept", str(standing.proposal.id)),
            Button("target.later", "Not yet", str(standing.proposal.id)),
        )
    if asker.person_id != standing.proposal.proposed_by and not speaks(standing.speakers, asker):
        raise _not_theirs(standing.accountable.get(asker.side, ""), standing.names[asker.side], "takes it back")


def not_over(standing: Standing) -> None:
    """Raises ``Declined`` for what is answered or taken back."""
    state = standing.proposal.state
    if state != "open":
        raise Declined(
            f"The proposal for {standing.metric.name} {OVER.get(state, 'is over')}. Nothing was done; here is what is agreed "
            "now.",
            TARGETS,
        )


def _not_theirs(person: str, company: str, does: str) -> Declined:
    if not person:
        return Declined(
            f"Nobody answers for {company} here yet, so nobody {does}. A manager names the owners in the set-up."
        )
    return Declined(f"{person} answers for {company} and {does}. Please ask them.")
