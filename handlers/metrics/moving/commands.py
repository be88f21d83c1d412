"""What may be asked about a proposed target, parsed once from what was pressed or filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from handlers.metrics.commands import TABLE
from handlers.records.forms import LONGEST_WORDS, read_reason
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined, Invalid, Raw

TARGETS = Button("metrics.show", "Targets", "targets")
"""Leads to every target there is."""


@dataclass(frozen=True, slots=True)
class OneProposal:
    """A proposal by its id, with a reason where one was asked for."""

    proposal_id: int
    reason: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's value. Raises ``Declined`` for what no button of ours carries."""
        return cls(_id(raw.value))

    @classmethod
    def parse_reason(cls, raw: Raw, asker: Asker) -> Self:
        """From the form whose one field, "reason", has to say something. Raises ``Invalid`` at the field."""
        reason = read_reason(raw)
        if len(reason) > LONGEST_WORDS:
            raise Invalid({"reason": f"This has {len(reason):,} characters, at most {LONGEST_WORDS:,} fit. Shorten it"})
        return cls(_id(raw.hidden), reason)


def _id(value: str) -> int:
    if not value.isascii() or not value.isdecimal():
        raise Declined("This button belongs to an older card. Here is what is agreed now.", TARGETS, TABLE)
    return int(value)
