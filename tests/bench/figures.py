"""One measured figure, as a JSON line and as a line of the table."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``goal`` is what ``value`` (or, with ``by_ratio``, ``value / baseline``) must not exceed; None: only reported.

    ``least`` turns the goal round: then it must be reached from below. ``valid`` False (some requests failed) never
    reaches a goal.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    baseline: float | None = None
    by_ratio: bool = False
    least: bool = False
    valid: bool = True

    @property
    def ratio(self) -> float | None:
        """How many times the baseline; None without one."""
        return None if not self.baseline else self.value / self.baseline

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.goal is None:
            return None
        measured = self.ratio if self.by_ratio else self.value
        if measured is None or not self.valid:
            return False
        return measured >= self.goal if self.least else measured <= self.goal

    def line(self) -> str:
        """One JSON object. A goal on the ratio is written as the value it allows in this run."""
        goal = self.goal
        if goal is not None and self.by_ratio:
            goal = round(goal * (self.baseline or 0), 3)
        shown = {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "goal": goal,
            "reached": self.reached,
            "baseline": None if self.baseline is None else round(self.baseline, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
        }
        return json.dumps(shown)


def table(figures: Sequence[Figure]) -> str:
    """The figures for people."""
    rows: list[tuple[str, ...]] = [("", "name", "value", "unit", "goal", "baseline", "ratio")]
    rows += [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    mark = {None: " ", True: "+", False: "!"}[figure.reached]
    goal = "" if figure.goal is None else f"{'>=' if figure.least else '<='} {figure.goal:g}"
    if figure.by_ratio:
        goal += " x baseline"
    baseline = "" if figure.baseline is None else f"{figure.baseline:.1f}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return mark, figure.name, f"{figure.value:.1f}", figure.unit, goal, baseline, ratio


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of the values do not exceed. Raises ValueError on none."""
    if not values:
        raise ValueError("values: there are none, so no percentile; was everything refused?")
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 10_000) * len(ordered) // 10_000) - 1)]


def median(values: Sequence[float]) -> float:
    """The median of repeats."""
    return statistics.median(values)
