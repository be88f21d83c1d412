"""The digest's picture: small multiples of the last twelve periods, one panel a metric."""

from __future__ import annotations

from datetime import date

from handlers.digests import rules
from handlers.digests.week import Digest
from handlers.metrics.rules import Step, baseline_of, thin
from handlers.metrics.states import TONES, State
from handlers.metrics.weeks import week_label
from handlers.vocabulary.outgoing import Panel, Picture

MOST_PANELS = 7
PERIODS_SHOWN = 12
TITLE = "The last twelve weeks"
"""The digest above it says whose they are."""


def title_of(digest: Digest) -> str:
    """Whose week it is."""
    return f"{digest.provider}, {week_label(digest.week)}"


def picture_of(digest: Digest) -> Picture | None:
    """Small multiples of the last twelve periods; None while nothing was ever reported."""
    if not any(point.usable is not None for state in digest.states for point in state.series.points[-PERIODS_SHOWN:]):
        return None
    panels = tuple(_panel(state) for state in digest.states[:MOST_PANELS])
    words = "; ".join(f"{panel.name} {panel.value or panel.word.lower()}{_judged(panel)}" for panel in panels)
    return Picture(TITLE, panels, f"Twelve weeks of each metric. {words}.")


def _judged(panel: Panel) -> str:
    return f", {panel.word.lower()}" if panel.value else ""


def _panel(state: State) -> Panel:
    points = state.series.points[-PERIODS_SHOWN:]
    normal = None if thin(state.series) else baseline_of(state.series)
    lowest, highest = (None if bound is None else float(bound) for bound in (state.metric.lowest, state.metric.highest))
    low, high = (None, None) if normal is None else (normal.limits.low, normal.limits.high)
    target = state.target.at if state.target is not None else None
    return Panel(
        name=state.metric.name,
        value="" if state.missing else state.shown,
        tone=TONES[state.standing],
        word=state.word,
        labels=tuple(_label(point.start, state.series.step) for point in points),
        values=tuple(point.usable for point in points),
        target=None if target is None else float(target),
        target_text=state.target_text,
        low=low if low is None or lowest is None else max(low, lowest),
        high=high if high is None or highest is None else min(high, highest),
        finding=rules.panel_finding(state, PERIODS_SHOWN),
    )


def _label(start: date, step: Step) -> str:
    return f"{start:%b}" if step is Step.MONTH else f"{start.day} {start:%b}"
