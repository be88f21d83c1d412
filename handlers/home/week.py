"""How a programme's newest week of figures stands against its targets, for all programmes at once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from handlers.calendar import Pattern, zone
from handlers.metrics.followed import MONTH_DAYS, series_of
from handlers.metrics.keeping import catalogue
from handlers.metrics.ledger import WEEK_DAYS
from handlers.metrics.metric import Direction, Metric, Target
from handlers.metrics.rules import Step, margin
from handlers.metrics.series import following
from handlers.metrics.weeks import WEEK, last_complete, newest_due
from storage.metrics import Reading
from storage.overview_rows import FigureRow, ProgrammeRow


@dataclass(frozen=True, slots=True)
class Week:
    """The figures of the week that starts on ``monday``: of ``expected`` key metrics ``received`` have one; of those
    ``judged`` have a target, and ``met`` meet it in that week alone."""

    monday: date
    expected: int
    received: int
    judged: int
    met: int

    @property
    def missing(self) -> int:
        """How many figures are not there. Missing is neither good nor bad."""
        return self.expected - self.received

    @property
    def missed(self) -> int:
        """How many targets were not met."""
        return self.judged - self.met


class Weeks:
    """Which weeks are asked about at one moment. Zones and patterns repeat over the programmes, so each is worked out once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._complete: dict[str, date] = {}
        self._due: dict[tuple[str, str, str], date] = {}

    def complete(self, anchor: str) -> date:
        """The Monday of the newest week that is over in the anchor zone."""
        if anchor not in self._complete:
            self._complete[anchor] = last_complete(self._now, zone(anchor))
        return self._complete[anchor]

    def due(self, row: ProgrammeRow) -> date:
        """The Monday of the newest week whose figures were due."""
        key = row.figures_wall, row.zone, row.anchor_zone
        if key not in self._due:
            pattern = Pattern.parse(row.figures_wall)
            self._due[key] = newest_due(self._now, pattern, zone(row.zone), zone(row.anchor_zone))
        return self._due[key]

    def covered(self, row: ProgrammeRow, mondays: set[date]) -> date:
        """The newest complete week that has any figure, and never an older one than the newest that was due: what a digest
        sent now would be about. ``mondays`` are the weeks with figures."""
        newest = self.complete(row.anchor_zone)
        return newest if newest in mondays else self.due(row)

    def span(self, programmes: Sequence[ProgrammeRow]) -> tuple[date, date]:
        """The days between which the periods asked about begin: the first included, the last excluded. Once the figures of
        the newest week were due everywhere, it is that week alone. Needs a programme."""
        return min(map(self.due, programmes)), max(self.complete(row.anchor_zone) for row in programmes) + WEEK


def weeks_of(programmes: Sequence[ProgrammeRow], rows: Iterable[FigureRow], weeks: Weeks) -> Mapping[int, Week]:
    """The covered week of each programme by its id."""
    tracked: dict[int, dict[int, list[FigureRow]]] = defaultdict(lambda: defaultdict(list))
    mondays: dict[int, set[date]] = defaultdict(set)
    for row in rows:
        tracked[row.programme_id][row.tracked_id].append(row)
        if row.period_start is not None and row.period_days is not None and row.period_days < MONTH_DAYS:
            mondays[row.programme_id].add(row.period_start - timedelta(days=row.period_start.weekday()))
    return {
        each.programme_id: _week(tracked[each.programme_id], weeks.covered(each, mondays[each.programme_id]))
        for each in programmes
    }


def _week(tracked: Mapping[int, Sequence[FigureRow]], monday: date) -> Week:
    metrics = catalogue().metrics
    known = [(metrics[rows[0].metric], rows) for rows in tracked.values() if rows[0].metric in metrics]
    received = judged = met = 0
    for metric, rows in known:
        value, start = _value(metric, rows, monday)
        target = _target(metric, rows, start)
        received += value is not None
        if value is not None and target is not None:
            judged += 1
            met += margin(metric, value, target) >= 0
    return Week(monday, len(known), received, judged, met)


def _value(metric: Metric, rows: Sequence[FigureRow], monday: date) -> tuple[float | None, date]:
    """The week's value, or that of the newest month that was over by then; None where nothing usable was reported. Also
    the start of its period."""
    only = rows[0]
    if len(rows) == 1 and only.period_start == monday and only.period_days == WEEK_DAYS:
        return (None if only.value is None else float(only.value)), monday
    by_id = {row.figure_id: row for row in rows if row.figure_id is not None}
    figures = sorted(by_id.values(), key=lambda row: (_start(row), row.figure_id or 0))
    week = [row for row in figures if monday <= _start(row) < monday + WEEK and row.period_days == WEEK_DAYS]
    monthly = bool(figures) and (figures[-1].period_days or 0) >= MONTH_DAYS
    if len(week) == 1 and not monthly and _alone(week[0], figures, monday):
        return (None if week[0].value is None else float(week[0].value)), monday
    points = series_of(metric, [_reading(row) for row in figures])[0].points
    over = monday + WEEK
    if monthly:
        points = tuple(point for point in points if following(point.start, Step.MONTH) <= over)[-1:]
    found = next((point for point in points if monthly or point.start == monday), None)
    return (None, monday) if found is None else (found.usable, found.start)


def _alone(only: FigureRow, figures: Sequence[FigureRow], monday: date) -> bool:
    """Whether nothing else was reported for the week, so that there is nothing to add up."""
    return not any(row is not only and monday <= _start(row) < monday + WEEK for row in figures)


def _target(metric: Metric, rows: Sequence[FigureRow], start: date) -> Target | None:
    """The target in force when a period began, or the first one agreed during it; None without any."""
    agreed = {row.target_id: row for row in rows if row.target_id is not None}
    by_day = sorted(agreed.values(), key=lambda row: (_from(row), row.target_id or 0))
    in_force = [row for row in by_day if _from(row) <= start]
    found = in_force[-1] if in_force else next((row for row in by_day if _from(row) < start + WEEK), None)
    if found is None or found.target is None:
        return None
    if metric.direction is not Direction.BAND:
        return Target(at=found.target)
    if found.minimum is None or found.minimum == found.target:
        return None
    low, high = sorted((found.minimum, found.target))
    return Target(low=low, high=high)


def _start(row: FigureRow) -> date:
    return row.period_start or date.max


def _from(row: FigureRow) -> date:
    return row.effective_from or date.max


def _reading(row: FigureRow) -> Reading:
    numerator, denominator, value = (
        None if number is None else Decimal(number) for number in (row.numerator, row.denominator, row.value)
    )
    return Reading(
        row.figure_id or 0,
        row.programme_id,
        row.metric,
        "",
        row.queue or "",
        _start(row),
        row.period_days or WEEK_DAYS,
        numerator,
        denominator,
        value,
    )
