"""The transaction: what is committed is there, what is not leaves nothing, and twenty at once lose nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

import pytest
from sqlalchemy import Column, MetaData, Table
from sqlalchemy.exc import StatementError
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from handlers.schedules import once_at
from storage.columns import Exact
from storage.database import Database
from storage.models.issue import Issue
from storage.models.setting import Setting
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed, outbox_row
from tests.town import Town

T = TypeVar("T")
TWENTY = 20


def of_the_test() -> SelectOfScalar[Setting]:
    """The settings these tests write; a migrated database holds one of its own, which says what program it needs."""
    return select(Setting).where(~col(Setting.name).startswith("schema."))


def at_once(work: Callable[[int], T], times: int = TWENTY) -> list[T]:
    """Run ``work(number)`` in as many threads, all let go at the same moment."""
    gate = threading.Barrier(times)

    def begin(number: int) -> T:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(begin, range(times)))


def test_twenty_at_once_lose_nothing(database: Database) -> None:
    """Twenty units that read a locked row, think, and write it back leave all twenty changes."""
    installed(database)
    with UnitOfWork(database) as uow:
        uow.outbox.put(outbox_row("counter"))
        uow.commit()

    def add_one(number: int) -> None:
        with UnitOfWork(database) as uow:
            row = uow.outbox.locked(outbox_row("counter").key)
            assert row is not None
            read = row.attempts
            time.sleep(0.002)
            row.attempts = read + 1
            uow.session.add(row)
            uow.commit()

    at_once(add_one)
    with UnitOfWork(database) as uow:
        row = uow.outbox.by_once("counter")
        assert row is not None and row.attempts == TWENTY


def test_without_the_lock_changes_are_lost(database: Database) -> None:
    """The same without FOR UPDATE loses changes on PostgreSQL (so the test above can fail); SQLite's BEGIN IMMEDIATE holds."""
    installed(database)
    with UnitOfWork(database) as uow:
        uow.outbox.put(outbox_row("counter"))
        uow.commit()

    def add_one(number: int) -> None:
        with UnitOfWork(database) as uow:
            row = uow.outbox.by_once("counter")
            assert row is not None
            read = row.attempts
            time.sleep(0.01)
            row.attempts = read + 1
            uow.session.add(row)
            uow.commit()

    at_once(add_one)
    with UnitOfWork(database) as uow:
        row = uow.outbox.by_once("counter")
        assert row is not None
        assert (row.attempts == TWENTY) is database.is_sqlite


def test_twenty_numbers_at_once_are_twenty_numbers(database: Database) -> None:
    """Twenty issues reported at the same moment get twenty different numbers without an error."""
    Town(database)

    def take(number: int) -> int:
        with UnitOfWork(database) as uow:
            mine = uow.issues.next_number(1)
            uow.issues.add(
                Issue(
                    installation_id=1,
                    provider_id=1,
                    programme_id=1,
                    number=mine,
                    title="t",
                    severity=3,
                    visibility="SH",
                    reporter_id=1,
                    owner_id=1,
                    reported_at=NOW,
                    acknowledge_by=NOW,
                    resolve_by=NOW,
                )
            )
            uow.commit()
        return mine

    assert sorted(at_once(take)) == list(range(1, TWENTY + 1))


def test_a_unit_that_is_left_leaves_nothing(database: Database) -> None:
    """Without commit, or after an exception, nothing that was written stays."""
    with UnitOfWork(database) as uow:
        uow.session.add(Setting(name="left", value="x"))
        uow.session.flush()
    with pytest.raises(RuntimeError), UnitOfWork(database) as uow:
        uow.session.add(Setting(name="raised", value="x"))
        uow.session.flush()
        raise RuntimeError
    with UnitOfWork(database) as uow:
        assert uow.session.exec(of_the_test()).all() == []


def test_reading_takes_no_write_lock(database: Database) -> None:
    """While one unit reads, another writes and commits; the reader goes on reading."""
    with UnitOfWork(database, reading=True) as reader:
        assert reader.session.exec(of_the_test()).all() == []
        started = time.monotonic()
        with UnitOfWork(database) as writer:
            writer.session.add(Setting(name="written", value="x"))
            writer.commit()
        assert time.monotonic() - started < 1
        reader.session.exec(of_the_test()).all()


def test_many_readers_beside_a_writer(database: Database) -> None:
    """Readers are not kept waiting by a unit that holds the write lock."""
    with UnitOfWork(database) as writer:
        writer.session.add(Setting(name="held", value="x"))
        writer.session.flush()
        started = time.monotonic()

        def read(number: int) -> int:
            with UnitOfWork(database, reading=True) as uow:
                return len(uow.session.exec(of_the_test()).all())

        assert at_once(read, 5) == [0] * 5
        assert time.monotonic() - started < 1


def test_moments_keep_their_instant(database: Database) -> None:
    """An aware moment comes back as the same instant in UTC; a naive one is refused."""
    installed(database)
    manila = datetime(2026, 3, 2, 17, 0, 0, 123456, timezone(timedelta(hours=8)))
    with UnitOfWork(database) as uow:
        uow.outbox.put(outbox_row("moment", not_before=manila))
        uow.commit()
    with UnitOfWork(database) as uow:
        row = uow.outbox.by_once("moment")
        assert row is not None and row.not_before == manila and row.not_before.utcoffset() == timedelta()
        with pytest.raises(StatementError, match="a moment without a zone cannot be stored"):
            uow.outbox.put(outbox_row("naive", not_before=datetime(2026, 3, 2, 9)))


def test_exact_numbers_stay_exact(database: Database) -> None:
    """A Decimal comes back digit for digit, trailing zeros included; a float is refused."""
    table = Table("parley_exact", MetaData(), Column("value", Exact))
    table.create(database.engine)
    value = Decimal("0.10000000000000000000000000000000010")
    with database.engine.begin() as connection:
        connection.execute(table.insert(), {"value": value})
        read = connection.execute(table.select()).scalar_one()
        assert str(read) == str(value)
    with database.engine.begin() as connection, pytest.raises(StatementError, match="an exact number is a Decimal"):
        connection.execute(table.insert(), {"value": 0.1})


def test_sqlite_survives_a_power_cut(sqlite_url: str) -> None:
    """SQLite runs with write-ahead log, full synchronisation and foreign keys, in every connection."""
    database = Database(sqlite_url)
    with database.engine.connect() as connection:
        read = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    database.dispose()
    assert read == ["wal", 2, 1]


def test_two_schedules_changed_at_once(database: Database) -> None:
    """A schedule that a tick holds is passed over by another tick, not acted on twice (PostgreSQL)."""
    installed(database)
    with UnitOfWork(database) as uow:
        once_at(uow, "digest", 1, 1, NOW)
        uow.commit()
    if database.is_sqlite:
        return
    with UnitOfWork(database) as one, UnitOfWork(database) as other:
        assert len(one.schedules.due(NOW)) == 1
        assert len(other.schedules.due(NOW)) == 0
