"""How a plan speaks: a draft as a direct message to whoever drafts it, the tracker in the shared channel, lines under both.

A draft has a card of its own, which never leaves the client: the tracker is a new message, posted when the plan is proposed.
"""

from __future__ import annotations

from datetime import datetime

from handlers import places, saying
from handlers.improvements import cards
from handlers.improvements.standing import Standing
from handlers.records.lines import line_card
from handlers.records.posting import Where, confirm, first_post, post_to, thread_of
from handlers.saying import About
from handlers.vocabulary.outgoing import Button, InternalCard, SharedCard, Text
from handlers.vocabulary.route import Asker
from handlers.waking import awake, hours_of_channel
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork


def card_name(plan_id: int) -> str:
    """The ``once`` of a plan's tracker."""
    return f"plan.card:{plan_id}"


def draft_name(plan_id: int) -> str:
    """The ``once`` of the card on which a plan is drafted."""
    return f"plan.draft:{plan_id}"


def about(standing: Standing, kind: str, reason: str) -> About:
    """What a message about this plan belongs to."""
    plan = standing.plan
    return About(plan.installation_id, kind, reason, "plan", standing.id, plan.programme_id, plan.provider_id)


def post_draft(standing: Standing, person: Person, uow: UnitOfWork, now: datetime) -> None:
    """Let the draft wait with whoever drafts it; nothing where they cannot be written to."""
    post = post_to(cards.plan_card(standing, now), places.direct_to(uow, person))
    if post is not None:
        saying.say(uow, post, about(standing, "plan.draft", "plan drafted"), draft_name(standing.id), now)


def waits_with(standing: Standing, uow: UnitOfWork) -> bool:
    """Whether the draft stands in its author's conversation with the bot."""
    return uow.outbox.by_once(draft_name(standing.id)) is not None


def post_card(standing: Standing, uow: UnitOfWork, now: datetime) -> None:
    """Show the tracker to both companies. Raises ``Declined`` when there is no shared channel."""
    post = first_post(cards.plan_card(standing, now), places.shared_channel(uow, standing.plan.programme_id))
    saying.say(uow, post, about(standing, "plan.card", "plan proposed"), card_name(standing.id), now)
    saying.show(uow, draft_name(standing.id), cards.moved_card(standing), now)


def show_card(standing: Standing, uow: UnitOfWork, now: datetime) -> None:
    """Let the card show how it stands now."""
    once = draft_name(standing.id) if standing.internal else card_name(standing.id)
    saying.show(uow, once, cards.plan_card(standing, now), now)


def line(
    standing: Standing,
    uow: UnitOfWork,
    now: datetime,
    once: str,
    text: Text,
    *offered: Button,
    quote: str = "",
    why: str = "",
    by_itself: bool = False,
) -> None:
    """One line in the card's thread; nothing where the channel is frozen or gone. What comes ``by_itself`` (a figure or a day
    caused it, nobody did) waits for the anchor's working hours."""
    card = line_card(text, InternalCard if standing.internal else SharedCard, *offered, quote=quote, why=why)
    post = post_to(card, _thread(standing, uow))
    if post is not None:
        moment = awake(now, hours_of_channel(uow, standing.programme)) if by_itself else None
        saying.say(uow, post, about(standing, "plan.line", "plan changed"), once, now, not_before=moment)


def react(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, name: str) -> None:
    """Confirm somebody's message with an emoji; nothing when what they did was no message."""
    confirm(asker, about(standing, "plan.reaction", "reply understood"), uow, now, name)


def _thread(standing: Standing, uow: UnitOfWork) -> Where:
    """Under the tracker, while its channel may be spoken in; to whoever drafts it, while it is a draft."""
    row = uow.outbox.by_once(draft_name(standing.id) if standing.internal else card_name(standing.id))
    if row is None or (not standing.internal and places.shared_channel(uow, standing.plan.programme_id) is None):
        return None
    return thread_of(row, internal=standing.internal)
