"""What time it is: the real one, or one that was moved by hand (the room's example, the rehearsal)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Aware UTC. ``offset`` is how far ahead of the real time this clock runs; a clock never goes back."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The time now, aware UTC."""
        return datetime.now(UTC) + self.offset

    def move_to(self, moment: datetime) -> None:
        """Let it be ``moment`` (aware), unless that is past."""
        self.offset = max(self.offset, moment - datetime.now(UTC))


class StillClock(Clock):
    """A clock that stands still between moves: the rehearsal's time."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at = at

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self._at

    def move_to(self, moment: datetime) -> None:
        """Let it be ``moment`` (aware), unless that is past."""
        self._at = max(self._at, moment)
