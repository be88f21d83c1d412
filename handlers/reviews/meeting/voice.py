"""How a review speaks: its agenda, the lines in the agenda's thread, its minutes, reactions, a word to one person."""

from __future__ import annotations

from datetime import datetime

from handlers import places, saying
from handlers.records.lines import line_card
from handlers.records.posting import thread_of
from handlers.reviews.standing import Standing
from handlers.saying import About
from handlers.vocabulary.address import SharedChannel
from handlers.vocabulary.outgoing import (
    Button,
    DirectPost,
    PrivateCard,
    SharedCard,
    SharedPost,
    Text,
)
from handlers.vocabulary.route import Asker
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

SUBJECT = "review"
"""What a thread under an agenda or under minutes is about."""


def agenda_name(review_id: int) -> str:
    """The ``once`` of a review's agenda."""
    return f"review.agenda:{review_id}"


def minutes_name(review_id: int) -> str:
    """The ``once`` of a review's minutes."""
    return f"review.minutes:{review_id}"


def about(standing: Standing, kind: str, reason: str) -> About:
    """What a message about this review belongs to."""
    review = standing.review
    return About(review.installation_id, kind, reason, SUBJECT, standing.id, review.programme_id, review.provider_id)


def post(
    standing: Standing,
    card: SharedCard,
    kind: str,
    reason: str,
    uow: UnitOfWork,
    now: datetime,
    *,
    until: datetime | None = None,
) -> bool:
    """Say a card of the review in the shared channel, named by its kind; False where no channel takes it now. ``until``:
    when it is of no use any more."""
    to = places.shared_channel(uow, standing.review.programme_id)
    if to is not None:
        once = f"{kind}:{standing.id}"
        saying.say(uow, SharedPost(to, card), about(standing, kind, reason), once, now, until=until)
    return to is not None


def line(
    standing: Standing,
    uow: UnitOfWork,
    now: datetime,
    once: str,
    text: Text,
    *offered: Button,
    why: str = "",
    quote: str = "",
    under: OutboxRow | None = None,
    until: datetime | None = None,
) -> None:
    """One line in the thread of the agenda, or of another card of the review (``under``); nothing where there is none, or
    where the channel takes no posts. ``until``: when it is of no use any more."""
    row = under or uow.outbox.by_once(agenda_name(standing.id))
    to = None if row is None else thread_of(row, internal=False)
    if not isinstance(to, SharedChannel) or places.shared_channel(uow, standing.review.programme_id) is None:
        return
    card = line_card(text, SharedCard, *offered, quote=quote, why=why)
    saying.say(uow, SharedPost(to, card), about(standing, "review.line", "review"), once, now, until=until)


def tell(standing: Standing, person: Person, card: PrivateCard, once: str, uow: UnitOfWork, now: datetime) -> bool:
    """A direct word to one person who has to act; False where they cannot be reached."""
    to = places.direct_to(uow, person)
    if to is not None:
        saying.say(uow, DirectPost(to, card), about(standing, "review.direct", "review not held"), once, now)
    return to is not None


def react(asker: Asker, uow: UnitOfWork, now: datetime, name: str, message: str = "") -> None:
    """Confirm somebody's message with an emoji: their own, or the one they put theirs on; nothing where there is none."""
    ref = message or asker.message
    if asker.place is not None and ref is not None:
        subject = About(asker.installation_id, "review.reaction", "noted in a review")
        saying.react(uow, asker.place, ref, name, subject, f"review.reaction:{asker.event}:{ref}", now)
