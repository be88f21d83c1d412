"""Status without flapping: two states on the four-week ratio with a quarter of a spread of hysteresis; no data is
grey.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from handlers.metrics.baseline import BASELINE_PERIODS, FEWEST_BASELINE, material_gap, spread
from handlers.metrics.metric import Metric, Target
from handlers.metrics.series import Point, Series, Step, combined

HYSTERESIS = 0.25
STATUS_PERIODS = {Step.WEEK: 4, Step.MONTH: 1}
"""A month already holds four weeks."""
ARROW_PERIODS = 4
FEWEST_FOR_ARROW = 3

TargetAt = Callable[[date], Target | None]
"""The target in force for the period that starts on a date: old periods keep the old target."""
Arrow = Literal["up", "down", "flat", ""]


class Standing(StrEnum):
    """Against the target. Watch and declining are added elsewhere, for internal readers only."""

    ON_TARGET = "on target"
    OFF_TARGET = "off target"
    NO_DATA = "no data"
    NO_TARGET = "no target"


@dataclass(frozen=True, slots=True)
class Status:
    """Where a series stands after one period: ``value`` is the four-week ratio; ``early`` until eight weeks exist."""

    standing: Standing
    start: date
    value: float | None = None
    target: Target | None = None
    early: bool = False

    @property
    def word(self) -> str:
        """The status in words: "On target (early)"."""
        return self.standing.value.capitalize() + (" (early)" if self.early else "")


def always(target: Target | None) -> TargetAt:
    """A target that never changed."""
    return lambda _start: target


def status(series: Series, target_at: TargetAt) -> Status | None:
    """The status after the last period; None for an empty series. It is the end of ``status_history``, found from behind: one
    looks back only while a value stands so near its target that what was held before decides."""
    if not series.points:
        return None
    last = len(series.points) - 1
    target, rooms = target_at(series.points[last].start), _RoomsBack(series)
    latest = _status(series, last, target, None, rooms)
    held = latest.standing
    if not _is_open(series.metric, latest, rooms):
        return latest
    for number in range(last - 1, -1, -1):
        if target_at(series.points[number].start) != target:
            break
        rooms.go_to(number)
        before = _status(series, number, target, None, rooms)
        if before.standing in (Standing.ON_TARGET, Standing.OFF_TARGET):
            held = before.standing
            if not _is_open(series.metric, before, rooms):
                break
    return replace(latest, standing=held)


def _is_open(metric: Metric, found: Status, rooms: _Rooms | _RoomsBack) -> bool:
    """Whether the status before decides, not the value."""
    if found.target is None or found.value is None or found.early:
        return False
    return rooms.room > 0 and abs(margin(metric, found.value, found.target)) <= rooms.room


def status_history(series: Series, target_at: TargetAt) -> tuple[Status, ...]:
    """The status after each period, replayed from the start, so that an earlier status never changes afterwards.

    A period without data is grey whatever the weeks before it were; the state survives it for the hysteresis.
    """
    history: list[Status] = []
    held: Standing | None = None
    before: Target | None = None
    rooms = _Rooms(series.metric)
    for number, point in enumerate(series.points):
        target = target_at(point.start)
        if target != before:
            held, before = None, target
        rooms.see(point)
        current = _status(series, number, target, held, rooms)
        if current.standing in (Standing.ON_TARGET, Standing.OFF_TARGET):
            held = current.standing
        history.append(current)
    return tuple(history)


class _Rooms:
    """The room for hysteresis after each period. It rests on the first twelve reports: computed once for each number
    of them, for a replay of years would otherwise spend most of its time here."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        self._first: list[Point] = []
        self._room: float | None = None
        self.reports = 0

    def see(self, point: Point) -> None:
        """The next period."""
        if point.usable is None:
            return
        self.reports += 1
        if self.reports <= BASELINE_PERIODS:
            self._first.append(point)
            self._room = None

    @property
    def room(self) -> float:
        """A quarter of a spread; needs two reports."""
        if self._room is None:
            self._room = HYSTERESIS * spread(self._metric, self._first)
        return self._room


class _RoomsBack:
    """The same room, asked for from the last period backwards."""

    def __init__(self, series: Series) -> None:
        self._metric = series.metric
        self._first = [point for point in series.points if point.usable is not None]
        self._points = series.points
        self._at = len(series.points) - 1
        self._known: dict[int, float] = {}
        self.reports = len(self._first)

    def go_to(self, number: int) -> None:
        """The period before, or the one it stands at."""
        if number < self._at and self._points[self._at].usable is not None:
            self.reports -= 1
        self._at = number

    @property
    def room(self) -> float:
        """A quarter of a spread of the first reports up to there."""
        counted = min(self.reports, BASELINE_PERIODS)
        if counted not in self._known:
            self._known[counted] = HYSTERESIS * spread(self._metric, self._first[:counted])
        return self._known[counted]


def _status(
    series: Series, number: int, target: Target | None, held: Standing | None, rooms: _Rooms | _RoomsBack
) -> Status:
    point = series.points[number]
    if point.usable is None:
        return Status(Standing.NO_DATA, point.start, target=target)
    window = series.points[max(0, number + 1 - STATUS_PERIODS[series.step]) : number + 1]
    value = combined(series.metric, [each for each in window if each.usable is not None])
    early = rooms.reports < FEWEST_BASELINE
    if target is None or value is None:
        return Status(Standing.NO_TARGET, point.start, value, target, early)
    room = 0.0 if early else rooms.room
    standing = _standing(margin(series.metric, value, target), room, held)
    return Status(standing, point.start, value, target, early)


def _standing(distance: float, room: float, held: Standing | None) -> Standing:
    if held is not None and -room <= distance <= room and room > 0:
        return held
    return Standing.ON_TARGET if distance >= 0 else Standing.OFF_TARGET


def margin(metric: Metric, value: float, target: Target) -> float:
    """How far a value is on the good side of its target, in the display unit; negative is the bad side."""
    if target.low is not None and target.high is not None:
        return min(value - float(target.low), float(target.high) - value)
    if target.at is None or metric.direction.value == "band":
        raise ValueError(f"{metric.name}: a band metric needs a target with a low and a high end")
    distance = value - float(target.at)
    return distance if metric.direction.value == "up" else -distance


def arrow(series: Series) -> Arrow:
    """Which way the last period moved against the mean of up to four reported periods before it; "" when it cannot be
    said.

    It moves only when the change exceeds what chance usually makes, s * sqrt(1 + 1/k), and the materiality floor. The
    arrow shows the value's direction; whether that is good, the status says.
    """
    if not series.points or series.points[-1].usable is None:
        return ""
    latest = series.points[-1].usable
    known: Sequence[Point] = series.reported[:-1]
    if len(known) < FEWEST_FOR_ARROW:
        return ""
    previous = [point.value for point in known[-ARROW_PERIODS:] if point.value is not None]
    usual = statistics.fmean(previous)
    noise = spread(series.metric, known[:BASELINE_PERIODS]) * math.sqrt(1 + 1 / len(previous))
    if abs(latest - usual) <= max(noise, material_gap(series.metric, usual)):
        return "flat"
    return "up" if latest > usual else "down"
