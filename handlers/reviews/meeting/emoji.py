"""Emoji on messages in a review's thread: a decision, an action, a risk; a hand on the agenda: I am here.

The emoji alone tells nothing of the words under it: they are looked up by an errand, only while a review is under way in that
channel, and only words that stand in the review's own thread are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers import saying
from handlers.records.record import UNDO_WITHIN, may_see
from handlers.reviews.meeting import entries, taking_back, voice
from handlers.reviews.meeting.capture import Capture
from handlers.reviews.meeting.entries import Source
from handlers.reviews.meeting.wording import Kind, Line, shortened
from handlers.reviews.standing import Standing, entries_of, open_ones, standing_of
from handlers.vocabulary.address import Place
from handlers.vocabulary.incoming import Reacted, WordsFound
from handlers.vocabulary.outgoing import Answer, Button, Code, Errand
from handlers.vocabulary.route import Asker, Declined
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.models.review import ReviewEntry
from storage.unit_of_work import UnitOfWork

MEANING: Mapping[str, Kind] = {
    "pushpin": Kind.DECISION,
    "round_pushpin": Kind.DECISION,
    "hammer": Kind.ACTION,
    "hammer_and_wrench": Kind.ACTION,
    "warning": Kind.RISK,
    "raised_hand": Kind.ATTENDANCE,
    "hand": Kind.ATTENDANCE,
}
"""Slack's names of the emoji that mean something in a review: on a message of its thread, or a hand on its agenda. The four
that are offered are pushpin, hammer, warning and raised_hand; the others are their twins."""
LONGEST_TITLE = 140
"""What an action item's title holds, with a little room for a name that is longer than the id it stands for."""


