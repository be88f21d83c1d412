"""Emoji on messages in a review's thread: a decision, an action, a risk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers.reviews.wording import Kind
from handlers.vocabulary.incoming import Reacted, WordsFound
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker
from storage.unit_of_work import UnitOfWork

MEANING: Mapping[str, Kind] = {
    "pushpin": Kind.DECISION,
    "round_pushpin": Kind.DECISION,
    "hammer": Kind.ACTION,
    "hammer_and_wrench": Kind.ACTION,
    "warning": Kind.RISK,
    "raised_hand": Kind.ATTENDANCE,
    "hand": Kind.ATTENDANCE,
}
"""Slack's names of the emoji that mean something in a review: on a message of its thread, or a hand on its agenda. The four
that are offered are pushpin, hammer, warning and raised_hand; the others are their twins."""


def reacted(event: Reacted, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """An emoji on a message. None: it means nothing in a review."""
    return None


def words_found(event: WordsFound, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """The words under an emoji were found. None: they are not needed any more."""
    return None
