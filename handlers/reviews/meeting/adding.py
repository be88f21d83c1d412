"""Lines of a review by command, button and form: for its agenda, a decision, a risk; and decisions that are settled."""

from __future__ import annotations

from datetime import datetime

from handlers import places
from handlers.reviews import planning
from handlers.reviews.meeting import cards as meeting_cards
from handlers.reviews.meeting import entries, noting, voice
from handlers.reviews.meeting import forms as meeting_forms
from handlers.reviews.meeting.capture import in_names
from handlers.reviews.meeting.commands import AskLine, Note, OneEntry, OneReview, checked
from handlers.reviews.meeting.entries import Source
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import OVER, SHOW, Standing, find, find_entry, standing_of
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.provider import Programme
from storage.models.review import ReviewEntry
from storage.unit_of_work import UnitOfWork

FORM = Source("form")
ADDED = {
    Kind.AGENDA: "It is on the agenda of",
    Kind.DECISION: "The decision is kept in",
    Kind.RISK: "The risk is kept in",
}


def ask_line(command: AskLine, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for an agenda line: of the review whose card was pressed, or of the next one of this place."""
    if command.review_id is not None:
        standing = find(command.review_id, asker, uow)
        if standing.review.state in OVER:
            standing = noting.following(standing, uow, now)
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
    entry = noting.note(standing, Kind.AGENDA, said, asker, FORM, uow, now)
    voice.react(asker, uow, now, "white_check_mark")
    return _kept(standing, entry)


def keep(command: Note, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A filled-in line, decision or risk."""
    standing = find(command.review_id, asker, uow)
    if command.kind is Kind.AGENDA and standing.review.state in OVER:
        standing = noting.following(standing, uow, now)
    return _kept(standing, noting.note(standing, command.kind, command.words, asker, FORM, uow, now))


def ask_decision(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for a decision."""
    return _form(Kind.DECISION, command, asker, uow, now)


def ask_risk(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for a risk."""
    return _form(Kind.RISK, command, asker, uow, now)


def settle(command: OneEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A decision of an earlier review is settled: it stands on no further agenda."""
    standing, entry = find_entry(command.entry_id, asker, uow)
    if entry.entry_kind != Kind.DECISION:
        raise Declined("That is no decision.", SHOW)
    entries.settle(standing, entry, asker, uow, now)
    undo = Button("review.take_back", "Undo", standing.value)
    return Answer(card=meeting_cards.confirmation(f"Settled: {entry.words}", undo), done="Settled.")


def _kept(standing: Standing, entry: ReviewEntry) -> Answer:
    review = f"{standing.series.name}, {standing.day(standing.review.starts_at)}"
    said = f"{ADDED[Kind(entry.entry_kind)]} {review}: {entry.words}"
    undo = Button("review.strike", "Take it back", str(entry.id))
    return Answer(card=meeting_cards.confirmation(said, undo), done="Kept.")


def _form(kind: Kind, command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form, or why nothing can be kept now; nothing changes before it is sent in."""
    standing = find(command.review_id, asker, uow)
    if standing.review.state != "planned":
        noting.place_for(standing, kind, asker, uow, now)
    return Answer(form=meeting_forms.line_form(kind, standing))


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
