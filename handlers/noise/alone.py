"""What was said to one person alone is shown to them where they press the button of the line that stands for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from handlers import saying
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined, Raw
from storage.unit_of_work import UnitOfWork

OTHERS = "This is for somebody else alone. Ask me yourself, and the answer is for you."
_HELP = Button("help.help", "What I can do here")


@dataclass(frozen=True, slots=True)
class ShowMine:
    """Show what was said to me as ``key``, an outbox key."""

    key: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's value; who may read it is checked by the handler."""
        return cls(raw.value.strip())


def show(command: ShowMine, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What was said to the asker alone, as it stands now. Raises ``Declined`` for what is anybody else's."""
    row = uow.outbox.by_key(command.key)
    if row is None or not row.account_user or row.installation_id != asker.installation_id:
        raise Declined(OTHERS, _HELP)
    reader = uow.people.by_account(row.installation_id, row.platform, row.account_workspace, row.account_user)
    if reader is None or reader.id != asker.person_id:
        raise Declined(OTHERS, _HELP)
    card = saying.decode_card(row.content)
    why = (Button(saying.WHY, saying.WHY_LABEL, row.key),) if card.why else ()
    return Answer(card=replace(card, buttons=(*card.buttons, *why)))
