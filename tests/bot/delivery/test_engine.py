"""The engine with the real DBOS, in a process of its own (DBOS keeps global state), on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from storage.database import Database
from tests.databases import installed, outbox_row


class Remote:
    """The engine's process, driven by commands."""

    def __init__(self, url: str) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "tests.engine_process", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, name: str, **values: Any) -> Any:
        """One command; its answer."""
        assert self.child.stdin is not None and self.child.stdout is not None
        self.child.stdin.write(json.dumps({"do": name, **values}) + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())

    def kill(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        self.child.kill()
        self.child.wait()
        for stream in (self.child.stdin, self.child.stdout):
            assert stream is not None
            stream.close()


@contextmanager
def remote(url: str) -> Iterator[Remote]:
    """A process that surely ends."""
    process = Remote(url)
    try:
        yield process
    finally:
        process.kill()


@pytest.fixture
def url(database_url: str) -> str:
    """A database in which rows may be put."""
    database = Database(database_url)
    installed(database)
    database.dispose()
    return database_url


@pytest.mark.slow
def test_each_once_and_in_thread_order(url: str) -> None:
    """Twenty rows over four channels, each channel a root and its replies, are delivered once each in their order."""
    rows = []
    for channel in range(4):
        root = f"{channel} root"
        rows.append({"once": root, "channel": f"C{channel}"})
        key = outbox_row(root).key
        rows += [{"once": f"{channel} reply {n}", "channel": f"C{channel}", "thread_card": key} for n in range(4)]
    with remote(url) as process:
        process.do("start")
        process.do("put", rows=rows)
        took = process.do("until_sent", onces=[row["once"] for row in rows], within=25)
        assert len(took) == 20, took
        posted = process.do("posted")
        assert len(posted) == 20
        for channel in range(4):
            texts = [text for place, _, text in posted if place == f"C{channel}"]
            assert texts == [f"said {channel} root"] + [f"said {channel} reply {n}" for n in range(4)]
        assert process.do("repair") == 0
        process.do("stop")


@pytest.mark.slow
def test_slacks_second_is_not_kept_on_teams(sqlite_url: str) -> None:
    """With five seconds between two posts into a channel of Slack, five into one of Teams stand before Slack's second: what
    counts there are its windows."""
    database = Database(sqlite_url)
    installed(database)
    database.dispose()
    rows = [
        {"once": f"{platform} {n}", "platform": platform, "unhurried": True}
        for platform, many in (("slack", 2), ("teams", 5))
        for n in range(many)
    ]
    with remote(sqlite_url) as process:
        process.do("start", pace=5.0)
        process.do("put", rows=rows)
        process.do("until_sent", onces=[f"teams {n}" for n in range(5)], within=20)
        assert sum(text.startswith("said slack") for _, _, text in process.do("posted")) == 1


@pytest.mark.parametrize("outcome", ["unsure", "later", "hangs"])
def test_an_echo_behind_a_stuck_post(url: str, outcome: str) -> None:
    """A post of the channel that is uncertain, told to wait 20 s, or not answered at all, with a reply waiting for it:
    a later echo in another thread of the same channel still stands within two seconds."""
    with remote(url) as process:
        process.do("start", stuck="said stuck", outcome=outcome)
        waiting = {"once": "waiting", "thread_card": outbox_row("stuck").key}
        process.do("put", rows=[{"once": "stuck"}, waiting])
        # A queue that was just registered is looked into after up to a second: the stuck post must be under way first.
        process.do("until_sent", onces=["nothing"], within=1.6)
        process.do("put", rows=[{"once": "echo", "thread_ref": "55.5"}])
        took = process.do("until_sent", onces=["echo"], within=10)
        assert took.get("said echo", 99) < 2.0, took
        assert [text for _, _, text in process.do("posted")] == ["said echo"]


@pytest.mark.slow
def test_a_killed_process_and_a_cancelled_workflow(url: str) -> None:
    """What a killed process left open is sent by the next one; a row whose workflow was cancelled is revived by repair."""
    with remote(url) as process:
        process.do("start", stuck="said left", outcome="later")
        process.do(
            "put", rows=[{"once": "left"}, {"once": "held", "channel": "C9", "thread_card": outbox_row("left").key}]
        )
        process.do("until_sent", onces=["left"], within=2.5)  # the queue has come to it too, and put it off
        process.kill()
    with remote(url) as process:
        process.do("start")
        process.do("cancel", once="left")
        assert process.do("repair") >= 1
        took = process.do("until_sent", onces=["left", "held"], within=15)
        assert set(took) == {"said left", "said held"}
        assert len(process.do("posted")) == 2
        process.do("stop")


@pytest.mark.slow
def test_a_workflow_that_broke_off_in_a_living_process_begins_again(url: str) -> None:
    """A workflow that is under way in the database, and nowhere in its process (its note met a full disk), goes on after the
    second repair that finds it so; the first one might have met it between two steps."""
    with remote(url) as process:
        process.do("start", stuck="said left", outcome="later")
        process.do("put", rows=[{"once": "left"}])
        process.do("until_sent", onces=["left"], within=2.5)  # put off for 20 s
        process.do("break_off", once="left")
        process.do("unstick")
        assert process.do("repair") == 0
        assert process.do("until_sent", onces=["left"], within=1.5) == {}
        process.do("repair")
        assert set(process.do("until_sent", onces=["left"], within=5)) == {"said left"}
        assert len(process.do("posted")) == 1
        process.do("stop")
