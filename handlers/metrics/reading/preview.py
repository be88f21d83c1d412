"""What an import would do, before it does anything: the mapping, the observations, and every refusal with its
reason.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from handlers.metrics.formulas import ServiceLevelDefinition
from handlers.metrics.numbers import Mark
from handlers.metrics.reading.dates import Order
from handlers.metrics.reading.table import ColumnRefusal, RowRefusal

SHOWN = 12
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "|"}
_PERIODS = {1: "day", 7: "week, Monday to Sunday"}


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a person has said about the file; it wins over what the file suggests.

    ``service_level`` fixes formula and threshold. ``order`` settles day/month. ``clock`` says what "4:12" is in
    duration columns.
    """

    provider_name: str = ""
    provider_code: str | None = None
    queue: str | None = None
    service_level: ServiceLevelDefinition | None = None
    order: Order | None = None
    mark: Mark | None = None
    clock: Literal["minutes", "hours"] | None = None
    bare_durations: Literal["s", "ms"] | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure as it would be stored. The key is everything but numerator, denominator, value and row.

    ``value`` is in the metric's display unit; numerator and denominator are None for an unweighted value. ``row`` is
    the line of the file (the first one, where intervals or calls were added up to a day).
    """

    provider_name: str
    provider_code: str | None
    queue: str | None
    metric_id: str
    definition: str
    period_start: date
    period_days: int
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal
    row: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The dry run. ``questions`` must be answered (through ``Defaults``) before anything may be imported."""

    encoding: str
    delimiter: str
    mapping: tuple[tuple[str, str], ...]
    observations: tuple[Observation, ...]
    rows_refused: tuple[RowRefusal, ...] = ()
    columns_refused: tuple[ColumnRefusal, ...] = ()
    columns_ignored: tuple[ColumnRefusal, ...] = ()
    questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Something would be imported and nothing is left to ask."""
        return bool(self.observations) and not self.questions

    def lines(self) -> list[str]:
        """The preview as text for a terminal."""
        return [
            f"Read as {self.encoding}, cells divided by {_DELIMITERS.get(self.delimiter, self.delimiter)}.",
            *(f"{column!r} is {meaning}" for column, meaning in self.mapping),
            *_section("Refused columns:", _column_lines(self.columns_refused)),
            *_section("Columns left out:", _column_lines(self.columns_ignored)),
            *_section("Refused rows:", _row_lines(self.rows_refused)),
            *_section("Notes:", list(self.notes)),
            *_section("Please say first:", list(self.questions)),
            *self._would_import(),
        ]

    def _would_import(self) -> list[str]:
        if not self.observations:
            return ["Nothing would be imported."]
        kinds = Counter((each.metric_id, each.definition, each.period_days) for each in self.observations)
        first = min(each.period_start for each in self.observations)
        last = max(each.period_start for each in self.observations)
        providers = len({(each.provider_name, each.provider_code) for each in self.observations})
        head = f"Would import {len(self.observations):,} figures of {providers} provider{'s' if providers > 1 else ''}"
        periods = _per_kind(kinds)
        return [f"{head}, periods starting {first} to {last}:", *(f"  {line}" for line in periods)]


def _per_kind(kinds: Counter[tuple[str, str, int]]) -> list[str]:
    return [
        f"{metric_id} ({definition}), each a {period_words(days)}: {count:,}"
        for (metric_id, definition, days), count in sorted(_by_period(kinds).items())
    ]


def _by_period(kinds: Counter[tuple[str, str, int]]) -> Counter[tuple[str, str, int]]:
    """Months of 28 to 31 days are one kind of period."""
    merged: Counter[tuple[str, str, int]] = Counter()
    for (metric_id, definition, days), count in kinds.items():
        merged[metric_id, definition, days if days in _PERIODS else 30] += count
    return merged


def period_words(days: int) -> str:
    """ "day", "week, Monday to Sunday" or "month"."""
    return _PERIODS.get(days, "month")


def _row_lines(refusals: tuple[RowRefusal, ...]) -> list[str]:
    """Rows refused for the same reason share a line, which names the first few."""
    reasons: dict[str, list[int]] = {}
    for refusal in refusals:
        reasons.setdefault(refusal.reason, []).append(refusal.row)
    return [f"{_rows(rows)}: {reason}" for reason, rows in reasons.items()]


def _column_lines(refusals: tuple[ColumnRefusal, ...]) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for refusal in refusals:
        reasons.setdefault(refusal.reason, []).append(repr(refusal.column))
    return [f"{', '.join(columns)}: {reason}" for reason, columns in reasons.items()]


def _rows(rows: list[int]) -> str:
    named = ", ".join(str(row) for row in rows[:5])
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return f"row{'s' if len(rows) > 1 else ''} {named}{more}"


def _section(title: str, rows: list[str]) -> list[str]:
    if not rows:
        return []
    more = [f"  … and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return [title, *(f"  {row}" for row in rows[:SHOWN]), *more]
