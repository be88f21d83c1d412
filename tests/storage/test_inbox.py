"""An event is handled once, on either database."""

from __future__ import annotations

from datetime import timedelta

from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW


def test_an_event_is_new_once(database: Database) -> None:
    """A fresh event is told to be new, its twin is not, and one that was forgotten is new again."""
    with UnitOfWork(database) as uow:
        assert uow.inbox.first_time("e1", NOW)
        uow.commit()
    with UnitOfWork(database) as uow:
        assert not uow.inbox.first_time("e1", NOW)
        assert uow.inbox.first_time("e2", NOW)
        uow.inbox.forget_before(NOW + timedelta(seconds=1))
        assert uow.inbox.first_time("e1", NOW)
