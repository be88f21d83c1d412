"""Two transactions that wait for each other: both are done in the end."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage.circles import ATTEMPTS, again_if_broken_off
from storage.database import Database
from tests.databases import PostgresServer


class _BrokenOff(Exception):
    """What a driver raises."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("code", "times"), [("40P01", ATTEMPTS), ("40001", ATTEMPTS), ("57P01", 1)])
def test_only_what_was_broken_off_is_done_again(code: str, times: int) -> None:
    """A deadlock is tried three times and then told; a server that went away is told at once."""
    tried = []

    def work() -> None:
        tried.append(code)
        raise OperationalError("SELECT 1", {}, _BrokenOff(code))

    with pytest.raises(OperationalError):
        again_if_broken_off(work)
    assert len(tried) == times


@pytest.mark.slow
def test_a_circle_is_broken_and_both_are_done(postgres: PostgresServer) -> None:
    """Each of two transactions holds what the other wants: PostgreSQL breaks one off, and both are done in the end."""
    database = Database(postgres.fresh())
    met = threading.Barrier(2)
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO parley_setting (name, value) VALUES ('a', '0'), ('b', '0')"))

    def both(first: str, second: str) -> None:
        waited: list[int] = []

        def work() -> None:
            with database.engine.begin() as connection:
                _count(connection, first)
                if not waited:
                    waited.append(met.wait(timeout=10))
                _count(connection, second)

        again_if_broken_off(work)

    threads = [threading.Thread(target=both, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with database.engine.connect() as connection:
        values = (
            connection.execute(text("SELECT value FROM parley_setting WHERE name IN ('a', 'b') ORDER BY name"))
            .scalars()
            .all()
        )
    database.dispose()
    assert values == ["2", "2"]


def _count(connection: Connection, name: str) -> None:
    raised = text("UPDATE parley_setting SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = :name")
    connection.execute(raised, {"name": name})
