"""The meeting by buttons: the beginning, I am here, the end, and taking a step back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers import places
from handlers.graces import STARTING
from handlers.records.record import is_stale
from handlers.reviews import planning
from handlers.reviews.meeting import agenda_terms, entries, noting, steps, taking_back, tallying, voice
from handlers.reviews.meeting import cards as meeting_cards
from handlers.reviews.meeting.commands import OneEntry, OneReview
from handlers.reviews.meeting.entries import Source
from handlers.reviews.meeting.taking_back import TakeBack
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import SHOW, Standing, entries_of, find, find_entry, standing_of
from handlers.vocabulary.events import Fired
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined
from storage.unit_of_work import UnitOfWork

BUTTON = Source("button")


def begin(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The review begins. A card that was drawn before it moved asks once more, and so does a review of another day."""
    standing = find(command.review_id, asker, uow)
    if standing.review.state == "planned" and is_stale(standing.review, command.version):
        when = standing.sides.clocks(standing.review.starts_at)
        raise Declined(
            f"{standing.series.name} has changed since that card was drawn: it is planned for {when}.",
            *agenda_terms.begin_anyway(standing),
        )
    return _begun(standing, asker, uow, now, sure=False)


def begin_now(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The review begins, whatever its day."""
    return _begun(find(command.review_id, asker, uow), asker, uow, now, sure=True)


def here(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """I am here."""
    standing = noting.place_for(find(command.review_id, asker, uow), Kind.ATTENDANCE, asker, uow, now)
    fresh = entries.is_there(standing, asker, BUTTON, uow, now)
    return Answer(done="Noted: you are here." if fresh else "You were noted already.")


def end(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The review is over, and its minutes are said."""
    standing = find(command.review_id, asker, uow)
    if standing.review.state == "held":
        raise Declined(f"{standing.series.name} is over already; its minutes stand in the channel.", SHOW)
    steps.end(standing, asker, uow, now)
    said = f"{standing.series.name} is over: {tallying.outcome(entries_of(standing, uow))}. The minutes are posted."
    undo = Button("review.take_back", "It goes on", standing.value)
    return Answer(card=meeting_cards.confirmation(said, undo), done="The minutes are posted.")


def begins(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """The moment a review begins: a line in its agenda's thread, so that the agenda is found. Nothing where no agenda was
    posted, or where it would come late."""
    review = uow.reviews.get(fired.subject_id)
    if review is None or review.state != "planned" or now > review.starts_at + STARTING:
        return
    standing = standing_of(review, uow)
    if not planning.speaks(standing.series, uow, now):
        return
    voice.line(
        standing,
        uow,
        now,
        steps.begins_name(standing.id),
        meeting_cards.begins_text(standing),
        Button("review.begin", "Begin review", standing.value, "primary"),
        why="It is planned for now, and this thread is where its decisions are kept.",
        until=standing.review.starts_at + STARTING,
    )


@dataclass(frozen=True, slots=True)
class Undoing:
    """Takes steps back. ``take_back`` is the way of the action items."""

    take_back: TakeBack

    def last(self, command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The asker's last step in a review."""
        standing = find(command.review_id, asker, uow)
        what = taking_back.undo(standing, self.take_back, asker, uow, now)
        return Answer(card=meeting_cards.confirmation(f"Taken back: {what}."), done="Taken back.")

    def line(self, command: OneEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """One line of the asker's own."""
        standing, entry = find_entry(command.entry_id, asker, uow)
        if entry.state == "struck":
            return Answer(done="It was taken back already.")
        what = taking_back.entry_back(standing, entry, self.take_back, asker, uow, now)
        return Answer(card=meeting_cards.confirmation(f"Taken back: {what}."), done="Taken back.")


def _begun(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, *, sure: bool) -> Answer:
    if standing.review.state == "under way":
        raise Declined(f"{standing.series.name} is under way. Its agenda in the channel has the buttons.")
    if places.shared_channel(uow, standing.review.programme_id) is None:
        raise Declined("The shared channel gets no posts now, so a review could not be kept there.", SHOW)
    steps.begin(standing, asker, uow, now, sure=sure)
    said = f"{standing.series.name} is under way. Reply in the thread of its agenda, or use its buttons."
    undo = Button("review.take_back", "Undo: not begun", standing.value)
    return Answer(card=meeting_cards.confirmation(said, undo), done="The review is under way.")
