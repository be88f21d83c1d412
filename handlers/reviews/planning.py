"""Which reviews of a series come next: its cadence, moved by the holidays of both countries, with what people changed.

A review becomes a row when its turn is next, or earlier when somebody moves or leaves one out. What was arranged by people
always wins over the cadence. Three moments of a review are kept as schedules: "review.agenda" (its agenda is posted),
"review.begin" (it starts) and "review.unheld" (it is asked why nobody held it); a fourth, "review.after", is this room's own
and keeps the series going whatever became of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain, islice, takewhile

from handlers import schedules
from handlers.calendar import Cadence, Pattern, Planned, instant_of, planned, wall_of, zone
from handlers.reviews import timing
from handlers.reviews.sides import Sides, sides_of
from handlers.vocabulary.events import Fired, ReviewChanged
from storage.models.provider import Programme, Provider
from storage.models.review import Review, ReviewSeries
from storage.reviews import AHEAD
from storage.unit_of_work import UnitOfWork

AGENDA, BEGIN, UNHELD, AFTER = "review.agenda", "review.begin", "review.unheld", "review.after"
LEFT_OUT = ("skipped", "cancelled")
AHEAD_OR_LEFT_OUT = (*AHEAD, *LEFT_OUT)
REPLANNED = "review.replanned"
"""What the audit log calls it when a review follows its series."""
LOOK_BACK = timedelta(days=100)
"""How long ago one that is left out was planned at most, to be told with those ahead: a quarter is the longest cadence."""
MOST = 400
"""Occurrences looked at for those that are held: more than a year of daily ones, so a count is always reached or refused."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One occurrence ahead. ``planned_wall`` is its identity (naive, anchor zone), ``held`` the naive wall time at which it is
    held and ``at`` that moment in UTC. ``state`` is "planned", "under way", "skipped" or "cancelled"; ``moved_by`` is "",
    "holiday" or "person", ``reason`` why it was moved or left out. ``review_id`` is None, and ``version`` 0, while it has no row."""

    planned_wall: datetime
    held: datetime
    at: datetime
    state: str = "planned"
    moved_by: str = ""
    reason: str = ""
    review_id: int | None = None
    version: int = 0

    @property
    def is_held(self) -> bool:
        """Whether it takes place."""
        return self.state not in LEFT_OUT


def cadence_of(series: ReviewSeries) -> Cadence:
    """The series' cadence."""
    return Cadence(series.rule, series.first_wall)


def programme_of(series: ReviewSeries, uow: UnitOfWork) -> tuple[Programme, Provider]:
    """Whose series it is. Both were there when it was set up, and rows are never deleted."""
    programme, provider = uow.providers.programme(series.programme_id), uow.providers.provider(series.provider_id)
    assert programme is not None and provider is not None
    return programme, provider


def sides_of_series(series: ReviewSeries, uow: UnitOfWork) -> Sides:
    """The two sides, with the series' own anchor zone."""
    return sides_of(*programme_of(series, uow), uow, series.anchor_zone)


def speaks(series: ReviewSeries, uow: UnitOfWork, now: datetime) -> bool:
    """Whether anything is said about the series: it goes on, its programme is active and the contract is not over."""
    programme, _ = programme_of(series, uow)
    over = contract_over(series, uow)
    return series.state == "active" and programme.state == "active" and (over is None or now < over)


def contract_over(series: ReviewSeries, uow: UnitOfWork) -> datetime | None:
    """The instant (UTC) after the contract's last day, on the programme's clock; None where it has no end. From then on
    nothing is planned."""
    return over_after(*programme_of(series, uow))


def over_after(programme: Programme, provider: Provider) -> datetime | None:
    """The same from what was read already. Pure."""
    if provider.contract_end is None:
        return None
    return instant_of(datetime.combine(provider.contract_end + timedelta(days=1), time()), zone(programme.anchor_zone))


def coming(series: ReviewSeries, uow: UnitOfWork, now: datetime, count: int = 8) -> list[Coming]:
    """The next ``count`` reviews that are held, in order, and those left out between them."""
    found: list[Coming] = []
    for each in islice(ahead(series, uow, now), MOST):
        found.append(each)
        if sum(one.is_held for one in found) == count:
            break
    return found


