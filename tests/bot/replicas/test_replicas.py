"""Several processes of the program on one PostgreSQL, killed and replaced under load; and how one of them is stopped."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.database import Database
from storage.migrate import upgrade
from storage.models.action import ActionItem
from storage.unit_of_work import UnitOfWork
from storage.version import version
from tests.bench.load import fire, plan
from tests.bench.processes import Slack, stand_in
from tests.bot.several import (
    LEAD,
    Replica,
    ask,
    cards,
    command,
    command_payload,
    control,
    replicas,
    settle,
    stands,
    until,
)
from tests.bot.test_migrating import synthetic
from tests.databases import PostgresServer

pytestmark = pytest.mark.slow

TAKEN_OVER_WITHIN = 30.0
"""Seconds after a death until all it had begun is sent. Eleven of them are waited on purpose: a post that may have left is
looked for in the channel once it must stand there (ten seconds for the request, one for the stand-in's history)."""
RATE, SECONDS = 4, 8


@dataclass
class Site:
    """Two processes on one database; a test that ends one says so."""

    url: str
    slack: Slack
    home: Path
    running: list[Replica]


@pytest.fixture(scope="module")
def site(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two, started in the same moment."""
    url, home = postgres.fresh(), tmp_path_factory.mktemp("home")
    settle(url)
    with stand_in() as slack, replicas(url, slack, home, 2) as running:
        yield Site(url, slack, home, running)
    postgres.drop(url)


def under_way(slack: Slack) -> int:
    """Posts that were asked for and are not answered yet."""
    return len(control(slack, "under_way?method=chat.postMessage")["under_way"])


def test_what_a_killed_one_had_begun_is_sent_by_the_other(site: Site) -> None:
    """Both know each other; one dies by SIGKILL in the middle of its posts, and within thirty seconds the other has sent
    everything, each message once, and is the only one left."""
    first, second = site.running
    until(lambda: [each.health().get("replicas") for each in (first, second)] == [2, 2], 25, "known to each other")
    control(site.slack, "faults", {"method": "chat.postMessage", "kind": "slow_answer", "seconds": 1.5})
    asked = [ask(site.slack, f"Item {number}.") for number in range(6)]
    until(lambda: under_way(site.slack) > 0, 10, "under way")
    first.kill()
    died = time.monotonic()
    control(site.slack, "settings", {"request_url": second.address, "other_urls": []})
    until(lambda: "replica.taken_over" in second.log.read_text(), 10, "taken over")
    until(lambda: stands(site.slack, *asked), TAKEN_OVER_WITHIN - (time.monotonic() - died), "everything sent")
    control(site.slack, "faults", verb="DELETE")
    words = cards(site.slack)
    assert [words.count(title) for title in asked] == [1] * len(asked)
    until(lambda: second.health().get("replicas") == 1, 15, "alone")
    site.running.remove(first)


def test_a_migration_under_load_refuses_and_loses_nothing(site: Site, tmp_path: Path) -> None:
    """While commands that write come in, the schema is expanded by a migration this program does not know, and another
    process of this program joins on it: every command is answered and kept, and the newcomer is well."""
    database, (old, *_) = Database(site.url), site.running
    order = {
        "targets": {"bot": old.address},
        "secret": site.slack.signing_secret,
        "rate": RATE,
        "slice": SECONDS,
        "rounds": 1,
        "payload": {**command_payload(site.slack), "text": f"actions add Under load <@{LEAD}> due friday"},
    }

    async def under_load() -> dict[str, object]:
        firing = asyncio.create_task(fire(plan(order)))
        await asyncio.sleep(SECONDS / 2)
        await asyncio.to_thread(upgrade, database, [synthetic(tmp_path / "next", "contracts = False")])
        return (await firing)["bot"]

    found = asyncio.run(under_load())
    assert version(database) == "9999" and found["failed"] == []
    joined = Replica(site.url, site.slack, site.home / "joined")
    try:
        joined.ready()
        assert not command(site.slack, joined).not_saved
        with UnitOfWork(database, reading=True) as uow:
            kept = uow.session.exec(select(ActionItem.id).where(col(ActionItem.title) == "Under load")).all()
        assert len(kept) == RATE * SECONDS
        assert joined.stop() == 0
    finally:
        joined.kill()
        database.dispose()


@pytest.fixture
def alone(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Slack, Replica]]:
    """One process on a file, over Socket Mode."""
    settle(sqlite_url)
    with stand_in() as slack, replicas(sqlite_url, slack, tmp_path, 1, socket_mode=True) as (bot,):
        yield slack, bot


def test_a_stop_finishes_what_is_under_way(alone: tuple[Slack, Replica], sqlite_url: str) -> None:
    """SIGTERM while a post waits for its answer: the answer is noted, nothing else is begun, and the exit code is 0; a
    second process was refused meanwhile with the ways out."""
    slack, bot = alone
    second = Replica(sqlite_url, slack, bot.log.parent / "second")
    assert second.child.wait(30) == 2 and "DATABASE_URL=postgresql+psycopg://" in second.log.read_text()
    control(slack, "faults", {"method": "chat.postMessage", "kind": "slow_answer", "seconds": 1.5})
    title = ask(slack, "Last words.")
    until(lambda: under_way(slack) > 0, 10, "under way")
    begun = time.monotonic()
    assert bot.stop() == 0 and time.monotonic() - begun < 10
    database = Database(sqlite_url)
    with UnitOfWork(database, reading=True) as uow:
        (row,) = [each for each in uow.outbox.everything() if title in each.content and each.thread_card is None]
    database.dispose()
    assert row.state == "sent" and row.ref and title in cards(slack)


def test_a_second_signal_ends_at_once(alone: tuple[Slack, Replica]) -> None:
    """A post that hangs holds a stop up; Ctrl+C during the stop ends the process within a second."""
    slack, bot = alone
    control(slack, "faults", {"method": "chat.postMessage", "kind": "hang", "seconds": 8})
    ask(slack, "Never mind.")
    until(lambda: under_way(slack) > 0, 10, "under way")
    bot.child.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert bot.child.poll() is None
    bot.child.send_signal(signal.SIGINT)
    assert bot.child.wait(1) == 128 + signal.SIGINT
