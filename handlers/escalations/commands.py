"""What may be asked of the escalation matrix, parsed once from what was typed, pressed or filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from handlers.escalations.matrix import LEVELS, SEVERITIES, BadMatrix, after_of
from handlers.records.hours import Limit
from handlers.vocabulary.route import Asker, Declined, Invalid, Raw

VERB = "escalation"
ALL = "all"
OLD_BUTTON = f"This button belongs to an older card. Ask for `{VERB}` to see who is brought in when."


@dataclass(frozen=True, slots=True)
class AskMatrix:
    """The verb, or a button with a programme's id: show who is brought in when."""

    wanted: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's programme id, or a provider's name."""
        return cls((raw.value or raw.words).strip())


@dataclass(frozen=True, slots=True)
class OneMatrix:
    """A button about the version with this id, or (``number`` 0) about the usual matrix of a programme."""

    programme_id: int
    number: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<programme>:<version>". Raises ``Declined``."""
        return cls(*_pair(raw.value))

    def __str__(self) -> str:
        return f"{self.programme_id}:{self.number}"


@dataclass(frozen=True, slots=True)
class EditMatrix:
    """The matrix as a manager wrote it, still as YAML, on top of the version they saw."""

    at: OneMatrix
    text: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From the form's field "matrix"; empty is the usual one."""
        return cls(OneMatrix(*_pair(raw.hidden)), raw.values.get("matrix", "").replace("\r\n", "\n").strip())


@dataclass(frozen=True, slots=True)
class NamePerson:
    """Somebody for a level, of one severity or all of them. ``after`` None: as long as it is now. ``user`` and ``deputy``
    are user ids, "" for nobody."""

    at: OneMatrix
    level: int
    severities: tuple[int, ...]
    after: Limit | None
    user: str
    deputy: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From the form. Raises ``Invalid`` with a problem for each field that could not be read."""
        values, problems = raw.values, dict[str, str]()
        level, severity = values.get("level", "").strip(), values.get("severity", "").strip()
        if level not in map(str, LEVELS):
            problems["level"] = f"{level!r} is not offered. Choose 2 or 3; level 1 is always the issue's owner"
        if severity != ALL and severity not in map(str, SEVERITIES):
            problems["severity"] = f"{severity!r} is not a severity. Choose 1 to 4, or all"
        written = values.get("after", "").strip()
        after: Limit | None = None
        try:
            after = after_of(written) if written else None
        except BadMatrix as problem:
            problems["after"] = str(problem)
        user, deputy = values.get("person", "").strip(), values.get("deputy", "").strip()
        if not user:
            problems["person"] = "Nobody is chosen. Choose who is brought in; their company follows from who they are"
        if deputy and deputy == user:
            problems["deputy"] = "This is the same person. Choose somebody else, or nobody"
        if problems:
            raise Invalid(problems)
        severities = SEVERITIES if severity == ALL else (int(severity),)
        return cls(OneMatrix(*_pair(raw.hidden)), int(level), severities, after, user, deputy)


def _pair(text: str) -> tuple[int, int]:
    """A programme's id and a version's number. Raises ``Declined`` for anything else."""
    programme, _, number = text.strip().partition(":")
    if not programme.isdecimal() or not (number or "0").isdecimal():
        raise Declined(OLD_BUTTON)
    return int(programme), int(number or "0")