def ahead(series: ReviewSeries, uow: UnitOfWork, now: datetime) -> Iterator[Coming]:
    """All occurrences ahead of ``now`` in the order of their moments, endless but for the contract's end: rows where there
    are some, else by the cadence and the holidays. Nothing for a series that ended."""
    over = contract_over(series, uow)
    every = every_ahead(series, uow, now)
    return every if over is None else takewhile(lambda each: each.at < over, every)


def every_ahead(series: ReviewSeries, uow: UnitOfWork, now: datetime) -> Iterator[Coming]:
    """What ``ahead`` has, as though the contract had no end."""
    assert series.id is not None
    if series.state != "active":
        return iter(())
    rows = uow.reviews.of_series(series.id, wall_of(now, zone(series.anchor_zone)) - LOOK_BACK)
    return laid_out(series, sides_of_series(series, uow), rows, now)


def laid_out(series: ReviewSeries, sides: Sides, rows: Iterable[Review], now: datetime) -> Iterator[Coming]:
    """What is ahead of a series that goes on, as though the contract had no end; ``rows`` are at least its reviews since
    ``LOOK_BACK``. Pure."""
    where = zone(series.anchor_zone)
    countries, zones = sides.countries
    walk = planned(cadence_of(series), where, countries, wall_of(now, where), zones)
    return _merged(walk, {row.planned_wall: row for row in rows}, series, now)


def _merged(
    walk: Iterator[Planned], rows: dict[datetime, Review], series: ReviewSeries, now: datetime
) -> Iterator[Coming]:
    """The cadence with the rows over it. A row waits until its own moment comes up: it may have been moved, and left out after
    the day it was planned for."""
    ahead_rows = [row for row in rows.values() if row.starts_at > now and row.state in AHEAD_OR_LEFT_OUT]
    waiting = sorted((of_row(row, series) for row in ahead_rows), key=lambda each: each.at)
    for each in walk:
        while waiting and waiting[0].at <= each.at:
            yield waiting.pop(0)
        if each.wall not in rows and each.at > now:
            yield of_cadence(each)


def of_row(row: Review, series: ReviewSeries) -> Coming:
    """A review's row as one of those ahead."""
    held = wall_of(row.starts_at, zone(series.anchor_zone))
    return Coming(row.planned_wall, held, row.starts_at, row.state, row.moved_by, row.reason, row.id, row.version)


def of_cadence(each: Planned) -> Coming:
    """An occurrence without a row, as the cadence and the holidays have it."""
    if each.skipped:
        return Coming(each.wall, each.held, each.at, "skipped", "holiday", each.reason)
    return Coming(each.wall, each.held, each.at, "planned", "holiday" if each.reason else "", each.reason)


def ensure_next(series: ReviewSeries, uow: UnitOfWork, now: datetime) -> Review | None:
    """The next review of a series, as a row with its moments set; None for a series that ended, or whose contract is over.

    Occurrences that a holiday takes out before it become rows too, so that it is told why. Called as often as one likes.
    The caller holds the series' row (``uow.series.get``), so that nobody plans the same review beside it.
    """
    programme, _ = programme_of(series, uow)
    if programme.state == "ended":
        return None
    for each in islice(ahead(series, uow, now), MOST):
        row = row_of(each, series, uow, now)
        if row.state == "planned":
            return row
    return None


def row_of(each: Coming, series: ReviewSeries, uow: UnitOfWork, now: datetime) -> Review:
    """The row of an occurrence: the one it has, else a new one with its moments set."""
    assert series.id is not None
    known = uow.reviews.planned_at(series.id, each.planned_wall)
    if known is not None:
        return known
    row = uow.reviews.add(
        Review(
            installation_id=series.installation_id,
            provider_id=series.provider_id,
            programme_id=series.programme_id,
            series_id=series.id,
            number=uow.reviews.next_number(series.installation_id),
            planned_wall=each.planned_wall,
            starts_at=each.at,
            minutes=series.minutes,
            state=each.state,
            moved_by=each.moved_by,
            reason=each.reason,
            created_at=now,
        )
    )
    assert row.id is not None
    if row.state == "planned":
        set_moments(row, series, uow, now)
    uow.happened(ReviewChanged(row.id))
    return row


