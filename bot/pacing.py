"""The pace of a whole workspace: Slack takes "several hundred" posts a minute, whatever the channel.

What the calendar caused stands in one line and leaves evenly; nobody waits for it. What answers a person has a share of its
own, so that an answer never waits behind a Monday morning's digests. Together they never exceed the limit in any minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.vocabulary.address import Platform
from storage.models.delivery import OutboxRow
from storage.models.pace import WorkspacePace
from storage.outbox import ERRAND, FILE, PICTURE, REACTION
from storage.unit_of_work import UnitOfWork

MINUTE = timedelta(minutes=1)
UNHURRIED_SHARE = 0.8
"""Of the limit, for what the calendar caused. Half of the rest may be answered at once, and as much again a minute."""
NEXT_TO_NOTHING = 0.05
"""Seconds that are not worth another attempt: those who take their turns together have read the clock one after another."""
NO_POSTS = frozenset({REACTION, PICTURE, FILE, ERRAND})
"""Kinds of rows with limits of their own on the platform."""


@dataclass(frozen=True, slots=True)
class WorkspaceLimit:
    """How many new posts a workspace takes in any minute; at least 20."""

    posts_a_minute: int

    @property
    def evenly(self) -> timedelta:
        """From one unhurried post to the next."""
        return MINUTE / (self.posts_a_minute * UNHURRIED_SHARE)

    @property
    def at_once(self) -> int:
        """How many answers leave without any wait when none left for a while."""
        return max(1, int(self.posts_a_minute * (1 - UNHURRIED_SHARE) / 2))

    @property
    def between_answers(self) -> timedelta:
        """From one answer to the next when many are given."""
        return MINUTE / self.at_once


def turn(lines: WorkspacePace, unhurried: bool, limit: WorkspaceLimit, now: datetime) -> datetime:
    """Take the next turn in ``lines``, now or later. An answer takes whichever line is shorter."""
    evenly = max(now, lines.unhurried_at)
    full = max(now, lines.prompt_at)
    promptly = max(now, full - (limit.at_once - 1) * limit.between_answers)
    if unhurried or evenly < promptly:
        lines.unhurried_at = evenly + limit.evenly
        return evenly
    lines.prompt_at = full + limit.between_answers
    return promptly


class Pacing:
    """Gives rows their turns. Without a ``limit`` every row's turn is at once."""

    def __init__(self, limit: WorkspaceLimit | None) -> None:
        self._limit = limit

    def wait(self, row: OutboxRow, uow: UnitOfWork, now: datetime) -> float:
        """Seconds until the row's turn, which it keeps; 0 when it may leave. The row is the transaction's own (locked)."""
        if self._limit is None or row.sent_revision > 0 or row.kind in NO_POSTS or row.platform == Platform.ROOM:
            return 0.0
        if row.turn_at is None or now - row.turn_at > MINUTE:  # slept through: all of them at once would be too many
            row.turn_at = turn(uow.pace.lines(row.platform, row.workspace, now), row.unhurried, self._limit, now)
            uow.session.add(row)
        wait = (row.turn_at - now).total_seconds()
        return wait if wait > NEXT_TO_NOTHING else 0.0
