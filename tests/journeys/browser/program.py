"""The real program as a user starts it: ``python -m bot run`` in a process of its own, on the ready example."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[3]
MONDAY = "2026-03-02T08:00:00+00:00"
"""A Monday morning in London, half an hour before the weekly digests."""
PATIENCE = 180.0
"""Seconds the program may take until it answers."""


@contextmanager
def program(home: Path, now: str = MONDAY) -> Iterator[str]:
    """The room's address while the program runs with its data in ``home``; ``now`` is the example's present (ISO)."""
    port = _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "PARLEY_", "DATABASE"))}
    environment = {**kept, "PARLEY_HOME": str(home), "PARLEY_PORT": str(port), "PARLEY_EXAMPLE_NOW": now}
    with (home / "output.txt").open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, running, home / "output.txt")
            yield address
        finally:
            running.terminate()
            running.wait(20)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _wait(address: str, running: subprocess.Popen[bytes], output: Path) -> None:
    """Until the program answers. Raises ``RuntimeError`` with what it printed if it ends or stays silent."""
    until = time.monotonic() + PATIENCE
    while running.poll() is None and time.monotonic() < until:
        try:
            with urlopen(f"{address}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the program did not answer:\n{output.read_text()[-3000:]}")
