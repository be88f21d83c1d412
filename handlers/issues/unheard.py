"""What was said of a late issue while the bot did not run may be lost: before it goes up, whoever is late has as long again.

As long as the bot did not listen, and never longer than the severity gives to acknowledge: a quarter of an hour, day and night,
for severity 1, whose customers cannot wait; an hour of their working time for severity 2, four for 3, a working day for 4.
"""

from __future__ import annotations

from datetime import datetime

from handlers import lateness
from handlers.issues import ladder, voice
from handlers.issues.ladder import Late
from handlers.issues.rules import SEVERITIES
from handlers.issues.standing import Standing
from handlers.lateness import Gap
from handlers.records.hours import span
from handlers.vocabulary.outgoing import Code, Text, When
from storage.unit_of_work import UnitOfWork

WORDS = {"acknowledge": "ack", "resolve": "done", "answer": "answered: …"}
"""The word that may have been lost."""


class Unheard:
    """Moves what goes up of one late issue past a rest of the bot, and says so once in its thread."""

    def __init__(self, standing: Standing, late: Late, uow: UnitOfWork) -> None:
        self._standing, self._late, self._uow = standing, late, uow
        self._hours = standing.hours(late.side)
        self._began = ladder.silent_since(standing.issue, standing.clocks)
        self._gaps = lateness.gaps(uow)
        self._longest = span(SEVERITIES[standing.issue.severity].acknowledge, self._hours)
        self._moved: list[tuple[datetime, datetime, Gap]] = []

    def counts(self, reached: datetime) -> datetime:
        """When the silence that is up at this moment counts (UTC)."""
        moment, gap = lateness.heard_out(self._began, reached, self._gaps, self._longest, self._hours)
        if gap is not None:
            self._moved.append((reached, moment, gap))
        return moment

    def say(self, now: datetime) -> None:
        """To whoever may have spoken while nothing ran, where something would have gone up by now: say it again."""
        due = [(moment, gap) for reached, moment, gap in self._moved if reached <= now < moment]
        if not due:
            return
        (moment, gap), standing, zone = due[0], self._standing, self._standing.owner.zone
        once = f"issue.unheard:{standing.id}:{self._late.turn}:{gap.until.isoformat()}"
        text: Text = (
            *("I was not running from ", When(gap.since, zone), " to ", When(gap.until, zone)),
            *(", so I may have missed a word. Issue ", str(standing.issue.number), " goes up on ", When(moment, zone)),
            *(" unless somebody answers. Who did so already, please say it again: ", Code(WORDS[self._late.what]), "."),
        )
        why = "A word may have been lost while I was not running. It is said once."
        voice.line(standing, self._uow, now, once, text, reason="not running", why=why)
