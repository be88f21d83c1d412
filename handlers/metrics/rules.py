"""What is decided about a series: its baseline, decline, status, arrow and the finding in words. Pure; one place to
import from.
"""

from __future__ import annotations

from handlers.metrics.baseline import Baseline, Limits, baseline_of, material_gap, spread, xmr_limits
from handlers.metrics.decline import BadWeek, Level, Trend, bad_week, peers_fell_too, trend, trend_history
from handlers.metrics.finding import event, finding
from handlers.metrics.series import BrokenSeries, Point, Series, Step, pooled_to_months, series, series_of_figures, thin
from handlers.metrics.status import Arrow, Standing, Status, TargetAt, always, arrow, margin, status, status_history

__all__ = [
    "Arrow",
    "BadWeek",
    "Baseline",
    "BrokenSeries",
    "Level",
    "Limits",
    "Point",
    "Series",
    "Standing",
    "Status",
    "Step",
    "TargetAt",
    "Trend",
    "always",
    "arrow",
    "bad_week",
    "baseline_of",
    "event",
    "finding",
    "margin",
    "material_gap",
    "peers_fell_too",
    "pooled_to_months",
    "series",
    "series_of_figures",
    "spread",
    "status",
    "status_history",
    "thin",
    "trend",
    "trend_history",
    "xmr_limits",
]
