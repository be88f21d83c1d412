"""How an action item speaks: its card, the lines in its thread, reactions, and words to one person.

The card of an item that came from an issue, a review or a plan hangs in its thread, and so do its lines. What is internal
goes to the internal channel, or straight to the client's owner where there is none; the types see to it.
"""

from __future__ import annotations

from datetime import datetime

from handlers import places, saying, stand_ins
from handlers.actions import cards
from handlers.actions.standing import Standing
from handlers.records.lines import line_card
from handlers.records.posting import Where, confirm, first_post, post_to, thread_of
from handlers.saying import About
from handlers.vocabulary.address import Direct, InternalChannel, SharedChannel, Thread
from handlers.vocabulary.outgoing import (
    Button,
    DirectPost,
    InternalCard,
    PrivateCard,
    SharedCard,
    Text,
)
from handlers.vocabulary.route import Asker
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork


def card_name(action_id: int) -> str:
    """The ``once`` of an action item's card."""
    return f"action.card:{action_id}"


def about(standing: Standing, kind: str, reason: str) -> About:
    """What a message about this action item belongs to."""
    item = standing.item
    return About(item.installation_id, kind, reason, "action", standing.id, item.programme_id, item.provider_id)


def post_card(standing: Standing, uow: UnitOfWork, now: datetime) -> None:
    """Say it for the first time. Raises ``Declined`` when there is nowhere to say it."""
    post = first_post(cards.action_card(standing, now), _place_of_card(standing, uow))
    saying.say(uow, post, about(standing, "action.card", "action item added"), card_name(standing.id), now)


def show_card(standing: Standing, uow: UnitOfWork, now: datetime) -> None:
    """Let the card show how it stands now."""
    saying.show(uow, card_name(standing.id), cards.action_card(standing, now), now)


def line(
    standing: Standing,
    uow: UnitOfWork,
    now: datetime,
    once: str,
    text: Text,
    *offered: Button,
    quote: str = "",
) -> None:
    """One line in the card's thread; nothing where the channel is frozen or gone."""
    card = line_card(text, InternalCard if standing.internal else SharedCard, *offered, quote=quote)
    post = post_to(card, _thread(standing, uow))
    if post is not None:
        saying.say(uow, post, about(standing, "action.line", "action item changed"), once, now)


def call(standing: Standing, person: Person | None, uow: UnitOfWork, now: datetime) -> Text:
    """The beginning of a line that turns to somebody: the person is notified, or who stands in for them today."""
    if person is None:
        return ()
    return places.mention(uow, stand_ins.present(uow, person, standing.item.programme_id, now)), ", "


def answer_privately(asker: Asker, uow: UnitOfWork, now: datetime, text: Text, *offered: Button) -> None:
    """A direct word to somebody who wrote to the bot in a direct conversation."""
    person = uow.people.get(asker.person_id)
    to = None if person is None else places.direct_to(uow, person)
    if to is not None:
        card = line_card(text, PrivateCard, *offered)
        subject = About(asker.installation_id, "action.answer", "asked in a direct conversation")
        saying.say(uow, DirectPost(to, card), subject, f"action.answer:{asker.event}", now)


def react(asker: Asker, uow: UnitOfWork, now: datetime, name: str) -> None:
    """Confirm somebody's message with an emoji; nothing when what they did was no message."""
    confirm(asker, About(asker.installation_id, "action.reaction", "reply understood"), uow, now, name)


def _channel(standing: Standing, uow: UnitOfWork) -> Where:
    if standing.internal:
        return places.internal_destination(uow, standing.item.programme_id)
    return places.shared_channel(uow, standing.item.programme_id)


def _place_of_card(standing: Standing, uow: UnitOfWork) -> Where:
    """In the thread of what it came from, if that stands in the same channel; else in the channel itself."""
    where, origin = _channel(standing, uow), _origin(standing.item)
    row = None if origin is None else uow.outbox.by_once(origin)
    if row is None or where is None or isinstance(where, Direct) or saying.place_of(row) != where.place:
        return where
    return _under(row.key, where)


def _origin(item: ActionItem) -> str | None:
    """The ``once`` of the card of the review, the issue or the plan it came from."""
    if item.review_id is not None:
        return f"review.agenda:{item.review_id}"
    if item.issue_id is not None:
        return f"issue.card:{item.issue_id}"
    return None if item.plan_id is None else f"plan.card:{item.plan_id}"


def _thread(standing: Standing, uow: UnitOfWork) -> Where:
    """Where lines go: the thread the card hangs in, else the one under the card. A direct conversation has none."""
    row = uow.outbox.by_once(card_name(standing.id))
    if row is None or _channel(standing, uow) is None:
        return None
    return thread_of(row, internal=standing.internal)


def _under(key: str, where: SharedChannel | InternalChannel) -> SharedChannel | InternalChannel:
    thread = Thread(card=key)
    if isinstance(where, InternalChannel):
        return InternalChannel(where.place, thread)
    return SharedChannel(where.place, thread)
