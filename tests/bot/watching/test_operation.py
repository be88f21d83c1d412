"""The program as it is run: measured, asked how it is, backed up while it works, and stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 90.0
"""Seconds a start may take on a busy machine."""

pytestmark = pytest.mark.slow


@dataclass
class Running:
    """A process of ours, where it is reached, and the environment it and its commands have."""

    process: subprocess.Popen[str]
    address: str
    environment: dict[str, str]
    errors: Path

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Type a command beside it."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@pytest.fixture
def running(tmp_path: Path, migrated_file: Path) -> Iterator[Running]:
    """``python -m bot run`` on an empty database of its own, well."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated_file, home / "example.sqlite")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    own = {"PARLEY_HOME": str(home), "PARLEY_PORT": port, "PARLEY_LOG": "debug", "PYTHONPATH": str(ROOT)}
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "SLACK_", "DATABASE_"))
    }
    errors = tmp_path / "errors"
    with errors.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=tmp_path,
            env=kept | own,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            text=True,
            start_new_session=True,
        )
    here = Running(process, f"http://127.0.0.1:{port}", kept | own, errors)
    try:
        _wait_until_well(here)
        yield here
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_well(here: Running) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert here.process.poll() is None, here.errors.read_text()
        try:
            if httpx.get(f"{here.address}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail("it did not become well in time")


def test_a_running_bot_is_measured_backed_up_and_stopped(running: Running, tmp_path: Path) -> None:
    """The whole of it, as whoever runs it meets it: /metrics for this machine only, an id on every answer, a backup and a
    check beside the running bot, a restore that is refused until it stops and works then, lines that are JSON throughout."""
    page = httpx.get(f"{running.address}/metrics")
    assert page.status_code == 200 and "parley_database_up 1.0" in page.text and page.headers["x-request-id"]
    assert 'parley_tick_seconds_count{tick="tick"}' in page.text
    assert httpx.get(f"{running.address}/metrics", headers={"x-forwarded-for": "10.0.0.7"}).status_code == 403
    file = tmp_path / "while-running.zip"
    backed_up, checked = running.command("db", "backup", str(file)), running.command("db", "check")
    assert backed_up.returncode == 0 and file.exists(), backed_up.stderr
    assert checked.returncode == 0 and "MEND" not in checked.stdout, checked.stdout
    refused = running.command("db", "restore", str(file), "--replace")
    assert refused.returncode == 2 and "stop it first" in refused.stderr
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    restored = running.command("db", "restore", str(file), "--replace")
    assert restored.returncode == 0 and "proved equal" in restored.stdout, restored.stderr
    assert all(json.loads(line)["event"] for line in running.errors.read_text().splitlines())
