"""Trouble that a test can order, and the rates Slack allows."""

from __future__ import annotations

import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Literal, get_args

from tests.standins.slack.words import Payload

FaultKind = Literal[
    "rate_limited",  # 429 with Retry-After, nothing done
    "error_before",  # `status` (5xx), nothing done
    "error_after",  # the work is done, the answer is `status` (5xx)
    "api_error",  # 200 with ok=false and `error`, nothing done
    "hang",  # silent for `seconds`, then done and answered
    "hang_before",  # silent for `seconds`, then `status`, nothing done
    "drop_before",  # the connection is cut, nothing done
    "drop_after",  # the work is done, the connection is cut without an answer
    "slow_answer",  # done at once, answered `seconds` later
    "late_visibility",  # done and answered; the message enters history `seconds` later
]
EVERY_METHOD = "*"


@dataclass
class Fault:
    """One order: which method fails how, how many times (None: always) and how likely."""

    method: str
    kind: FaultKind
    times: int | None = 1
    chance: float = 1.0
    seconds: float = 1.0
    status: int = 503
    error: str = "internal_error"
    channel: str | None = None
    happened: int = 0

    def fits(self, method: str, args: Payload) -> bool:
        """Whether the order is still open and concerns this call."""
        open_still = self.times is None or self.happened < self.times
        right_place = self.channel is None or args.get("channel") == self.channel
        return open_still and right_place and self.method in {method, EVERY_METHOD}


class Faults:
    """The orders, in the sequence they were given; the first that fits a call strikes."""

    def __init__(self, seed: int = 7) -> None:
        self.orders: list[Fault] = []
        self._random = random.Random(seed)

    def order(
        self,
        method: str,
        kind: FaultKind,
        *,
        times: int | None = 1,
        chance: float = 1.0,
        seconds: float = 1.0,
        status: int = 503,
        error: str = "internal_error",
        channel: str | None = None,
    ) -> Fault:
        """Order a fault for `method` ("*" for all). `seconds`: Retry-After, silence or lateness. Returns the order."""
        if kind not in get_args(FaultKind):
            raise ValueError(f"kind: {kind!r} is no fault; there are {', '.join(get_args(FaultKind))}")
        fault = Fault(method, kind, times, chance, seconds, status, error, channel)
        self.orders.append(fault)
        return fault

    def outage(self) -> Fault:
        """From now on every call answers 503, until `clear()`."""
        return self.order(EVERY_METHOD, "error_before", times=None)

    def clear(self) -> None:
        """Forget all orders."""
        self.orders.clear()

    def strike(self, method: str, args: Payload) -> Fault | None:
        """The fault that hits this call, counted as happened; None if the call goes well."""
        for fault in self.orders:
            if fault.fits(method, args) and self._random.random() < fault.chance:
                fault.happened += 1
                return fault
        return None


@dataclass
class Rates:
    """What is allowed: posts per channel as a bucket, posts per workspace and minute, calls per method and window.

    Defaults after Slack's documentation: about one `chat.postMessage` a second and channel, with short bursts.
    `per_method` holds `{method: (calls, seconds)}`, e.g. `{"conversations.history": (1, 60)}`.
    """

    per_channel_second: float | None = 1.0
    channel_burst: int = 5
    workspace_minute: int | None = None
    per_method: dict[str, tuple[int, float]] = field(default_factory=dict)
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _windows: dict[str, deque[float]] = field(default_factory=dict)

    @classmethod
    def unlimited(cls) -> Rates:
        """No limits at all."""
        return cls(per_channel_second=None)

    def wait(self, method: str, args: Payload) -> float | None:
        """Seconds the caller must wait, or None if the call is allowed (and then counted)."""
        now = time.monotonic()
        waits = [self._window(f"method {method}", *self.per_method[method], now)] if method in self.per_method else []
        if method == "chat.postMessage":
            if self.workspace_minute is not None:
                waits.append(self._window("workspace", self.workspace_minute, 60.0, now))
            if self.per_channel_second is not None:
                waits.append(self._bucket(str(args.get("channel")), self.per_channel_second, now))
        return max((wait for wait in waits if wait is not None), default=None)

    def _window(self, name: str, most: int, seconds: float, now: float) -> float | None:
        seen = self._windows.setdefault(name, deque())
        while seen and seen[0] <= now - seconds:
            seen.popleft()
        if len(seen) >= most:
            return seen[0] + seconds - now
        seen.append(now)
        return None

    def _bucket(self, channel: str, rate: float, now: float) -> float | None:
        tokens, since = self._buckets.get(channel, (float(self.channel_burst), now))
        tokens = min(float(self.channel_burst), tokens + (now - since) * rate)
        if tokens < 1.0:
            self._buckets[channel] = (tokens, now)
            return (1.0 - tokens) / rate
        self._buckets[channel] = (tokens - 1.0, now)
        return None
