"""What the end of a contract does to review series, another end, and its going on: nothing is planned after it, and nothing
is lost."""

from __future__ import annotations

from datetime import datetime

from handlers.reviews.planning import coming, contract_over, ensure_next
from handlers.reviews.series import voice
from handlers.reviews.series.rearranging import cancel_ahead, rearranged
from handlers.reviews.series.standing import standing_of
from handlers.vocabulary.events import ContractEnded, ContractMoved, ContractReopened
from storage.models.review import ReviewSeries
from storage.unit_of_work import UnitOfWork

OVER = "The contract is over."


def contract_ended(event: object, uow: UnitOfWork, now: datetime) -> None:
    """What was still to come is cancelled. The series themselves stay as they are, to be read."""
    assert isinstance(event, ContractEnded)
    for series in uow.series.of(event.programme_id):
        cancel_ahead(series, OVER, uow, now)


def contract_reopened(event: object, uow: UnitOfWork, now: datetime) -> None:
    """The contract goes on: what its end cancelled and is still to come is planned again, and the next one of each series."""
    assert isinstance(event, ContractReopened)
    for each in uow.series.of(event.programme_id):
        series = None if each.id is None else uow.series.get(each.id)
        if series is not None:
            _plan_again(series, uow, now)


def contract_moved(event: object, uow: UnitOfWork, now: datetime) -> None:
    """The contract has another last day: what lies after it is cancelled, what an earlier one cancelled is planned again, and
    calendars are told until when the series runs."""
    assert isinstance(event, ContractMoved)
    for each in uow.series.of(event.programme_id):
        series = None if each.id is None else uow.series.get(each.id)
        if series is None:
            continue
        over = contract_over(series, uow)
        if over is not None:
            cancel_ahead(series, OVER, uow, now, since=over)
        uow.series.save(series)  # a new version is a new calendar file
        if over is None or now < over:
            _plan_again(series, uow, now)
            voice.show_card(standing_of(series, uow, now), uow, now)


def _plan_again(series: ReviewSeries, uow: UnitOfWork, now: datetime) -> None:
    for one in coming(series, uow, now):
        row = None if one.review_id is None or one.state != "cancelled" else uow.reviews.get(one.review_id)
        if row is not None:
            row.state, row.closed_at = "planned", None
            row.reason = row.reason if row.moved_by else ""
            uow.reviews.save(row)
            rearranged(row, series, uow, now)
    ensure_next(series, uow, now)
