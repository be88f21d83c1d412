"""Kill the sender again and again, and count what came of it."""

from __future__ import annotations

import collections
import json
import multiprocessing
import random
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess

from storage.database import Database
from storage.migrate import upgrade
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.chaos.platform import Slack
from tests.chaos.sender import deliver
from tests.databases import installed, outbox_row

CHANNELS = [f"C0CHAOS{number:02d}" for number in range(6)]
FINISH_WITHIN = 150.0
"""Seconds after the last kill in which everything must have been sent."""
START_WITHIN = 60.0
"""Seconds a sender may take until it begins."""


@dataclass(frozen=True)
class Plan:
    """What is done. ``longest`` is how many seconds a sender lives at most; ``reconcile=False`` shows what looking into the
    channel's history prevents."""

    kills: int = 30
    seed: int = 1
    longest: float = 1.2
    reconcile: bool = True


@dataclass
class Toll:
    """What came of it. The phases count messages at the moment of each kill, summed over the kills: not tried yet;
    ``marked`` as tried while the platform has not taken it; ``accepted`` by the platform while we have not noted it;
    ``noted`` as sent. Only the two in the middle are struck by the kill."""

    kills: int = 0
    lost: int = 0
    doubled: int = 0
    unsent: int = 0
    waiting: int = 0
    marked: int = 0
    accepted: int = 0
    noted: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def asked_for(rounds: int) -> list[list[tuple[str, str, str | None]]]:
    """What is to be said in each round, independent of any database: (once, channel, once of the root). Every other round
    is said in a thread."""
    return [
        [(f"{channel}/{number}", channel, f"{channel}/0" if number % 2 else None) for channel in CHANNELS]
        for number in range(rounds)
    ]


def torment(url: str, slack: Slack, plan: Plan) -> Toll:
    """Post into ``slack`` from the empty database at ``url`` while the sender is killed, then let the last one finish."""
    begun, database, toll = time.monotonic(), Database(url), Toll()
    rounds = asked_for(plan.kills + 1)
    upgrade(database)
    installed(database)
    slack.furnish(CHANNELS)
    chance = random.Random(plan.seed)
    for fresh in rounds[:-1]:
        _put(database, fresh)
        born = datetime.now(UTC)
        child = _started(url, slack, plan)
        time.sleep(chance.uniform(0.05, plan.longest))
        _kill(child)
        toll.kills += 1
        _count_phases(toll, database, slack, born)
    _put(database, rounds[-1])
    _finish(database, url, slack, plan)
    toll.unsent = sum(row.state != "sent" for row in _rows(database))
    toll.lost, toll.doubled = _compare(slack, [once for fresh in rounds for once in fresh])
    database.dispose()
    toll.seconds = round(time.monotonic() - begun, 1)
    return toll


def _put(database: Database, fresh: list[tuple[str, str, str | None]]) -> None:
    """Say it; the sender's repair finds it."""
    now = datetime.now(UTC)
    with UnitOfWork(database) as uow:
        for once, channel, root in fresh:
            thread = None if root is None else outbox_row(root).key
            place = {"platform": "slack", "workspace": "T0HOST", "channel": channel, "thread_card": thread}
            uow.outbox.put(outbox_row(once, **place, created_at=now, not_before=now))
        uow.commit()


def _started(url: str, slack: Slack, plan: Plan) -> ForkServerProcess:
    """A sender that has begun. It is forked from a server that has imported everything, which is most of a start."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([deliver.__module__])
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=deliver, args=(url, slack.told, plan.reconcile, theirs), daemon=True)
    child.start()
    theirs.close()
    with ours:
        if not ours.poll(START_WITHIN):
            child.kill()
            raise TimeoutError(f"the sender did not begin within {START_WITHIN:g} s")
        ours.recv()  # raises EOFError when it died instead
    return child


def _kill(child: ForkServerProcess) -> None:
    child.kill()
    child.join()
    child.close()


def _finish(database: Database, url: str, slack: Slack, plan: Plan) -> None:
    """Let one sender live until everything is sent."""
    slack.hurry()
    child = _started(url, slack, plan)
    deadline = time.monotonic() + FINISH_WITHIN
    while any(row.state == "open" for row in _rows(database)) and time.monotonic() < deadline:
        time.sleep(0.2)
    _kill(child)


def _rows(database: Database) -> list[OutboxRow]:
    with UnitOfWork(database, reading=True) as uow:
        return list(uow.outbox.everything())


def _count_phases(toll: Toll, database: Database, slack: Slack, born: datetime) -> None:
    """How far every message was when the sender born at ``born`` was killed. What got an unclear answer before that is
    struck by the platform, not by the kill."""
    there = {key for keys in slack.standing().values() for key in keys}
    for row in _rows(database):
        struck = row.state == "open" and row.last_try is not None and row.last_try >= born and not row.trouble
        toll.noted += row.state == "sent"
        toll.waiting += row.state == "open" and not struck
        toll.marked += struck and row.key not in there
        toll.accepted += struck and row.key in there


def _compare(slack: Slack, asked: list[tuple[str, str, str | None]]) -> tuple[int, int]:
    """How many of the messages asked for are missing, and how many stand there more often than once."""
    counts = collections.Counter(key for keys in slack.standing().values() for key in keys)
    often = [counts[outbox_row(once).key] for once, _, _ in asked]
    return often.count(0), sum(count - 1 for count in often if count > 1)
