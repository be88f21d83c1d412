"""How an issue speaks: its card, the lines in the card's thread, reactions, and a direct word where only one must act.

What is internal goes to the internal channel, or straight to the owner where there is none; the types see to it.
"""

from __future__ import annotations

from datetime import datetime

from handlers import outsiders, places, saying, stand_ins
from handlers.issues import cards
from handlers.issues.standing import Standing
from handlers.records.lines import line_card
from handlers.records.posting import Where, confirm, first_post, post_to, thread_of
from handlers.saying import About
from handlers.vocabulary.address import Direct, Side
from handlers.vocabulary.outgoing import (
    Button,
    DirectPost,
    InternalCard,
    PrivateCard,
    SharedCard,
    SharedPost,
    Text,
)
from handlers.vocabulary.route import Asker
from storage.models.issue import Issue
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork


def card_name(issue_id: int) -> str:
    """The ``once`` of an issue's card."""
    return f"issue.card:{issue_id}"


def about(standing: Standing, kind: str, reason: str) -> About:
    """What a message about this issue belongs to."""
    issue = standing.issue
    return About(
        issue.installation_id,
        kind,
        reason,
        "issue",
        standing.id,
        issue.programme_id,
        issue.provider_id,
        urgent=issue.severity == 1,
    )


def post_card(standing: Standing, uow: UnitOfWork, now: datetime) -> None:
    """Say it for the first time. Raises ``Declined`` when there is nowhere to say it."""
    post = first_post(cards.issue_card(standing, now), _where(standing, uow))
    saying.say(uow, post, about(standing, "issue.card", "issue reported"), card_name(standing.id), now)


def show_card(standing: Standing, uow: UnitOfWork, now: datetime) -> None:
    """Let the card show how it stands now."""
    saying.show(uow, card_name(standing.id), cards.issue_card(standing, now), now)


def line(
    standing: Standing,
    uow: UnitOfWork,
    now: datetime,
    once: str,
    text: Text,
    *offered: Button,
    quote: str = "",
    reason: str = "issue changed",
    why: str = "",
) -> None:
    """One line in the card's thread; nothing where the channel is frozen or gone."""
    card = line_card(text, InternalCard if standing.internal else SharedCard, *offered, quote=quote, why=why)
    post = post_to(card, _thread(standing, uow))
    if post is not None:
        saying.say(uow, post, about(standing, "issue.line", reason), once, now)


def tell(
    standing: Standing,
    person: Person,
    uow: UnitOfWork,
    now: datetime,
    once: str,
    text: Text,
    why: str,
    *,
    up: bool = False,
    called: bool = False,
) -> None:
    """A direct word to one person who has to act; ``up``: because it went up to them; ``called``: a line in the thread has just
    called them. Never about an internal issue to the other side. Who cannot be written to reads it in the thread."""
    to = places.direct_to(uow, person)
    if to is None or (standing.internal and to.side is not Side.CLIENT):
        return
    card = line_card(
        text, PrivateCard, Button("issue.show", f"Issue {standing.issue.number}", str(standing.id)), why=why
    )
    subject = about(standing, *(("issue.escalated", "issue escalated") if up else ("issue.direct", "issue overdue")))
    instead = [] if called or standing.internal else _openly(standing, person, to, uow, text, why)
    saying.say(uow, DirectPost(to, card), subject, once, now, instead=instead)


def _openly(standing: Standing, person: Person, to: Direct, uow: UnitOfWork, text: Text, why: str) -> list[SharedPost]:
    """The same in the issue's thread, for somebody who cannot be written to."""
    thread = outsiders.thread_of("issue", standing.id, standing.issue.programme_id, to.account.platform, uow)
    card = line_card((places.mention(uow, person), ": ", *text), SharedCard, why=why)
    return [] if thread is None else [SharedPost(thread, card)]


def present(standing: Standing, person: Person, uow: UnitOfWork, now: datetime) -> Person:
    """The person to turn to, or who stands in for them while they are away."""
    return stand_ins.present(uow, person, standing.issue.programme_id, now)


def call(standing: Standing, person: Person | None, uow: UnitOfWork, now: datetime) -> Text:
    """The beginning of a line that turns to somebody: the person is notified, or who stands in for them today."""
    return () if person is None else (places.mention(uow, present(standing, person, uow, now)), ", ")


def react(issue: Issue, asker: Asker, uow: UnitOfWork, now: datetime, name: str) -> None:
    """Confirm somebody's message with an emoji; nothing when what they did was no message."""
    programme_id, provider_id = issue.programme_id, issue.provider_id
    subject = About(
        issue.installation_id, "issue.reaction", "reply understood", programme_id=programme_id, provider_id=provider_id
    )
    confirm(asker, subject, uow, now, name)


def _where(standing: Standing, uow: UnitOfWork) -> Where:
    if not standing.internal:
        return places.shared_channel(uow, standing.issue.programme_id)
    return places.internal_channel(uow, standing.issue.programme_id) or places.direct_to(uow, standing.owner)


def _thread(standing: Standing, uow: UnitOfWork) -> Where:
    """Under the card, wherever that stands; a direct conversation has no threads."""
    row = uow.outbox.by_once(card_name(standing.id))
    if row is None or _where(standing, uow) is None:
        return None
    return thread_of(row, internal=standing.internal)
