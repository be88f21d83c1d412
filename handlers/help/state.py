"""Where somebody stands: what the place is bound to, and what waits there. Read only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.places import programmes_seen_by
from handlers.vocabulary.route import Asker
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Where:
    """What is known about the place and the person. ``line`` says it in a sentence."""

    line: str


def state_of(wanted: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Where:
    """Read the state of the place the asker is in."""
    if not programmes_seen_by(asker, uow):
        return Where("No provider is set up yet.")
    return Where("This channel is set up." if asker.programme_ids else "This channel is not set up.")
