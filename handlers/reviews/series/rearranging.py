"""What becomes of the reviews ahead when one of them, or their whole series, is arranged anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from handlers.calendar import instant_of, planned, wall_of, zone
from handlers.reviews.planning import (
    MOST,
    REPLANNED,
    Coming,
    cadence_of,
    clear_moments,
    coming,
    contract_over,
    ensure_next,
    of_cadence,
    set_moments,
    sides_of_series,
)
from handlers.reviews.series.history import REVIEW, facts_of_review, note_review, put_review_back
from handlers.vocabulary.events import ReviewChanged, ZoneChanged
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.models.review import Review, ReviewSeries
from storage.unit_of_work import UnitOfWork

LARGEST_CHANGE = timedelta(hours=3)
"""By how much a country moves its clocks at most; what differs by more was arranged since."""


def rearranged(row: Review, series: ReviewSeries, uow: UnitOfWork, now: datetime) -> None:
    """One review was moved, left out or put back: its moments follow, and the next one is planned."""
    assert row.id is not None
    if row.state == "planned":
        set_moments(row, series, uow, now)
    else:
        clear_moments(row, uow)
    uow.happened(ReviewChanged(row.id))
    ensure_next(series, uow, now)


def replan(series: ReviewSeries, uow: UnitOfWork, now: datetime, asker: Asker | None = None) -> None:
    """The series has another rhythm, clock or length: what is planned ahead follows it. The next review keeps its number and
    its agenda lines; others that no longer fit are cancelled. What a person moved stays where they put it. ``asker`` None: time
    did it, nobody did."""
    rows, left_out = planned_ahead(series, uow, now), _left_out_by_rhythm(series, uow, now)
    by_wall = {each.planned_wall: each for each in _by_cadence(series, uow, now, [*rows, *left_out])}
    free = (each for each in by_wall.values() if each.is_held and not _has_row(each, series, uow))
    for index, row in enumerate(rows):
        fitting = by_wall.get(row.planned_wall)
        to = fitting if fitting is not None or index else next(free, None)
        if to is None:
            note_review(row, REPLANNED, facts_of_review(row), row.reason, asker, uow, now)
            _cancel(row, "The series has another rhythm now.", uow, now)
            continue
        before, was = facts_of_review(row), row.reason
        if row.moved_by != "person" or to is not fitting:
            _put(row, to)
        row.minutes = series.minutes
        keep_wall(row, series)
        if facts_of_review(row) != before:
            note_review(row, REPLANNED, before, was, asker, uow, now)
        uow.reviews.save(row)
        rearranged(row, series, uow, now)
    for row in left_out:
        if row.planned_wall in by_wall and by_wall[row.planned_wall].is_held:
            _plan_again(row)
            uow.reviews.save(row)
            rearranged(row, series, uow, now)
    ensure_next(series, uow, now)


def new_rhythm_from(series: ReviewSeries, where: ZoneInfo, uow: UnitOfWork, now: datetime) -> datetime:
    """The instant after which another rhythm counts: now, or the end of today in ``where`` if one of the series was held today
    or is under way, so that there are never two on one day."""
    assert series.id is not None
    today = wall_of(now, where).date()
    met = (row.starts_at for row in uow.reviews.of_series(series.id) if row.state in ("under way", "held"))
    if all(wall_of(at, where).date() != today for at in met):
        return now
    return instant_of(datetime.combine(today + timedelta(days=1), time()), where) - timedelta(microseconds=1)


def keep_wall(row: Review, series: ReviewSeries) -> None:
    """What a person moved keeps the naive wall time it is held at, whatever a country does to its clocks."""
    row.held_wall = wall_of(row.starts_at, zone(series.anchor_zone)) if row.moved_by == "person" else None


def zone_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """A country changed its clocks: the reviews of its series are held at their wall time by today's rules, those that a
    person moved too. Series by the other side's clock stay where they are, and show the time it is there now."""
    assert isinstance(event, ZoneChanged)
    where = zone(event.zone)
    for found in uow.series.in_zone(event.zone):
        series = None if found.id is None else uow.series.get(found.id)
        if series is None:
            continue
        for row in planned_ahead(series, uow, now):
            held = None if row.held_wall is None else instant_of(row.held_wall, where)
            if row.moved_by == "person" and held is not None and abs(held - row.starts_at) <= LARGEST_CHANGE:
                row.starts_at = held
                uow.reviews.save(row)
        replan(series, uow, now)
    for other in uow.series.shown_in_zone(event.zone):
        for row in planned_ahead(other, uow, now):
            uow.happened(ReviewChanged(row.id or 0))


