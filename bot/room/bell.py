"""Rings when something in the room changed, so that open pages show it at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Change:
    """What changed: a message (posted, edited, reacted to), a message taken away, or the clock."""

    kind: Literal["message", "removed", "clock"]
    channel: str = ""
    ref: str = ""


class Bell:
    """Tells every open page of a change. May be rung from any thread or event loop of the process."""

    def __init__(self) -> None:
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Queue[Change]]] = set()

    def ring(self, change: Change) -> None:
        """Wake every listener; one whose loop has ended is forgotten."""
        for listener in list(self._listeners):
            loop, queue = listener
            if loop.is_closed():
                self._listeners.discard(listener)
            else:
                loop.call_soon_threadsafe(queue.put_nowait, change)

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[Change]]:
        """A queue of the changes from now on, until the block is left."""
        listener = (asyncio.get_running_loop(), asyncio.Queue[Change]())
        self._listeners.add(listener)
        try:
            yield listener[1]
        finally:
            self._listeners.discard(listener)
