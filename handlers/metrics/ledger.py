"""A programme's figures in force, and how one more is added: corrections are kept beside what they replace."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from handlers.metrics.figures import Figure as Measured
from handlers.metrics.metric import Metric
from handlers.metrics.values import rounded
from storage.models.metrics import Figure
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

WEEK_DAYS = 7
LONGEST_PERIOD = timedelta(days=31)
"""A month: the longest period a figure is kept for, and so how far an overlap can reach."""
LONGEST_DIGITS = 30
"""A quotient of counts has endless digits; the column keeps forty characters of text."""

Key = tuple[str, str, str, date, int]


class Overlap(ValueError):
    """A figure of another grain covers the same contacts; both would be counted. The message says which and the way
    out.
    """


@dataclass(frozen=True, slots=True)
class Given:
    """A figure somebody gives. ``definition`` names the formula; with another one it is another series."""

    metric: Metric
    definition: str
    measured: Measured
    period_start: date
    period_days: int = WEEK_DAYS
    queue: str = ""

    @property
    def key(self) -> Key:
        """What makes it the same figure."""
        return self.metric.id, self.definition, self.queue, self.period_start, self.period_days


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from: ``how`` is "reply", "form", "command" or "import"; ``origin`` the message, or the file
    and its row."""

    how: str
    origin: str = ""
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a figure; ``before`` is what it replaced."""

    state: Literal["added", "changed", "unchanged"]
    row: Figure
    before: Figure | None = None


class Ledger:
    """A programme's figures in force within some days, so that many can be kept after one look."""

    def __init__(self, uow: UnitOfWork, programme: Programme, first: date, last: date) -> None:
        assert programme.id is not None
        self._uow = uow
        self.programme = programme
        self._rows: dict[Key, Figure] = {}
        self._by_series: dict[tuple[str, str], list[Figure]] = defaultdict(list)
        for row in uow.metrics.between(programme.id, first - LONGEST_PERIOD, last + LONGEST_PERIOD):
            self._remember(row)

    def keep(self, given: Given, source: Source, now: datetime) -> Kept:
        """Keep one figure; the one it corrects stays, superseded. Raises ``Overlap``."""
        before = self._rows.get(given.key)
        if before is not None and _says_the_same(before, given):
            return Kept("unchanged", before)
        self._refuse_overlap(given)
        row = self._uow.metrics.add(_row(self.programme, given, source, now))
        if before is not None:
            self._uow.metrics.supersede(before, row, now)
            self._by_series[before.metric, before.definition].remove(before)
        self._remember(row)
        return Kept("added" if before is None else "changed", row, before)

    def _remember(self, row: Figure) -> None:
        self._rows[_key(row)] = row
        self._by_series[row.metric, row.definition].append(row)

    def _refuse_overlap(self, given: Given) -> None:
        end = given.period_start + timedelta(days=given.period_days)
        for row in self._by_series[given.metric.id, given.definition]:
            same_time = row.period_start < end and given.period_start < row.period_start + timedelta(row.period_days)
            same_place = row.queue == given.queue or not row.queue or not given.queue
            if same_time and same_place and _key(row) != given.key:
                raise Overlap(
                    f"{given.metric.name}: {_grain(row.period_start, row.period_days, row.queue)} is kept already and "
                    f"covers the same contacts as {_grain(given.period_start, given.period_days, given.queue)}; "
                    "give figures of one length and one set of queues"
                )


def _row(programme: Programme, given: Given, source: Source, now: datetime) -> Figure:
    assert programme.id is not None
    return Figure(
        programme_id=programme.id,
        queue=given.queue,
        metric=given.metric.id,
        definition=given.definition,
        period_start=given.period_start,
        period_days=given.period_days,
        numerator=_storable(given.measured.numerator),
        denominator=_storable(given.measured.denominator),
        value=_storable(given.measured.value),
        how=source.how,
        origin=source.origin,
        reported_by=source.person_id,
        reported_at=now,
    )


def _storable(number: Decimal | None) -> Decimal | None:
    if number is None or len(str(number)) <= LONGEST_DIGITS:
        return number
    return rounded(number, 12).normalize()


def _key(row: Figure) -> Key:
    return row.metric, row.definition, row.queue, row.period_start, row.period_days


def _says_the_same(row: Figure, given: Given) -> bool:
    """Whether a given figure is what is kept already. A bare value agrees with counts that round to it."""
    value, old = given.measured.value, row.value
    if value is None or old is None:
        return value is old
    if given.measured.denominator is None and row.denominator is not None:
        digits = -int(value.normalize().as_tuple().exponent)
        return rounded(old, max(digits, 0)) == value
    parts = (_storable(given.measured.numerator), _storable(given.measured.denominator), _storable(value))
    return parts == (row.numerator, row.denominator, old)


def _grain(start: date, days: int, queue: str) -> str:
    length = {1: "the day", WEEK_DAYS: "the week of"}.get(days, f"the {days} days from")
    return f"{length} {start.isoformat()}" + (f" ({queue})" if queue else "")
