"""History and undo, wherever one is: the desk knows the rooms by what they gave it, and none of them by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.history import cards
from handlers.history.commands import AskHistory, AskUndo
from handlers.records.past import Storied, Undoable
from handlers.records.record import UNDO_WITHIN
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined, Route
from storage.unit_of_work import UnitOfWork

LISTS = (Button("issue.list", "Open issues"), Button("action.list", "My action items"))
WHICH = "Which one? Write for example `history issue 12`, `history action 7` or `history plan 3`, or ask in its thread."


class HistoryDesk:
    """``storied`` are the kinds of records that have a history, ``undoable`` what can be taken back, both by the subject
    under which the audit log keeps them."""

    def __init__(self, storied: Mapping[str, Storied], undoable: Mapping[str, Undoable]) -> None:
        self._storied = storied
        self._undoable = undoable

    def routes(self) -> tuple[Route[Any], ...]:
        """The desk's own rows of the table of contents."""
        return (
            Route("history.show", AskHistory.parse, self.show),
            Route("history.undo", AskUndo.parse, self.undo),
        )

    def show(self, command: AskHistory, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Who changed what when. Raises ``Declined`` for what the asker may not see, in the words for what is not there."""
        subject, record_id = command.subject, command.record_id
        if command.number is not None:
            found = self._numbered(command.number, command.subject, asker, uow)
            if len(found) > 1:
                labels = {each: f"{each.capitalize()} {command.number}" for each in found}
                choices = tuple((f"{each}:{found[each]}", labels[each]) for each in found)
                return Answer(card=cards.which_card(command.number, choices))
            if not found:
                raise Declined(f"Number {command.number} is not in your list. Here is what is open.", *LISTS)
            subject, record_id = next(iter(found.items()))
        elif record_id is None:
            subject, record_id = self._of_thread(asker, uow)
        kind = self._storied.get(subject)
        if kind is None:
            raise Declined(WHICH, *LISTS)
        return Answer(card=cards.history_card(kind.past(record_id, asker, uow), asker.zone))

    def undo(self, command: AskUndo, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Take the asker's newest change back. A record whose newest change of theirs cannot be taken back, as it was one
        already, is passed over. Raises ``Declined`` with the reason when somebody acted since."""
        seen = set()
        for entry in uow.audit.newest_by(asker.person_id, now - UNDO_WITHIN):
            record = entry.subject, entry.subject_id
            kind = self._undoable.get(entry.subject)
            if command.record not in (None, record):
                continue
            if record not in seen and kind is not None and entry.what in kind.changes:
                return kind.take_back(entry, asker, uow, now)
            seen.add(record)
        raise Declined(
            "There is nothing of yours from the last ten minutes that could be taken back. "
            "Each record has buttons to change it further.",
            *LISTS,
        )

    def _numbered(self, number: int, subject: str, asker: Asker, uow: UnitOfWork) -> dict[str, int]:
        """The records of this number that the asker may know of, by subject; only of ``subject`` where one is named."""
        kinds = {name: kind for name, kind in self._storied.items() if subject in ("", name)}
        ids = {name: kind.numbered(number, asker, uow) for name, kind in kinds.items()}
        return {name: found for name, found in ids.items() if found is not None}

    def _of_thread(self, asker: Asker, uow: UnitOfWork) -> tuple[str, int]:
        """The record whose card the thread hangs under."""
        place = asker.place
        if place is None or asker.thread is None:
            raise Declined(WHICH, *LISTS)
        row = uow.outbox.record_at(place.platform, place.workspace, place.channel, asker.thread)
        if row is None:
            raise Declined(WHICH, *LISTS)
        return row.subject, row.subject_id
