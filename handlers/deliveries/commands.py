"""What may be asked about messages that could not be delivered."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined, Raw

LIST = Button("delivery.list", "What could not be delivered")
MOST = 100_000


@dataclass(frozen=True, slots=True)
class AskList:
    """A page of the list: how many entries stand before it."""

    start: int = 0

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskList:
        """From a button's value; whatever else is the first page."""
        value = raw.value.strip()
        return cls(min(int(value), MOST) if value.isdecimal() and value.isascii() else 0)


@dataclass(frozen=True, slots=True)
class OneMessage:
    """The message that is meant, by its number in the outbox."""

    seq: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> OneMessage:
        """From a button's value. Raises ``Declined`` for what is no number."""
        return cls(_number(raw))


@dataclass(frozen=True, slots=True)
class OneProgramme:
    """The programme whose undelivered messages are meant; None: those that belong to none."""

    programme_id: int | None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> OneProgramme:
        """From a button's value, "0" for no programme. Raises ``Declined`` for what is no id."""
        return cls(_number(raw) or None)


def _number(raw: Raw) -> int:
    value = raw.value.strip()
    if not (value.isdecimal() and value.isascii() and len(value) < 19):
        raise Declined("This button belongs to an older card. Here is the list as it is now.", LIST)
    return int(value)
