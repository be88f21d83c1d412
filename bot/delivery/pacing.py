"""When something may leave: Slack takes "several hundred" posts a minute of a workspace, whatever the channel; Teams so many
requests of a conversation in each of several windows, edits and emoji included.

On Slack what the calendar caused stands in one line and leaves evenly; nobody waits for it. What answers a person has a share
of its own, so that an answer never waits behind a Monday morning's digests. Together they never exceed the limit in any minute.

On Teams whoever finds the windows full books a turn behind those who wait already, and comes back then. What leaves is noted
in the moment it does, so that no window is exceeded however late somebody comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.windows import Limits, Windows, earliest, noted, read, written
from handlers.vocabulary.address import Platform
from storage.models.delivery import OutboxRow
from storage.models.pace import ConversationPace, WorkspacePace
from storage.outbox import ERRAND, FILE, PICTURE, REACTION
from storage.unit_of_work import UnitOfWork

MINUTE = timedelta(minutes=1)
UNHURRIED_SHARE = 0.8
"""Of the limit, for what the calendar caused. Half of the rest may be answered at once, and as much again a minute."""
NEXT_TO_NOTHING = 0.05
"""Seconds that are not worth another attempt: those who take their turns together have read the clock one after another."""
NO_POSTS = frozenset({REACTION, PICTURE, FILE, ERRAND})
"""Kinds of rows with limits of their own on the platform."""
BELIEVED = timedelta(hours=2)
"""A turn further away was booked by a clock that was put back since."""
EVERYBODY = ""
"""The conversation under which a whole workspace is counted."""


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
    """Gives rows their turns. Without a ``limit`` every row's turn on Slack is at once, and on a platform without ``limits``.

    ``clock`` answers aware UTC; with it the moment is read again when it is one's turn to count, which others may have had
    before.
    """

    def __init__(
        self,
        limit: WorkspaceLimit | None,
        limits: Mapping[Platform, Limits] | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._limit, self._limits, self._clock = limit, limits or {}, clock

    def wait(self, row: OutboxRow, uow: UnitOfWork, now: datetime) -> float:
        """Seconds until the row's turn, which it keeps; 0 when it may leave, at once. The row is the transaction's own
        (locked)."""
        limits = self._limits.get(Platform(row.platform))
        if limits is not None:
            return self._wait_in_windows(row, uow, now, limits)
        if self._limit is None or row.sent_revision > 0 or row.kind in NO_POSTS or row.platform != Platform.SLACK:
            return 0.0
        if row.turn_at is None or now - row.turn_at > MINUTE:  # slept through: all of them at once would be too many
            row.turn_at = turn(uow.pace.lines(row.platform, row.workspace, now), row.unhurried, self._limit, now)
            uow.session.add(row)
        wait = (row.turn_at - now).total_seconds()
        return wait if wait > NEXT_TO_NOTHING else 0.0

    def wait_again(self, row: OutboxRow, uow: UnitOfWork, now: datetime) -> float:
        """The same for what is sent again: where every request is counted, it needs a turn of its own."""
        return self.wait(row, uow, now) if Platform(row.platform) in self._limits else 0.0

    def _wait_in_windows(self, row: OutboxRow, uow: UnitOfWork, now: datetime, limits: Limits) -> float:
        if row.turn_at is not None and now < row.turn_at <= now + BELIEVED:
            return (row.turn_at - now).total_seconds()
        conversation = f"@{row.account_user}" if row.account_user else row.channel
        own = uow.pace.conversation(row.platform, row.workspace, conversation)
        now = self._clock() if self._clock is not None else now
        at = earliest(read(own.requests), limits.conversation, now)
        waits_already = row.turn_at is not None and row.turn_at <= now
        booked = own.booked_until
        if not waits_already and booked is not None and booked <= now + BELIEVED:
            at = max(at, booked)
        if at <= now:
            whole = uow.pace.conversation(row.platform, row.workspace, EVERYBODY)
            now = max(now, self._clock()) if self._clock is not None else now
            at = earliest(read(whole.requests), limits.workspace, now)
            if at <= now:
                _note(own, limits.conversation, now)
                _note(whole, limits.workspace, now)
                row.turn_at = None
                uow.session.add(row)
                return 0.0
        if not waits_already:
            own.booked_until = at + limits.conversation.steadily
        row.turn_at = at
        uow.session.add(row)
        return (at - now).total_seconds()


def spent(uow: UnitOfWork, place: tuple[str, str, str], limits: Limits, now: datetime) -> None:
    """Something left past the outbox for ``place`` (platform, workspace, conversation; "@" and a user for a personal chat): it
    waits for nobody, and counts all the same."""
    platform, workspace, conversation = place
    _note(uow.pace.conversation(platform, workspace, conversation), limits.conversation, now)
    _note(uow.pace.conversation(platform, workspace, EVERYBODY), limits.workspace, now)


def _note(pace: ConversationPace, allowed: Windows, now: datetime) -> None:
    pace.requests = written(noted(read(pace.requests), allowed, now))
