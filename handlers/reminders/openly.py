"""A morning of somebody whom the bot cannot write to: lines in the threads of what they are reminded of, in the shared channel.

Up to three reminders stand in the threads of their records, with the buttons a morning's message has. More than that, and
whatever is for one person alone (their week, what happened while they were away), is one line under the newest digest: its
button shows them the whole message. That they put something off is told to nobody, so the lines do not change with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import outsiders, places, saying
from handlers.noise.alone_cards import SHOW
from handlers.reminders import open_cards, shown
from handlers.reminders.more import More
from handlers.saying import About
from handlers.vocabulary.address import Direct, SharedChannel, Visibility
from handlers.vocabulary.outgoing import Mention, SharedPost
from storage.models.action import ActionItem
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.models.reminder import Ping
from storage.reminders import FOR, MANAGERS
from storage.unit_of_work import UnitOfWork

MOST = 3
"""Reminders of one morning that stand in threads of their own."""


def instead(
    person: Person, to: Direct, key: str, parts: More, uow: UnitOfWork, now: datetime
) -> Sequence[SharedPost] | None:
    """What somebody finds in place of the morning's message ``key`` that is being said; None where they get the message
    itself, or where no channel could take a line."""
    assert person.id is not None
    if outsiders.reachable(to.account, uow, person.installation_id):
        return None
    pings = uow.reminders.pings_at(person.id, now)
    lines = () if parts.elements or len(pings) > MOST else _lines(person, to, pings, uow, now)
    return lines or _summary(person, to, key, len(pings), uow)


def can_be_told(person: Person, to: Direct, uow: UnitOfWork) -> bool:
    """Whether a morning's message reaches them: itself, or by a line in a channel."""
    if outsiders.reachable(to.account, uow, person.installation_id):
        return True
    return outsiders.thread_for(person, to.account.platform, uow) is not None


def refresh(morning: OutboxRow, person: Person, uow: UnitOfWork, now: datetime) -> None:
    """The lines of a morning show how things stand now."""
    to, first = places.direct_to(uow, person), uow.outbox.by_once(_named(morning, 0))
    if to is None or first is None or _is_summary(first):
        return
    pings = uow.reminders.pings_at(person.id or 0, morning.created_at)
    for at, post in enumerate(_lines(person, to, pings, uow, now)):
        saying.show(uow, _named(morning, at), post.card, now)


def joined(morning: OutboxRow, person: Person, to: Direct, about: About, uow: UnitOfWork, now: datetime) -> None:
    """Something joined a morning's message that was said in threads only: one line tells of it."""
    first = uow.outbox.by_once(_named(morning, 0))
    if first is not None and not _is_summary(first):
        for post in _summary(person, to, morning.key, 0, uow) or ():
            saying.beside(morning, post, about, "joined", uow, now)


def _lines(person: Person, to: Direct, pings: Sequence[Ping], uow: UnitOfWork, now: datetime) -> Sequence[SharedPost]:
    """A line for each reminder in the thread of its record; none where one of them cannot be told openly."""
    found = []
    for ping in pings:
        item = uow.actions.get(ping.action_item_id)
        thread = None if item is None or ping.step == MANAGERS else _thread(item, to, uow)
        if item is None or thread is None:
            return ()
        entry = shown.entry_of(item, person, uow, now, stands_in=FOR in ping.step)
        whose = item.owner_id if FOR in ping.step else None
        owner = None if whose is None else uow.people.get(whose)
        card = open_cards.line_card(Mention(to.account, person.name), entry, "" if owner is None else owner.name)
        found.append(SharedPost(thread, card))
    return found


def _thread(item: ActionItem, to: Direct, uow: UnitOfWork) -> SharedChannel | None:
    if item.id is None or item.visibility != Visibility.SHARED:
        return None
    return outsiders.thread_of("action", item.id, item.programme_id, to.account.platform, uow)


def _summary(person: Person, to: Direct, key: str, reminders: int, uow: UnitOfWork) -> Sequence[SharedPost] | None:
    where = outsiders.thread_for(person, to.account.platform, uow)
    if where is None:
        return None
    return [SharedPost(where, open_cards.summary_card(Mention(to.account, person.name), reminders, key))]


def _is_summary(line: OutboxRow) -> bool:
    return any(button.action == SHOW for button in saying.decode_card(line.content).buttons)


def _named(morning: OutboxRow, at: int) -> str:
    return f"{morning.once}{outsiders.BESIDE}{at}"
