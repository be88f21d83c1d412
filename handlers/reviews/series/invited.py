"""From a series, its sides and its reviews to what calendars are told of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handlers.calendar import instant_of
from handlers.reviews.planning import Coming, laid_out, of_row
from handlers.reviews.series.invites import Invitation, differs, exceptions
from handlers.reviews.sides import Sides
from storage.models.review import Review, ReviewSeries


def invited(
    series: ReviewSeries, sides: Sides, rows: Sequence[Review], over: datetime | None, now: datetime
) -> Invitation:
    """What was arranged so far, and what holidays do in the year ahead. ``rows`` are at least those reviews that are ahead, or
    differ from the rule; ``over`` (UTC) is when the contract's last day is over, None: it has no end."""
    where = sides.anchor
    past = (of_row(row, series) for row in rows if row.starts_at <= now)
    known = [each for each in past if differs(each, where)]
    later = exceptions(laid_out(series, sides, rows, now), where, now) if series.state == "active" else []
    if over is not None:
        later = [_within(each, over) for each in later if instant_of(each.planned_wall, where) < over]
    return Invitation(series, sides, [*known, *later], now, over)


def _within(each: Coming, over: datetime) -> Coming:
    """What a holiday would move past the contract's end is left out of calendars, as it is of the list."""
    return each if each.at < over else replace(each, state="cancelled")
