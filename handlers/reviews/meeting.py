"""The meeting by buttons and forms: a line for the agenda, I am here, a decision, a risk, the beginning and the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers import places
from handlers.records.record import is_stale, may_see
from handlers.reviews import agenda_cards, meeting_cards, meeting_forms, planning, steps, taking_back, tallying, voice
from handlers.reviews.capture import in_names
from handlers.reviews.meeting_commands import AskLine, Note, OneEntry, OneReview, checked
from handlers.reviews.standing import OVER, SHOW, Standing, entries_of, find, standing_of
from handlers.reviews.steps import Source
from handlers.reviews.taking_back import TakeBack
from handlers.reviews.wording import Kind
from handlers.vocabulary.events import Fired
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.provider import Programme
from storage.models.review import ReviewEntry
from storage.unit_of_work import UnitOfWork

LATE = 15
"""Minutes after which it is not said any more that a review begins."""
FORM = Source("form")
BUTTON = Source("button")
ADDED = {
    Kind.AGENDA: "It is on the agenda of",
    Kind.DECISION: "The decision is kept in",
    Kind.RISK: "The risk is kept in",
}


# --- lines


def ask_line(command: AskLine, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for an agenda line: of the review whose card was pressed, or of the next one of this place."""
    if command.review_id is not None:
        standing = find(command.review_id, asker, uow)
        if standing.review.state in OVER:
            standing = steps.following(standing, uow, now)
        return Answer(form=meeting_forms.line_form(Kind.AGENDA, standing))
    first, *others = _ahead(places.the_programme(asker, uow, again="review.line.of"), asker, uow)
    return Answer(form=meeting_forms.line_form(Kind.AGENDA, first, others))


def ask_line_of(programme_id: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The same for a programme that was chosen."""
    first, *others = _ahead(places.the_programme(asker, uow, programme_id, again="review.line.of"), asker, uow)
    return Answer(form=meeting_forms.line_form(Kind.AGENDA, first, others))


def add_words(words: str, mention: bool, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """ "review add …": the words are a line of the next review here; without words the form. For a mention, which opens no
    form, how to write it."""
    if not words.strip() and mention:
        raise Declined(
            "What should we talk about? Write it after the words, for example `review add How we staff Easter`."
        )
    if not words.strip():
        return ask_line(AskLine(), asker, uow, now)
    standing = _ahead(places.the_programme(asker, uow, again="review.line.of"), asker, uow)[0]
    said = checked(in_names(words, asker, uow), Kind.AGENDA, "words")
    entry = steps.note(standing, Kind.AGENDA, said, asker, Source("form"), uow, now)
    voice.react(asker, uow, now, "white_check_mark")
    return _kept(standing, entry)


def keep(command: Note, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A filled-in line, decision or risk."""
    standing = find(command.review_id, asker, uow)
    if command.kind is Kind.AGENDA and standing.review.state in OVER:
        standing = steps.following(standing, uow, now)
    return _kept(standing, steps.note(standing, command.kind, command.words, asker, FORM, uow, now))


def ask_decision(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for a decision."""
    return _form(Kind.DECISION, command, asker, uow, now)


def ask_risk(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for a risk."""
    return _form(Kind.RISK, command, asker, uow, now)


def settle(command: OneEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A decision of an earlier review is settled: it stands on no further agenda."""
    standing, entry = _find_entry(command.entry_id, asker, uow)
    if entry.entry_kind != Kind.DECISION:
        raise Declined("That is no decision.", SHOW)
    steps.settle(standing, entry, asker, uow, now)
    undo = Button("review.take_back", "Undo", standing.value)
    return Answer(card=meeting_cards.confirmation(f"Settled: {entry.words}", undo), done="Settled.")


# --- beginning and end


def begin(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The review begins. A card that was drawn before it moved asks once more, and so does a review of another day."""
    standing = find(command.review_id, asker, uow)
    if standing.review.state == "planned" and is_stale(standing.review, command.version):
        when = standing.clocks(standing.review.starts_at)
        raise Declined(
            f"{standing.series.name} has changed since that card was drawn: it is planned for {when}.",
            *agenda_cards.begin_anyway(standing),
        )
    return _begun(standing, asker, uow, now, sure=False)


def begin_now(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The review begins, whatever its day."""
    return _begun(find(command.review_id, asker, uow), asker, uow, now, sure=True)


def here(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """I am here."""
    standing = steps.place_for(find(command.review_id, asker, uow), Kind.ATTENDANCE, asker, uow, now)
    fresh = steps.is_there(standing, asker, BUTTON, uow, now)
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
    if review is None or review.state != "planned" or (now - review.starts_at).total_seconds() > LATE * 60:
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
        standing, entry = _find_entry(command.entry_id, asker, uow)
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
    undo = Button("review.take_back", "Not yet", standing.value)
    return Answer(card=meeting_cards.confirmation(said, undo), done="The review is under way.")


def _kept(standing: Standing, entry: ReviewEntry) -> Answer:
    review = f"{standing.series.name}, {standing.day(standing.review.starts_at)}"
    said = f"{ADDED[Kind(entry.entry_kind)]} {review}: {entry.words}"
    undo = Button("review.strike", "Take it back", str(entry.id))
    return Answer(card=meeting_cards.confirmation(said, undo), done="Kept.")


def _form(kind: Kind, command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form, or why nothing can be kept now; nothing changes before it is sent in."""
    standing = find(command.review_id, asker, uow)
    if standing.review.state != "planned":
        steps.place_for(standing, kind, asker, uow, now)
    return Answer(form=meeting_forms.line_form(kind, standing))


def _find_entry(entry_id: int, asker: Asker, uow: UnitOfWork) -> tuple[Standing, ReviewEntry]:
    """A line and its review, if the asker may know of it. Raises ``Declined`` in the same words for what is missing."""
    entry = uow.reviews.entry(entry_id)
    review = None if entry is None else uow.reviews.get(entry.review_id)
    if entry is None or review is None or not may_see(review, asker, uow):
        raise Declined("That line is not in your list. Here is what is planned.", SHOW)
    return standing_of(review, uow), entry


def _ahead(programme: Programme, asker: Asker, uow: UnitOfWork) -> list[Standing]:
    """The reviews to come of a programme: what is under way first, then the soonest; a daily one comes after the others.
    Raises ``Declined`` when none is planned."""
    assert programme.id is not None
    found = [standing_of(each, uow) for each in uow.reviews.ahead_of(programme.id)]
    if not found:
        offered = (Button("review.setup", "Set up a review", str(programme.id)),) if asker.manages else ()
        raise Declined("No review is planned here yet.", *offered)
    return sorted(found, key=_order)


def _order(standing: Standing) -> tuple[bool, bool, datetime]:
    daily = planning.cadence_of(standing.series).kind == "daily"
    return standing.review.state != "under way", daily, standing.review.starts_at
