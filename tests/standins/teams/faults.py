"""Trouble that a test can order, and how much Teams allows."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from tests.standins.slack.faults import EVERY_METHOD, Fault, FaultKind, Faults

__all__ = ["EVERY_METHOD", "Fault", "FaultKind", "Faults", "Rates"]

WINDOWS = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
"""What may be sent to a conversation in so many seconds. Source: learn.microsoft.com, "Rate limiting for bots"."""
READING = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
"""How often its members may be asked for, counted by itself. Same source."""


@dataclass
class Rates:
    """Windows of a conversation as (operations, seconds) for sending and for reading, and requests a second over everything.

    A request that is refused is not counted.
    """

    windows: tuple[tuple[int, float], ...] = WINDOWS
    reading: tuple[tuple[int, float], ...] = READING
    per_second: int | None = 50
    refused: int = 0
    _seen: dict[str, list[deque[float]]] = field(default_factory=dict)
    _all: deque[float] = field(default_factory=deque)

    @classmethod
    def unlimited(cls) -> Rates:
        """No limits at all."""
        return cls(windows=(), reading=(), per_second=None)

    def wait(self, conversation: str | None, reading: bool = False) -> float | None:
        """Seconds the caller must wait, or None if the call is allowed (and then counted)."""
        windows = self.reading if reading else self.windows
        now = time.monotonic()
        waits = [_left(self._all, self.per_second, 1.0, now)] if self.per_second is not None else []
        seen: list[deque[float]] = []
        if conversation:
            seen = self._seen.setdefault(f"{reading} {conversation}", [deque() for _ in windows])
            pairs = zip(seen, windows, strict=True)
            waits += [_left(times, most, seconds, now) for times, (most, seconds) in pairs]
        longest = max((wait for wait in waits if wait is not None), default=None)
        if longest is None:
            for times in (*seen, self._all):
                times.append(now)
        else:
            self.refused += 1
        return longest


def _left(times: deque[float], most: int, seconds: float, now: float) -> float | None:
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= most else None
