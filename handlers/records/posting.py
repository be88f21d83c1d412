"""Where a record's card and lines go, and the post that fits there; what is internal never fits a shared channel."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from datetime import datetime

from handlers import saying
from handlers.saying import About
from handlers.vocabulary.address import Direct, InternalChannel, SharedChannel, Side, Thread
from handlers.vocabulary.outgoing import (
    Button,
    DirectPost,
    InternalCard,
    InternalPost,
    Post,
    PrivateCard,
    SharedCard,
    SharedPost,
    Struck,
    Words,
)
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

Where = SharedChannel | InternalChannel | Direct | None
"""A destination; None when there is none."""


def post_to(card: object, to: Where) -> Post | None:
    """The post for a destination; a card that may not be read there is refused by the post itself."""
    if isinstance(to, SharedChannel) and isinstance(card, SharedCard):
        return SharedPost(to, card)
    if isinstance(to, InternalChannel) and isinstance(card, SharedCard | InternalCard):
        return InternalPost(to, card)
    if isinstance(to, Direct) and isinstance(card, SharedCard | InternalCard | PrivateCard):
        return DirectPost(to, card)
    return None


def first_post(card: object, to: Where) -> Post:
    """The post of a new record's card. Raises ``Declined`` when there is nowhere to say it."""
    post = post_to(card, to)
    if post is None:
        raise Declined(
            "There is no channel yet where this can be shown. Bind one first.", Button("providers.setup", "Set up")
        )
    return post


def thread_of(row: OutboxRow, *, internal: bool) -> Where:
    """Where the lines about a card go: the thread the card hangs in, else the one under it.

    A direct conversation has no threads; what stands in one was said to the client.
    """
    account, place = saying.account_of(row), saying.place_of(row)
    if account is not None:
        return Direct(account, Side.CLIENT)
    if place is None:
        return None
    thread = Thread(card=row.thread_card or row.key)
    return InternalChannel(place, thread) if internal else SharedChannel(place, thread)


def settle(once: str, uow: UnitOfWork, now: datetime) -> None:
    """What a line asked is answered: it keeps its words and loses its buttons. Nothing where it was never said."""
    row = uow.outbox.by_once(once)
    card = None if row is None else saying.decode_card(row.content)
    if card is not None and card.buttons:
        saying.show(uow, once, replace(card, buttons=()), now)


def line_name(entry: AuditEntry) -> str:
    """The ``once`` of the line that a change of a record said in its thread."""
    return f"{entry.subject}.line:{entry.id}"


def settle_asked(change: AuditEntry, asking: Container[str], uow: UnitOfWork, now: datetime) -> None:
    """What was asked last about a record is answered by a ``change`` of it; ``asking`` are the changes whose lines ask."""
    entries = uow.audit.of(change.subject, change.subject_id)
    asked = [each for each in entries if each.what in asking and each.id != change.id]
    if asked:
        settle(line_name(asked[-1]), uow, now)


def strike(change: AuditEntry, told: str, uow: UnitOfWork, now: datetime) -> None:
    """The line that announced a change stays, struck through, after what was ``told`` of taking it back.

    Nothing where it was never said.
    """
    once = line_name(change)
    row = uow.outbox.by_once(once)
    if row is not None:
        card = saying.decode_card(row.content)
        struck = type(card)(text=f"{told} {card.text}", elements=(Words((f"{told} ", Struck(card.text))),))
        saying.show(uow, once, struck, now)


def confirm(asker: Asker, subject: About, uow: UnitOfWork, now: datetime, name: str) -> None:
    """Confirm somebody's message with an emoji; nothing when what they did was no message."""
    if asker.place is not None and asker.message is not None:
        saying.react(uow, asker.place, asker.message, name, subject, f"{subject.kind}:{asker.event}", now)
