"""What may be asked about the daily pulse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from handlers.vocabulary.route import Asker, Invalid, Raw

WORDS = {"on": True, "off": False, "resume": True, "stop": False}


@dataclass(frozen=True, slots=True)
class AskPulse:
    """The pulse as it would be now; ``on`` turns it on or off, None only looks."""

    on: bool | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From the words after the verb or a button's value. Raises ``Invalid`` for any other word."""
        said = (raw.value.strip() or raw.words.strip()).casefold()
        if not said:
            return cls()
        if said not in WORDS:
            raise Invalid({"pulse": f"{said!r} is neither on nor off. Write pulse, pulse off or pulse on"})
        return cls(WORDS[said])
