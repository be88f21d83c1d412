"""What may be asked about the digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handlers.vocabulary.route import Asker, Raw

Wish = Literal["preview", "pause", "resume"]


@dataclass(frozen=True, slots=True)
class AskDigest:
    """The verb: "", "pause", "resume", each with a provider's name if several are meant."""

    wish: Wish
    wanted: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskDigest:
        """From the words after the verb; a button's value is the programme's id."""
        first, _, rest = raw.words.strip().partition(" ")
        if first.casefold() == "pause":
            return cls("pause", rest.strip() or raw.value)
        if first.casefold() == "resume":
            return cls("resume", rest.strip() or raw.value)
        return cls("preview", raw.words.strip() or raw.value)

    @classmethod
    def parse_pause(cls, raw: Raw, asker: Asker) -> AskDigest:
        """From the button."""
        return cls("pause", raw.value)

    @classmethod
    def parse_resume(cls, raw: Raw, asker: Asker) -> AskDigest:
        """From the button."""
        return cls("resume", raw.value)
