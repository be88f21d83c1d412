"""A provider's person replies in a thread: how long until the bot's reaction or answer stands in the channel."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Figure, percentile
from tests.bench.furnishing import CHANNEL, LEAD, MANAGER, furnish
from tests.bench.processes import Slack, free_port, running, scratch, stand_in, until_ready

ECHOES = 20
GOAL = 2000.0
PATIENCE = 20.0
POLL = 0.01


def measure(seconds: float | None) -> Iterator[Figure]:
    """Over Socket Mode, each echo in the thread of a fresh issue. ``seconds`` allows about half as many echoes."""
    echoes = ECHOES if seconds is None else max(3, int(seconds / 2))
    with stand_in() as slack, scratch() as folder:
        port = free_port()
        url = furnish(folder / "home" / "parley.sqlite")
        env = {**slack.tokens(), "PARLEY_HOME": str(folder / "home"), "PARLEY_PORT": str(port), "DATABASE_URL": url}
        with running("bot", "run", env=env, cwd=folder, log=folder / "log") as process:
            until_ready(f"http://127.0.0.1:{port}/healthz", process)
            town = Town(slack)
            times = [1000 * town.echo(number) for number in range(echoes)]
    yield Figure("echo.p50", percentile(times, 0.5), "ms")
    yield Figure("echo.p95", percentile(times, 0.95), "ms", GOAL)


class Town:
    """The stand-in, driven over its control API."""

    def __init__(self, slack: Slack, rates: dict[str, Any] | None = None) -> None:
        self._url = f"{slack.url}/control"
        self.ask("settings", {"rates": rates})

    def echo(self, number: int) -> float:
        """Seconds from the reply to the bot's first word or reaction under it."""
        seen = len(self.calls())
        words = f"report Refunds are late in week {number + 1}"
        self.ask(f"people/{MANAGER}/command", {"command": "/vendor", "text": words, "channel": CHANNEL})
        self.ask(f"people/{MANAGER}/submits", {})
        card = self._first(seen, lambda call: call["method"] == "chat.postMessage" and _channel(call) == CHANNEL)
        root = card["answer"]["ts"]
        time.sleep(0.5 + 0.13 * (number % 8))  # not in step with anything that ticks
        seen, began = len(self.calls()), time.perf_counter()
        said = self.ask(f"people/{LEAD}/says", {"channel": CHANNEL, "text": "ack", "thread": root})
        self._first(seen, lambda call: _answers(call, root, said["ts"]))
        return time.perf_counter() - began

    def _first(self, seen: int, wanted: Any) -> dict[str, Any]:
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            for call in self.calls(seen):
                if call["answer"] and call["answer"].get("ok") and wanted(call):
                    found: dict[str, Any] = call
                    return found
            time.sleep(POLL)
        raise RuntimeError(f"the bot said nothing in {PATIENCE:g} s; calls since: {self.calls(seen)!r}")

    def calls(self, since: int = 0, method: str = "") -> list[dict[str, Any]]:
        """Every call of the bot (of one method if given) from that number on, as the stand-in saw it."""
        only = f"&method={method}" if method else ""
        found: list[dict[str, Any]] = self.ask(f"calls?since={since}{only}")["calls"]
        return found

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the stand-in's control API; with a body, order something."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._url}/{path}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            told: dict[str, Any] = json.load(answer)
        return told


def _channel(call: dict[str, Any]) -> str:
    return str(call["args"].get("channel", ""))


def _answers(call: dict[str, Any], root: str, said: str) -> bool:
    """A reaction on what was said, or a word in its thread."""
    args = call["args"]
    if call["method"] == "reactions.add":
        return str(args.get("timestamp")) == said
    return call["method"] == "chat.postMessage" and str(args.get("thread_ts")) == root
