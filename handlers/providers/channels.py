"""What happens to channels outside our hands: they are shared, renamed, or the bot leaves."""

from __future__ import annotations

from datetime import datetime

from handlers.vocabulary.incoming import ChannelChanged
from handlers.vocabulary.outgoing import Answer
from storage.unit_of_work import UnitOfWork


def channel_changed(event: ChannelChanged, uow: UnitOfWork, now: datetime) -> Answer:
    """A bound channel changed."""
    return Answer()
