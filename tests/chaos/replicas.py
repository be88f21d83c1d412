"""The processes that are killed: the real program, ``python -m bot run``, serving signed HTTP."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.processes import HOME, environment, free_port

PROGRAM = ("bot", "run")
BLIND = ("tests.chaos.process", "run")
"""The same program with reconciling switched off; only here, no setting does it."""


@dataclass
class Replica:
    """One process and its successors: each start is a new process at the same address. ``resting``: it was ended on purpose."""

    name: str
    folder: Path
    settings: Mapping[str, str]
    program: tuple[str, ...] = PROGRAM
    port: int = field(default_factory=free_port)
    starts: int = 0
    resting: bool = False
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where a platform sends its requests, before the path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it and its predecessors wrote."""
        return self.folder / f"{self.name}.log"

    @property
    def running(self) -> bool:
        """Whether there is a process, ready or not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Begin a process."""
        self.starts += 1
        own = {
            "PARLEY_HOME": str(self.folder / self.name),
            "PARLEY_PORT": str(self.port),
            "PARLEY_LOG": "info",
            **self.settings,
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self.program],
                env=environment(own),
                cwd=HOME,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ready(self) -> bool:
        """Whether it takes requests and its calendar ticks."""
        if not self.running:
            return False
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1) as answer:
                return int(answer.status) == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def kill(self) -> float:
        """kill -9; the moment (epoch seconds) from which on it did nothing more."""
        self.signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()
        return time.time()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and what it started."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def end(self) -> None:
        """No more of it."""
        if self.running:
            self.signal(signal.SIGCONT)
            self.kill()
