"""Rows put into a running bot's outbox from outside, as a tick of another replica would: it finds and delivers them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.delivery.engine import Engine
from handlers.vocabulary.outgoing import SharedCard, Words
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.bench.echoing import Town
from tests.bench.furnishing import MANAGER, furnish_at
from tests.bench.processes import Slack, cpu_seconds, free_port, running, until_ready
from tests.databases import PostgresServer, outbox_row
from tests.standins.slack import HOST_TEAM

TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Bots:
    """The address of their database, and their processes."""

    url: str
    processes: list[int]

    def cpu(self) -> float:
        """Seconds of processor time that they have taken."""
        return sum(cpu_seconds(each) for each in self.processes)


@contextmanager
def bots(slack: Slack, folder: Path, kind: str, replicas: int, **settings: str) -> Iterator[Bots]:
    """So many running bots over one furnished database of that kind."""
    with ExitStack() as stack:
        processes = []
        if kind == "sqlite":
            url = furnish_at(f"sqlite:///{folder / 'bench.sqlite'}")
        else:
            server = PostgresServer(folder / "server")
            stack.callback(server.stop)
            url = furnish_at(server.empty())
        for number in range(replicas):
            port = free_port()
            env = {
                **slack.tokens(),
                "PARLEY_HOME": str(folder / f"home{number}"),
                "PARLEY_PORT": str(port),
                "DATABASE_URL": url,
                **settings,
            }
            log = folder / f"log{number}"
            process = stack.enter_context(running("bot", "run", env=env, cwd=folder, log=log))
            until_ready(f"http://127.0.0.1:{port}/healthz", process)
            processes.append(process.pid)
        time.sleep(2)  # the first ticks are over
        yield Bots(url, processes)


def channels(town: Town, count: int) -> list[str]:
    """So many channels the bot is in."""
    names = [f"C0BENCH{number}" for number in range(count)]
    for name in names:
        town.ask("channels", {"id": name, "name": name.casefold(), "members": [MANAGER]})
    return names


def say(url: str, places: list[str], each: int) -> float:
    """Say ``each`` things in every place, in one transaction, as the calendar does; answers the moment (Unix time)."""
    database = Database(url)
    engine = Engine(database, "bench")
    engine.connect()
    try:
        with UnitOfWork(database, engine.enqueue) as uow:
            now = datetime.now(UTC)
            for number in range(each):
                for place in places:
                    uow.outbox.put(_row(f"{place}.{number}", place, now))
            uow.commit()
        return time.time()
    finally:
        engine.disconnect()
        database.dispose()


def _row(once: str, place: str, now: datetime) -> Any:
    words = f"Service level was 83.9 % last week ({once})."
    return outbox_row(
        f"bench:{once}",
        platform="slack",
        workspace=HOST_TEAM,
        channel=place,
        card=SharedCard(words, elements=(Words((words,)),)),
        created_at=now,
        not_before=now,
        unhurried=True,
    )


class Posted:
    """The posts into some places, as the stand-in saw them."""

    def __init__(self, town: Town, places: list[str]) -> None:
        self._town = town
        self._places = set(places)

    def wait(self, count: int, patience: float) -> list[float]:
        """The moments (Unix time) at which so many were accepted. Raises RuntimeError if they are not, within ``patience``
        seconds."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            accepted = [float(each["answered_at"]) for each in self._calls() if (each["answer"] or {}).get("ok")]
            if len(accepted) >= count:
                return sorted(accepted)
            time.sleep(0.5)
        raise RuntimeError(f"{len(accepted)} of {count} posts were accepted within {patience:g} s")

    def refused(self) -> int:
        """How many posts, into whatever place, were told to come later."""
        return sum(each["status"] == TOO_MANY for each in self._town.calls(method="chat.postMessage"))

    def _calls(self) -> list[dict[str, Any]]:
        return [
            each
            for each in self._town.calls(method="chat.postMessage")
            if str(each["args"].get("channel")) in self._places
        ]
