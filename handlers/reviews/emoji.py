"""Emoji on messages in a review's thread: a decision, an action, a risk."""

from __future__ import annotations

from datetime import datetime

from handlers.vocabulary.incoming import Reacted, WordsFound
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker
from storage.unit_of_work import UnitOfWork


def reacted(event: Reacted, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """An emoji on a message. None: it means nothing in a review."""
    return None


def words_found(event: WordsFound, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """The words under an emoji were found. None: they are not needed any more."""
    return None
