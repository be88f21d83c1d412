"""Which decisions are brought up again: those of the last two reviews of a series that nobody called settled."""

from __future__ import annotations

from collections.abc import Sequence

from storage.models.review import Review, ReviewEntry
from storage.unit_of_work import UnitOfWork

REVIEWS = 2
"""On so many agendas a decision stands unless somebody says that it is settled."""


def carried(review: Review, uow: UnitOfWork) -> Sequence[tuple[Review, ReviewEntry]]:
    """The unsettled decisions of the reviews before this one, the newest review first, each with its review."""
    found: list[tuple[Review, ReviewEntry]] = []
    before = review.starts_at
    for _ in range(REVIEWS):
        earlier = uow.reviews.last_held(review.series_id, before)
        if earlier is None or earlier.id is None:
            break
        decisions = uow.reviews.entries(earlier.id, "decision")
        found += [(earlier, each) for each in decisions if each.state == "open"]
        before = earlier.starts_at
    return found
