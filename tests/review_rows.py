"""Rows of reviews as they stand in the database, for tests of who else reads them."""

from __future__ import annotations

from datetime import datetime

from storage.models.review import Review, ReviewSeries


def weekly_series(first: datetime) -> ReviewSeries:
    """A weekly review of the first programme from this moment on (in winter, when London's wall is UTC)."""
    return ReviewSeries(
        installation_id=1,
        provider_id=1,
        programme_id=1,
        name="Weekly review",
        rule=f"FREQ=WEEKLY;BYDAY={('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[first.weekday()]}",
        first_wall=first.replace(tzinfo=None),
        anchor_zone="Europe/London",
        template="weekly",
        uid="weekly-review",
        created_at=first,
    )


def review(
    series: ReviewSeries, at: datetime, state: str, *, number: int = 1, asked_at: datetime | None = None
) -> Review:
    """One of them, planned for this moment."""
    assert series.id is not None
    return Review(
        installation_id=1,
        provider_id=1,
        programme_id=1,
        series_id=series.id,
        number=number,
        planned_wall=at.replace(tzinfo=None),
        starts_at=at,
        minutes=30,
        state=state,
        asked_at=asked_at,
        created_at=at,
    )
