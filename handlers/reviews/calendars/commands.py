"""What may be asked about one's own calendar address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from handlers.vocabulary.route import Asker, Raw


@dataclass(frozen=True, slots=True)
class AskCalendar:
    """About the asker's own address; nobody can ask about another's. ``mention``: they wrote it where others read."""

    mention: bool = False

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Nothing to refuse here: a button's value says nothing."""
        return cls(raw.mention)
