"""From the start of the process until /healthz says that the calendar ticks: on an empty folder, and on a used one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure, median
from tests.bench.processes import Slack, cpu_seconds, free_port, running, scratch, stand_in, until_ready

REPEATS = 5
GOAL = 4.0


def measure(seconds: float | None) -> Iterator[Figure]:
    """Medians over repeats. ``seconds`` changes nothing here."""
    first: list[Started] = []
    second: list[Started] = []
    with stand_in() as slack, scratch() as folder:
        start(
            slack, folder / "warm"
        )  # so that files are in the page cache and our modules compiled, as after one start
        for number in range(REPEATS):
            home = folder / str(number)
            first.append(start(slack, home))
            second.append(start(slack, home))
    yield Figure("ready.first_start", median([each.wall for each in first]), "s", GOAL)
    yield Figure("ready.second_start", median([each.wall for each in second]), "s", GOAL)
    yield Figure("ready.cpu", median([each.cpu for each in second]), "s")


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds to ready: on the clock, and of processor time."""

    wall: float
    cpu: float


def start(slack: Slack, home: Path, **settings: str) -> Started:
    """Start over Socket Mode and signed HTTP, and wait until it is ready."""
    port = free_port()
    home.mkdir(exist_ok=True)
    env = {**slack.tokens(), "PARLEY_HOME": str(home), "PARLEY_PORT": str(port), **settings}
    began = time.perf_counter()
    with running("bot", "run", env=env, cwd=home, log=home / "log") as process:
        ready = until_ready(f"http://127.0.0.1:{port}/healthz", process)
        return Started(ready - began, cpu_seconds(process.pid))
