"""People of other companies whom the bot cannot write to directly, and what becomes of what is said to one of them.

Teams carries no personal message to somebody of another tenant, guests included. What would be a direct message stands in a
thread of the channel both companies read: openly where both may know it, else as a line that says nothing but whom it is for,
and whose button shows the rest to that person alone. Slack and the room reach everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import places
from handlers.noise import alone_cards
from handlers.noise.kinds import Beyond, kind_of
from handlers.noise.rules import DIGESTS
from handlers.vocabulary.address import Direct, Platform, SharedChannel, Thread, Visibility
from handlers.vocabulary.outgoing import Mention, SharedPost
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

Instead = Sequence[SharedPost] | SharedChannel | None
"""What somebody finds who cannot be written to: what is said openly, in the threads of its records, nothing where a
thread calls them already; or where the line goes that says only whom something is for; None: in the thread of its record, else
of the newest digest."""
reachable = places.reachable
"""Whether the bot can write to an account directly."""
BESIDE = ":beside:"
"""Stands between what a message is said as and the number of its line in a thread."""
NOWHERE, IN_THE_THREAD = "no channel is bound in which they could be told of it", "a line in its thread calls them"
"""Why a direct message was not sent."""


def posts(row: OutboxRow, to: Direct, instead: Instead, uow: UnitOfWork) -> Sequence[SharedPost] | None:
    """What is said in threads in place of the direct message ``row``; None where no channel could take it."""
    kind = kind_of(row.kind)
    if kind.beyond is Beyond.CALLED:
        return ()
    if isinstance(instead, Sequence):
        return instead
    person = uow.people.by_account(row.installation_id, row.platform, row.account_workspace, row.account_user)
    where = instead or (
        None
        if person is None
        else thread_for(person, to.account.platform, uow, row.programme_id, row.subject, row.subject_id)
    )
    if where is None:
        return None
    called = Mention(to.account, to.account.user if person is None else person.name)
    by_itself = kind.by_itself(row.reason)
    return (SharedPost(where, alone_cards.line_card(called, row.key, by_itself=by_itself)),)


def thread_for(
    person: Person,
    on: Platform,
    uow: UnitOfWork,
    programme_id: int | None = None,
    subject: str = "",
    subject_id: int = 0,
) -> SharedChannel | None:
    """Where somebody finds a line to them, on the platform they use: under the card of the record it is about, else under the
    newest digest of their channel; None where no channel of theirs takes posts."""
    for each in _programmes(programme_id, person, uow):
        channel = _channel(each, on, uow)
        if channel is not None:
            return _record(subject, subject_id, channel, uow) or _newest(channel, uow)
    return None


def thread_of(subject: str, subject_id: int, programme_id: int, on: Platform, uow: UnitOfWork) -> SharedChannel | None:
    """The thread of a record's card in the programme's shared channel on this platform; None where it stands in none, or nothing
    is posted there."""
    channel = _channel(programme_id, on, uow)
    return None if channel is None else _record(subject, subject_id, channel, uow)


def is_beside(row: OutboxRow) -> bool:
    """Whether this is a line in a thread in place of a direct message."""
    return BESIDE in row.once and not row.account_user


def behind(line: OutboxRow, uow: UnitOfWork) -> OutboxRow | None:
    """The direct message in whose place a line stands."""
    original = uow.outbox.original(line)
    return uow.outbox.by_once(original.once.partition(BESIDE)[0]) if is_beside(original) else None


def _programmes(programme_id: int | None, person: Person, uow: UnitOfWork) -> Sequence[int]:
    """The programme it is about, else those of the person's own company: no other channel may learn of it."""
    theirs = [] if person.provider_id is None else uow.providers.programmes_of(person.provider_id)
    ids = [each.id for each in theirs if each.id is not None and each.state != "ended"]
    return [programme_id] if programme_id is not None and programme_id in ids else ids


def _channel(programme_id: int, on: Platform, uow: UnitOfWork) -> SharedChannel | None:
    channel = places.shared_channel(uow, programme_id, on=on)
    return channel if channel is not None and channel.place.platform is on else None


def _record(subject: str, subject_id: int, channel: SharedChannel, uow: UnitOfWork) -> SharedChannel | None:
    place = channel.place
    rows = (
        uow.outbox.standing_about(subject, subject_id, place.platform, place.workspace, place.channel)
        if subject
        else ()
    )
    shared = [each for each in rows if each.visibility == Visibility.SHARED and each.thread_ref is None]
    return replace(channel, thread=Thread(card=shared[-1].thread_card or shared[-1].key)) if shared else None


def _newest(channel: SharedChannel, uow: UnitOfWork) -> SharedChannel:
    """Under the newest digest, else under the newest message; the channel itself while nothing stands in it."""
    place = channel.place
    rows = uow.outbox.newest_in(place.platform, place.workspace, place.channel)
    root = next((each for each in rows if each.kind in DIGESTS), rows[0] if rows else None)
    return channel if root is None else replace(channel, thread=Thread(card=root.key))
