"""Sending into the room: the port ``Gateway`` over the room's own tables."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from bot.ports import Delivery, Found, FoundMessage, Later, Missing, Outcome, Refused, Sent, Unsure, Uploaded
from bot.room.bell import Change
from bot.room.parts import Shelf
from bot.room.posting import post
from handlers.vocabulary.address import Account, Place, Platform, Visibility
from handlers.vocabulary.outgoing import AnyCard, Reaction
from storage.models.room import RoomChannel, RoomMessage, RoomUser
from storage.room import BOT, RoomRepository

BUSY_SECONDS = 2.0
"""How long a busy database is left alone before it is asked again."""


class RoomGateway:
    """Posts, edits and finds cards in the room. ``Unsure`` only when the database itself does not answer."""

    platform = Platform.ROOM
    files_apart = False

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def post(self, delivery: Delivery) -> Outcome:
        """Post a card (opening the person's own channel if need be), or put a reaction. The same key posts once."""
        if isinstance(delivery.card, Reaction):
            return await self._tried(self._react, delivery, delivery.card)
        return await self._tried(self._post, delivery, delivery.card)

    async def update(self, delivery: Delivery) -> Outcome:
        """Show the newer card in place. An older revision than the one that stands there changes nothing."""
        if isinstance(delivery.card, Reaction):
            return await self.post(delivery)
        return await self._tried(self._update, delivery, delivery.card)

    async def find(self, delivery: Delivery, since: float) -> Sent | Missing | Later:
        """Look for the delivery's key (for a reaction: the emoji under its message)."""
        try:
            return await self._shelf.run(self._find, delivery)
        except OperationalError:
            return Later(BUSY_SECONDS, "workspace")

    async def is_shared(self, place: Place) -> bool | None:
        """Whether both companies read this channel; None for a channel the room does not know."""
        return await self._shelf.run(self._is_shared, place)

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """Who the room's own list of people says this is. Nobody administers the room."""
        try:
            return await self._shelf.run(self._look_up, account)
        except OperationalError:
            return Later(BUSY_SECONDS, "workspace")

    async def look_at(self, place: Place, message: str) -> FoundMessage | Later | Refused | Unsure:
        """What the room's own book says of a message; a card is its fallback text."""
        try:
            return await self._shelf.run(self._look_at, place, message)
        except OperationalError:
            return Later(BUSY_SECONDS, "workspace")

    async def upload(self, delivery: Delivery) -> Uploaded | Later | Refused:
        """Cards hold their files themselves."""
        return Refused("files stand in their cards")

    async def _tried(self, send: Callable[..., Outcome], delivery: Delivery, card: AnyCard | Reaction) -> Outcome:
        """Send, and let open pages know. A database that does not answer may have committed all the same."""
        try:
            outcome = await self._shelf.run(send, delivery, card)
        except OperationalError as error:
            return Unsure(f"the room's database did not answer: {type(error.orig).__name__}")
        if isinstance(outcome, Sent):
            self._shelf.bell.ring(Change("message", outcome.place.channel, outcome.ref))
        return outcome

    # --- each in one transaction, in a thread -----------------------------------------------------------------------

    def _post(self, delivery: Delivery, card: AnyCard) -> Outcome:
        with self._shelf.units() as unit:
            channel = _channel(unit.room, delivery)
            if isinstance(channel, Refused):
                return channel
            refusal = _refusal(unit.room, channel, delivery.visibility)
            if refusal is not None:
                return refusal
            unit.commit()
        message = RoomMessage(
            id="",
            channel_id=channel.id,
            thread_ref=delivery.thread,
            author=BOT,
            card=self._shelf.codec.encode(card),
            card_key=delivery.key,
            revision=delivery.revision,
            posted_at=self._shelf.now(),
        )
        return self._sent(post(self._shelf.units, message, self._shelf.now()))

    def _update(self, delivery: Delivery, card: AnyCard) -> Outcome:
        with self._shelf.units() as unit:
            message = unit.room.message(delivery.ref) if delivery.ref else unit.room.by_key(delivery.key)
            if message is None:
                return Refused(f"there is no message {delivery.ref or delivery.key} to edit", gone=True)
            channel = unit.room.channel(message.channel_id)
            refusal = _refusal(unit.room, channel, delivery.visibility) if channel else None
            if refusal is not None:
                return refusal
            if delivery.revision > message.revision:
                message.card = self._shelf.codec.encode(card)
                message.revision = delivery.revision
                message.edited_at = self._shelf.now()
                unit.room.add(message)
                unit.commit()
            return self._sent(message)

    def _react(self, delivery: Delivery, reaction: Reaction) -> Outcome:
        with self._shelf.units() as unit:
            message = _reacted_to(unit.room, delivery, reaction)
            if message is None:
                return Refused("the message to react to is not in the room")
            unit.room.react(message, reaction.name, BOT)
            unit.commit()
            return self._sent(message)

    def _find(self, delivery: Delivery) -> Sent | Missing:
        with self._shelf.units() as unit:
            if isinstance(delivery.card, Reaction):
                message = _reacted_to(unit.room, delivery, delivery.card)
                there = message is not None and BOT in message.reactions.get(delivery.card.name, [])
            else:
                message = unit.room.by_key(delivery.key)
                there = message is not None
            return self._sent(message) if there and message is not None else Missing()

    def _is_shared(self, place: Place) -> bool | None:
        with self._shelf.units() as unit:
            channel = unit.room.channel(place.channel)
            return None if channel is None else channel.kind == "shared"

    def _look_up(self, account: Account) -> Found | Refused:
        with self._shelf.units() as unit:
            user = unit.room.user(account.user)
            if user is None:
                return Refused(f"there is no person {account.user} in the room", gone=True)
            return Found(user.name, user.zone, workspace=user.workspace)

    def _look_at(self, place: Place, ref: str) -> FoundMessage | Refused:
        with self._shelf.units() as unit:
            message = unit.room.message(ref)
            if message is None or message.channel_id != place.channel or message.only_for is not None:
                return Refused(f"there is no message {ref} in {place.channel}", gone=True)
            words = self._shelf.codec.decode(message.card).text if message.card else message.words or ""
            user = unit.room.user(message.author)
            if user is None:
                return FoundMessage(words, message.thread_ref)
            account = Account(Platform.ROOM, user.workspace, user.id)
            return FoundMessage(words, message.thread_ref, account, user.name)

    def _sent(self, message: RoomMessage) -> Sent:
        place = Place(Platform.ROOM, self._shelf.workspace, message.channel_id)
        return Sent(message.id, place, message.revision)


def _channel(room: RoomRepository, delivery: Delivery) -> RoomChannel | Refused:
    """Where the delivery goes: its place, else the person's own conversation with the bot, opened if need be."""
    if delivery.place is not None:
        channel = room.channel(delivery.place.channel)
        return channel or Refused(f"there is no channel {delivery.place.channel} in the room")
    if delivery.account is None:
        return Refused("the delivery names neither a place nor a person")
    user = room.user(delivery.account.user)
    return room.open_direct(user) if user else Refused(f"there is no person {delivery.account.user} in the room")


def _refusal(room: RoomRepository, channel: RoomChannel, visibility: Visibility) -> Refused | None:
    """The last guard before the page: what is not for everybody in a channel is not written into it."""
    if visibility is Visibility.SHARED:
        return None
    if visibility is Visibility.PRIVATE and channel.kind != "direct":
        return Refused("private content goes to one person only, and this is a channel")
    people: list[RoomUser] = room.members(channel.id)
    outsiders = channel.kind == "shared" or any(user.side != "client" for user in people)
    if visibility is Visibility.INTERNAL and outsiders:
        return Refused("internal content may not go where the provider reads")
    return None


def _reacted_to(room: RoomRepository, delivery: Delivery, reaction: Reaction) -> RoomMessage | None:
    """The message a reaction belongs on: the one it names, else the platform's reference the courier found."""
    if reaction.thread.ref is not None:
        return room.message(reaction.thread.ref)
    card = room.by_key(reaction.thread.card) if reaction.thread.card else None
    ref = delivery.ref or delivery.thread
    return card or (room.message(ref) if ref else None)
