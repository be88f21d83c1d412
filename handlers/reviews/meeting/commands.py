"""What may be asked of a meeting: its lines, its beginning and its end, parsed once from what was typed, pressed or filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from handlers.records.record import read_value
from handlers.reviews.meeting.wording import LONGEST, Kind
from handlers.vocabulary.route import Asker, Invalid, Raw

VERB = "review"
"""What to type to see what is planned."""
MOST_DECISIONS = 20
"""Of a review that was held without the bot: as many as its minutes show."""
EXAMPLES = {
    Kind.AGENDA: "How we staff the Easter week",
    Kind.DECISION: "Refund calls go to the second line from Monday",
    Kind.RISK: "Two trainers leave in April",
}


@dataclass(frozen=True, slots=True)
class OneReview:
    """A button about one review, drawn when it had this ``version`` (None: any will do)."""

    review_id: int
    version: int | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<id>" or "<id>:<version>"."""
        return cls(*read_value(raw.value, VERB))


@dataclass(frozen=True, slots=True)
class AskLine:
    """A wish for the form of an agenda line: for one review, or (None) for the next one of this place."""

    review_id: int | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's value, or nothing."""
        return cls(read_value(raw.value, VERB)[0]) if raw.value.strip() else cls()


@dataclass(frozen=True, slots=True)
class Note:
    """A filled-in line of one review."""

    review_id: int
    kind: Kind
    words: str

    @classmethod
    def parse_line(cls, raw: Raw, asker: Asker) -> Self:
        """A line of the agenda. Raises ``Invalid`` naming the field."""
        return cls._parse(raw, Kind.AGENDA)

    @classmethod
    def parse_decision(cls, raw: Raw, asker: Asker) -> Self:
        """A decision. Raises ``Invalid`` naming the field."""
        return cls._parse(raw, Kind.DECISION)

    @classmethod
    def parse_risk(cls, raw: Raw, asker: Asker) -> Self:
        """A risk. Raises ``Invalid`` naming the field."""
        return cls._parse(raw, Kind.RISK)

    @classmethod
    def _parse(cls, raw: Raw, kind: Kind) -> Self:
        chosen = raw.values.get("review", "").strip() or raw.hidden
        return cls(read_value(chosen, VERB)[0], kind, checked(raw.values.get("words", ""), kind, "words"))


@dataclass(frozen=True, slots=True)
class OneEntry:
    """A button about one line of a review, by the line's id."""

    entry_id: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's value."""
        return cls(read_value(raw.value, VERB)[0])


@dataclass(frozen=True, slots=True)
class WasHeld:
    """What is told of a review that was held without the bot: its decisions, and who was there by person id."""

    review_id: int
    decisions: tuple[str, ...]
    present: tuple[int, ...]

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """One decision a line; nothing at all is an answer too. Raises ``Invalid`` for a line that is too long, or for more
        of them than minutes show."""
        lines = [line.strip(" -*\u2022\t") for line in raw.values.get("decisions", "").splitlines()]
        decisions = tuple(checked(line, Kind.DECISION, "decisions") for line in lines if line)
        if len(decisions) > MOST_DECISIONS:
            said = f"These are {len(decisions)} lines, at most {MOST_DECISIONS} fit. Keep what counts, link to the rest"
            raise Invalid({"decisions": said})
        chosen = (each.strip() for each in raw.values.get("present", "").split(","))
        return cls(read_value(raw.hidden, VERB)[0], decisions, tuple(int(each) for each in chosen if each.isdecimal()))


def read_programme(raw: Raw, asker: Asker) -> str:
    """A chosen programme's id, from a button."""
    return raw.value.strip()


def checked(words: str, kind: Kind, field: str) -> str:
    """Words that are there and fit on one line. Raises ``Invalid`` naming ``field``."""
    said = " ".join(words.split())
    if not said:
        example = EXAMPLES.get(kind, EXAMPLES[Kind.AGENDA])
        raise Invalid({field: f"This is empty. Say it in a line, for example: {example}"})
    if len(said) > LONGEST:
        raise Invalid(
            {field: f"This has {len(said):,} characters, at most {LONGEST} fit. Keep the point, link to the rest"}
        )
    return said
