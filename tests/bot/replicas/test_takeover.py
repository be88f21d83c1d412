"""What a dead process left is found by its free lock, and taken over by one survivor."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.replicas.locks import ExecutorLock
from bot.replicas.takeover import Takeover
from bot.workers import Workers
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, PostgresServer

pytestmark = pytest.mark.slow


class FakeEngine:
    """Knows executors with work, and notes whose work was resumed. Resuming takes a moment, as it does in life."""

    def __init__(self, *executors: str) -> None:
        self.known = set(executors)
        self.resumed: list[str] = []

    async def executors(self) -> set[str]:
        """Whose deliveries are under way."""
        return self.known

    async def resume(self, executor: str) -> int:
        """Note it."""
        await asyncio.sleep(0.05)
        self.resumed.append(executor)
        return 3


@pytest.fixture
def server(postgres: PostgresServer) -> Iterator[Database]:
    """A migrated PostgreSQL database."""
    url = postgres.fresh()
    database = Database(url)
    yield database
    database.dispose()
    postgres.drop(url)


def taking_over(server: Database, engine: FakeEngine, run: Workers, executor: str = "me") -> Takeover:
    """A survivor."""
    return Takeover(server, engine, lambda: UnitOfWork(server), run, executor)


def beaten(server: Database, *executors: str) -> None:
    """They ticked."""
    with UnitOfWork(server) as uow:
        for each in executors:
            uow.replicas.beat(each, "test", NOW)
        uow.commit()


def remembered(server: Database) -> set[str]:
    """Which processes are known."""
    with UnitOfWork(server, reading=True) as uow:
        return {each.executor for each in uow.replicas.all()}


async def test_the_dead_are_taken_over_and_the_living_left_alone(server: Database) -> None:
    """Of three known processes the one without its lock is resumed here and forgotten; so is one only the engine knows."""
    run, engine, living = Workers(), FakeEngine("never-beat", "me", "living"), ExecutorLock(server, "living")
    beaten(server, "me", "living", "dead")
    living.take()
    survivor = taking_over(server, engine, run)
    assert await survivor.look() == 6
    assert engine.resumed == ["dead", "never-beat"]
    assert remembered(server) == {"me", "living"}
    living.free()
    assert await survivor.look() == 3 and engine.resumed[-1] == "living"
    run.stop()


async def test_of_two_survivors_one_resumes(server: Database) -> None:
    """Two who look in the same moment do not both resume while the lock is held, and it is free afterwards."""
    run, engine, other = Workers(), FakeEngine(), FakeEngine()
    beaten(server, "dead")
    found = await asyncio.gather(
        taking_over(server, engine, run, "one").look(), taking_over(server, other, run, "two").look()
    )
    assert sorted(found) in ([0, 3], [3, 3])  # [3, 3]: the second began after the first had ended, which is harmless
    assert remembered(server) == set()
    again = ExecutorLock(server, "dead")
    again.take()
    again.free()
    run.stop()


async def test_a_takeover_under_way_keeps_another_out(server: Database) -> None:
    """While one holds the dead one's lock, another resumes nothing and forgets nothing."""
    run, engine, first = Workers(), FakeEngine(), ExecutorLock(server, "dead", mine=False)
    beaten(server, "dead")
    first.take()
    assert await taking_over(server, engine, run).look() == 0
    assert engine.resumed == [] and remembered(server) == {"dead"}
    first.free()
    run.stop()
