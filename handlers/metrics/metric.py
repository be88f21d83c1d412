"""What a metric is: its unit, direction and how its figures add up. Standard library only, so that rules stay light."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """What a value is shown in. All stored values are in this unit: 83.9 for 83.9 %, 385 for 6:25."""

    PERCENT = "percent"
    SECONDS = "seconds"
    COUNT = "count"
    PER_THOUSAND = "per_thousand"
    MONEY = "money"
    SCORE = "score"


class Direction(StrEnum):
    """Which way is better. A band is good between two limits and bad on both sides."""

    UP = "up"
    DOWN = "down"
    BAND = "band"


class Aggregation(StrEnum):
    """How figures of several periods or queues become one."""

    RATIO = "ratio"
    """Sum of numerators over sum of denominators, times the scale."""
    MEAN = "mean"
    """Sum over count: the same arithmetic, where the numerator is a sum of durations, scores or money."""
    SUM = "sum"
    """Plain counts."""
    MAX = "max"
    """The largest value: longest wait."""
    NONE = "none"
    """Cannot be re-aggregated: medians, percentiles."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target in the metric's display unit: ``at`` for up and down, ``low`` and ``high`` for a band."""

    at: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.at is None) == (self.low is None or self.high is None):
            raise ValueError(
                f"Target: give either one value or both ends of a band, got {self.at}, {self.low}, {self.high}"
            )
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"Target: the low end {self.low} must be under the high end {self.high}")


@dataclass(frozen=True, slots=True)
class TargetHint:
    """What is typical elsewhere, with its source; shown as a hint, never applied: the contract's own number rules."""

    target: Target | None
    source: str


_SCALES = {Unit.PERCENT: 100, Unit.PER_THOUSAND: 1000}


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of the catalogue.

    ``lowest`` and ``highest`` bound what a value can be at all. ``ask_below`` (seconds) is where a bare number is too
    small to be believed and the person is asked whether minutes were meant. ``watched_only``: followed without
    consequence.
    """

    id: str
    name: str
    unit: Unit
    direction: Direction
    aggregation: Aggregation
    short: str = ""
    synonyms: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    definition: str = ""
    decimals: int = 1
    scale: Decimal | None = None
    lowest: Decimal | None = Decimal(0)
    highest: Decimal | None = None
    ask_below: Decimal | None = None
    hint: TargetHint | None = None
    key_by_default: bool = False
    watched_only: bool = False

    @property
    def factor(self) -> Decimal:
        """What numerator / denominator is multiplied by to reach the display unit."""
        return self.scale if self.scale is not None else Decimal(_SCALES.get(self.unit, 1))

    @property
    def materiality(self) -> Decimal | None:
        """The smallest gap worth a word: 0.5 points for percentages; None means 2 % of the baseline mean."""
        return Decimal("0.5") if self.unit is Unit.PERCENT else None
