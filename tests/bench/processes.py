"""The processes of a measurement: begun in a group of their own, ended together, and looked at through /proc."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[2]
UNSET = ("PYTHONDONTWRITEBYTECODE", "PYTHONDEVMODE", "PYTHONPROFILEIMPORTTIME")
"""Left out of the measured processes' environment: a user's shell does not have them, and the first makes Python compile
every module again at every start."""
OURS = ("PARLEY_", "SLACK_", "DATABASE_URL")
POLL = 0.01
TICKS = os.sysconf("SC_CLK_TCK")


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This environment without what would disturb a measurement, and with ``more``."""
    kept = {k: v for k, v in os.environ.items() if k not in UNSET and not k.startswith(OURS)}
    return kept | {"PYTHONPATH": str(HOME)} | dict(more or {})


@contextmanager
def running(
    *arguments: str, env: Mapping[str, str] | None = None, cwd: Path = HOME, log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """``python -m arguments`` in a process group of its own; at the end the whole group is ended and waited for."""
    with contextlib.ExitStack() as stack:
        errors: Any = subprocess.DEVNULL if log is None else stack.enter_context(log.open("w"))
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=environment(env),
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    for name, patience in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, name)
        try:
            process.wait(patience)
            break
        except subprocess.TimeoutExpired:
            continue
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


@dataclass(frozen=True, slots=True)
class Slack:
    """A running stand-in."""

    url: str
    api_url: str
    bot_token: str
    app_token: str
    signing_secret: str

    def tokens(self, *, socket_mode: bool = True) -> dict[str, str]:
        """What a bot needs in its environment to talk to it."""
        found = {
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
            "SLACK_API_URL": self.api_url,
        }
        return found | ({"SLACK_APP_TOKEN": self.app_token} if socket_mode else {})


@contextmanager
def stand_in() -> Iterator[Slack]:
    """The stand-in for Slack as a process of its own."""
    with running("tests.standins.slack", "--port", "0") as process:
        assert process.stdout is not None
        yield Slack(**json.loads(process.stdout.readline()))


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_ready(url: str, process: subprocess.Popen[str], patience: float = 60.0) -> float:
    """Wait until ``url`` answers 200; the moment (``time.perf_counter``). Raises RuntimeError if it never does."""
    end = time.perf_counter() + patience
    while time.perf_counter() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode} before it was ready")
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                if answer.status == 200:
                    return time.perf_counter()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(POLL)
    raise RuntimeError(f"{url} was not ready after {patience:g} s")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        yield Path(folder)


def tree(root: int) -> list[int]:
    """The process and all below it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                parents.setdefault(int(_fields(int(entry.name))[1]), []).append(int(entry.name))
    found = [root]
    for process in found:
        found.extend(parents.get(process, ()))
    return found


def memory(root: int, kind: str = "Rss") -> float:
    """Memory of the process tree in MB (10^6 bytes): "Rss", or "Pss", which shares out what processes share."""
    return sum(_memory(process, kind) for process in tree(root)) * 1024 / 1e6


def _memory(process: int, kind: str) -> int:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1])
    return 0


def cpu_seconds(root: int) -> float:
    """Processor time the process tree has used, user and system."""
    return sum(sum(int(field) for field in _fields(process)[11:13]) for process in tree(root)) / TICKS


def _fields(process: int) -> list[str]:
    """/proc/N/stat after the process' name, which may hold spaces."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
