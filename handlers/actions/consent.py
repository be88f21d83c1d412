"""Who may do what to an action item, and the friendly words for when it is not theirs. Pure: a refusal is ``Declined``."""

from __future__ import annotations

from datetime import date, datetime

from handlers.actions.rules import CLOSED
from handlers.actions.standing import Standing
from handlers.records.record import UNDO_WITHIN
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.actions import OPEN

UNDOABLE = {
    "action.agreed": "added it",
    "action.acknowledged": "said it is in hand",
    "action.blocked": "said it is blocked",
    "action.done": "called it done",
    "action.accepted": "accepted it",
    "action.reopened": "reopened it",
    "action.not_doing": "closed it without doing it",
    "action.due": "moved the due day",
    "action.owner": "changed the owner",
    "action.edited": "changed what it says",
}
"""The changes that can be taken back, and how they are told."""

TOLD = {**UNDOABLE, "action.undone": "took a step back", "action.help": "asked for help"}
"""Every change, as it is told."""


def may_work(standing: Standing, asker: Asker, word: str) -> None:
    """The owner's side says how it goes: in hand, blocked, done, in need of help."""
    still_open(standing)
    if asker.side is not standing.owner_side:
        raise Declined(
            f"{standing.owner.name} says `{word}` for action {standing.item.number}, as it is with "
            f"{standing.names[standing.owner_side]}. To take it over, reply `owner me`."
        )


def may_snooze(standing: Standing, until: date, left: int) -> None:
    """A reminder can be put off while there is one ``left``."""
    if not left:
        raise Declined(
            f"You had all the reminders there are for action {standing.item.number}, so there is none to put off until "
            f"{until.isoformat()}. It stays in your list; `due {standing.item.number} friday` moves the due day for both sides.",
            Button("action.list", "My action items"),
        )


def may_accept(standing: Standing, asker: Asker) -> None:
    """The other side agrees that it is done."""
    if standing.item.state != "done":
        raise Declined(f"Action {standing.item.number} {_how(standing)}, so there is nothing to accept yet.")
    if asker.side is standing.owner_side:
        raise Declined(
            f"{standing.names[standing.owner_side.other]} says whether action {standing.item.number} is done. "
            "Without a word from them it counts as accepted after two business days."
        )


def may_reopen(standing: Standing) -> None:
    """Either side says that it is not over."""
    if standing.item.state not in ("done", *CLOSED):
        raise Declined(f"Action {standing.item.number} is open already, with {standing.owner.name}.")


def may_drop(standing: Standing, asker: Asker) -> None:
    """The owner's side, or whoever added it, closes it without doing it. Both sides see the reason."""
    if standing.item.state in CLOSED:
        still_open(standing)
    if not _owns_or_added(standing, asker):
        raise Declined(
            f"{standing.owner.name} or {standing.creator.name}, who added it, can close action "
            f"{standing.item.number} without doing it."
        )


def may_move(standing: Standing, asker: Asker, due: date, now: datetime) -> None:
    """The commitment moves to another day. Raises ``Invalid`` naming the field for a day that is over."""
    still_open(standing)
    if not _owns_or_added(standing, asker) and not asker.manages:
        raise Declined(
            f"{standing.owner.name} or {standing.creator.name}, who added it, moves the due day of action "
            f"{standing.item.number}. Ask in the thread."
        )
    refuse_past(due, standing.owner_today(now))


def may_edit(standing: Standing, asker: Asker) -> None:
    """The owner's side, whoever added it, or a manager, words it anew while it is open."""
    still_open(standing)
    if not _owns_or_added(standing, asker) and not asker.manages:
        raise Declined(
            f"{standing.owner.name} or {standing.creator.name}, who added it, changes what action "
            f"{standing.item.number} says. Ask in the thread."
        )


def refuse_past(due: date, today: date) -> None:
    """A due day lies ahead of the owner. Raises ``Invalid``."""
    if due < today:
        raise Invalid({"due": f"Due: {due.isoformat()} is past. Give today or later, for example tomorrow or friday"})


def may_hand_over(standing: Standing, asker: Asker, to: Side) -> None:
    """The owner's side passes it on; the other side may take it over."""
    still_open(standing)
    if asker.side is not standing.owner_side and to is standing.owner_side:
        raise Declined(
            f"{standing.names[standing.owner_side]} chooses who looks after action {standing.item.number} there. "
            "You can take it over with `owner me`."
        )
    refuse_outsider(to, internal=standing.internal)


def refuse_outsider(side: Side, *, internal: bool) -> None:
    """What only the client sees is owned by one of the client."""
    if internal and side is Side.PROVIDER:
        raise Declined("Only our company sees this action item, so its owner has to be one of us.")


def may_undo(what: str, by: int | None, at: datetime, told: str, asker: Asker, now: datetime) -> None:
    """The person who made the last change takes it back, soon.

    ``what`` is the audit log's name of the change, ``by`` who made it at ``at``, and ``told`` their name.
    """
    if by != asker.person_id:
        since = f": {told} {TOLD[what]} since" if told and what in TOLD else ""
        raise Declined(f"That cannot be undone{since}. Say in the thread what should happen now.")
    if what not in UNDOABLE:
        raise Declined("There is nothing more to undo here. `reopen` or `due friday` change it further.")
    if now - at > UNDO_WITHIN:
        raise Declined(
            "That was more than ten minutes ago, so others may rely on it. "
            "Reply `reopen: …`, `due friday` or `owner @name` instead."
        )


def still_open(standing: Standing) -> None:
    """Raises ``Declined`` for what is over, or waits for a yes."""
    if standing.item.state not in OPEN:
        raise Declined(
            f"Action {standing.item.number} {_how(standing)}. If it is not over, reply `reopen: …`.",
            Button("action.show", f"Action {standing.item.number}", str(standing.id)),
        )


def _how(standing: Standing) -> str:
    other = standing.names[standing.owner_side.other]
    return {"done": f"is done and waits for a yes from {other}", "accepted": "is accepted and closed"}.get(
        standing.item.state, "is closed without being done" if standing.item.state == "not doing" else "is open"
    )


def _owns_or_added(standing: Standing, asker: Asker) -> bool:
    return asker.side is standing.owner_side or asker.person_id == standing.creator.id