def set_moments(row: Review, series: ReviewSeries, uow: UnitOfWork, now: datetime) -> None:
    """Set a planned review's schedules anew, after it was made or moved. An agenda that was posted stays posted."""
    assert row.id is not None
    sides = sides_of_series(series, uow)
    cadence, hours = cadence_of(series), sides.anchor_hours
    before, following = _neighbours(row, series, uow)
    over = timing.over_at(row.starts_at, row.minutes)
    moments = {
        AGENDA: _agenda_at(row, series, sides, uow, now, before)
        if timing.posts_ahead(cadence) and row.agenda_at is None
        else None,
        BEGIN: row.starts_at,
        UNHELD: timing.unheld_at(row.starts_at, row.minutes, hours, following) if timing.asks_why(cadence) else None,
        AFTER: over,
    }
    for subject, moment in moments.items():
        if moment is None:
            schedules.cancel(uow, subject, row.id)
        else:
            until = row.starts_at - timing.SOON if subject == AGENDA else None
            schedules.once_at(uow, subject, row.id, row.installation_id, moment, until=until)


def clear_moments(row: Review, uow: UnitOfWork) -> None:
    """A review that is left out comes due for nothing any more."""
    assert row.id is not None
    for subject in (AGENDA, BEGIN, UNHELD, AFTER):
        schedules.cancel(uow, subject, row.id)


def _neighbours(row: Review, series: ReviewSeries, uow: UnitOfWork) -> tuple[datetime | None, datetime | None]:
    """When the reviews of the series before and after this one start, by what is known now."""
    assert series.id is not None
    rows = [each for each in uow.reviews.of_series(series.id) if each.id != row.id and each.state not in LEFT_OUT]
    before = [each.starts_at for each in rows if each.starts_at < row.starts_at]
    later = (each.at for each in ahead(series, uow, row.starts_at) if each.is_held and each.review_id != row.id)
    return max(before, default=None), next(later, None)


def _agenda_at(
    row: Review, series: ReviewSeries, sides: Sides, uow: UnitOfWork, now: datetime, before: datetime | None
) -> datetime | None:
    return timing.agenda_at(
        row.starts_at,
        series.ahead_days,
        sides.anchor_hours,
        now=now,
        previous=before,
        busy=busy_days(*programme_of(series, uow)),
        taken=_agendas_of_others(row, uow),
    )


def busy_days(programme: Programme, provider: Provider) -> list[timing.Busy]:
    """What is said unprompted in a programme's channel week by week: its digest, and the request for figures."""
    return [
        timing.Busy(Pattern.parse(programme.digest_wall), zone(programme.anchor_zone)),
        timing.Busy(Pattern.parse(programme.figures_wall), zone(provider.zone)),
    ]


def _agendas_of_others(row: Review, uow: UnitOfWork) -> Sequence[datetime]:
    """When agendas of the programme's other reviews are posted, or were."""
    others = [each for each in uow.reviews.ahead_of(row.programme_id) if each.id not in (None, row.id)]
    set_ = (uow.schedules.of(AGENDA, each.id) for each in others if each.id is not None)
    due = (schedule.next_at for schedule in set_ if schedule is not None and schedule.state == "active")
    return list(chain(due, (each.agenda_at for each in others if each.agenda_at is not None)))


def goes_on(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """An hour after the planned end: the next review is planned. One of a daily series that nobody began counts as not
    held, without a question."""
    row = uow.reviews.get(fired.subject_id)
    series = None if row is None else uow.series.get(row.series_id)
    if row is None or series is None or row.id is None:
        return
    asked = uow.schedules.of(UNHELD, row.id)
    if row.state == "planned" and (asked is None or asked.state == "cancelled"):
        row.state, row.closed_at = "not held", now
        uow.reviews.save(row)
        uow.happened(ReviewChanged(row.id))
    ensure_next(series, uow, now)
