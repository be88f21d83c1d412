"""The platform that is posted into: the stand-in Slack in a process of its own, failing in every way."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from types import TracebackType
from typing import Any, Self

SLOW_ANSWER = 0.25
"""Seconds between a message standing in its channel and the answer that says so. This is where a kill hurts most."""
TROUBLE: tuple[dict[str, Any], ...] = (
    {"kind": "rate_limited", "chance": 0.05, "seconds": 1},
    {"kind": "error_after", "chance": 0.05},
    {"kind": "drop_after", "chance": 0.05},
    {"kind": "error_before", "chance": 0.03},
    {"kind": "hang", "chance": 0.02, "seconds": 1.2},
    {"kind": "slow_answer", "seconds": SLOW_ANSWER},
)


class Slack:
    """The stand-in, told by its control API. ``told`` is where it is and its tokens."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.standins.slack"]
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._child.stdout is not None
        self.told: dict[str, Any] = json.loads(self._child.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._child.stdout is not None
        self._child.terminate()
        self._child.wait()
        self._child.stdout.close()

    def furnish(self, channels: list[str]) -> None:
        """Open the channels, and let posting be trouble from now on."""
        for channel in channels:
            self._control("channels", {"id": channel, "name": channel.lower(), "members": ["U0MANAGER"]})
        for fault in TROUBLE:
            self._control("faults", {"method": "chat.postMessage", "times": None, **fault})

    def hurry(self) -> None:
        """Allow any number of posts a second; the other troubles stay."""
        self._control("settings", {"rates": None})

    def standing(self) -> dict[str, list[str]]:
        """The keys of the messages in each channel, oldest first, as the channel's contents tell them."""
        channels = self._control("state")["channels"]
        return {
            name: [(m.get("metadata") or {}).get("event_payload", {}).get("key", "?") for m in channel["messages"]]
            for name, channel in channels.items()
        }

    def _control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.told['url'].rstrip('/')}/control/{path}", data=data)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
