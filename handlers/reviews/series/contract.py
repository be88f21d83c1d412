"""What the end of a contract does to review series, and its going on: nothing is planned after it, and nothing is lost."""

from __future__ import annotations

from datetime import datetime

from handlers.reviews.planning import coming, ensure_next
from handlers.reviews.series.rearranging import cancel_ahead, rearranged
from handlers.vocabulary.events import ContractEnded, ContractReopened
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
        if series is None:
            continue
        for one in coming(series, uow, now):
            row = None if one.review_id is None or one.state != "cancelled" else uow.reviews.get(one.review_id)
            if row is not None:
                row.state, row.closed_at = "planned", None
                row.reason = row.reason if row.moved_by else ""
                uow.reviews.save(row)
                rearranged(row, series, uow, now)
        ensure_next(series, uow, now)
