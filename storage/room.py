"""What the room remembers: who sits where, and what was said in which channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from storage.models.person import Person, PersonAccount
from storage.models.room import RoomChannel, RoomMember, RoomMessage, RoomUser

BOT = "parley"
ROOM = "room"
"""The platform of accounts that belong to the room."""
"""The author of what the bot says."""


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """How many replies a message has, and when the last one came (aware UTC)."""

    replies: int
    last_at: datetime


def direct_channel_id(user_id: str) -> str:
    """The id of the conversation between one person and the bot."""
    return f"direct-{user_id}"


def message_id(moment: datetime) -> str:
    """A reference that sorts by time: seconds and microseconds since the epoch, like ``1763764100.000123``."""
    return f"{int(moment.timestamp()):010d}.{moment.microsecond:06d}"


def following_id(last: str) -> str:
    """The reference just after ``last``: on a clock that stands still, order is still kept."""
    seconds, micros = last.split(".")
    total = int(seconds) * 1_000_000 + int(micros) + 1
    return f"{total // 1_000_000:010d}.{total % 1_000_000:06d}"


class RoomRepository:
    """Reads and writes the room's tables in the session it is given; committing is the unit's work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- people and channels ----------------------------------------------------------------------------------------

    def users(self) -> list[RoomUser]:
        """Everybody of the room, in the order of the act-as list."""
        return list(self._session.exec(select(RoomUser).order_by(col(RoomUser.position), col(RoomUser.id))))

    def user(self, user_id: str) -> RoomUser | None:
        """One person, or None."""
        return self._session.get(RoomUser, user_id)

    def departed(self) -> set[tuple[str, str]]:
        """The accounts (workspace and user id) of those who are noted as having left their company: the room itself keeps
        everybody."""
        accounts = select(PersonAccount.workspace, PersonAccount.user).join(
            Person, col(Person.id) == col(PersonAccount.person_id)
        )
        gone = accounts.where(PersonAccount.platform == ROOM, col(Person.left_at).is_not(None))
        return {(workspace, user) for workspace, user in self._session.exec(gone)}

    def put_user(self, user: RoomUser) -> None:
        """Add a person, or change one."""
        self._session.merge(user)
        self._session.flush()

    def channel(self, channel_id: str) -> RoomChannel | None:
        """One channel, or None."""
        return self._session.get(RoomChannel, channel_id)

    def put_channel(self, channel: RoomChannel, members: Iterable[str] = ()) -> None:
        """Add a channel (or change one), and these people to it."""
        self._session.merge(channel)
        self._session.flush()
        for user_id in members:
            self.join(channel.id, user_id)

    def join(self, channel_id: str, user_id: str) -> None:
        """Make a person a member; nothing happens if they are one."""
        if self._session.get(RoomMember, (channel_id, user_id)) is None:
            self._session.add(RoomMember(channel_id=channel_id, user_id=user_id))
            self._session.flush()

    def channels_of(self, user: RoomUser) -> list[RoomChannel]:
        """The channels this person may read, in the rail's order. An internal one is the client's people's only."""
        rows = self._session.exec(
            select(RoomChannel)
            .join(RoomMember, col(RoomMember.channel_id) == col(RoomChannel.id))
            .where(RoomMember.user_id == user.id)
            .order_by(col(RoomChannel.position), col(RoomChannel.name))
        )
        return [row for row in rows if _may_read(row, user)]

    def channel_for(self, user: RoomUser, channel_id: str) -> RoomChannel | None:
        """The channel if this person may read it, else None."""
        channel = self.channel(channel_id)
        if channel is None or self._session.get(RoomMember, (channel_id, user.id)) is None:
            return None
        return channel if _may_read(channel, user) else None

    def members(self, channel_id: str) -> list[RoomUser]:
        """The people in a channel."""
        rows = select(RoomUser).join(RoomMember, col(RoomMember.user_id) == col(RoomUser.id))
        return list(
            self._session.exec(rows.where(RoomMember.channel_id == channel_id).order_by(col(RoomUser.position)))
        )

    def open_direct(self, user: RoomUser) -> RoomChannel:
        """The conversation between this person and the bot, made if there is none yet."""
        channel_id = direct_channel_id(user.id)
        channel = self.channel(channel_id)
        if channel is None:
            channel = RoomChannel(
                id=channel_id, name="Parley", kind="direct", topic="Only you and Parley", position=900
            )
            self.put_channel(channel, members=(user.id,))
        return channel

    # --- messages ---------------------------------------------------------------------------------------------------

    def next_id(self, now: datetime) -> str:
        """A reference for a message posted ``now`` (aware): after every other one, even when the clock stands still."""
        last = self._session.exec(select(func.max(RoomMessage.id))).one()
        fresh = message_id(now)
        return fresh if last is None or fresh > last else following_id(last)

    def add(self, message: RoomMessage) -> RoomMessage:
        """Post a message. Raises ``IntegrityError`` if its key, nonce or id is taken: somebody posted it just now."""
        self._session.add(message)
        self._session.flush()
        return message

    def message(self, ref: str) -> RoomMessage | None:
        """One message, or None."""
        return self._session.get(RoomMessage, ref)

    def by_key(self, card_key: str) -> RoomMessage | None:
        """The message that shows the outbox's card of this key."""
        return self._session.exec(select(RoomMessage).where(RoomMessage.card_key == card_key)).first()

    def by_nonce(self, nonce: str) -> RoomMessage | None:
        """The message a page's submission already became."""
        return self._session.exec(select(RoomMessage).where(RoomMessage.nonce == nonce)).first()

    def page(self, channel_id: str, viewer: str, before: str | None = None, limit: int = 60) -> list[RoomMessage]:
        """The last ``limit`` messages outside threads that ``viewer`` may read, oldest first."""
        query = select(RoomMessage).where(
            RoomMessage.channel_id == channel_id, col(RoomMessage.thread_ref).is_(None), _seen_by(viewer)
        )
        if before is not None:
            query = query.where(col(RoomMessage.id) < before)
        newest_first = self._session.exec(query.order_by(col(RoomMessage.id).desc()).limit(limit))
        return list(newest_first)[::-1]

    def thread(self, root: str, viewer: str) -> list[RoomMessage]:
        """The replies under a message that ``viewer`` may read, oldest first."""
        query = select(RoomMessage).where(RoomMessage.thread_ref == root, _seen_by(viewer))
        return list(self._session.exec(query.order_by(col(RoomMessage.id))))

    def threads(self, roots: Sequence[str]) -> dict[str, ThreadSummary]:
        """How many replies each of these messages has; those without any are absent. Private answers do not count."""
        query = (
            select(RoomMessage.thread_ref, func.count(), func.max(RoomMessage.posted_at))
            .where(col(RoomMessage.thread_ref).in_(roots), col(RoomMessage.only_for).is_(None))
            .group_by(col(RoomMessage.thread_ref))
        )
        return {ref: ThreadSummary(count, last) for ref, count, last in self._session.exec(query) if ref is not None}

    def remove(self, message: RoomMessage) -> None:
        """Take a message away (a private answer that was dismissed)."""
        self._session.delete(message)
        self._session.flush()

    def react(self, message: RoomMessage, name: str, who: str, removed: bool = False) -> None:
        """Put an emoji on a message, or take it off; doing either twice is harmless."""
        people = [person for person in message.reactions.get(name, []) if person != who]
        if not removed:
            people.append(who)
        others = {emoji: names for emoji, names in message.reactions.items() if emoji != name}
        message.reactions = {**others, name: people} if people else others
        self._session.add(message)
        self._session.flush()

    # --- what is unread ---------------------------------------------------------------------------------------------

    def mark_read(self, channel_id: str, user_id: str) -> bool:
        """Note that this person has seen everything in the channel. True if there was something new."""
        member = self._session.get(RoomMember, (channel_id, user_id))
        last = self._session.exec(
            select(func.max(RoomMessage.id)).where(RoomMessage.channel_id == channel_id, _seen_by(user_id))
        ).one()
        if member is None or last is None or last <= member.read_up_to:
            return False
        member.read_up_to = last
        self._session.add(member)
        self._session.flush()
        return True

    def unread(self, user_id: str) -> set[str]:
        """The ids of the channels in which somebody else said something this person has not seen."""
        query = (
            select(RoomMessage.channel_id)
            .join(RoomMember, col(RoomMember.channel_id) == col(RoomMessage.channel_id))
            .where(
                RoomMember.user_id == user_id,
                RoomMessage.author != user_id,
                col(RoomMessage.id) > col(RoomMember.read_up_to),
                _seen_by(user_id),
            )
            .distinct()
        )
        return set(self._session.exec(query))


def _may_read(channel: RoomChannel, user: RoomUser) -> bool:
    """Membership alone does not open an internal channel to the other company."""
    if channel.kind == "direct":
        return channel.id == direct_channel_id(user.id)
    return channel.kind == "shared" or user.side == "client"


def _seen_by(viewer: str) -> ColumnElement[bool]:
    return or_(col(RoomMessage.only_for).is_(None), col(RoomMessage.only_for) == viewer)
