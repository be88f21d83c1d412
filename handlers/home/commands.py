"""What may be asked of Home."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined, Raw

MOST = 100_000


@dataclass(frozen=True, slots=True)
class AskHome:
    """The whole page."""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskHome:
        """Whatever stands beside the word changes nothing."""
        return cls()


@dataclass(frozen=True, slots=True)
class AskPage:
    """A page of a list: how many entries stand before it."""

    start: int = 0

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskPage:
        """From a button's value; anything else is the first page."""
        value = raw.value.strip()
        return cls(min(int(value), MOST) if value.isdecimal() and value.isascii() else 0)


@dataclass(frozen=True, slots=True)
class AskProvider:
    """One programme."""

    programme_id: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskProvider:
        """From a button's value. Raises ``Declined`` for what is no id."""
        value = raw.value.strip()
        if not (value.isdecimal() and value.isascii()):
            raise Declined("This button belongs to an older card. Open Home again.", Button("home.show", "Home"))
        return cls(int(value))
