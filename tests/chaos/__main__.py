"""Post into a stand-in Slack that fails in every way, kill the sender at random moments, and compare with what was asked.

The last line printed is JSON: ``{"kills": 30, "lost": 0, "doubled": 0}``. ``--no-reconcile`` shows what reconciling prevents.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage.database import Database
from storage.migrate import upgrade
from storage.unit_of_work import UnitOfWork
from tests.databases import PostgresServer, installed, outbox_row

CHANNELS, POSTS = 12, 10
TROUBLE: tuple[dict[str, Any], ...] = (
    {"kind": "rate_limited", "chance": 0.05, "seconds": 1},
    {"kind": "error_after", "chance": 0.05},
    {"kind": "drop_after", "chance": 0.05},
    {"kind": "error_before", "chance": 0.03},
    {"kind": "hang", "chance": 0.02, "seconds": 1.2},
)
FINISH_WITHIN = 150.0
"""Seconds after the last kill in which everything must have been sent."""


class Slack:
    """The stand-in in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.standins.slack"]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.child.stdout is not None
        self.told: dict[str, Any] = json.loads(self.child.stdout.readline())

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request to the control API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.told['url'].rstrip('/')}/control/{path}", data=data)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def standing(self) -> dict[str, list[str]]:
        """The keys of the messages in each channel, oldest first, as the channel's contents tell them."""
        channels = self.control("state")["channels"]
        return {
            name: [(m.get("metadata") or {}).get("event_payload", {}).get("key", "?") for m in channel["messages"]]
            for name, channel in channels.items()
            if name.startswith("C0CHAOS")
        }


def asked_for() -> list[tuple[str, str, str | None]]:
    """What is to be said, independent of any database: (once, channel, once of the root). Half of it in threads."""
    rows = []
    for channel in range(CHANNELS):
        for number in range(POSTS):
            root = f"{channel}/0" if number % 2 else None
            rows.append((f"{channel}/{number}", f"C0CHAOS{channel:02d}", root))
    return rows


def put(database: Database) -> None:
    """Say it all; the sender's repair finds it."""
    installed(database)
    now = datetime.now(UTC)
    with UnitOfWork(database) as uow:
        for once, channel, root in asked_for():
            thread = None if root is None else outbox_row(root).key
            uow.outbox.put(
                outbox_row(
                    once,
                    platform="slack",
                    workspace="T0HOST",
                    channel=channel,
                    thread_card=thread,
                    created_at=now,
                    not_before=now,
                )
            )
        uow.commit()


def states(database: Database) -> dict[str, int]:
    """How many rows stand in which state."""
    with UnitOfWork(database, reading=True) as uow:
        return dict(collections.Counter(row.state for row in uow.outbox.everything()))


def torment(database: Database, url: str, slack: Slack, options: argparse.Namespace) -> int:
    """Start and kill the sender, then let the last one finish; answers how many kills there were."""
    chance = random.Random(options.seed)
    told = json.dumps({"database": url, "reconcile": options.reconcile, **slack.told})
    command = [sys.executable, "-m", "tests.chaos.sender", told]
    kills = 0
    for number in range(options.kills + 1):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert child.stdout is not None
        child.stdout.readline()
        if number < options.kills:
            time.sleep(chance.uniform(0.05, options.longest))
        else:
            slack.control("settings", {"rates": None})
            deadline = time.monotonic() + FINISH_WITHIN
            while states(database).get("open") and time.monotonic() < deadline:
                time.sleep(0.5)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        kills += number < options.kills
    return kills


def compare(slack: Slack) -> tuple[int, int]:
    """How many of the messages asked for are missing, and how many stand more than once."""
    standing = slack.standing()
    counts = [standing[channel].count(outbox_row(once).key) for once, channel, _ in asked_for()]
    return sum(count == 0 for count in counts), sum(count - 1 for count in counts if count > 1)


def main() -> int:
    """Run, print, and fail if anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=0.8, help="seconds a sender lives at most before it is killed")
    parser.add_argument("--no-reconcile", dest="reconcile", action="store_false")
    options = parser.parse_args()
    slack, started = Slack(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        server = PostgresServer(Path(folder) / "server")
        url = f"sqlite:///{folder}/chaos.sqlite" if options.database == "sqlite" else server.empty()
        database = Database(url)
        try:
            upgrade(database)
            put(database)
            for channel in range(CHANNELS):
                members = ["U0MANAGER"]
                slack.control(
                    "channels", {"id": f"C0CHAOS{channel:02d}", "name": f"chaos-{channel}", "members": members}
                )
            for fault in TROUBLE:
                slack.control("faults", {"method": "chat.postMessage", "times": None, **fault})
            kills = torment(database, url, slack, options)
            lost, doubled = compare(slack)
            print(f"{states(database)} in {time.monotonic() - started:.0f} s")
        finally:
            database.dispose()
            slack.child.terminate()
            slack.child.wait()
            server.stop()
    print(json.dumps({"kills": kills, "lost": lost, "doubled": doubled}))
    return 1 if lost or doubled else 0


if __name__ == "__main__":
    sys.exit(main())
