"""What was meant in a review's thread is kept, whichever way it came: by a reply or by an emoji on somebody's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handlers.records.cards import spoken
from handlers.reviews.meeting import entries, noting, steps, taking_back, voice
from handlers.reviews.meeting.commands import EXAMPLES
from handlers.reviews.meeting.entries import Source
from handlers.reviews.meeting.noting import Agree
from handlers.reviews.meeting.taking_back import TakeBack
from handlers.reviews.meeting.wording import Begin, End, Kind, Line, Meant, shortened
from handlers.reviews.meeting.wording import TakeBack as UndoWord
from handlers.reviews.standing import Standing, standing_of
from handlers.vocabulary.events import ActionAgreed
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.models.review import ReviewEntry
from storage.unit_of_work import UnitOfWork

_MENTIONED = re.compile(r"<@(?P<user>[^>|\s]+)(?:\|[^>]*)?>|<at>(?P<name>[^<]*)</at>")


@dataclass(frozen=True, slots=True)
class Capture:
    """Keeps what was said. ``agree`` and ``take_back`` are the ways of the action items."""

    agree: Agree
    take_back: TakeBack

    def understood(
        self,
        meant: Meant,
        standing: Standing,
        asker: Asker,
        source: Source,
        uow: UnitOfWork,
        now: datetime,
        usual: Person | None = None,
    ) -> str:
        """Do what was meant; answers the emoji that confirms it. Raises ``Declined`` or ``Invalid``."""
        if isinstance(meant, Line):
            self.line(meant, standing, asker, source, uow, now, usual)
            return "white_check_mark"
        if isinstance(meant, Begin):
            steps.begin(standing, asker, uow, now, sure=False)
        elif isinstance(meant, End):
            steps.end(standing, asker, uow, now)
        elif isinstance(meant, UndoWord):
            taking_back.undo(standing, self.take_back, asker, uow, now)
            return "leftwards_arrow_with_hook"
        return "white_check_mark"

    def line(
        self,
        line: Line,
        standing: Standing,
        asker: Asker,
        source: Source,
        uow: UnitOfWork,
        now: datetime,
        usual: Person | None = None,
    ) -> ReviewEntry | None:
        """Keep one line; None for somebody who is there, which was known or is noted now."""
        if line.kind is Kind.ATTENDANCE:
            there = noting.place_for(standing, Kind.ATTENDANCE, asker, uow, now)
            entries.is_there(there, asker, source, uow, now)
            return None
        if not line.words:
            example = EXAMPLES.get(line.kind, "Send the refund policy @Jo due friday")
            raise Declined(f"What is it? Write it after the word, for example `{line.kind}: {example}`.")
        if line.kind is Kind.ACTION:
            return noting.note_action(standing, line.words, usual, self.agree, asker, source, uow, now)
        words = shortened(in_names(line.words, asker, uow))
        entry = noting.note(standing, line.kind, words, asker, source, uow, now)
        if entry.review_id != standing.id:
            _say_where(standing, entry, asker, uow, now)
        return entry

    def attempt(
        self,
        meant: Meant,
        standing: Standing,
        asker: Asker,
        source: Source,
        uow: UnitOfWork,
        now: datetime,
        row: OutboxRow,
        usual: Person | None = None,
    ) -> str:
        """The same, where what cannot be done is explained in the thread of ``row`` and answered with a question mark."""
        try:
            return self.understood(meant, standing, asker, source, uow, now, usual)
        except Declined as declined:
            why, offered = declined.why, declined.buttons
        except Invalid as invalid:
            why, offered = next(iter(invalid.problems.values())), ()
        once = f"review.asked:{asker.event}:{source.origin}:{getattr(meant, 'kind', type(meant).__name__)}"
        voice.line(standing, uow, now, once, spoken(why), *offered, under=row)
        return "question"


def _say_where(standing: Standing, entry: ReviewEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """This review is over, so the line stands on the next one's agenda: that is told, as nobody sees it here."""
    review = uow.reviews.get(entry.review_id)
    if review is not None:
        text = f"It is on the next agenda, {standing.sides.clocks(review.starts_at)}."
        voice.line(standing, uow, now, f"review.next:{asker.event}:{entry.id}", (text,))


def action_agreed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """An action item came from a review's form: it stands in the review too."""
    assert isinstance(event, ActionAgreed)
    item = uow.actions.get(event.action_id)
    review = None if item is None or item.review_id is None else uow.reviews.get(item.review_id)
    if item is not None and review is not None:
        entries.keep_agreed(standing_of(review, uow), item, uow, now)


def in_names(words: str, asker: Asker, uow: UnitOfWork) -> str:
    """Words with people's names where the platform wrote their ids."""

    def name(found: re.Match[str]) -> str:
        user = found["user"]
        person = uow.people.by_user(asker.installation_id, asker.account.platform, user) if user else None
        return f"@{person.name}" if person is not None else f"@{found['name'] or 'somebody'}"

    return _MENTIONED.sub(name, words)


def numbered(meant: tuple[Meant, ...], message: str) -> Iterator[tuple[Meant, Source]]:
    """Each meaning of one message with its source: two decisions of one message are two lines."""
    for index, each in enumerate(meant):
        first = next(number for number, one in enumerate(meant) if _kind(one) == _kind(each))
        yield each, Source("reply", message if index == first else f"{message}#{index}")


def _kind(meant: Meant) -> object:
    return meant.kind if isinstance(meant, Line) else type(meant)
