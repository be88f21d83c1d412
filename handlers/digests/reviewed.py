"""A programme's reviews of the last weeks, as far as both companies know of them. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from handlers.calendar import wall_of, zone
from handlers.digests import acting
from handlers.digests.meetings import NOUNS, Meeting
from handlers.metrics.metric import Metric
from handlers.metrics.weeks import WEEK
from handlers.vocabulary.address import Visibility
from storage.models.review import Review, ReviewEntry, ReviewSeries
from storage.unit_of_work import UnitOfWork

DECIDED_WITHIN = 4 * WEEK
"""So long a decision or an accepted risk of a review answers for a metric that is off target; then it is asked again."""
DECISIONS = ("decision", "risk")


class Reviewed:
    """What reviews there were up to ``until`` (the digest's moment), and the next one after ``now``."""

    def __init__(self, uow: UnitOfWork, programme_id: int, anchor: ZoneInfo, until: datetime, now: datetime) -> None:
        self._uow, self._programme_id, self._anchor, self._until, self._now = uow, programme_id, anchor, until, now

    def since(self, start: datetime) -> list[Meeting]:
        """The reviews that began at ``start`` or later."""
        return [self._meeting(each) for each in self._reviews if each.starts_at >= start]

    def ahead(self) -> Meeting | None:
        """The next review; None when none is planned."""
        for review in self._uow.reviews.ahead_of(self._programme_id) if self._series else ():
            if self._known(review) and review.state == "planned" and review.starts_at > self._now:
                return self._meeting(review)
        return None

    def decided(self, metrics: Sequence[Metric]) -> dict[str, str]:
        """What a review of the last weeks decided about each metric that its words name, the newest."""
        found: dict[str, str] = {}
        for review in self._reviews:
            lines = [each.words for each in self._entries.get(review.id or 0, ()) if each.entry_kind in DECISIONS]
            day = wall_of(review.starts_at, self._anchor)
            for metric in metrics:
                if any(acting.names(line, metric) for line in lines):
                    found[metric.id] = f"a decision of {day.day} {day:%B}"
        return found

    @cached_property
    def _reviews(self) -> Sequence[Review]:
        if not self._series:
            return []
        found = self._uow.reviews.between(self._programme_id, self._until - DECIDED_WITHIN, self._until)
        return [each for each in found if self._known(each)]

    @cached_property
    def _series(self) -> dict[int, ReviewSeries]:
        found = self._uow.series.of(self._programme_id, ended_too=True)
        return {each.id: each for each in found if each.id is not None}

    @cached_property
    def _entries(self) -> dict[int, Sequence[ReviewEntry]]:
        """What was kept in each review that was held, by its id."""
        held = [each.id for each in self._reviews if each.state == "held" and each.id is not None]
        return {review_id: self._uow.reviews.entries(review_id, *NOUNS) for review_id in held}

    def _known(self, review: Review) -> bool:
        return review.visibility == Visibility.SHARED and review.series_id in self._series

    def _meeting(self, review: Review) -> Meeting:
        series = self._series[review.series_id]
        outcome = Counter(entry.entry_kind for entry in self._entries.get(review.id or 0, ()))
        return Meeting(review, series.name, zone(series.anchor_zone), outcome)
