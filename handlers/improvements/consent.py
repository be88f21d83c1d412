"""Who may do what to an improvement plan, and the friendly words for when it is not theirs. Pure: a refusal is ``Declined``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers.improvements import terms
from handlers.improvements.standing import Standing
from handlers.records.record import UNDO_WITHIN
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined

OVER = ("closed", "withdrawn")
NEW = Button("plan.new", "Draft a plan")

UNDOABLE = {
    "plan.drafted": "drafted it",
    "plan.edited": "changed it",
    "plan.proposed": "proposed it",
    "plan.agreed": "agreed to it",
    "plan.not_yet": "said not yet",
    "plan.milestone": "judged a milestone",
    "plan.done": "called it done",
    "plan.closed": "closed it",
    "plan.withdrawn": "withdrew it",
}
"""The changes that can be taken back, and how they are told."""
TOLD = {
    **UNDOABLE,
    "plan.reopened": "reopened it",
    "plan.undone": "took a step back",
    "plan.let_go": "withdrew the draft that nobody had touched",
}
"""Every change, as it is told."""


def speaks(speakers: Mapping[Side, frozenset[int]], asker: Asker) -> bool:
    """Whether somebody's word is their company's: its owner and deputies here, and the client's managers."""
    return asker.manages or asker.person_id in speakers[asker.side]


def may_draft(speakers: Mapping[Side, frozenset[int]], asker: Asker) -> None:
    """A draft is the client's; the provider sees it once it is proposed."""
    if asker.side is not Side.CLIENT or not speaks(speakers, asker):
        raise Declined(
            "The client's owner drafts an improvement plan, and you both agree on it. "
            "Say what goes wrong in a report; it can become a plan.",
            Button("issue.form", "Report an issue"),
        )


def may_change(standing: Standing, asker: Asker) -> None:
    """What a plan says is changed by those who give their side's word."""
    not_over(standing)
    _speaker(standing, asker, "changes")


def may_propose(standing: Standing, asker: Asker) -> None:
    """A draft goes to both companies once."""
    not_over(standing)
    if standing.plan.state != "draft":
        raise Declined(
            f"Plan {standing.plan.number} is proposed already: both companies see it.", terms.look(standing.plan)
        )
    _speaker(standing, asker, "proposes")
    progress = standing.progress
    if progress is not None and progress.target is None:
        raise Declined(
            f"{progress.metric.name} has no agreed {'band' if progress.banded else 'target'} yet, so nobody could say when "
            f"plan {standing.plan.number} is done. A manager enters the contract's with "
            f"{terms.words_to_enter(progress.metric)}; or choose another figure or none.",
            Button("plan.goal", "Figure and target", standing.value),
        )


def may_agree(standing: Standing, asker: Asker) -> None:
    """A side gives its word, once."""
    not_over(standing)
    if standing.plan.state not in ("proposed", "done"):
        word = "is agreed already" if standing.plan.state == "agreed" else "is a draft: propose it first"
        raise Declined(f"Plan {standing.plan.number} {word}.", terms.look(standing.plan))
    _speaker(standing, asker, "says yes or no to")
    if standing.word_of(asker.side) is not None:
        other = standing.names[asker.side.other]
        raise Declined(f"Your side has said yes to plan {standing.plan.number}. It waits for {other}.")


def may_say_not_yet(standing: Standing, asker: Asker) -> None:
    """A side says what is missing before it can give its word."""
    not_over(standing)
    if standing.plan.state not in ("proposed", "done"):
        raise Declined(
            f"Plan {standing.plan.number} waits for nobody's yes. To change it, use Change on its card.",
            terms.look(standing.plan),
        )
    _speaker(standing, asker, "says yes or no to")


def may_close(standing: Standing, asker: Asker) -> None:
    """A plan with a figure closes when the figure has held, and by nothing else; another one by both sides' word."""
    not_over(standing)
    if standing.plan.state != "agreed":
        raise Declined(f"Plan {standing.plan.number} is not agreed by both sides, so there is nothing to close yet.")
    _speaker(standing, asker, "closes")
    progress = standing.progress
    if standing.plan.metric and (progress is None or not progress.holds):
        how = "its figure is not followed any more" if progress is None else f"it {progress.held_text}"
        raise Declined(
            f"Plan {standing.plan.number} closes when its figure has held, and {how}. "
            "If it is no longer needed, withdraw it and say why.",
            Button("plan.withdraw", "Withdraw", standing.value),
        )


def may_withdraw(standing: Standing, asker: Asker) -> None:
    """Either side ends a plan that is no longer needed, and both see why."""
    not_over(standing)
    _speaker(standing, asker, "withdraws")


def may_judge(standing: Standing, asker: Asker) -> None:
    """Whether a milestone without a figure is reached is said by those who give their side's word."""
    if standing.plan.state != "agreed":
        raise Declined(f"Plan {standing.plan.number} is not running, so its milestones are not looked at.")
    _speaker(standing, asker, "judges the milestones of")


def may_undo(what: str, by: int | None, at: datetime, told: str, asker: Asker, now: datetime) -> None:
    """The person who made the last change takes it back, soon.

    ``what`` is the audit log's name of the change, ``by`` who made it at ``at`` (None: time did), and ``told`` their name.
    """
    if by != asker.person_id:
        since = f": {told or 'the agreed time'} {TOLD.get(what, 'changed it')} since"
        raise Declined(f"That cannot be undone{since}. Say in the thread what should happen now.")
    if what not in UNDOABLE:
        raise Declined("There is nothing more to undo here. Use Change on the card to go on from here.")
    if now - at > UNDO_WITHIN:
        raise Declined("That was more than ten minutes ago, so others may rely on it. Use Change on the card instead.")


def not_over(standing: Standing) -> None:
    """Raises ``Declined`` for what is closed or withdrawn."""
    if standing.plan.state in OVER:
        raise Declined(
            f"Plan {standing.plan.number} is {standing.plan.state}. If the problem is back, make a new one.", NEW
        )


def _speaker(standing: Standing, asker: Asker, does: str) -> None:
    if speaks(standing.speakers, asker):
        return
    person, side = standing.accountable[asker.side], standing.names[asker.side]
    if person is None:
        raise Declined(
            f"Nobody answers for {side} here yet, so nobody {does} plan {standing.plan.number}. A manager names the "
            "owners in the set-up."
        )
    raise Declined(f"{person.name} answers for {side} and {does} plan {standing.plan.number}. Please ask them.")
