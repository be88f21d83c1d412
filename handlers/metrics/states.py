"""How a key metric stands in a week: value, status, arrow, marks; as one row of a table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.metrics.followed import Followed
from handlers.metrics.metric import Metric, Target, Unit
from handlers.metrics.rules import Series, Standing, Status, Step, arrow, margin, status_history
from handlers.metrics.status import Arrow
from handlers.metrics.targets import target_text
from handlers.metrics.values import format_value
from handlers.vocabulary.outgoing import MetricRow, Tone
from storage.metrics import Reading

TONES = {
    Standing.ON_TARGET: Tone.GOOD,
    Standing.OFF_TARGET: Tone.BAD,
    Standing.NO_DATA: Tone.MISSING,
    Standing.NO_TARGET: Tone.PLAIN,
}


@dataclass(frozen=True, slots=True)
class State:
    """A key metric in the week that starts on ``week``. ``history`` holds the status after each period, the last one
    being this week's; ``series`` ends with this week. ``value`` is the period's own, None while missing."""

    followed: Followed
    week: date
    series: Series
    history: tuple[Status, ...]
    arrow: Arrow
    challenged: bool

    @property
    def metric(self) -> Metric:
        """What is measured."""
        return self.followed.metric

    @property
    def status(self) -> Status:
        """Where it stands now."""
        return self.history[-1] if self.history else Status(Standing.NO_DATA, self.week)

    @property
    def standing(self) -> Standing:
        """Against its target."""
        return self.status.standing

    @property
    def word(self) -> str:
        """The status in words; "early" belongs to a judgement only."""
        judged = self.standing in (Standing.ON_TARGET, Standing.OFF_TARGET)
        return self.status.word if judged else self.standing.value.capitalize()

    @property
    def value(self) -> float | None:
        """The period's own value."""
        return self.series.points[-1].usable if self.series.points else None

    @property
    def missing(self) -> bool:
        """Nothing was reported for the period."""
        return self.value is None

    @property
    def rows(self) -> Sequence[Reading]:
        """The readings behind the value."""
        return self.followed.rows.get(self.status.start, ())

    @property
    def target(self) -> Target | None:
        """What was agreed for the period."""
        return self.status.target if self.history else self.followed.target_at(self.week)

    @property
    def problem(self) -> str:
        """Why figures that were reported could not become one, in words that follow the metric's name; else ""."""
        return self.followed.problems.get(self.status.start, "")

    @property
    def shown(self) -> str:
        """The value in words."""
        return format_value(self.metric, self.value)

    @property
    def target_text(self) -> str:
        """The target in words, "" without one."""
        return target_text(self.metric, self.target)

    @property
    def contradicts(self) -> bool:
        """Whether the period alone stands on the other side of the target than the four weeks that decide."""
        if self.value is None or self.target is None:
            return False
        return (margin(self.metric, self.value, self.target) >= 0) != (self.standing is Standing.ON_TARGET)


def state_of(followed: Followed, week: date, challenged: frozenset[int] = frozenset()) -> State:
    """How a metric stands in a week."""
    series = followed.until(week)
    start = series.points[-1].start if series.points else week
    disputed = any(row.id in challenged for row in followed.rows.get(start, ()))
    return State(followed, week, series, status_history(series, followed.target_at), arrow(series), disputed)


def row_of(state: State, extra: str = "", *, word: str = "", tone: Tone | None = None) -> MetricRow:
    """The state as one row. ``word`` and ``tone`` replace the status where the reader may know more."""
    return MetricRow(
        name=state.metric.name,
        value=state.shown,
        tone=tone or TONES[state.standing],
        word=word or state.word,
        arrow=state.arrow,
        detail=" · ".join(part for part in (*marks(state), extra) if part),
    )


def alone(metric: Metric) -> str:
    """What a figure without its counts is called."""
    return "percentage only" if metric.unit is Unit.PERCENT else "average only"


def marks(state: State) -> list[str]:
    """What stands beside a value: its target, and what one has to know to read it right."""
    found = [f"target {state.target_text}" if state.target_text else ""]
    if state.contradicts and state.series.step is Step.WEEK:
        found.append(f"4 weeks: {format_value(state.metric, state.status.value)}")
    if state.series.step is Step.MONTH and state.series.points:
        found.append(f"{state.series.points[-1].start:%B %Y}")
    if state.challenged:
        found.append("challenged")
    if not state.missing and state.followed.unweighted(state.status.start):
        found.append(alone(state.metric))
    return [*found, state.problem]
