"""The use case of Home."""

from __future__ import annotations

from datetime import datetime

from handlers.vocabulary.incoming import HomeOpened
from handlers.vocabulary.outgoing import Answer, PrivateCard
from handlers.vocabulary.route import Asker
from storage.unit_of_work import UnitOfWork


def home(event: HomeOpened, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What stands in somebody's Home."""
    return Answer(card=PrivateCard(text="Home"))
