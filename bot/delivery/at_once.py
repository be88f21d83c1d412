"""What answers a person leaves at once, not when the queue is next looked into.

Its delivery is in the queue all the same, in the transaction that said it: that is what makes it sure. Here it is only tried
first, as soon as that transaction is committed. When the queue comes to it, it finds it done, or under way in this process
(then it waits its turn), or marked as tried (then it looks before it posts again).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable

from sqlalchemy import event
from sqlmodel import Session

from storage.models.delivery import OutboxRow

Carry = Callable[[str, float], Awaitable[float | None]]
"""An attempt at a key; a wait up to so many seconds is answered, a longer one leaves the queue."""
SAID = "parley_said"
"""Where a session keeps what it said and has not committed."""
BURST = 3
"""So many posts leave into one channel at once; Slack asks for one a second and tolerates short bursts."""
REMEMBERED = 1_000
"""Channels of which it is remembered when the last post left."""
TOGETHER = 8
"""Transactions whose answers are carried at the same time; what is said beyond that the queue carries."""


class AtOnce:
    """Tries what was said as soon as it is committed. ``carry`` makes an attempt at a key; ``pace`` is seconds between two
    posts into one channel."""

    def __init__(self, pace: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._left: dict[str, deque[float]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._carry: Carry | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, carry: Carry) -> None:
        """From now on, in the running loop."""
        self._carry, self._loop = carry, asyncio.get_running_loop()

    def stop(self) -> None:
        """No more; what is under way is finished by whoever waits for the loop's tasks, or found by the queue."""
        self._carry = None

    def said(self, session: Session, row: OutboxRow, channel: str) -> None:
        """The row was said in the session's transaction; ``channel`` is what is paced together. Any thread may call it."""
        said: list[tuple[str, str]] | None = session.info.get(SAID)
        if said is None:
            said = session.info[SAID] = []
            event.listen(session, "after_commit", self._committed, once=True)
        said.append((row.key, channel))

    def _committed(self, session: Session) -> None:
        said = session.info.pop(SAID, [])
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._begin, said)

    def _begin(self, said: list[tuple[str, str]]) -> None:
        if len(self._under_way) < TOGETHER:
            task = asyncio.ensure_future(self._carry_each(said))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _carry_each(self, said: list[tuple[str, str]]) -> None:
        """In the order in which they were said: a reply follows its card."""
        for key, channel in said:
            if self._carry is not None and self._may(channel):
                await self._carry(key, math.inf)

    def _may(self, channel: str) -> bool:
        """Whether the channel's pace allows one more now; then it counts."""
        now = self._clock()
        left = self._left.setdefault(channel, deque(maxlen=BURST))
        if len(left) == BURST and now - left[0] < BURST * self._pace:
            return False
        left.append(now)
        while len(self._left) > REMEMBERED:
            self._left.pop(next(iter(self._left)))
        return True
