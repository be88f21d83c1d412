"""Replies under the card of a matrix: the provider agrees with one word; talk between people is left alone."""

from __future__ import annotations

import re
from datetime import datetime

from handlers.escalations import keeping
from handlers.escalations.handler import may_agree
from handlers.escalations.standing import standing_of
from handlers.records.posting import confirm
from handlers.saying import About
from handlers.vocabulary.address import Side
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

AGREE = re.compile(r"\s*(?:(?:yes,?\s+)?(?:we |i )?agreed?|ok(?:ay)?)[\s.!]*", re.I)


def reply(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """Understand a reply under a version's card. None: it is not for the bot."""
    kept = uow.escalations.get(row.subject_id)
    programme = None if kept is None else uow.providers.programme(kept.programme_id)
    if (
        kept is None
        or programme is None
        or not _theirs(kept.provider_id, asker, uow)
        or not AGREE.fullmatch(event.words)
    ):
        return None
    if kept.installation_id != asker.installation_id or asker.side is not Side.PROVIDER:
        return None
    standing = standing_of(programme, uow)
    if standing.number != kept.number:
        raise Declined("There is a newer version of this by now. Type escalation to see it, and agree to that one.")
    may_agree(standing, asker, uow)
    if standing.agreed_at is None:
        keeping.agree(standing, asker, uow, now)
    about = About(kept.installation_id, "escalation.reaction", "reply understood", programme_id=kept.programme_id)
    confirm(asker, about, uow, now, "white_check_mark")
    return Answer()


def _theirs(provider_id: int, asker: Asker, uow: UnitOfWork) -> bool:
    person = uow.people.get(asker.person_id)
    return person is not None and person.provider_id == provider_id
