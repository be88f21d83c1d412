"""The driver: people who type, press and fill in cards, and see only what Teams would show them."""

from __future__ import annotations

from tests.standins.teams.hands import Hands, Refused, Switches
from tests.standins.teams.world import Channel, Message, Payload

__all__ = ["Person", "Refused", "Switches"]


class Person(Hands):
    """One person at their Teams client. Methods return once the bot had its first chance to answer.

    Teams' own refusals raise `Refused`; what the bot caused (no answer in time, a broken one) is in `last_error`, None after
    an action that went well. `toast` is the last message an action was answered with, `opened` the last link followed.
    """

    # What they write

    async def says(self, channel: Channel | str, text: str, thread: Message | str | None = None) -> Message:
        """Post a message, or a reply in a thread; in a personal chat, which has none, the message is quoted. Mentions are
        written as `<at>Name</at>`."""
        place = self._place(channel)
        root, typed = self._root(place, thread), self.scribe.typed(text)
        if place.kind == "personal" and thread is not None:
            typed = self.scribe.quoting(typed, self._answered(place, thread))
        message = self.world.store(place, self.id, typed, root)
        await self._told(place, message)
        return message

    async def mention(self, channel: Channel | str, text: str, thread: Message | str | None = None) -> Message:
        """Post a message that begins by mentioning the bot."""
        return await self.says(channel, f"<at>{self.world.bot_name}</at> {text}", thread)

    async def dms(self, text: str) -> Message:
        """Write to the bot in the personal chat; only people of the host tenant can open one."""
        if self.is_outsider:
            raise self._refuse("You cannot chat with this app: it is not available in your organisation.")
        if not self.user.installed:
            await self.installs()
        return await self.says(self.world.personal(self.user), text)

    async def installs(self) -> None:
        """Add the bot to the personal scope."""
        if self.is_outsider:
            raise self._refuse("Your organisation has not allowed this app.")
        self.user.installed = True
        place, start = self.world.personal(self.user), len(self.postman.deliveries)
        place.has_bot = True
        added = [{"id": self.world.bot_id}, self.scribe.account(self.user)]
        self.postman.start(self.scribe.update(place, self.user, None, membersAdded=added))
        self.postman.start(self.scribe.installation(place, self.user, "add"))
        await self.postman.tried_since(start)

    async def uninstalls(self) -> None:
        """Remove the bot from the personal scope; it cannot write there any more."""
        self.user.installed = False
        place, start = self.world.personal(self.user), len(self.postman.deliveries)
        self.postman.start(self.scribe.installation(place, self.user, "remove"))
        place.has_bot = False
        await self.postman.tried_since(start)

    async def edits(self, message: Message, text: str) -> None:
        """Change one's own message."""
        self._own(message)
        message.payload, message.edits = self.scribe.typed(text), message.edits + 1
        await self._changed("messageUpdate", message, "editMessage")

    async def deletes(self, message: Message) -> None:
        """Delete one's own message."""
        self._own(message)
        message.deleted = True
        await self._changed("messageDelete", message, "softDeleteMessage")

    async def reacts(self, message: Message, kind: str) -> None:
        """React to a message; the bot hears of it for its own messages."""
        await self._reacts(message, kind, True)

    async def unreacts(self, message: Message, kind: str) -> None:
        """Take a reaction away."""
        await self._reacts(message, kind, False)

    async def _reacts(self, message: Message, kind: str, added: bool) -> None:
        place = self._place(message.conversation)
        people = message.reactions.setdefault(kind, [])
        if added == (self.id in people):
            return
        people.append(self.id) if added else people.remove(self.id)
        if message.sender == self.world.bot_id:
            await self._sends(self.scribe.reaction(place, message, self.user, kind, added))

    async def _told(self, place: Channel, message: Message) -> None:
        bots = [one for one in message.entities if one["mentioned"]["id"] == self.world.bot_id]
        if place.has_bot and (place.kind == "personal" or bots or self.switches.reads_all):
            await self._sends(self.scribe.message(place, message, self.user))

    async def _changed(self, kind: str, message: Message, event: str) -> None:
        place = self._place(message.conversation)
        bots = [one for one in message.entities if one["mentioned"]["id"] == self.world.bot_id]
        if place.has_bot and (place.kind == "personal" or bots or self.switches.reads_all):
            await self._sends(self.scribe.changed(kind, place, message, self.user, event))

    async def _sends(self, activity: Payload) -> None:
        start = len(self.postman.deliveries)
        self.postman.start(activity)
        await self.postman.tried_since(start)

    def _root(self, place: Channel, thread: Message | str | None) -> str | None:
        if thread is None or place.kind == "personal":
            return None
        found = place.find(thread if isinstance(thread, str) else thread.id)
        if found is None:
            raise LookupError(f"no message {thread} in {place.id}")
        return found.thread or found.id

    def _answered(self, place: Channel, message: Message | str) -> Message:
        found = place.find(message if isinstance(message, str) else message.id)
        if found is None:
            raise LookupError(f"no message {message} in {place.id}")
        return found

    def _own(self, message: Message) -> None:
        if message.sender != self.id:
            raise self._refuse("You can change only your own messages.")
