"""Which metrics are kept, their targets, and every figure with where it came from."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.columns import Exact, Instant


class TrackedMetric(SQLModel, table=True):
    """A key metric of a programme. ``definition`` is its formula id and threshold; a changed formula is a new row."""

    __tablename__ = "parley_tracked_metric"

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="parley_programme.id", index=True)
    metric: str
    definition: str = ""
    position: int = 0
    since: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)


class MetricTarget(SQLModel, table=True):
    """What was agreed for a metric from a day on. Old periods keep the old target. None is: no target agreed."""

    __tablename__ = "parley_metric_target"

    id: int | None = Field(default=None, primary_key=True)
    tracked_metric_id: int = Field(foreign_key="parley_tracked_metric.id", index=True)
    target: Decimal | None = Field(default=None, sa_type=Exact)
    minimum: Decimal | None = Field(default=None, sa_type=Exact)
    effective_from: date
    set_by: int | None = Field(default=None, foreign_key="parley_person.id")
    set_at: datetime = Field(sa_type=Instant)


_OPEN = text("state = 'open'")


class TargetProposal(SQLModel, table=True):
    """Another target for a metric that has one, on the table for both companies; at most one is open.

    ``was_target`` and ``was_minimum`` are what stood when it was made. ``state`` is "open", "agreed", "not_yet", "countered"
    or "withdrawn". ``reason`` says why it is not accepted yet; ``target_id`` is the target that came of it.
    """

    __tablename__ = "parley_target_proposal"
    __table_args__ = (
        Index(
            "parley_target_proposal_open",
            "tracked_metric_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int = Field(foreign_key="parley_provider.id")
    programme_id: int = Field(foreign_key="parley_programme.id")
    tracked_metric_id: int = Field(foreign_key="parley_tracked_metric.id", index=True)
    target: Decimal | None = Field(default=None, sa_type=Exact)
    minimum: Decimal | None = Field(default=None, sa_type=Exact)
    was_target: Decimal | None = Field(default=None, sa_type=Exact)
    was_minimum: Decimal | None = Field(default=None, sa_type=Exact)
    state: str = "open"
    side: str
    proposed_by: int | None = Field(default=None, foreign_key="parley_person.id")
    proposed_at: datetime = Field(sa_type=Instant)
    answered_by: int | None = Field(default=None, foreign_key="parley_person.id")
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str = ""
    target_id: int | None = Field(default=None, foreign_key="parley_metric_target.id", index=True)


class Figure(SQLModel, table=True):
    """One reported figure: numerator and denominator, or only a value (then it is unweighted).

    The key is programme, queue, metric, definition and period (start day, length in days). A correction is a new row;
    the old one is kept with ``superseded_by``. ``how`` is "reply", "form" or "import"; ``origin`` says from where
    (a message, a file's name and row).
    """

    __tablename__ = "parley_figure"
    __table_args__ = (Index("parley_figure_series", "programme_id", "metric", "definition", "period_start"),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="parley_programme.id")
    queue: str = ""
    metric: str
    definition: str = ""
    period_start: date
    period_days: int
    numerator: Decimal | None = Field(default=None, sa_type=Exact)
    denominator: Decimal | None = Field(default=None, sa_type=Exact)
    value: Decimal | None = Field(default=None, sa_type=Exact)
    how: str
    origin: str = ""
    reported_by: int | None = Field(default=None, foreign_key="parley_person.id")
    reported_at: datetime = Field(sa_type=Instant)
    superseded_by: int | None = Field(default=None, foreign_key="parley_figure.id", index=True)
    superseded_at: datetime | None = Field(default=None, sa_type=Instant)
