"""The twin of a message: a row of its own in the programme's shared channel on another platform.

A twin bears the record's subject, so that a reply under it finds the record, and the key of the message it repeats; it is
paced, tried and told of like any other. One that was said where it cannot stand any more goes to where it can.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.noise.kinds import OF_THEIR_OWN, kind_of
from handlers.vocabulary.address import Platform
from storage.models.delivery import OutboxRow
from storage.models.provider import Channel
from storage.outbox import key_of
from storage.unit_of_work import UnitOfWork

MIRROR = "mirror"
NAMES = {Platform.SLACK: "Slack", Platform.TEAMS: "Teams", Platform.ROOM: "the room"}
"""Platforms as people call them."""


def on_several(installation_id: int, uow: UnitOfWork) -> bool:
    """Whether the company uses more than one platform: for all others nothing here is asked."""
    return len(uow.providers.workspaces(installation_id)) > 1


def in_step(row: OutboxRow, uow: UnitOfWork) -> None:
    """Let a row for a shared channel that is about to be put go where it can stand: out of a frozen channel into the other
    one, and under that card of a thread which stands in its own channel."""
    channels = _shared(row, uow)
    mine = next((each for each in channels if _is_at(row, each)), None)
    well = [each for each in channels if not each.frozen]
    if well and (mine is None or mine.frozen):
        _readdress(row, well[0], uow, frozen=mine is not None)
    if row.thread_card is None:
        return
    root = uow.outbox.root_of(row)
    if root is not None and not _same_place(row, root):
        counterpart = _counterpart(root, row.platform, row.workspace, row.channel, uow)
        row.thread_card = row.thread_card if counterpart is None else counterpart.key


def _readdress(row: OutboxRow, channel: Channel, uow: UnitOfWork, *, frozen: bool) -> None:
    """Let a row for a channel that is silent, or no channel of ours any more, go to this one. Under somebody's own words it
    stays, as these stand there alone; and under a card of a channel we left where that does not stand here too."""
    threaded = row.thread_card is not None or row.thread_ref is not None
    root = _root(row, uow)
    if threaded and root is None:
        return
    if not frozen:
        root = None if root is None else _counterpart(root, channel.platform, channel.workspace, channel.channel, uow)
        if root is None:
            return
    row.platform, row.workspace, row.channel = channel.platform, channel.workspace, channel.channel
    row.thread_card, row.thread_ref = None if root is None else root.thread_card or root.key, None


def twins_of(row: OutboxRow, uow: UnitOfWork) -> list[OutboxRow]:
    """What says the same in the programme's other shared channels, in the order to be put: first a card that has to stand
    there because the row hangs under it, made from what it shows now."""
    found: list[OutboxRow] = []
    channels = _shared(row, uow)
    if any(_is_at(row, each) for each in channels):
        for channel in channels:
            if not channel.frozen and not _is_at(row, channel):
                found += _in_channel(row, channel, uow)
    return found


def _in_channel(row: OutboxRow, channel: Channel, uow: UnitOfWork) -> list[OutboxRow]:
    twin = _copy(row, channel)
    if row.thread_card is None and row.thread_ref is None:
        return [twin]
    root = _root(row, uow)
    if root is None:
        return []  # under a person's own message, which does not stand there
    standing = _counterpart(root, channel.platform, channel.workspace, channel.channel, uow)
    if standing is None and row.kind in OF_THEIR_OWN:
        return [twin]
    standing = standing or _about_the_same(row, channel, uow)
    if standing is not None:
        twin.thread_card = standing.thread_card or standing.key
        return [twin]
    if root.mirror_of is not None or root.kind in OF_THEIR_OWN or kind_of(row.kind).by_itself(row.reason):
        return []
    above = _copy(root, channel)
    above.created_at = above.not_before = row.created_at
    twin.thread_card = above.key
    return [above, twin]


def _copy(row: OutboxRow, channel: Channel) -> OutboxRow:
    once = f"{MIRROR}:{channel.id}:{row.once}"
    return OutboxRow(
        key=key_of(f"{row.installation_id}:{once}"),
        installation_id=row.installation_id,
        provider_id=row.provider_id,
        programme_id=row.programme_id,
        once=once,
        kind=row.kind,
        subject=row.subject,
        subject_id=row.subject_id,
        reason=row.reason,
        visibility=row.visibility,
        platform=channel.platform,
        workspace=channel.workspace,
        channel=channel.channel,
        content=row.content,
        created_at=row.created_at,
        not_before=row.not_before,
        expires_at=row.expires_at,
        late=row.late,
        unhurried=row.unhurried,
        mirror_of=row.key,
    )


def _shared(row: OutboxRow, uow: UnitOfWork) -> Sequence[Channel]:
    """The shared channels of the programme a row is about; of the first one that speaks in its channel if it names none."""
    if row.programme_id is not None:
        return uow.providers.channels(row.programme_id, "shared")
    bound = uow.providers.channels_at(row.platform, row.workspace, row.channel)
    first = next((each for each in bound if each.kind == "shared"), None)
    return () if first is None else uow.providers.channels(first.programme_id, "shared")


def _root(row: OutboxRow, uow: UnitOfWork) -> OutboxRow | None:
    """The card of ours the row hangs under, whether it names the card or the reference it stands at."""
    if row.thread_card is not None:
        return uow.outbox.root_of(row)
    if row.thread_ref is None:
        return None
    return uow.outbox.by_reference(row.platform, row.workspace, row.channel, row.thread_ref)


def _counterpart(root: OutboxRow, platform: str, workspace: str, channel: str, uow: UnitOfWork) -> OutboxRow | None:
    """What says in this channel what ``root`` says in its own; the root itself if it stands here."""
    original = uow.outbox.original(root)
    family = [original, *uow.outbox.twins_of(original.key)]
    place = platform, workspace, channel
    return next((each for each in family if (each.platform, each.workspace, each.channel) == place), None)


def _about_the_same(row: OutboxRow, channel: Channel, uow: UnitOfWork) -> OutboxRow | None:
    """The newest message here about the row's record: where several digests share a thread elsewhere, and here do not."""
    if not row.subject:
        return None
    place = channel.platform, channel.workspace, channel.channel
    found = uow.outbox.standing_about(row.subject, row.subject_id, *place)
    return next((each for each in found if each.kind != row.kind), None)


def _is_at(row: OutboxRow, channel: Channel) -> bool:
    return (row.platform, row.workspace, row.channel) == (channel.platform, channel.workspace, channel.channel)


def _same_place(one: OutboxRow, other: OutboxRow) -> bool:
    return (one.platform, one.workspace, one.channel) == (other.platform, other.workspace, other.channel)
