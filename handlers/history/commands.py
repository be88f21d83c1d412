"""What may be asked of a history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from handlers.vocabulary.route import Asker, Declined, Raw

_NUMBERED = re.compile(r"(?:of\s+)?(?:(?P<subject>[a-z]+)\s+)?#?(?P<number>\d{1,9})", re.I)
SUBJECTS = {"item": "action", "actions": "action", "issues": "issue"}


@dataclass(frozen=True, slots=True)
class AskHistory:
    """Which record: by ``subject`` and ``record_id`` from a button, by ``number`` from words, or the thread one is in."""

    subject: str = ""
    record_id: int | None = None
    number: int | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From "issue:12" (a button), "issue 12", "12" or nothing. Raises ``Declined`` for anything else."""
        value, words = raw.value.strip(), raw.words.strip()
        subject, _, record_id = value.partition(":")
        if value and record_id.isdecimal():
            return cls(subject, int(record_id))
        found = _NUMBERED.fullmatch(words)
        if value or (words and found is None):
            raise Declined("Which one? Write for example `history issue 12`, `history action 7` or `history plan 3`.")
        if found is None:
            return cls()
        name = (found["subject"] or "").casefold()
        return cls(SUBJECTS.get(name, name), None, int(found["number"]))


@dataclass(frozen=True, slots=True)
class AskUndo:
    """Take my newest change back; ``record`` (subject and id) only that of one record, as a button means it."""

    record: tuple[str, int] | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From "person:5" (a button) or nothing; whatever else was typed is ignored."""
        subject, _, record_id = raw.value.strip().partition(":")
        return cls((subject, int(record_id)) if record_id.isdecimal() else None)
