"""What one seat sees: rows become what the templates show, and what the seat may not see never leaves here."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from bot.room.moments import day_of, shown, town
from bot.room.parts import Room
from bot.room.reader import Reader
from bot.room.render import CardRenderer
from handlers.vocabulary.outgoing import AnyCard
from storage.models.room import RoomChannel, RoomMessage, RoomUser
from storage.room import BOT, RoomRepository, ThreadSummary

PAGE = 60
"""How many messages a page shows before "Earlier messages"."""


@dataclass(frozen=True, slots=True)
class SeenReaction:
    """An emoji under a message: how many put it, and whether this seat did."""

    name: str
    count: int
    mine: bool
    who: str


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message as one seat sees it. ``user`` is None for the bot; ``card`` is rendered, ``words`` are plain."""

    ref: str
    channel: str
    thread: str | None
    author: str
    user: RoomUser | None
    words: str
    card: Markup | None
    say: str
    label: str
    iso: str
    clock: str
    exact: str
    day: str
    day_name: str
    edited: bool
    private: bool
    reactions: tuple[SeenReaction, ...]
    replies: int
    last_reply: str


@dataclass(frozen=True, slots=True)
class RailGroup:
    """Channels of the rail under one heading."""

    name: str
    channels: tuple[RoomChannel, ...]


@dataclass(frozen=True, slots=True)
class SeatChoice:
    """One row of the act-as list."""

    user: RoomUser
    place: str
    clock: str
    address: str
    current: bool


class Viewer:
    """Builds what a page shows from one transaction's repository."""

    def __init__(self, room: Room, cards: CardRenderer, repository: RoomRepository, reader: Reader) -> None:
        self._room = room
        self._cards = cards
        self._repository = repository
        self._reader = reader
        self._people = {user.id: user for user in repository.users()}

    def rail(self) -> list[RailGroup]:
        """Shared channels by provider, then the internal ones, then the conversation with the bot."""
        groups: dict[str, list[RoomChannel]] = {}
        for channel in self._repository.channels_of(self._reader.user):
            name = {"shared": channel.provider or "Shared", "internal": "Internal", "direct": "Direct messages"}
            groups.setdefault(name[channel.kind], []).append(channel)
        return [RailGroup(name, tuple(channels)) for name, channels in groups.items()]

    def seats(self) -> list[SeatChoice]:
        """Whom one can act as, each with their own local time; the channel stays open if that person may read it."""
        now, reader = self._reader.now, self._reader
        return [
            SeatChoice(
                user=user,
                place=user.town or town(user.zone),
                clock=shown(now, user.zone, now, comma=" "),
                address=self._address_for(user),
                current=user.id == reader.user.id,
            )
            for user in self._people.values()
            if user.seat
        ]

    def conversation(self, channel_id: str, before: str | None = None) -> tuple[list[SeenMessage], str | None]:
        """The channel's messages, oldest first, and the reference to page back from (None at the beginning)."""
        rows = self._repository.page(channel_id, self._reader.viewer, before, PAGE + 1)
        earlier = rows[1].id if len(rows) > PAGE else None
        rows = rows[-PAGE:]
        threads = self._repository.threads([row.id for row in rows])
        return [self.message(row, threads.get(row.id)) for row in rows], earlier

    def thread(self, root: RoomMessage) -> list[SeenMessage]:
        """A thread: its first message, then the replies."""
        replies = self._repository.thread(root.id, self._reader.viewer)
        inside = self._reader.inside(root.channel_id, root.id)
        return [self.message(row, None, inside) for row in [root, *replies]]

    def one(self, row: RoomMessage, reader: Reader | None = None) -> SeenMessage:
        """One message with the count of its replies."""
        return self.message(row, self._repository.threads([row.id]).get(row.id), reader)

    def message(self, row: RoomMessage, thread: ThreadSummary | None, reader: Reader | None = None) -> SeenMessage:
        """One row as this seat sees it."""
        reader = reader or self._reader.inside(row.channel_id, None)
        user = self._people.get(row.author)
        author = self._room.bot_name if row.author == BOT else (user.name if user else row.author)
        card = self._room.shelf.codec.decode(row.card) if row.card else None
        day, day_name = day_of(row.posted_at, reader.zone, reader.now)
        return SeenMessage(
            ref=row.id,
            channel=row.channel_id,
            thread=row.thread_ref,
            author=author,
            user=user,
            words=row.words or "",
            card=self._cards.card(card, reader, row.id) if card else None,
            say=f"{author}: {card.text if card else row.words or ''}",
            label=self._label(card, row),
            iso=row.posted_at.isoformat(),
            clock=shown(row.posted_at, reader.zone, reader.now, "time"),
            exact=f"{shown(row.posted_at, reader.zone, reader.now)} {town(reader.zone)} time",
            day=day,
            day_name=day_name,
            edited=row.edited_at is not None,
            private=row.only_for is not None,
            reactions=self._reactions(row),
            replies=thread.replies if thread else 0,
            last_reply=shown(thread.last_at, reader.zone, reader.now) if thread else "",
        )

    def _label(self, card: AnyCard | None, row: RoomMessage) -> str:
        """Who reads this, said where it is not everybody in the channel."""
        if row.only_for is not None:
            return "Only visible to you"
        return "Internal" if card is not None and card.kind == "INT" else ""

    def _reactions(self, row: RoomMessage) -> tuple[SeenReaction, ...]:
        return tuple(
            SeenReaction(name, len(people), self._reader.user.id in people, ", ".join(map(self._name, people)))
            for name, people in row.reactions.items()
        )

    def _name(self, user_id: str) -> str:
        user = self._people.get(user_id)
        return self._room.bot_name if user_id == BOT else (user.name if user else user_id)

    def _address_for(self, user: RoomUser) -> str:
        seat = Reader(user=user, now=self._reader.now, home=self._reader.home)
        if seat.home:
            return seat.here
        channel = self._reader.channel
        if channel and self._repository.channel_for(user, channel):
            return f"{seat.path}/c/{channel}"
        return f"{seat.path}/"


def visible(repository: RoomRepository, reader: Reader, ref: str) -> RoomMessage | None:
    """The message if this seat may read it, else None."""
    row = repository.message(ref)
    if row is None or repository.channel_for(reader.user, row.channel_id) is None:
        return None
    return row if row.only_for is None or row.only_for == reader.viewer else None
