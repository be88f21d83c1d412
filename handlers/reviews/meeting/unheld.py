"""A review that nobody began is asked about once; one that nobody ended ends by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import places, stand_ins
from handlers.records.posting import settle as without_buttons
from handlers.reviews import planning
from handlers.reviews.meeting import cards as meeting_cards
from handlers.reviews.meeting import changes, minutes, steps, voice
from handlers.reviews.meeting import forms as meeting_forms
from handlers.reviews.meeting.commands import OneReview, WasHeld
from handlers.reviews.meeting.entries import Source
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import SHOW, Standing, find, standing_of
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import ContractEnded, Fired, ReviewChanged, ReviewEnded
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.person import Person
from storage.models.review import ReviewEntry
from storage.unit_of_work import UnitOfWork

OFFERED = 25
"""How many people are offered as having been there."""


def ask(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Nobody began the review: it counts as not held, and whoever answers for it on the client's side is asked once."""
    review = uow.reviews.get(fired.subject_id)
    if review is None or review.state != "planned" or review.starts_at > now:
        return
    standing = standing_of(review, uow)
    before = changes.facts_of(review)
    asked = _whom(standing, uow, now) if planning.speaks(standing.series, uow, now) else None
    review.state, review.closed_at, review.asked_at = "not held", now, None if asked is None else now
    changes.keep(standing, before, "review.not_held", None, uow, now)
    planning.ensure_next(standing.series, uow, now)
    if asked is not None:  # the card's buttons carry the version the review has now
        card = meeting_cards.unheld_card(standing, _stood_in_for(asked, standing, uow))
        voice.tell(standing, asked, card, question_name(standing.id), uow, now)


def question_name(review_id: int) -> str:
    """The ``once`` of the question what became of a review."""
    return f"review.unheld:{review_id}"


def changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Held after all, moved or left out, wherever that was said: the question is answered and offers nothing more."""
    assert isinstance(event, ReviewChanged)
    review = uow.reviews.get(event.review_id)
    if review is not None and review.state != "not held":
        without_buttons(question_name(event.review_id), uow, now)


def close(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Nobody ended the review: it ends with what was noted."""
    review = uow.reviews.get(fired.subject_id)
    if review is not None and review.state == "under way":
        steps.end(standing_of(review, uow), None, uow, now)


def contract_ended(event: object, uow: UnitOfWork, now: datetime) -> None:
    """A review that is under way as its contract ends is over with it, and its minutes are said while the channel is still
    thought of: not hours into the silence afterwards."""
    assert isinstance(event, ContractEnded)
    for review in uow.reviews.ahead_of(event.programme_id):
        if review.state == "under way":
            steps.end(standing_of(review, uow), None, uow, now)


def ask_held(command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for what was decided without the bot."""
    standing = find(command.review_id, asker, uow)
    _can_be_told(standing, now)
    return Answer(form=meeting_forms.held_form(standing, _people(standing, asker, uow)))


def was_held(command: WasHeld, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """It was held: its minutes are said now."""
    standing = find(command.review_id, asker, uow)
    _can_be_told(standing, now)
    review, before = standing.review, changes.facts_of(standing.review)
    review.state, review.started_at, review.ended_at, review.closed_at = "held", review.starts_at, now, now
    review.led_by, review.reason = asker.person_id, ""
    for words in command.decisions:
        _add(standing, Kind.DECISION, words, asker.person_id, asker, uow, now)
    known = {each.id for each in _people(standing, asker, uow)}
    for person_id in dict.fromkeys(command.present):
        if person_id in known:
            _add(standing, Kind.ATTENDANCE, "", person_id, asker, uow, now)
    changes.keep(standing, before, "review.held_after", asker, uow, now)
    planning.clear_moments(review, uow)
    planning.ensure_next(standing.series, uow, now)
    minutes.post(standing, uow, now, told=True)
    uow.happened(ReviewEnded(standing.id))
    said = f"Thank you. The minutes of {standing.series.name} are posted."
    return Answer(card=meeting_cards.confirmation(said), done="The minutes are posted.")


def _whom(standing: Standing, uow: UnitOfWork, now: datetime) -> Person | None:
    """Whoever answers for it on the client's side today, if they can be reached; nobody else is asked."""
    person = stand_ins.acting_for(uow, standing.review.programme_id, Side.CLIENT, now)
    return None if person is None or places.direct_to(uow, person) is None else person


def _stood_in_for(person: Person, standing: Standing, uow: UnitOfWork) -> str:
    """The name of the owner who is away; "" for the owner themselves."""
    owner = uow.providers.accountable(standing.review.programme_id, Side.CLIENT)
    return owner.name if owner is not None and owner.id != person.id else ""


def _can_be_told(standing: Standing, now: datetime) -> None:
    """Only of a review whose time has come and that nobody told of yet."""
    review = standing.review
    if review.state == "held":
        raise Declined(f"{standing.series.name} counts as held; its minutes stand in the channel.", SHOW)
    if review.state == "under way":
        raise Declined(f"{standing.series.name} is under way. End it in the thread of its agenda with `end review`.")
    if review.state not in ("planned", "not held") or review.starts_at > now:
        raise Declined(f"{standing.series.name} is planned for {standing.sides.clocks(review.starts_at)}.", SHOW)


def _people(standing: Standing, asker: Asker, uow: UnitOfWork) -> Sequence[Person]:
    """Those who may have been there: who answers for it first, then both companies' people. Who else works for the client is
    not told to its provider."""
    review = standing.review
    owners = [uow.people.get(owner.person_id) for owner in uow.providers.owners(review.programme_id)]
    ours = uow.people.of_client(review.installation_id) if asker.side is Side.CLIENT else ()
    others = [*uow.people.of_provider(review.provider_id), *ours]
    found = {each.id: each for each in (*owners, *others) if each is not None and each.left_at is None}
    return list(found.values())[:OFFERED]


def _add(
    standing: Standing, kind: Kind, words: str, person_id: int, asker: Asker, uow: UnitOfWork, now: datetime
) -> None:
    entry = ReviewEntry(
        review_id=standing.id,
        entry_kind=kind,
        words=words,
        person_id=person_id,
        source=Source("form").how,
        at=now,
    )
    changes.keep_entry(standing, entry, "review.noted", asker, uow, now)
