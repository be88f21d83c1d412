"""The steps of a meeting: it begins, somebody is there, a line is kept or struck, a decision is settled, it ends.

A step takes the review as it stands; refusals are ``Declined`` and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import places, schedules
from handlers.records.posting import settle as without_buttons
from handlers.reviews import agenda_cards, changes, minutes, planning
from handlers.reviews.standing import OVER, SHOW, Standing, entries_of, is_open, planned_end, standing_of
from handlers.reviews.wording import Kind
from handlers.vocabulary.events import ReviewEnded
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.models.review import Review, ReviewEntry
from storage.unit_of_work import UnitOfWork

Agree = Callable[[Review, str, Person | None, Asker, UnitOfWork, datetime], ActionItem]
"""Makes an action item of one line said in a review, for the person given where the line names none."""

EARLY = timedelta(minutes=30)
"""So long before its time a decision said in the thread begins the review; before that it is asked."""
A_DAY = timedelta(hours=12)
"""A review that is further away than this is not begun by a single press."""
FORGOTTEN = timedelta(hours=2)
"""After its planned length and this, a review that nobody ended is ended."""
CLOSE = "review.close"
"""Subject of the timer that ends what nobody ended."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line came from: "form", "reply", "reaction" or "button", and the message it was taken from ("": none)."""

    how: str
    origin: str = ""


def begins_name(review_id: int) -> str:
    """The ``once`` of the line that says that a review begins."""
    return f"review.begins:{review_id}"


def begin(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, *, sure: bool = True) -> None:
    """The review is under way; whoever begins it is there. ``sure``: even long before its time."""
    review = standing.review
    if review.state == "under way":
        return
    if review.state in OVER:
        raise _over(standing)
    if not sure and review.starts_at - now > A_DAY:
        when = standing.clocks(review.starts_at)
        raise Declined(f"{standing.series.name} is planned for {when}.", *agenda_cards.begin_anyway(standing))
    before = changes.facts_of(review)
    is_there(standing, asker, Source("button"), uow, now)
    review.state, review.started_at, review.led_by = "under way", now, asker.person_id
    changes.keep(standing, before, "review.begun", asker, uow, now)
    for subject in (planning.AGENDA, planning.BEGIN):
        schedules.cancel(uow, subject, standing.id)
    close_at = max(now + timedelta(minutes=review.minutes), planned_end(standing)) + FORGOTTEN
    schedules.once_at(uow, CLOSE, standing.id, review.installation_id, close_at)
    without_buttons(begins_name(standing.id), uow, now)


def is_there(standing: Standing, asker: Asker, source: Source, uow: UnitOfWork, now: datetime) -> bool:
    """Somebody is there; noted once. False: it was known."""
    known = entries_of(standing, uow, Kind.ATTENDANCE)
    if any(each.person_id == asker.person_id for each in known):
        return False
    _keep(standing, Kind.ATTENDANCE, "", asker, source, uow, now)
    return True


def note(
    standing: Standing, kind: Kind, words: str, asker: Asker, source: Source, uow: UnitOfWork, now: datetime
) -> ReviewEntry:
    """Keep an agenda line, a decision or a risk. The same message gives one line of a kind, however often it is marked.

    Raises ``Declined`` when the review is not under way and its time has not come, or is over.
    """
    standing = place_for(standing, kind, asker, uow, now)
    known = said_before(standing, kind, source, uow)
    if known is not None:
        return known
    takes_part(standing, kind, asker, source, uow, now)
    return _keep(standing, kind, words, asker, source, uow, now)


def note_action(
    standing: Standing,
    words: str,
    usual: Person | None,
    agree: Agree,
    asker: Asker,
    source: Source,
    uow: UnitOfWork,
    now: datetime,
) -> ReviewEntry:
    """Make an action item of a line and keep it with the review; for ``usual`` (else the asker) where it names nobody.

    Raises what ``note`` does, and ``Invalid`` naming what could not be read.
    """
    standing = place_for(standing, Kind.ACTION, asker, uow, now)
    known = said_before(standing, Kind.ACTION, source, uow)
    if known is not None:
        return known
    if places.shared_channel(uow, standing.review.programme_id) is None:
        raise Declined("The shared channel gets no posts now, so an action item could not be shown to both companies.")
    item = agree(standing.review, words, usual, asker, uow, now)
    takes_part(standing, Kind.ACTION, asker, source, uow, now)
    return _keep(standing, Kind.ACTION, item.title, asker, source, uow, now, item.id)


def keep_agreed(standing: Standing, item: ActionItem, uow: UnitOfWork, now: datetime) -> None:
    """An action item was agreed in this review by its form: it is kept with the review, once."""
    if all(each.action_item_id != item.id for each in entries_of(standing, uow, Kind.ACTION)):
        entry = _entry(standing, Kind.ACTION, item.title, item.created_by, Source("form"), now, item.id)
        changes.keep_entry(standing, entry, "review.noted", None, uow, now)


