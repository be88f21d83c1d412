"""What may be asked about a message that came, and about single messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from handlers.vocabulary.route import Asker, Declined, Raw

OLD = "This button belongs to an older message. Say `mornings` to see what you set."


@dataclass(frozen=True, slots=True)
class AskWhy:
    """Why did I get this? ``key`` is the message's outbox key, "" for the newest one here."""

    key: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's value; words after the verb are talk."""
        return cls(raw.value.strip())


@dataclass(frozen=True, slots=True)
class Fold:
    """Messages of a ``kind`` ("": all) stand in the morning message from now on, or (not ``on``) come as they did."""

    kind: str
    on: bool

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<kind>:on" or "<kind>:off". Raises ``Declined`` for anything else."""
        kind, _, on = raw.value.strip().rpartition(":")
        if on not in ("on", "off"):
            raise Declined(OLD)
        return cls(kind, on == "on")
