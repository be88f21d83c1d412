"""From the start of the process until /healthz says that the calendar ticks: on an empty folder, and on a used one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, median
from tests.bench.processes import Slack, free_port, running, scratch, stand_in, until_ready

REPEATS = 5
GOAL = 4.0


def measure(seconds: float | None) -> Iterator[Figure]:
    """Medians over repeats. ``seconds`` changes nothing here."""
    first, second = [], []
    with stand_in() as slack, scratch() as folder:
        start(
            slack, folder / "warm"
        )  # so that files are in the page cache and our modules compiled, as after one start
        for number in range(REPEATS):
            home = folder / str(number)
            first.append(start(slack, home))
            second.append(start(slack, home))
    yield Figure("ready.first_start", median(first), "s", GOAL)
    yield Figure("ready.second_start", median(second), "s", GOAL)


def start(slack: Slack, home: Path) -> float:
    """Seconds to ready, over Socket Mode and signed HTTP."""
    port = free_port()
    home.mkdir(exist_ok=True)
    env = {**slack.tokens(), "PARLEY_HOME": str(home), "PARLEY_PORT": str(port)}
    began = time.perf_counter()
    with running("bot", "run", env=env, cwd=home, log=home / "log") as process:
        return until_ready(f"http://127.0.0.1:{port}/healthz", process) - began
