"""The six formulas of service level. Which one is meant is part of the target: they differ by five points on one day.

Letters as published: A answered, B abandoned, t within the threshold, s short abandons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from handlers.metrics.figures import MISSING, Figure


class Formula(StrEnum):
    """How abandoned contacts count in service level. F6 is our default."""

    F1 = "F1"
    F2 = "F2"
    F3 = "F3"
    F4 = "F4"
    F5 = "F5"
    F6 = "F6"


WORDS = {
    Formula.F1: "(answered + abandoned within t) / (answered + abandoned)",
    Formula.F2: "answered within t / answered",
    Formula.F3: "answered within t / (answered + abandoned)",
    Formula.F4: "answered within t / (answered + abandoned after t)",
    Formula.F5: "(answered within t + short abandons) / (answered + abandoned)",
    Formula.F6: "answered within t / (answered + abandoned - short abandons)",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Contacts of one period. None is missing. ``abandoned_after`` is derived when the other two are there."""

    answered: Decimal | None = None
    answered_within: Decimal | None = None
    abandoned: Decimal | None = None
    abandoned_within: Decimal | None = None
    short_abandons: Decimal | None = None
    abandoned_after: Decimal | None = None

    @property
    def late_abandons(self) -> Decimal | None:
        """Abandoned after the threshold."""
        if self.abandoned_after is not None:
            return self.abandoned_after
        return _plus(self.abandoned, _minus(self.abandoned_within))


def service_level(formula: Formula, counts: Counts) -> Figure:
    """Service level in percent with its numerator and denominator; missing if a count that the formula needs is
    missing.
    """
    numerator, denominator = _parts(formula, counts)
    if numerator is None or denominator is None or denominator <= 0:
        return MISSING
    return Figure(numerator, denominator, 100 * numerator / denominator)


def _parts(formula: Formula, counts: Counts) -> tuple[Decimal | None, Decimal | None]:
    everybody = _plus(counts.answered, counts.abandoned)
    parts = {
        Formula.F1: (_plus(counts.answered_within, counts.abandoned_within), everybody),
        Formula.F2: (counts.answered_within, counts.answered),
        Formula.F3: (counts.answered_within, everybody),
        Formula.F4: (counts.answered_within, _plus(counts.answered, counts.late_abandons)),
        Formula.F5: (_plus(counts.answered_within, counts.short_abandons), everybody),
        Formula.F6: (counts.answered_within, _plus(everybody, _minus(counts.short_abandons))),
    }
    return parts[formula]


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _minus(one: Decimal | None) -> Decimal | None:
    return None if one is None else -one


@dataclass(frozen=True, slots=True)
class ServiceLevelDefinition:
    """Formula, threshold and short-abandon limit (both in seconds): together they name a series."""

    formula: Formula = Formula.F6
    seconds: int = 20
    short_seconds: int | None = None

    def __str__(self) -> str:
        short = f", short abandons under {self.short_seconds} s" if self.short_seconds is not None else ""
        return f"{self.formula} within {self.seconds} s{short}"


_WORDS: Mapping[Formula, str] = {
    Formula.F1: "answered or abandoned within {t} s, of all answered and abandoned",
    Formula.F2: "answered within {t} s, of all answered",
    Formula.F3: "answered within {t} s, of all answered and abandoned",
    Formula.F4: "answered within {t} s, of all answered and those abandoned after {t} s",
    Formula.F5: "answered within {t} s or abandoned {early}, of all answered and abandoned",
    Formula.F6: "answered within {t} s, of all answered and abandoned, leaving out who gave up {early}",
}


def spoken(definition: str) -> str:
    """How a metric is computed, for people: "F2 within 60 s" is "answered within 60 s, of all answered". A definition that is
    not one of service level is in words already and stays."""
    try:
        read = parse_definition(definition)
    except ValueError:
        return definition
    early = "early" if read.short_seconds is None else f"within {read.short_seconds} s"
    return _WORDS[read.formula].format(t=read.seconds, early=early)


_WRITTEN = re.compile(r"(F[1-6]) within (\d+) s(?:, short abandons under (\d+) s)?")


def parse_definition(text: str) -> ServiceLevelDefinition:
    """Read what ``str(definition)`` wrote, such as "F2 within 60 s". Raises ``ValueError`` naming what was read."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        raise ValueError(f"service-level definition: {text!r} cannot be read; write it like 'F2 within 60 s'")
    short = written[3]
    return ServiceLevelDefinition(Formula(written[1]), int(written[2]), int(short) if short else None)
