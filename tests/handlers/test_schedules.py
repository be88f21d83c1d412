"""What fires by the calendar fires once, and what cannot be acted on stops nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.scheduler import tick_once
from handlers.routes import table
from handlers.schedules import cancel, every, once_at, tick
from handlers.vocabulary.events import Fired
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed


@pytest.fixture
def units(database: Database) -> Iterator[object]:
    installed(database)
    yield lambda: UnitOfWork(database)


def _tick(units, now: datetime) -> list[Fired]:  # type: ignore[no-untyped-def]
    fired: list[Fired] = []
    with units() as uow:
        tick(uow, now, {"digest": lambda event, _uow, _now: fired.append(event)})
        uow.commit()
    return fired


def test_each_firing_once(units) -> None:  # type: ignore[no-untyped-def]
    """A weekly schedule fires at its moment and not again; what was slept through is covered by one late firing."""
    with units() as uow:
        every(uow, "digest", 1, 1, "mon 08:30", "Europe/London", NOW)
        uow.commit()
    monday = datetime(2026, 3, 9, 8, 30, tzinfo=NOW.tzinfo)
    assert _tick(units, monday - timedelta(seconds=1)) == []
    assert len(_tick(units, monday)) == 1 and _tick(units, monday) == []
    [late] = _tick(units, monday + timedelta(days=14, minutes=10))
    assert late.late and late.covers == 2
    assert _tick(units, monday + timedelta(days=27)) == []  # six days late: missed, and noted so


def test_a_cancelled_one_is_silent(units) -> None:  # type: ignore[no-untyped-def]
    """What was cancelled does not fire."""
    with units() as uow:
        once_at(uow, "digest", 1, 1, NOW)
        cancel(uow, "digest", 1)
        uow.commit()
    assert _tick(units, NOW) == []


def test_a_broken_one_stops_no_other(units) -> None:  # type: ignore[no-untyped-def]
    """A firing that raises is passed over and stays due; all others of the batch are acted on, once."""
    acted: list[int] = []

    def act(event: Fired, _uow: UnitOfWork, _now: datetime) -> None:
        if event.subject_id == 2:
            raise KeyError("a defect")
        acted.append(event.subject_id)

    with units() as uow:
        for number in range(1, 5):
            once_at(uow, "digest", number, 1, NOW)
        uow.commit()
    assert tick_once(units, table(), NOW, {"digest": act}) == 3
    assert sorted(set(acted)) == [1, 3, 4]
    with units() as uow:
        assert [each.subject_id for each in uow.schedules.due(NOW)] == [2]
