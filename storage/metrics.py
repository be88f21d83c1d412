"""Tracked metrics, their targets over time, and the figures with their history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from storage.models.metrics import Figure, MetricTarget, TrackedMetric


class Reading(NamedTuple):
    """A figure in force as read for a whole history; the columns of ``Figure``."""

    id: int
    programme_id: int
    metric: str
    definition: str
    queue: str
    period_start: date
    period_days: int
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None


# The questions asked for every digest. A statement costs more to make than to ask, so these are made once.
_TRACKED = (
    select(TrackedMetric)
    .where(TrackedMetric.programme_id == bindparam("programme_id"), col(TrackedMetric.until).is_(None))
    .order_by(col(TrackedMetric.position), col(TrackedMetric.id))
)
_TARGETS = (
    select(MetricTarget)
    .where(col(MetricTarget.tracked_metric_id).in_(bindparam("tracked_metric_ids", expanding=True)))
    .order_by(col(MetricTarget.effective_from), col(MetricTarget.id))
)
_BETWEEN = (
    select(Figure)
    .where(
        Figure.programme_id == bindparam("programme_id"),
        col(Figure.period_start) >= bindparam("start"),
        col(Figure.period_start) < bindparam("end"),
        col(Figure.superseded_at).is_(None),
    )
    .order_by(col(Figure.period_start), col(Figure.id))
)
_READINGS = (
    sa_select(*(getattr(Figure, name) for name in Reading._fields))
    .where(
        col(Figure.programme_id).in_(bindparam("programme_ids", expanding=True)),
        col(Figure.period_start) < bindparam("end"),
        col(Figure.superseded_at).is_(None),
    )
    .order_by(col(Figure.period_start), col(Figure.id))
)
_READINGS_SINCE = _READINGS.where(col(Figure.period_start) >= bindparam("start"))
_READINGS_OF = _READINGS.where(col(Figure.metric) == bindparam("metric"))
_READINGS_OF_SINCE = _READINGS_SINCE.where(col(Figure.metric) == bindparam("metric"))
_FIGURES = select(Figure).where(col(Figure.id).in_(bindparam("figure_ids", expanding=True))).order_by(col(Figure.id))


class MetricRepository:
    """What is measured."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def track(self, metric: TrackedMetric) -> TrackedMetric:
        """Start tracking a metric."""
        self._session.add(metric)
        self._session.flush()
        return metric

    def tracked(self, programme_id: int) -> Sequence[TrackedMetric]:
        """What is tracked now, in the order people see it."""
        return self._session.exec(_TRACKED, params={"programme_id": programme_id}).all()

    def in_turn(self, tracked_metric_id: int) -> None:
        """Whoever agrees a target of this metric makes the next one wait for the commit (PostgreSQL: its row is locked)."""
        self._session.exec(
            select(TrackedMetric.id).where(TrackedMetric.id == tracked_metric_id).with_for_update()
        ).first()

    def set_target(self, target: MetricTarget) -> MetricTarget:
        """Agree a target from a day on."""
        self._session.add(target)
        self._session.flush()
        return target

    def target(self, tracked_metric_id: int, on: date) -> MetricTarget | None:
        """The target in force on a day."""
        return self._session.exec(
            select(MetricTarget)
            .where(MetricTarget.tracked_metric_id == tracked_metric_id, col(MetricTarget.effective_from) <= on)
            .order_by(col(MetricTarget.effective_from).desc(), col(MetricTarget.id).desc())
        ).first()

    def current(
        self, programme_id: int, metric: str, definition: str, period_start: date, period_days: int, queue: str = ""
    ) -> Figure | None:
        """The figure in force under this key."""
        return self._session.exec(
            select(Figure).where(
                Figure.programme_id == programme_id,
                Figure.queue == queue,
                Figure.metric == metric,
                Figure.definition == definition,
                Figure.period_start == period_start,
                Figure.period_days == period_days,
                col(Figure.superseded_by).is_(None),
                col(Figure.superseded_at).is_(None),
            )
        ).first()

    def series(self, programme_id: int, metric: str, definition: str, start: date, end: date) -> Sequence[Figure]:
        """Figures in force whose period starts from ``start`` (inclusive) to ``end`` (exclusive), oldest first."""
        return self._session.exec(
            select(Figure)
            .where(
                Figure.programme_id == programme_id,
                Figure.metric == metric,
                Figure.definition == definition,
                col(Figure.period_start) >= start,
                col(Figure.period_start) < end,
                col(Figure.superseded_at).is_(None),
            )
            .order_by(col(Figure.period_start), col(Figure.id))
        ).all()

    def history(self, programme_id: int, metric: str, period_start: date) -> Sequence[Figure]:
        """Every figure ever given for a period, oldest first: corrections keep the old value."""
        return self._session.exec(
            select(Figure)
            .where(Figure.programme_id == programme_id, Figure.metric == metric, Figure.period_start == period_start)
            .order_by(col(Figure.id))
        ).all()

    def add(self, figure: Figure) -> Figure:
        """Keep a figure."""
        self._session.add(figure)
        self._session.flush()
        return figure

    def supersede(self, old: Figure, new: Figure | None, now: datetime) -> None:
        """``new`` replaces ``old`` (or it is withdrawn, with None); both are kept."""
        old.superseded_by = None if new is None else new.id
        old.superseded_at = now
        self._session.add(old)
        self._session.flush()

    def targets_of(self, tracked_metric_ids: Sequence[int]) -> Sequence[MetricTarget]:
        """Every target ever agreed for these tracked metrics, in the order in which they take effect."""
        return self._session.exec(_TARGETS, params={"tracked_metric_ids": tracked_metric_ids}).all()

    def between(self, programme_id: int, start: date, end: date) -> Sequence[Figure]:
        """Figures in force of all metrics whose period starts from ``start`` (inclusive) to ``end`` (exclusive)."""
        return self._session.exec(_BETWEEN, params={"programme_id": programme_id, "start": start, "end": end}).all()

    def readings(
        self, programme_ids: Sequence[int], end: date, *, metric: str | None = None, start: date | None = None
    ) -> list[Reading]:
        """All figures in force whose period starts before ``end``, oldest first, as light rows: whole histories are
        read for every digest, and the full objects cost ten times as much. Of one ``metric``, and from ``start`` on,
        if given."""
        if metric is None:
            query = _READINGS if start is None else _READINGS_SINCE
        else:
            query = _READINGS_OF if start is None else _READINGS_OF_SINCE
        given = {"programme_ids": programme_ids, "end": end, "metric": metric, "start": start}
        return [Reading(*row) for row in self._session.connection().execute(query, given)]

    def figures(self, figure_ids: Sequence[int]) -> Sequence[Figure]:
        """The figures with these ids, in order."""
        return self._session.exec(_FIGURES, params={"figure_ids": figure_ids}).all()

    def withdraw(self, figure: Figure, now: datetime) -> Figure | None:
        """Take a figure back: what it replaced is in force again, and is answered; None if it replaced nothing."""
        before = self._session.exec(select(Figure).where(Figure.superseded_by == figure.id)).first()
        figure.superseded_at = now
        self._session.add(figure)
        if before is not None:
            before.superseded_by = before.superseded_at = None
            self._session.add(before)
        self._session.flush()
        return before
