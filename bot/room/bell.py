"""Rings when something in the room changed, so that open pages show it at once."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

REMEMBERED = 500
"""Changes a page can still be told of that were made between its drawing and its listening."""


@dataclass(frozen=True, slots=True)
class Change:
    """What changed: a message (posted, edited, reacted to), a message taken away, the clock; or more than is remembered."""

    kind: Literal["message", "removed", "clock", "missed"]
    channel: str = ""
    ref: str = ""


class Bell:
    """Tells every open page of a change. May be rung from any thread or event loop of the process."""

    def __init__(self) -> None:
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Queue[Change]]] = set()
        self._recent: deque[Change] = deque(maxlen=REMEMBERED)
        self._lock = threading.Lock()
        self.rung = 0
        """How many changes there were. A page notes it before it is drawn and listens from there on."""

    def ring(self, change: Change) -> None:
        """Wake every listener; one whose loop has ended is forgotten."""
        with self._lock:
            self.rung += 1
            self._recent.append(change)
            listeners = list(self._listeners)
        for listener in listeners:
            loop, queue = listener
            if loop.is_closed():
                self._listeners.discard(listener)
            else:
                loop.call_soon_threadsafe(queue.put_nowait, change)

    @contextmanager
    def listen(self, since: int | None = None) -> Iterator[asyncio.Queue[Change]]:
        """A queue of the changes after the ``since``-th, None: from now on, until the block is left.

        It begins with "missed" where there were more of them than are remembered.
        """
        listener = (asyncio.get_running_loop(), asyncio.Queue[Change]())
        with self._lock:
            for change in self._after(self.rung if since is None else since):
                listener[1].put_nowait(change)
            self._listeners.add(listener)
        try:
            yield listener[1]
        finally:
            self._listeners.discard(listener)

    def _after(self, since: int) -> list[Change]:
        gone = self.rung - since
        if 0 <= gone <= len(self._recent):
            return list(self._recent)[len(self._recent) - gone :]
        return [Change("missed")]