def planned_ahead(series: ReviewSeries, uow: UnitOfWork, now: datetime) -> list[Review]:
    """The series' reviews with rows that are planned and still to come, soonest first."""
    assert series.id is not None
    rows = [row for row in uow.reviews.of_series(series.id) if row.state == "planned" and row.starts_at > now]
    return sorted(rows, key=lambda row: row.starts_at)


def cancel_ahead(
    series: ReviewSeries, reason: str, uow: UnitOfWork, now: datetime, *, since: datetime | None = None
) -> None:
    """The series is over: nothing that is still to come takes place; with ``since`` (UTC) nothing from that instant on."""
    for row in planned_ahead(series, uow, now):
        if since is None or row.starts_at >= since:
            _cancel(row, reason, uow, now)


def revive(series: ReviewSeries, changed_at: datetime, uow: UnitOfWork, now: datetime) -> None:
    """What was done to a series at ``changed_at`` was taken back: the reviews that it cancelled or planned anew are as they
    were before, those too whose time has just come. The caller has put the series itself back."""
    assert series.id is not None
    for row in uow.reviews.of_series(series.id):
        replanned = _replanned_at(row, changed_at, uow) if row.state == "planned" else None
        if row.state == "cancelled" and row.closed_at == changed_at:
            _plan_again(row)
        elif replanned is not None:
            put_review_back(row, replanned, uow)
        else:
            continue
        keep_wall(row, series)
        uow.reviews.save(row)
        rearranged(row, series, uow, now)


def _put(row: Review, to: Coming) -> None:
    row.planned_wall, row.starts_at = to.planned_wall, to.at
    row.moved_by, row.reason = to.moved_by, to.reason


def _left_out_by_rhythm(series: ReviewSeries, uow: UnitOfWork, now: datetime) -> list[Review]:
    """Reviews ahead that an earlier rhythm of the series had, and a later one cancelled; the series may come back to it."""
    assert series.id is not None
    cancelled = (row for row in uow.reviews.of_series(series.id) if row.state == "cancelled" and row.starts_at > now)
    return [row for row in cancelled if row.closed_at and _replanned_at(row, row.closed_at, uow) is not None]


def _plan_again(row: Review) -> None:
    """One that was cancelled takes place after all; why it was moved is still known."""
    row.state, row.closed_at = "planned", None
    row.reason = row.reason if row.moved_by else ""


def _replanned_at(row: Review, moment: datetime, uow: UnitOfWork) -> AuditEntry | None:
    """What is written down of a review that followed its series then, if nothing was done to it since."""
    assert row.id is not None
    last = next(reversed(uow.audit.of(REVIEW, row.id)), None)
    return last if last is not None and last.what == REPLANNED and last.at == moment else None


def set_agendas(series: ReviewSeries, uow: UnitOfWork, now: datetime) -> None:
    """Agendas come earlier or later from now on."""
    for row in planned_ahead(series, uow, now):
        set_moments(row, series, uow, now)


def neighbours_of(
    each: Coming, series: ReviewSeries, uow: UnitOfWork, now: datetime
) -> tuple[datetime | None, Coming | None]:
    """When the review before an occurrence starts (None: it is the first), and the one that is held after it."""
    assert series.id is not None
    past = [row.starts_at for row in uow.reviews.of_series(series.id) if row.starts_at <= now and row.state == "held"]
    held = [one for one in coming(series, uow, now, count=12) if one.is_held]
    before = [one.at for one in held if one.at < each.at]
    after = next((one for one in held if one.at > each.at), None)
    return max([*past, *before], default=None), after


def _by_cadence(series: ReviewSeries, uow: UnitOfWork, now: datetime, rows: Sequence[Review]) -> Iterator[Coming]:
    """The occurrences by cadence and holidays alone, far enough to reach the last of the rows and one further."""
    where = zone(series.anchor_zone)
    countries, zones = sides_of_series(series, uow).countries
    last, over = max((row.starts_at for row in rows), default=now), contract_over(series, uow)
    walk = map(of_cadence, planned(cadence_of(series), where, countries, wall_of(now, where), zones))
    seen: list[Coming] = []
    for each in islice(walk, MOST):
        if over is not None and each.at >= over:
            break
        seen.append(each)
        if each.at > last and each.is_held:
            break
    return iter(seen)


def _has_row(each: Coming, series: ReviewSeries, uow: UnitOfWork) -> bool:
    assert series.id is not None
    return uow.reviews.planned_at(series.id, each.planned_wall) is not None


def _cancel(row: Review, reason: str, uow: UnitOfWork, now: datetime) -> None:
    assert row.id is not None
    row.state, row.closed_at = "cancelled", now
    if not row.moved_by:  # the reason of a move is kept: it is planned again with it
        row.reason = reason
    uow.reviews.save(row)
    clear_moments(row, uow)
    uow.happened(ReviewChanged(row.id))
