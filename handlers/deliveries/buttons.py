"""What a manager decides about messages that could not be delivered: send them again, or drop them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.deliveries import cards, telling
from handlers.deliveries.commands import LIST, AskList, OneMessage, OneProgramme
from handlers.deliveries.entries import entries_of, page, what_is
from handlers.records.past import Undoable
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

AGAIN, LEFT, BACK = "delivery.again", "delivery.left", "delivery.back"
ONE, ALL = "delivery", "deliveries"
"""Subjects in the audit log: a message by its number, and all of a programme by the programme's id (0: of none)."""
MISSED_FOR = timedelta(days=7)
MISSED = 5
DECIDED = "It was sent or decided already; here is what waits now."


def listed(command: AskList, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A page of what could not be delivered, with what came too late to be posted."""
    failed = uow.undelivered.failed(asker.installation_id)
    groups = page(failed, command.start, cards.PAGE, uow)
    since = now - MISSED_FOR
    missed = entries_of(uow.undelivered.missed(asker.installation_id, since, MISSED), uow)
    count = uow.undelivered.count_missed(asker.installation_id, since)
    return Answer(card=cards.list_card(groups, len(failed), missed, count, command.start, asker.zone))


def send(command: OneMessage, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Send one message again, with the one it replies to and the replies that hang on it."""
    row = _one(command, asker, uow)
    gone_out = uow.undelivered.send_again(row, now)
    if not gone_out:
        raise Declined(DECIDED, LIST)
    _note(AGAIN, (ONE, command.seq), gone_out, row.programme_id, asker, uow, now)
    telling.decided(gone_out, uow, now)
    with_it = len(gone_out) - 1
    also = "" if not with_it else f" {_others(with_it)} in its thread {'goes' if with_it == 1 else 'go'} with it."
    return _answer(f"On the way again: {what_is(row)}.{also} If it fails once more, it is back in this list.")


def drop(command: OneMessage, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Drop one message, and the replies that hang on it; ten minutes to take it back."""
    row = _one(command, asker, uow)
    dropped = uow.undelivered.drop(row)
    if not dropped:
        raise Declined(DECIDED, LIST)
    _note(LEFT, (ONE, command.seq), dropped, row.programme_id, asker, uow, now)
    telling.decided(dropped, uow, now)
    with_it = len(dropped) - 1
    also = (
        "" if not with_it else f" {_others(with_it)} that replied to it {'is' if with_it == 1 else 'are'} dropped too."
    )
    return _answer(f"Dropped: {what_is(row)}.{also}", f"{ONE}:{command.seq}")


def again(command: OneProgramme, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Send everything of the programme that failed once more, each with fresh patience."""
    rows = _failed(command, asker, uow)
    out = [each for row in rows for each in uow.undelivered.send_again(row, now)]
    _note(AGAIN, (ALL, command.programme_id or 0), out, command.programme_id, asker, uow, now)
    telling.decided(out, uow, now)
    return _answer(f"{_messages(out)} on the way again. If one fails once more, it is back in this list.")


def leave(command: OneProgramme, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Drop everything of the programme that failed; it stays in the export, marked so."""
    rows = _failed(command, asker, uow)
    dropped = [each for row in rows for each in uow.undelivered.drop(row)]
    _note(LEFT, (ALL, command.programme_id or 0), dropped, command.programme_id, asker, uow, now)
    telling.decided(dropped, uow, now)
    return _answer(f"{_messages(dropped)} dropped. Nobody is told again.", f"{ALL}:{command.programme_id or 0}")


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What was dropped waits for a decision again. Raises ``Declined`` when nothing of it is still dropped."""
    back = uow.undelivered.take_back_drop(uow.undelivered.by_seqs(json.loads(entry.facts)))
    if not back:
        raise Declined("Nothing of it is dropped any more, so there is nothing to take back.", LIST)
    _note(BACK, (entry.subject, entry.subject_id), back, entry.programme_id, asker, uow, now)
    telling.decided(back, uow, now)
    return _answer(f"{_messages(back)} in the list again and can be sent.")


UNDOABLE = Undoable(frozenset({LEFT}), take_back)


def _one(command: OneMessage, asker: Asker, uow: UnitOfWork) -> OutboxRow:
    rows = uow.undelivered.by_seqs([command.seq])
    if not rows or rows[0].installation_id != asker.installation_id:
        raise Declined(DECIDED, LIST)
    return rows[0]


def _failed(command: OneProgramme, asker: Asker, uow: UnitOfWork) -> Sequence[OutboxRow]:
    failed = uow.undelivered.failed(asker.installation_id)
    rows = [each for each in failed if each.programme_id == command.programme_id]
    if not rows:
        raise Declined("Nothing waits there any more: it was sent, or somebody decided already.", LIST)
    return rows


def _note(
    what: str,
    record: tuple[str, int],
    rows: Sequence[OutboxRow],
    programme_id: int | None,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
) -> None:
    entry = AuditEntry(
        installation_id=asker.installation_id,
        programme_id=programme_id,
        at=now,
        person_id=asker.person_id,
        what=what,
        subject=record[0],
        subject_id=record[1],
        visibility=Visibility.INTERNAL,
        facts=json.dumps([row.seq for row in rows]),
    )
    uow.audit.note(entry)


def _messages(rows: Sequence[OutboxRow]) -> str:
    return "One message is" if len(rows) == 1 else f"{len(rows)} messages are"


def _others(count: int) -> str:
    return "One other" if count == 1 else f"{count} others"


def _answer(text: str, undo: str = "") -> Answer:
    return Answer(card=cards.decided_card(text, undo), done=text)
