"""What a review's agenda is made of: sections that other rooms write, each from its own data.

Rooms do not know each other, so a section is a function that ``routes.py`` hands to the reviews. Everything in an agenda is
read by both companies: a section takes shared records only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.vocabulary.outgoing import Element
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose agenda, and of what time.

    ``since`` is the start (UTC) of the series' last review that was held, None when there was none; ``now`` is UTC.
    """

    programme: Programme
    provider: Provider
    since: datetime | None
    now: datetime


Section = Callable[[Scope, UnitOfWork], Sequence[Element]]
"""What one section says, without a heading. Empty: there is nothing to say."""
