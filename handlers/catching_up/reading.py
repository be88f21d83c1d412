"""Reads what came late and what was missed since a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from handlers import places
from handlers.catching_up.rules import NAMES, Missed, one_of
from handlers.graces import GRACES
from storage.models.delivery import OutboxRow
from storage.models.schedule import Occurrence, Schedule
from storage.unit_of_work import UnitOfWork

OF_PROGRAMMES = ("digest", "figures", "contract.")
OF_REVIEWS = "review."
GONE = frozenset({"dropped", "missed"})
WAITED_LONG = "It waited too long to be of use."


def missed_since(installation_id: int, since: datetime, uow: UnitOfWork) -> list[Missed]:
    """What was noticed since then to be too late, the earliest due first."""
    calendar = (_of_calendar(*each, uow) for each in uow.lateness.out_of_time(installation_id, since))
    waited = (_of_outbox(row, uow) for row in uow.undelivered.missed(installation_id, since))
    found = [*(each for each in calendar if each is not None), *waited]
    return sorted(found, key=lambda each: each.due_at)


def said_late(installation_id: int, since: datetime, uow: UnitOfWork) -> list[OutboxRow]:
    """What was said late since then; also what has a name of its own and hangs under a message that says so for both."""
    late = [row for row in uow.lateness.said(installation_id, since) if row.state not in GONE]
    made = {row.key: row for row in late if row.created_at >= since}
    if not made:
        return late
    under = uow.lateness.hanging(installation_id, min(row.seq or 0 for row in made.values()))
    named = (row for row in under if row.kind in NAMES and row.state not in GONE)
    return [*late, *(row for row in named if _made_with(row, made))]


def _made_with(row: OutboxRow, made: Mapping[str, OutboxRow]) -> bool:
    """Whether it was made in the moment of the late message above it; later replies are in time."""
    above = made.get(row.thread_card or "")
    return above is not None and above.created_at == row.created_at


def _of_calendar(occurrence: Occurrence, schedule: Schedule, uow: UnitOfWork) -> Missed | None:
    """A firing beyond its grace; or those that another one stands for. None where nobody misses anything by it."""
    grace = GRACES.get(schedule.subject)
    count = occurrence.covers - (occurrence.state != "missed")
    if grace is None or not grace.what or count <= 0:
        return None
    programme_id = _programme_of(schedule, uow)
    return Missed(grace.what, _name(programme_id, uow), occurrence.due_at, count, grace.after, programme_id)


def _of_outbox(row: OutboxRow, uow: UnitOfWork) -> Missed:
    what, name = one_of(row.kind), _name(row.programme_id, uow)
    return Missed(what, name, row.not_before, 1, WAITED_LONG, row.programme_id)


def _programme_of(schedule: Schedule, uow: UnitOfWork) -> int | None:
    if schedule.subject.startswith(OF_REVIEWS):
        review = uow.reviews.get(schedule.subject_id)
        return None if review is None else review.programme_id
    return schedule.subject_id if schedule.subject.startswith(OF_PROGRAMMES) else None


def _name(programme_id: int | None, uow: UnitOfWork) -> str:
    programme = None if programme_id is None else uow.providers.programme(programme_id)
    return "" if programme is None else places.programme_name(uow, programme)


def of_programme(found: Sequence[Missed], ids: set[int | None]) -> Iterator[Missed]:
    """Those of these programmes."""
    return (each for each in found if each.programme_id in ids)
