"""Failures that happen at the same moment in several processes are told in one message."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from handlers.deliveries.telling import KIND, gave_up
from handlers.saying import decode
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.databases import outbox_row
from tests.town import MONDAY, Town


def test_failures_at_once_are_one_message(database_url: str) -> None:
    """Four messages that fail at the same moment over connections of their own make one word to the manager, which counts
    all of them, and nobody's transaction breaks."""
    databases = [Database(database_url) for _ in range(4)]
    town = Town(databases[0])
    with town.units() as uow:
        keys = [uow.outbox.put(outbox_row(f"m{number}", programme_id=1)).key for number in range(len(databases))]
        uow.commit()
    together = threading.Barrier(len(databases))

    def fail(database: Database, key: str) -> None:
        with UnitOfWork(database) as uow:
            row = uow.outbox.locked(key)
            assert row is not None
            uow.outbox.give_up(row, "failed", "is_archived")
            if not database.is_sqlite:  # SQLite has one writer at a time: they never meet
                together.wait()
            gave_up(row, uow, MONDAY)
            uow.commit()

    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(fail, databases, keys))  # raises what was raised in a thread
    (notice,) = town.rows(kind=KIND)
    assert decode(notice.content).text == "4 messages could not be delivered"  # type: ignore[union-attr]  # a card
    for database in databases:
        database.dispose()
