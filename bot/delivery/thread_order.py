"""What a message waits for in a thread, and what becomes of it where the message above will never stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.noise.kinds import OF_THEIR_OWN
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

JUST_LEFT = timedelta(seconds=1)
"""A request younger than this is probably answered in a moment; whoever waits for it need not leave the queue."""


def behind(row: OutboxRow, other: OutboxRow, now: datetime) -> float:
    """Seconds to wait for the ``other`` row: a moment while its request has just left, else so long that the slot is given
    up, and more and more rarely."""
    if other.last_try is not None and now - other.last_try < JUST_LEFT:
        return 0.2
    return min(30.0, 2.5 + row.generation / 2)


def stand_alone(row: OutboxRow, root: OutboxRow, uow: UnitOfWork) -> None:
    """The row takes the place and the day of ``root``; whatever else of its own hangs there hangs under it."""
    for each in uow.undelivered.replies_to(root):
        if each is not row and each.state == "open" and each.kind in OF_THEIR_OWN:
            each.thread_card = row.key
            uow.session.add(each)
    row.thread_card = None
    uow.session.add(row)
    uow.channel_days.inherit((row.platform, row.workspace, row.channel), root.key, row.key)