def place_for(standing: Standing, kind: Kind, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The review a line of this kind belongs to: this one, begun if its time has come; for an agenda line after its end
    the next one. Raises ``Declined``."""
    review = standing.review
    if kind is Kind.AGENDA:
        return standing if review.state not in OVER else following(standing, uow, now)
    if is_open(standing.review, now):
        return standing
    if review.state == "planned" and now >= review.starts_at - EARLY:
        begin(standing, asker, uow, now)
        return standing
    if review.state == "planned":
        when = standing.clocks(review.starts_at)
        raise Declined(
            f"{standing.series.name} is planned for {when}. Until it begins, reply `agenda: …` to put something on it.",
            *agenda_cards.begin_anyway(standing),
        )
    raise _over(standing)


def following(standing: Standing, uow: UnitOfWork, now: datetime) -> Standing:
    """The next review of the series. Raises ``Declined`` when there is none."""
    coming = planning.ensure_next(standing.series, uow, now)
    if coming is None:
        raise Declined("That review is over, and there is no next one in its series.", SHOW)
    return standing_of(coming, uow)


def takes_part(standing: Standing, kind: Kind, asker: Asker, source: Source, uow: UnitOfWork, now: datetime) -> None:
    """Whoever notes something during a review is there."""
    if kind is not Kind.AGENDA and standing.review.state == "under way":
        is_there(standing, asker, Source(source.how), uow, now)


def said_before(standing: Standing, kind: Kind, source: Source, uow: UnitOfWork) -> ReviewEntry | None:
    """The line that was made of the same message before."""
    if not source.origin:
        return None
    return next((each for each in entries_of(standing, uow, kind) if each.origin == source.origin), None)


def end(standing: Standing, asker: Asker | None, uow: UnitOfWork, now: datetime) -> None:
    """The review is over: its minutes are said in the same transaction. ``asker`` None: nobody ended it.

    Raises ``Declined`` when it is not under way.
    """
    review = standing.review
    if review.state in OVER:
        raise _over(standing)
    if review.state != "under way":
        raise Declined(
            f"{standing.series.name} has not begun. If it was held without me, tell me what was decided.",
            Button("review.was_held", "It was held", standing.value),
            Button("review.begin.now", "Begin it now", standing.value),
        )
    if asker is not None:
        is_there(standing, asker, Source("button"), uow, now)
    before = changes.facts_of(review)
    review.state, review.ended_at, review.closed_at = "held", now, now
    changes.keep(standing, before, "review.ended", asker, uow, now)
    for subject in (CLOSE, planning.UNHELD):
        schedules.cancel(uow, subject, standing.id)
    planning.ensure_next(standing.series, uow, now)
    minutes.post(standing, uow, now, forgotten=asker is None)
    uow.happened(ReviewEnded(standing.id))


def go_on(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """The end is taken back: the review goes on, and its minutes say so."""
    review, before = standing.review, changes.facts_of(standing.review)
    review.state, review.ended_at, review.closed_at = "under way", None, None
    changes.keep(standing, before, "review.undone", asker, uow, now)
    schedules.once_at(uow, CLOSE, standing.id, review.installation_id, now + FORGOTTEN)


def strike(standing: Standing, entry: ReviewEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """A line is taken back by whoever added it. Raises ``Declined`` for others, or when it is too late."""
    if entry.person_id != asker.person_id:
        raise Declined("Only whoever added a line takes it back. Say in the thread what should happen instead.")
    early = entry.entry_kind == Kind.AGENDA and standing.review.state == "planned"
    if not early and not is_open(standing.review, now):
        raise Declined("The minutes stand as they are now. Say in the thread what should be different.")
    entry.state = "struck"
    changes.keep_entry(standing, entry, "review.struck", asker, uow, now)


def settle(standing: Standing, entry: ReviewEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """A decision needs no more talk: it is not brought up again."""
    if entry.state == "open":
        entry.state = "settled"
        changes.keep_entry(standing, entry, "review.settled", asker, uow, now)


def _keep(
    standing: Standing,
    kind: Kind,
    words: str,
    asker: Asker,
    source: Source,
    uow: UnitOfWork,
    now: datetime,
    item_id: int | None = None,
) -> ReviewEntry:
    entry = _entry(standing, kind, words, asker.person_id, source, now, item_id)
    changes.keep_entry(standing, entry, "review.noted", asker, uow, now)
    return entry


def _entry(
    standing: Standing, kind: Kind, words: str, person_id: int, source: Source, now: datetime, item_id: int | None
) -> ReviewEntry:
    return ReviewEntry(
        review_id=standing.id,
        entry_kind=kind,
        words=words,
        person_id=person_id,
        action_item_id=item_id,
        source=source.how,
        origin=source.origin,
        at=now,
    )


def _over(standing: Standing) -> Declined:
    how = {"held": "is over", "skipped": "was skipped", "cancelled": "was cancelled", "not held": "was not held"}
    return Declined(
        f"{standing.series.name} of {standing.day(standing.review.starts_at)} {how[standing.review.state]}. "
        "What is still to be said can go on the next agenda.",
        Button("review.line", "Add agenda line", str(standing.id)),
        SHOW,
    )
