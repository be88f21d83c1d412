"""How far each message was when a process was killed, and waiting for the moment that strikes a wanted phase.

The moments are those of one machine's clock: the platform notes when it carried a call out and when it answered, and whose
call it was. Only the rows' marks are read from our own tables, and only to tell the phases apart; what must stand in the
channels is worked out without them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Literal, get_args

from sqlalchemy import select
from sqlmodel import col

from storage.database import Database
from storage.models.delivery import OutboxRow
from tests.chaos.platform import Platform

Phase = Literal["before", "marked", "accepted", "noted"]
"""``before``: not tried yet, and due. ``marked``: the request is on its way, the platform has not taken it. ``accepted``: the
platform has it, we have not noted so. ``noted``: we have, a moment ago."""
PHASES: tuple[Phase, ...] = get_args(Phase)
TAKEN = (200, 201)
A_MOMENT = 1.0
"""Seconds for which what was noted counts as just noted."""
LOOK_EVERY = 0.03

Call = Mapping[str, Any]
Row = tuple[str, str, int, int, float]
"""Key, state, attempts, sent revision, and since when it is due (epoch seconds)."""


_ROWS = select(
    col(OutboxRow.key),
    col(OutboxRow.state),
    col(OutboxRow.attempts),
    col(OutboxRow.sent_revision),
    col(OutboxRow.not_before),
).where(col(OutboxRow.kind) != "errand")


def rows(database: Database) -> list[Row]:
    """The messages as they are now."""
    with database.session(reading=True) as session:
        found = session.connection().execute(_ROWS)
        return [(key, state, attempts, sent, due.timestamp()) for key, state, attempts, sent, due in found]


def count(
    caller: str, killed_at: float, calls: Iterable[Call], stood: Iterable[Row], key_of: Callable[[Call], str]
) -> dict[Phase, int]:
    """How many messages were in each phase when ``caller`` was killed; ``stood`` are the rows right afterwards, ``key_of``
    tells which of them a call is about."""
    found: dict[Phase, int] = dict.fromkeys(PHASES, 0)
    by_key = {row[0]: row for row in stood}
    for _, state, attempts, sent, due in by_key.values():
        found["before"] += state == "open" and attempts == 0 and sent == 0 and due <= killed_at
    for call in calls:
        phase = (
            _phase(call, killed_at, by_key.get(key_of(call)))
            if call["caller"] == caller and call["at"] <= killed_at
            else None
        )
        if phase is not None:
            found[phase] += 1
    return found


def _phase(call: Call, killed_at: float, row: Row | None) -> Phase | None:
    done_at, answered_at = call["done_at"], call["answered_at"]
    answered = answered_at is not None and answered_at <= killed_at
    if done_at is None or done_at > killed_at:
        return None if answered else "marked"
    if not answered:
        return "accepted"
    if answered_at < killed_at - A_MOMENT or call["status"] not in TAKEN:
        return None
    if row is None:
        return None
    return "noted" if row[3] else "accepted"


async def until_in(
    phase: Phase, callers: Collection[str], platform: Platform, waiting: Callable[[], bool], patience: float
) -> str | None:
    """Wait until a message of one of the callers is in the phase, at most ``patience`` seconds; that caller, or None.
    ``waiting`` tells whether some message was not tried yet."""
    end = asyncio.get_running_loop().time() + patience
    while asyncio.get_running_loop().time() < end:
        if phase == "before" and await asyncio.to_thread(waiting):
            return None
        for each in await platform.under_way():
            if each["caller"] in callers and _is_in(phase, each):
                return str(each["caller"])
        await asyncio.sleep(LOOK_EVERY)
    return None


def _is_in(phase: Phase, call: Call) -> bool:
    if phase == "noted":  # the answer was on its way long enough for a commit
        return bool(call["done"] and call["answered"] is not None and call["answered"] > 0.25)
    wanted = {"marked": False, "accepted": True}.get(phase)
    return call["answered"] is None and call["done"] is wanted
