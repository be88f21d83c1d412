"""Plain replies under an agenda or under minutes: the reply is the interface.

What is understood is confirmed by a reaction; what cannot be done is explained in the thread, with the way out. Talk between
people is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.records.record import may_see
from handlers.reviews.meeting import voice, wording
from handlers.reviews.meeting.capture import Capture, numbered
from handlers.reviews.standing import standing_of
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Ears:
    """Listens in the threads of reviews."""

    capture: Capture

    def reply(self, event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """Understand a reply. None: it is not for the bot."""
        meant = wording.read(event.words)
        review = uow.reviews.get(row.subject_id) if meant else None
        if review is None or not may_see(review, asker, uow):
            return None
        emoji = []
        for each, source in numbered(meant, event.message):
            standing = standing_of(review, uow)
            emoji.append(self.capture.attempt(each, standing, asker, source, uow, now, row))
        voice.react(asker, uow, now, "question" if "question" in emoji else emoji[-1])
        return Answer()
