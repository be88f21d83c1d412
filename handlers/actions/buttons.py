"""What the buttons of an action item's card do, and the small forms behind them.

A button was drawn for a version of the item; if it has changed since, the person is told and sees how it stands now.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handlers.actions import cards, forms, steps
from handlers.actions.commands import EditAction, MoveAction, OneAction
from handlers.actions.consent import may_drop, may_edit, may_reopen, may_work, still_open
from handlers.actions.standing import Standing, find
from handlers.actions.undo import undo as take_back
from handlers.calendar import UnreadableDay, day_text, parse_day
from handlers.records.record import is_stale
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Invalid
from storage.unit_of_work import UnitOfWork

CHANGED = "This changed while you were looking. Here is how it stands now; nothing was done."

Step = Callable[[Standing, Asker, UnitOfWork, datetime], Standing]


def _acting(step: Step, said: str) -> Callable[[OneAction, Asker, UnitOfWork, datetime], Answer]:
    """A button that takes a step at once. ``said`` confirms it; "{number}" is the item's."""

    def act(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        standing = find(command.action_id, asker, uow)
        if is_stale(standing.item, command.version):
            return Answer(card=cards.private_card(standing, now, CHANGED))
        after = step(standing, asker, uow, now)
        return Answer(card=cards.confirmation(after, said.format(number=after.item.number)))

    return act


acknowledge = _acting(steps.acknowledge, "Noted: action {number} is in hand. You are reminded again on the due day.")
done = _acting(steps.finish, "Action {number} is done. Thank you.")
accept = _acting(steps.accept, "Action {number} is accepted.")


def help_form(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What would help?"""
    standing = find(command.action_id, asker, uow)
    may_work(standing, asker, "need help: …")
    return Answer(form=forms.help_form(standing))


def block_form(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What is missing?"""
    standing = find(command.action_id, asker, uow)
    may_work(standing, asker, "blocked: …")
    return Answer(form=forms.block_form(standing))


def drop_form(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Why not?"""
    standing = find(command.action_id, asker, uow)
    may_drop(standing, asker)
    return Answer(form=forms.drop_form(standing))


def reopen_form(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What is still missing?"""
    standing = find(command.action_id, asker, uow)
    may_reopen(standing)
    return Answer(form=forms.reopen_form(standing))


def move_form(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Which day instead?"""
    standing = find(command.action_id, asker, uow)
    still_open(standing)
    return Answer(form=forms.move_form(standing))


def helped(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in: the other side's owner is asked in the thread."""
    standing = find(command.action_id, asker, uow)
    after = steps.ask_help(standing, asker, uow, now, command.words)
    said = f"Asked in the thread of action {after.item.number}."
    return Answer(card=cards.private_card(after, now, said), done=said)


def blocked(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in: the other side is told what is missing."""
    return _with_words(command, asker, uow, now, steps.block, "Asked. Action {number} is shown as blocked.")


def dropped(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in: closed, with its reason."""
    return _with_words(command, asker, uow, now, steps.drop, "Action {number} is closed, with your reason.")


def reopened(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in: open again."""
    return _with_words(command, asker, uow, now, steps.reopen, "Action {number} is open again.")


def moved(command: MoveAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in: the commitment moves. Raises ``Invalid`` for a day that cannot be."""
    standing = find(command.action_id, asker, uow)
    if is_stale(standing.item, command.version):
        return Answer(card=cards.private_card(standing, now, CHANGED))
    try:
        due = parse_day(command.due, standing.owner_today(now), field="Due")
    except UnreadableDay as problem:
        raise Invalid({"due": str(problem)}) from problem
    after = steps.move(standing, asker, uow, now, due, command.words)
    said = f"Action {after.item.number} is due {day_text(after.item.due_on, after.owner_today(now))}."
    return Answer(card=cards.confirmation(after, said), done=said)


def edit_form(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What should it say?"""
    standing = find(command.action_id, asker, uow)
    may_edit(standing, asker)
    return Answer(form=forms.edit_form(standing))


def edited(command: EditAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in: it is worded anew."""
    standing = find(command.action_id, asker, uow)
    if is_stale(standing.item, command.version):
        return Answer(card=cards.private_card(standing, now, CHANGED))
    after = steps.edit(standing, asker, uow, now, command.title, command.note)
    said = f"Action {after.item.number} is changed."
    return Answer(card=cards.confirmation(after, said), done=said)


def undo(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Take the asker's last change back."""
    after, _ = take_back(find(command.action_id, asker, uow), asker, uow, now)
    return Answer(card=cards.private_card(after, now, "Taken back."))


def _with_words(
    command: OneAction,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
    step: Callable[[Standing, Asker, UnitOfWork, datetime, str], Standing],
    said: str,
) -> Answer:
    standing = find(command.action_id, asker, uow)
    if is_stale(standing.item, command.version):
        return Answer(card=cards.private_card(standing, now, CHANGED))
    after = step(standing, asker, uow, now, command.words)
    told = said.format(number=after.item.number)
    return Answer(card=cards.confirmation(after, told), done=told)
