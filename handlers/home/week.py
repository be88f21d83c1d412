"""How a programme's newest week of figures stands against its targets, for all programmes at once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from handlers.calendar import Pattern, zone
from handlers.metrics.followed import MONTH_DAYS, series_of, until
from handlers.metrics.keeping import catalogue
from handlers.metrics.ledger import WEEK_DAYS
from handlers.metrics.metric import Direction, Metric, Target
from handlers.metrics.rules import Standing, Step, margin, status
from handlers.metrics.score import Score, first_asked, score_of
from handlers.metrics.weeks import WEEK, last_complete, newest_due
from storage.metrics import Reading
from storage.overview_rows import FigureRow, ProgrammeRow


@dataclass(frozen=True, slots=True)
class Week:
    """The week that starts on ``monday``, and how its figures stand."""

    monday: date
    score: Score


SURELY_ASKED = timedelta(days=8)
"""Figures are asked for every week: within this time from its beginning a programme was asked, whatever the clocks did."""


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

    def asked_from(self, row: ProgrammeRow) -> date | None:
        """The day on which the programme's figures are asked for the first time; None once they were."""
        if self._now - row.created_at > SURELY_ASKED:
            return None
        return first_asked(row.created_at, self._now, Pattern.parse(row.figures_wall), zone(row.zone))

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
    """The covered week of each programme by its id. With the whole history in ``rows`` it is judged as in a digest; with the
    weeks of ``Weeks.span`` alone, by these."""
    tracked: dict[int, dict[int, list[FigureRow]]] = defaultdict(lambda: defaultdict(list))
    mondays: dict[int, set[date]] = defaultdict(set)
    for row in rows:
        tracked[row.programme_id][row.tracked_id].append(row)
        if row.period_start is not None and row.period_days is not None and row.period_days < MONTH_DAYS:
            mondays[row.programme_id].add(row.period_start - timedelta(days=row.period_start.weekday()))
    return {
        each.programme_id: _week(
            tracked[each.programme_id], weeks.covered(each, mondays[each.programme_id]), weeks.asked_from(each)
        )
        for each in programmes
    }


def _week(tracked: Mapping[int, Sequence[FigureRow]], monday: date, asked_from: date | None) -> Week:
    metrics = catalogue().metrics
    known = [(metrics[rows[0].metric], rows) for rows in tracked.values() if rows[0].metric in metrics]
    return Week(monday, score_of((_standing(metric, rows, monday) for metric, rows in known), asked_from))


def _standing(metric: Metric, rows: Sequence[FigureRow], monday: date) -> tuple[Standing, bool]:
    """Where a metric stands in the week, and whether it has a target there: judged as a digest of that week judges it."""
    if len(rows) == 1 and rows[0].period_start == monday and rows[0].period_days == WEEK_DAYS:
        return _alone(metric, rows[0], monday)
    by_id = {row.figure_id: row for row in rows if row.figure_id is not None}
    figures = sorted(by_id.values(), key=lambda row: (_start(row), row.figure_id or 0))
    whole = series_of(metric, [_reading(row) for row in figures])[0]
    agreed = {row.target_id: row for row in rows if row.target_id is not None}
    targets = sorted(agreed.values(), key=lambda row: (_from(row), row.target_id or 0))
    found = status(until(whole, monday), lambda start: _target(metric, targets, start, whole.step))
    if found is None:
        return Standing.NO_DATA, _target(metric, targets, monday, whole.step) is not None
    return found.standing, found.target is not None


def _alone(metric: Metric, only: FigureRow, monday: date) -> tuple[Standing, bool]:
    """The same where nothing but the week is known, which is most often so: there is nothing to add up or to replay."""
    target = _target(metric, () if only.target_id is None else (only,), monday, Step.WEEK)
    if only.value is None:
        return Standing.NO_DATA, target is not None
    if target is None:
        return Standing.NO_TARGET, False
    met = margin(metric, float(only.value), target) >= 0
    return (Standing.ON_TARGET if met else Standing.OFF_TARGET), True


def _target(metric: Metric, by_day: Sequence[FigureRow], start: date, step: Step) -> Target | None:
    """The target in force when a period began, or the first one agreed during it; None without any."""
    in_force = [row for row in by_day if _from(row) <= start]
    end = start + (WEEK if step is Step.WEEK else timedelta(days=MONTH_DAYS))
    found = in_force[-1] if in_force else next((row for row in by_day if _from(row) < end), None)
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
