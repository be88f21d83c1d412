"""What the door reads and writes in the room's tables: each method is one transaction, run in a thread."""

from __future__ import annotations

from bot.room.pages import Nothing, Pages, Where
from bot.room.parts import Room
from bot.room.posting import post
from bot.room.reader import Reader
from bot.room.render import Listed
from bot.room.sheet import Sheet
from bot.room.view import visible
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.outgoing import AnyCard
from storage.models.room import RoomChannel, RoomMessage
from storage.room import BOT


class Ledger:
    """The door's own reads and writes, for the seat of a submission. What it may not see raises ``Nothing``."""

    def __init__(self, room: Room, pages: Pages) -> None:
        self._room = room
        self._pages = pages

    def reader(self, seat: str, token: str) -> Reader:
        """The seat of this name, acting. Raises ``Nothing`` for somebody without a seat."""
        with self._room.shelf.units() as unit:
            return self._pages.reader(unit.room, seat, token)

    def open_channel(self, sheet: Sheet) -> RoomChannel:
        """The channel written in, if the seat may read it and the thread is one of its own."""
        with self._room.shelf.units() as unit:
            channel = unit.room.channel_for(sheet.reader.user, sheet.where.channel)
            root = visible(unit.room, sheet.reader, sheet.where.thread) if sheet.where.thread else None
            lost = sheet.where.thread is not None and (root is None or root.channel_id != sheet.where.channel)
            if channel is None or lost:
                raise Nothing(f"{sheet.reader.user.name} has no such channel or thread.")
            return channel

    def message(self, sheet: Sheet) -> RoomMessage:
        """The message acted on."""
        with self._room.shelf.units() as unit:
            message = visible(unit.room, sheet.reader, sheet.get("message"))
            if message is None:
                raise Nothing("This message is not here any more.")
            return message

    def where(self, sheet: Sheet) -> Where:
        """Where the page stood: its own fields, or those of the message that was acted on."""
        if sheet.where.channel or sheet.where.home:
            return sheet.where
        with self._room.shelf.units() as unit:
            message = visible(unit.room, sheet.reader, sheet.get("message"))
            return Where(message.channel_id if message else "", sheet.where.thread)

    def write(self, sheet: Sheet, words: str) -> RoomMessage:
        """Post the person's own words; the same submission twice is one message."""
        now = self._room.shelf.now()
        message = RoomMessage(
            id="",
            channel_id=sheet.where.channel,
            thread_ref=sheet.where.thread,
            author=sheet.reader.user.id,
            words=words,
            nonce=sheet.event_id,
            posted_at=now,
        )
        return post(self._room.shelf.units, message, now)

    def write_private(self, sheet: Sheet, place: Place | None, card: AnyCard) -> RoomMessage:
        """Post a card that only this person sees, where they asked."""
        now = self._room.shelf.now()
        message = RoomMessage(
            id="",
            channel_id=place.channel if place else sheet.where.channel,
            thread_ref=sheet.where.thread,
            author=BOT,
            card=self._room.shelf.codec.encode(card),
            nonce=f"{sheet.event_id}:answer",
            posted_at=now,
            only_for=sheet.reader.user.id,
        )
        return post(self._room.shelf.units, message, now)

    def put_reaction(self, ref: str, name: str, who: str, removed: bool) -> None:
        """Put an emoji on a message, or take it off."""
        with self._room.shelf.units() as unit:
            message = unit.room.message(ref)
            if message is not None:
                unit.room.react(message, name, who, removed)
                unit.commit()

    def forget(self, sheet: Sheet) -> RoomMessage:
        """Take a private answer away, and answer with what it was."""
        with self._room.shelf.units() as unit:
            message = visible(unit.room, sheet.reader, sheet.get("message"))
            if message is None or message.only_for is None:
                raise Nothing("Only a private answer can be dismissed, and this one is gone already.")
            unit.room.remove(message)
            unit.commit()
            return message

    def people(self, sheet: Sheet, channel: str) -> list[Listed]:
        """Whom a form opened in this channel may name: its members and, for the client's people, all of their own company.
        In no channel, the members of all this seat's channels. Nobody who has left."""
        with self._room.shelf.units() as unit:
            channels = [channel] if channel else [each.id for each in unit.room.channels_of(sheet.reader.user)]
            found = {user.id: user for each in channels for user in unit.room.members(each)}
            if sheet.reader.user.side == "client":
                found |= {user.id: user for user in unit.room.users() if user.side == "client"}
            people = sorted(found.values(), key=lambda user: (user.side, user.position, user.id))
            gone = unit.room.departed()
            here = [each for each in people if (each.workspace, each.id) not in gone]
            return [Listed(each.id, each.name, each.title, each.company) for each in here]

    def author(self, message: RoomMessage) -> Account | None:
        """The author's own account; None for the bot."""
        with self._room.shelf.units() as unit:
            user = unit.room.user(message.author)
            return Account(Platform.ROOM, user.workspace, user.id) if user else None

    def words_of(self, message: RoomMessage) -> str:
        """A message's words, or its card's fallback text."""
        return self._room.shelf.codec.decode(message.card).text if message.card else message.words or ""
