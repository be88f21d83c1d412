"""What the buttons of a reminder ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from handlers.vocabulary.route import Asker, Declined, Raw

CHOICES = ("tomorrow", "3d", "week")


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put one's own reminder of an item off; ``until`` is one of ``CHOICES``, "" asks which."""

    action_id: int
    until: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<id>" or "<id>:tomorrow". Raises ``Declined`` for anything else."""
        action_id, _, until = raw.value.strip().partition(":")
        if not action_id.isdecimal() or until not in ("", *CHOICES):
            raise Declined("This button belongs to an older card. Ask for `actions` to see what is open.")
        return cls(int(action_id), until)


@dataclass(frozen=True, slots=True)
class AskWhy:
    """Why did I get this?"""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Nothing can be wrong here."""
        return cls()
