"""Replies under the card of a proposed target: yes, not yet with a reason, or taking it back; talk is left alone."""

from __future__ import annotations

import re
from datetime import datetime

from handlers.metrics.moving import consent, steps
from handlers.metrics.moving.commands import OneProposal
from handlers.metrics.moving.handler import accept_it, withdraw
from handlers.metrics.moving.standing import find
from handlers.records.forms import LONGEST_WORDS
from handlers.records.posting import confirm
from handlers.saying import About
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

_YES = re.compile(r"\s*(?:(?:yes,?\s+)?(?:we |i )?(?:agreed?|accept(?:ed)?)|ok(?:ay)?)[\s.!]*", re.I)
_NOT_YET = re.compile(r"\s*not yet\b[\s:,.\u2013\u2014-]*(?P<reason>.*)", re.I | re.S)
_BACK = re.compile(r"\s*(?:undo|withdraw|take (?:it|that) back)[\s.!]*", re.I)


def reply(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """Understand a reply under a proposal's card. None: it is not for the bot."""
    words, later = event.words, _NOT_YET.fullmatch(event.words)
    if not (later or _YES.fullmatch(words) or _BACK.fullmatch(words)):
        return None
    standing = find(row.subject_id, asker, uow, now)
    if _BACK.fullmatch(words):
        withdraw(OneProposal(row.subject_id), asker, uow, now)
    elif later is None:
        accept_it(standing, asker, uow, now)
    else:
        consent.may_answer(standing, asker)
        reason = later["reason"].strip()
        if not reason:
            say = Button("target.later", "Not yet", str(standing.proposal.id))
            raise Declined(
                "What is missing? Write it in one line, for example `not yet: after the new team starts`.", say
            )
        steps.close(standing, "not_yet", asker, uow, now, reason[:LONGEST_WORDS])
    about = About(standing.proposal.installation_id, "target.reaction", "reply understood")
    confirm(asker, about, uow, now, "white_check_mark")
    return Answer()
