"""What a door still does after it has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Afterwards:
    """Work that follows an answer already given; kept referenced, and finished before the process stops."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs ``work`` without waiting for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def busy(self) -> bool:
        """Whether something still runs."""
        return bool(self._tasks)

    async def finish(self, within: float = 3) -> None:
        """Waits for what is still running, at most ``within`` seconds, then cancels the rest."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(tuple(self._tasks), timeout=within)
        for task in late:
            task.cancel()