@dataclass(frozen=True, slots=True)
class Pins:
    """Understands emoji in the channels of reviews."""

    capture: Capture

    def reacted(self, event: Reacted, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """An emoji on a message, or taken off. None: it means nothing in a review."""
        kind = meaning(event.emoji)
        if kind is None or event.place is None:
            return None
        row = _ours(event.place, event.message, uow)
        if row is not None:
            is_hand = kind is Kind.ATTENDANCE and row.subject == voice.SUBJECT
            return _hand(event, row, asker, uow, now) if is_hand else None
        if kind is Kind.ATTENDANCE:
            return None
        if event.removed:
            return self._taken_off(event, kind, asker, uow, now)
        if not open_ones(asker.programme_ids, uow, now):
            return None
        errand = Errand("message", event.actor, place=event.place, message=event.message, emoji=event.emoji)
        uow.settings.take(_off(errand, kind))  # taken off before, and put there again
        saying.look_up(uow, errand, asker.installation_id, f"review.emoji:{event.id}", now)
        return Answer()

    def words_found(self, event: WordsFound, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """The words under an emoji were found. None: they do not stand in a review's thread, or it is over."""
        errand = event.errand
        place = event.place or (None if errand is None else errand.place)
        kind = None if errand is None else meaning(errand.emoji)
        if errand is None or place is None or kind is None or event.thread is None or not event.words.strip():
            return None
        row = _ours(place, event.thread, uow)
        review = None if row is None or row.subject != voice.SUBJECT else uow.reviews.get(row.subject_id)
        if row is None or review is None or not may_see(review, asker, uow):
            return None
        if review.id not in {each.id for each in open_ones([review.programme_id], uow, now)}:
            return None
        standing, source = standing_of(review, uow), Source("reaction", errand.message)
        taken_off = uow.settings.take(_off(errand, kind)) is not None
        if taken_off or entries.said_before(standing, kind, source, uow) is not None:
            return Answer()
        line = Line(kind, shortened(event.words, LONGEST_TITLE) if kind is Kind.ACTION else event.words)
        emoji = self.capture.attempt(line, standing, asker, source, uow, now, row, _author(event, asker, uow))
        if kind is Kind.ACTION and emoji != "question":
            _say_what_was_assumed(standing, source, row, uow, now)
        voice.react(asker, uow, now, emoji, errand.message)
        return Answer()

    def _taken_off(self, event: Reacted, kind: Kind, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """Within ten minutes an emoji that is taken off takes its line back; where its words are still being looked up, they
        will not be kept."""
        reviews = open_ones(asker.programme_ids, uow, now)
        for review in reviews:
            standing = standing_of(review, uow)
            entry = _line(standing, kind, event.message, asker, uow)
            if entry is not None and may_see(review, asker, uow) and now - entry.at <= UNDO_WITHIN:
                return self._back(standing, entry, event, asker, uow, now)
        errand = Errand("message", event.actor, place=event.place, message=event.message, emoji=event.emoji)
        if not any(_line(standing_of(each, uow), kind, event.message, asker, uow) for each in reviews):
            uow.settings.set(_off(errand, kind), now.isoformat())
        return Answer() if reviews else None

    def _back(
        self, standing: Standing, entry: ReviewEntry, event: Reacted, asker: Asker, uow: UnitOfWork, now: datetime
    ) -> Answer:
        try:
            taking_back.entry_back(standing, entry, self.capture.take_back, asker, uow, now)
        except Declined as declined:
            voice.line(standing, uow, now, f"review.asked:{event.id}", (declined.why,))
            return Answer()
        voice.react(asker, uow, now, "leftwards_arrow_with_hook", event.message)
        return Answer()


def _off(errand: Errand, kind: Kind) -> str:
    """The setting that says: this person took this emoji off this message while its words were looked up. Ids only."""
    return f"review.off:{errand.place}:{errand.message}:{errand.account}:{kind}"


def meaning(emoji: str) -> Kind | None:
    """What an emoji means in a review, whatever the colour of its skin."""
    return MEANING.get(emoji.partition("::")[0])


def _ours(place: Place, ref: str, uow: UnitOfWork) -> OutboxRow | None:
    return uow.outbox.record_at(place.platform, place.workspace, place.channel, ref)


def _hand(event: Reacted, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """A hand on a card of a review that is under way: I am here; taken off: I am not."""
    review = uow.reviews.get(row.subject_id)
    if review is None or review.state != "under way" or not may_see(review, asker, uow):
        return None
    standing = standing_of(review, uow)
    if not event.removed:
        entries.is_there(standing, asker, Source("reaction", event.message), uow, now)
        return Answer()
    mine = [each for each in entries_of(standing, uow, Kind.ATTENDANCE) if each.person_id == asker.person_id]
    if mine and now - mine[0].at <= UNDO_WITHIN:
        entries.strike(standing, mine[0], asker, uow, now)
    return Answer()


def _line(standing: Standing, kind: Kind, message: str, asker: Asker, uow: UnitOfWork) -> ReviewEntry | None:
    """The line that this person's emoji on this message made."""
    lines = entries_of(standing, uow, kind)
    return next((each for each in lines if each.origin == message and _by_emoji(each, asker)), None)


def _by_emoji(entry: ReviewEntry, asker: Asker) -> bool:
    return entry.source == "reaction" and entry.person_id == asker.person_id


def _author(event: WordsFound, asker: Asker, uow: UnitOfWork) -> Person | None:
    """Who wrote the words, if we know them."""
    author = event.author
    if author is None:
        return None
    return uow.people.by_account(asker.installation_id, author.platform, author.workspace, author.user)


def _say_what_was_assumed(standing: Standing, source: Source, row: OutboxRow, uow: UnitOfWork, now: datetime) -> None:
    """Nobody said whose it is and until when: what was taken is told, with the way to change it."""
    entry = entries.said_before(standing, Kind.ACTION, source, uow)
    item = None if entry is None or entry.action_item_id is None else uow.actions.get(entry.action_item_id)
    owner = None if item is None else uow.people.get(item.owner_id)
    if item is None or owner is None:
        return
    text = (
        f"Action {item.number} is with {owner.name}. Somebody else, or another day? Reply ",
        Code(f"owner {item.number} @name"),
        " or ",
        Code(f"due {item.number} friday"),
        ".",
    )
    move = Button("action.move", "Move due day", str(item.id))
    voice.line(standing, uow, now, f"review.assumed:{item.id}", text, move, under=row)
