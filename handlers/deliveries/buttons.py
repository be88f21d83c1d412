"""What a manager decides about messages that could not be delivered: try again, or leave it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Answer, Button, PrivateCard, Words
from handlers.vocabulary.route import Asker, Declined, Raw
from storage.models.audit import AuditEntry
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

HOME = Button("home.show", "Home")


@dataclass(frozen=True, slots=True)
class OneProgramme:
    """The programme whose undelivered messages are meant."""

    programme_id: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> OneProgramme:
        """From a button's value. Raises ``Declined`` for what is no id."""
        value = raw.value.strip()
        if not (value.isdecimal() and value.isascii()):
            raise Declined("This button belongs to an older card. Open Home again.", HOME)
        return cls(int(value))


def again(command: OneProgramme, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Send everything of the programme that failed once more, each with fresh patience."""
    rows = _failed(command, asker, uow)
    for row in rows:
        uow.undelivered.send_again(row, now)
    _note("delivery.again", rows, command, asker, uow, now)
    return _told(f"{_messages(rows)} on the way again. If it fails once more, it is back in your Home.")


def leave(command: OneProgramme, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Do not send what failed any more; it stays in the export, marked so."""
    rows = _failed(command, asker, uow)
    for row in rows:
        uow.undelivered.drop(row)
    _note("delivery.left", rows, command, asker, uow, now)
    return _told(f"{_messages(rows)} left as it is. Nobody is told again.")


def _failed(command: OneProgramme, asker: Asker, uow: UnitOfWork) -> Sequence[OutboxRow]:
    rows = [each for each in uow.undelivered.failed(asker.installation_id) if each.programme_id == command.programme_id]
    if not rows:
        raise Declined("Nothing waits there any more: it was sent, or somebody decided already.", HOME)
    return rows


def _note(
    what: str, rows: Sequence[OutboxRow], command: OneProgramme, asker: Asker, uow: UnitOfWork, now: datetime
) -> None:
    entry = AuditEntry(
        installation_id=asker.installation_id,
        programme_id=command.programme_id,
        at=now,
        person_id=asker.person_id,
        what=what,
        subject="delivery",
        subject_id=command.programme_id,
        visibility=Visibility.INTERNAL,
        facts=json.dumps([row.seq for row in rows]),
    )
    uow.audit.note(entry)


def _messages(rows: Sequence[OutboxRow]) -> str:
    return "One message is" if len(rows) == 1 else f"{len(rows)} messages are"


def _told(text: str) -> Answer:
    return Answer(card=PrivateCard(text=text, elements=(Words((text,)),), buttons=(HOME,)), done=text)
