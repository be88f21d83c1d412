"""A column of numbers, shares or durations: how it is written is decided once for the column, never cell by cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from handlers.metrics.metric import Direction, Metric, Unit
from handlers.metrics.numbers import Mark, NotANumber, TwoReadings, is_missing, read_duration, read_number
from handlers.metrics.reading.columns import bare_name

Clock = Literal["minutes", "hours"]
BareUnit = Literal["s", "ms"]
LONGEST_IN_SECONDS = 3_600
"""A bare number above an hour as the mean of a contact is more likely milliseconds: asked, not guessed."""
BARE = "bare numbers were read as seconds"


class Said(Protocol):
    """What a person has said about durations; see ``Defaults``."""

    @property
    def clock(self) -> Clock | None:
        """What "4:12" is."""

    @property
    def bare_durations(self) -> BareUnit | None:
        """What a bare number is in."""


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """Values by place of the row (None is missing), problems by place, a question about the whole column, a note."""

    values: tuple[Decimal | None, ...]
    problems: dict[int, str] = field(default_factory=dict)
    refusal: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Style:
    """How a column writes durations: what "4:12" is, what a bare number is multiplied by, its decimal mark."""

    two_parts: Clock | Literal["ask"]
    factor: Decimal
    mark: Mark | None


def decimal_mark(cells: Sequence[str], delimiter: str) -> Mark | None:
    """The decimal mark of a file, from all its cells: a comma before other than three digits is decimal."""
    comma = sum(bool(re.fullmatch(r"[+-]?\d+,(\d{1,2}|\d{4,})\s?%?", cell)) for cell in cells)
    point = sum(bool(re.fullmatch(r"[+-]?\d+\.(\d{1,2}|\d{4,})\s?%?", cell)) for cell in cells)
    if comma and not point:
        return ","
    if point and not comma:
        return "."
    return "." if delimiter == "," and not comma else None


def read_counts(cells: Sequence[str], mark: Mark | None) -> ReadColumn:
    """Counts: whole numbers, not negative."""
    values: list[Decimal | None] = []
    problems: dict[int, str] = {}
    for place, cell in enumerate(cells):
        value = _number(cell, mark, place, problems, three_digits="group")
        if value is not None and (value < 0 or value != value.to_integral_value()):
            problems[place] = f"{cell!r} is not a count"
            value = None
        values.append(value)
    return ReadColumn(tuple(values), problems)


def read_shares(cells: Sequence[str], mark: Mark | None, metric: Metric) -> ReadColumn:
    """Percentages written as 0-1, 0-100 or "81.20%"; a column wholly between 0 and 1 is asked where both are
    possible.
    """
    problems: dict[int, str] = {}
    values = [_number(cell.removesuffix("%").strip(), mark, place, problems) for place, cell in enumerate(cells)]
    known = [value for value in values if value is not None]
    as_written = any(cell.endswith("%") for cell in cells) or not known or max(known) > 1
    note = ""
    if not as_written and any(known):
        if metric.direction is not Direction.UP or max(known) == min(known) == 1:
            return ReadColumn((None,) * len(values), refusal=_share_question(max(known)))
        values = [None if value is None else 100 * value for value in values]
        note = "all values lie between 0 and 1 and were read as shares: 0.82 is 82 %"
    return ReadColumn(_bounded(values, metric, problems), problems, note=note)


def _share_question(largest: Decimal) -> str:
    either = f"{largest} % or {100 * largest:f} %"
    return f"ambiguous: no value exceeds {largest}, so {largest} may be {either}; write the % sign"


def read_durations(
    name: str, cells: Sequence[str], mark: Mark | None, clock: Clock | None, bare: BareUnit | None = None
) -> ReadColumn:
    """Durations in seconds. "4:12" needs the column's name ("mm:ss"), a three-part neighbour or ``clock`` to be
    read.
    """
    factor, note = _factor(name, cells, bare)
    refusal = ""
    style = _Style(clock or _clock_of(name, cells), factor, mark)
    problems: dict[int, str] = {}
    values: list[Decimal | None] = []
    try:
        for place, cell in enumerate(cells):
            values.append(_duration(cell, style, place, problems))
    except TwoReadings as problem:
        refusal = f"ambiguous: {problem}; say which, or name the column with (mm:ss) or (hh:mm)"
    if refusal:
        return ReadColumn((None,) * len(cells), refusal=refusal)
    return ReadColumn(tuple(values), problems, note=note)


def _clock_of(name: str, cells: Sequence[str]) -> Clock | Literal["ask"]:
    bare = bare_name(name)
    if re.search(r"\bh{1,2} mm$", bare):
        return "hours"
    minutes = re.search(r"\bm{1,2} ss$", bare) is not None
    beyond = any((read := re.fullmatch(r"(\d+):\d\d", cell)) and int(read[1]) > 23 for cell in cells)
    return "minutes" if minutes or beyond else "ask"


def _factor(name: str, cells: Sequence[str], bare: BareUnit | None) -> tuple[Decimal, str]:
    """What a bare number is multiplied by to become seconds; and a note where nothing but habit says so."""
    unit = re.search(r"\b(ms|msec|milliseconds|s|sec|secs|seconds|min|mins|minutes)$", bare_name(name))
    kind = _kind(unit[1]) if unit is not None else bare
    if kind is not None:
        return {"ms": Decimal("0.001"), "mi": Decimal(60), "s": Decimal(1)}[kind], ""
    return Decimal(1), BARE if any(re.fullmatch(r"\d*[1-9]\d*([.,]\d+)?", cell) for cell in cells) else ""


def _kind(unit: str) -> str:
    if unit in ("ms", "msec", "milliseconds"):
        return "ms"
    return "mi" if unit.startswith("min") else "s"


def _duration(cell: str, style: _Style, place: int, problems: dict[int, str]) -> Decimal | None:
    if is_missing(cell):
        return None
    try:
        clocked = read_duration(cell, two_parts=style.two_parts)
    except NotANumber as problem:
        problems[place] = str(problem)
        return None
    if clocked is not None:
        return clocked
    number = _number(cell, style.mark, place, problems)
    return None if number is None else number * style.factor


def read_values(name: str, cells: Sequence[str], metric: Metric, mark: Mark | None, said: Said) -> ReadColumn:
    """A column that holds a metric's own values, read by the metric's unit."""
    if metric.unit is Unit.PERCENT:
        return read_shares(cells, mark, metric)
    if metric.unit is Unit.SECONDS:
        return read_durations(name, cells, mark, said.clock, said.bare_durations)
    problems: dict[int, str] = {}
    values = [_number(cell.strip("$€£ "), mark, place, problems) for place, cell in enumerate(cells)]
    return ReadColumn(_bounded(values, metric, problems), problems)


def _bounded(values: Sequence[Decimal | None], metric: Metric, problems: dict[int, str]) -> tuple[Decimal | None, ...]:
    kept: list[Decimal | None] = []
    for place, value in enumerate(values):
        low = value is not None and metric.lowest is not None and value < metric.lowest
        high = value is not None and metric.highest is not None and value > metric.highest
        if low or high:
            problems[place] = f"{value} is outside {metric.lowest} to {metric.highest}"
        kept.append(None if low or high else value)
    return tuple(kept)


def _number(
    cell: str,
    mark: Mark | None,
    place: int,
    problems: dict[int, str],
    *,
    three_digits: Literal["group", "ask"] = "ask",
) -> Decimal | None:
    if is_missing(cell):
        return None
    try:
        return read_number(cell, mark=mark, three_digits=three_digits)
    except (NotANumber, TwoReadings) as problem:
        problems[place] = str(problem)
        return None
