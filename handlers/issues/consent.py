"""Who may do what to an issue, and the friendly words for when it is not theirs. Pure: a refusal is ``Declined``."""

from __future__ import annotations

from datetime import datetime

from handlers.issues.standing import Standing
from handlers.records.record import UNDO_WITHIN
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined

CLOSED = ("accepted", "withdrawn")


def may_acknowledge(standing: Standing, asker: Asker) -> None:
    """The owner's side says that it has seen the issue."""
    still_open(standing)
    if asker.side is not standing.owner_side:
        raise Declined(
            f"Thanks! {_owners(standing)} acknowledges issue {standing.issue.number}, as it is with "
            f"{standing.names[standing.owner_side]}. To take it over, reply `owner me`."
        )


def may_block(standing: Standing, asker: Asker) -> None:
    """The side whose clock runs hands it to the other, saying what is missing."""
    still_open(standing)
    if standing.internal:
        raise Declined(
            "Only our company sees this issue, so nobody else can be waited for. "
            "Report it to both companies if you need something from the provider."
        )
    turn = whose_turn(standing)
    if asker.side is not turn:
        raise Declined(
            f"Issue {standing.issue.number} is with {standing.names[turn]} right now, so your clock does not run. "
            "If they wait for something from you, simply reply here."
        )
    if standing.issue.state == "done":
        raise Declined(f"Issue {standing.issue.number} is done and waits for a yes. Reply `ok`, or `reopen: …`.")


def may_answer(standing: Standing, asker: Asker) -> None:
    """The side that is waited on has answered; the one that waits may say so too."""
    still_open(standing)
    if standing.issue.state != "waiting":
        turn = whose_turn(standing)
        raise Declined(f"Issue {standing.issue.number} waits for no answer: it is with {standing.names[turn]}.")


def may_finish(standing: Standing, asker: Asker) -> None:
    """The owner's side says that it is done."""
    still_open(standing)
    if asker.side is not standing.owner_side:
        raise Declined(
            f"{_owners(standing)} says when issue {standing.issue.number} is done, then you are asked. "
            "If it is no longer needed, whoever reported it replies `withdraw`."
        )
    if standing.issue.state == "done":
        raise Declined(
            f"Issue {standing.issue.number} is already called done and waits for a yes from "
            f"{standing.names[standing.owner_side.other]}."
        )


def may_accept(standing: Standing, asker: Asker) -> None:
    """The other side agrees that it is done."""
    still_open(standing)
    if standing.issue.state != "done":
        raise Declined(f"Nobody has called issue {standing.issue.number} done yet. {_owners(standing)} will.")
    if asker.side is standing.owner_side:
        other = standing.names[standing.owner_side.other]
        raise Declined(f"Thanks! As your side did the work, the yes to issue {standing.issue.number} is for {other}.")


def may_reopen(standing: Standing, asker: Asker) -> None:
    """Either side says that it is not done after all."""
    if standing.issue.state not in ("done", *CLOSED):
        raise Declined(f"Issue {standing.issue.number} is open already, with {standing.names[whose_turn(standing)]}.")


def may_withdraw(standing: Standing, asker: Asker) -> None:
    """Whoever reported it takes it back; so may a manager on the reporter's side."""
    still_open(standing)
    manages = asker.manages and standing.reporter.side == asker.side
    if asker.person_id != standing.reporter.id and not manages:
        raise Declined(
            f"{standing.reporter.name} reported issue {standing.issue.number} and can withdraw it. "
            "If it is done, the owner replies `done`."
        )


def may_hand_over(standing: Standing, asker: Asker, to: Side) -> None:
    """The owner's side passes it on; the other side may take it over."""
    still_open(standing)
    if asker.side is not standing.owner_side and to is standing.owner_side:
        raise Declined(
            f"{standing.names[standing.owner_side]} chooses who looks after issue {standing.issue.number} there. "
            "You can take it over with `owner me`."
        )
    if standing.internal and to is Side.PROVIDER:
        raise Declined("Only our company sees this issue, so its owner has to be one of us.")


def may_regrade(standing: Standing, asker: Asker, severity: int) -> None:
    """Anybody may make it more severe; less severe relaxes the owner's clock, so that is for the other side."""
    still_open(standing)
    relaxes = severity > standing.issue.severity
    if relaxes and not standing.internal and asker.side is standing.owner_side:
        other = standing.names[standing.owner_side.other]
        raise Declined(
            f"A lower severity gives your own side more time, so {other} sets it. "
            f"Ask in the thread: they reply `severity {severity}`."
        )


def may_undo(what: str, by: int | None, at: datetime, since: str, asker: Asker, now: datetime) -> None:
    """The person who made the last change takes it back, soon. ``since`` says who acted after them, or is empty.

    ``what`` is the audit log's name of the change and ``by`` who made it at ``at``.
    """
    if since:
        raise Declined(f"That cannot be undone: {since}. Say in the thread what should happen now.")
    if by != asker.person_id:
        raise Declined("You changed nothing here that could be undone. Only the last change can, by whoever made it.")
    if now - at > UNDO_WITHIN:
        raise Declined(
            "That was more than ten minutes ago, so others may rely on it. "
            "Reply `reopen: …`, `withdraw` or `owner @name`."
        )
    if what not in UNDOABLE:
        raise Declined(
            "The last change cannot be undone this way. Use Edit on the card.", Button("issue.list", "Issues")
        )


UNDOABLE = {
    "issue.reported": "reported it",
    "issue.acknowledged": "acknowledged it",
    "issue.blocked": "said it is blocked",
    "issue.answered": "gave it back",
    "issue.done": "called it done",
    "issue.accepted": "accepted it",
    "issue.reopened": "reopened it",
    "issue.withdrawn": "withdrew it",
    "issue.edited": "edited it",
    "issue.owner": "changed the owner",
}
"""The changes that can be taken back, and how they are told."""

TOLD = {
    **UNDOABLE,
    "issue.undone": "took a step back",
    "issue.lapsed": "took the acknowledgement back, as nothing followed",
    "issue.escalated": "brought it up a level",
}
"""Every change, as it is told."""


def whose_turn(standing: Standing) -> Side:
    """The side that is expected to act next."""
    state = standing.issue.state
    if state == "waiting":
        return Side(standing.issue.waiting_on)
    return standing.owner_side.other if state == "done" and not standing.internal else standing.owner_side


def still_open(standing: Standing) -> None:
    """What is closed has to be reopened before anything else."""
    if standing.issue.state in CLOSED:
        word = "accepted and closed" if standing.issue.state == "accepted" else "withdrawn"
        raise Declined(f"Issue {standing.issue.number} is {word}. If it is not over, reply `reopen: …` in its thread.")


def _owners(standing: Standing) -> str:
    return standing.owner.name
