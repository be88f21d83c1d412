"""The lines of a review: who was there, what was noted, struck, settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.reviews.meeting import changes
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import Standing, entries_of, is_open
from handlers.vocabulary.route import Asker, Declined
from storage.models.action import ActionItem
from storage.models.review import ReviewEntry
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line came from: "form", "reply", "reaction" or "button", and the message it was taken from ("": none)."""

    how: str
    origin: str = ""


def is_there(standing: Standing, asker: Asker, source: Source, uow: UnitOfWork, now: datetime) -> bool:
    """Somebody is there; noted once. False: it was known."""
    known = entries_of(standing, uow, Kind.ATTENDANCE)
    if any(each.person_id == asker.person_id for each in known):
        return False
    keep_line(standing, Kind.ATTENDANCE, "", asker, source, uow, now)
    return True


def keep_agreed(standing: Standing, item: ActionItem, uow: UnitOfWork, now: datetime) -> None:
    """An action item was agreed in this review by its form: it is kept with the review, once."""
    if all(each.action_item_id != item.id for each in entries_of(standing, uow, Kind.ACTION)):
        entry = _entry(standing, Kind.ACTION, item.title, item.created_by, Source("form"), now, item.id)
        changes.keep_entry(standing, entry, "review.noted", None, uow, now)


def said_before(standing: Standing, kind: Kind, source: Source, uow: UnitOfWork) -> ReviewEntry | None:
    """The line that was made of the same message before."""
    if not source.origin:
        return None
    return next((each for each in entries_of(standing, uow, kind) if each.origin == source.origin), None)


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


def keep_line(
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
