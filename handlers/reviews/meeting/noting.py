"""Noting something in a review: which review it belongs to, whether its time has come, once a message.

Refusals are ``Declined`` and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from handlers import places
from handlers.reviews import planning
from handlers.reviews.meeting import agenda_terms
from handlers.reviews.meeting.entries import Source, is_there, keep_line, said_before
from handlers.reviews.meeting.steps import begin, over
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import OVER, SHOW, Standing, is_open, standing_of
from handlers.vocabulary.route import Asker, Declined
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.models.review import Review, ReviewEntry
from storage.unit_of_work import UnitOfWork

Agree = Callable[[Review, str, Person | None, Asker, UnitOfWork, datetime], ActionItem]
"""Makes an action item of one line said in a review, for the person given where the line names none."""
EARLY = timedelta(minutes=30)
"""So long before its time a decision said in the thread begins the review; before that it is asked."""


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
    return keep_line(standing, kind, words, asker, source, uow, now)


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
    return keep_line(standing, Kind.ACTION, item.title, asker, source, uow, now, item.id)


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
        when = standing.sides.clocks(review.starts_at)
        raise Declined(
            f"{standing.series.name} is planned for {when}. Until it begins, reply `agenda: …` to put something on it.",
            *agenda_terms.begin_anyway(standing),
        )
    raise over(standing)


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
