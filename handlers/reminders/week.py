"""What a person's week holds: theirs, what the other side waits for, what comes, what they finished. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.vocabulary.outgoing import Button


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: what it is called ("Action 7"), its words, how it stands, and what can be done at once.

    ``at`` is a moment that ends the line, in the reader's zone. ``spent``: its reader had all the reminders of it there are,
    so it is listed beside others and no message is made for it.
    """

    name: str
    title: str
    stands: str
    buttons: tuple[Button, ...] = ()
    at: datetime | None = None
    late: bool = False
    spent: bool = False


@dataclass(frozen=True, slots=True)
class YourWeek:
    """A person's week, read in ``zone`` on the day ``today``. ``finished`` are titles; ``dropped`` tells of drafts that time
    withdrew, which is said here and nowhere else."""

    today: date
    zone: str
    mine: tuple[Line, ...] = ()
    waited: tuple[Line, ...] = ()
    reviews: tuple[Line, ...] = ()
    finished: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say: a review alone is in the calendar already, and three reminders are enough."""
        return not (self.waited or self.finished or self.dropped or any(not line.spent for line in self.mine))
