"""Where synchronous work runs: a few threads of our own (DBOS takes over the event loop's default ones)."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Workers:
    """Runs synchronous functions off the event loop. Call it; ``stop()`` waits for what is under way."""

    def __init__(self, threads: int = 6) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="parley")

    async def __call__(self, function: Callable[..., T], *arguments: object) -> T:
        """Answer what ``function(*arguments)`` answers; its log lines carry the names of whoever asked."""
        within = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._pool, within.run, function, *arguments)

    def stop(self) -> None:
        """Finish what was begun and start nothing more."""
        self._pool.shutdown(wait=True)


async def inline(function: Callable[..., T], *arguments: object) -> T:
    """Runs it here and now: the rehearsal has nobody to keep waiting, and one thread is reproducible."""
    return function(*arguments)
