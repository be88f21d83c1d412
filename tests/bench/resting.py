"""What a running bot takes while nothing happens: memory a minute after its start, and processor time."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.bench.figures import Figure
from tests.bench.processes import cpu_seconds, free_port, memory, running, scratch, stand_in, until_ready

AFTER = 60.0
CPU_OVER = 60.0
"""The minute after the first one: until then the engine looks for schedules of its own every second."""
MEMORY_GOAL = 160.0
CPU_GOAL = 2.0


def measure(seconds: float | None) -> Iterator[Figure]:
    """``seconds`` is how long after the start memory is looked at, and how long the processor time is then taken."""
    with stand_in() as slack, scratch() as home:
        port = free_port()
        env = {**slack.tokens(), "PARLEY_HOME": str(home), "PARLEY_PORT": str(port)}
        with running("bot", "run", env=env, cwd=home, log=home / "log") as process:
            began = time.perf_counter()
            until_ready(f"http://127.0.0.1:{port}/healthz", process)
            time.sleep(max(0.0, (seconds or AFTER) - (time.perf_counter() - began)))
            yield Figure("memory.tree_rss", memory(process.pid), "MB", MEMORY_GOAL)
            yield Figure("memory.tree_pss", memory(process.pid, "Pss"), "MB")
            before, at = cpu_seconds(process.pid), time.perf_counter()
            time.sleep(min(CPU_OVER, seconds or CPU_OVER))
            share = 100 * (cpu_seconds(process.pid) - before) / (time.perf_counter() - at)
            yield Figure("idle.cpu", share, "% of a core", CPU_GOAL)
