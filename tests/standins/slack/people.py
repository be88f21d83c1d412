"""The driver: people who type, click, fill in forms and react, and see only what Slack would show them."""

from __future__ import annotations

import re

from tests.standins.slack.calls import ApiError
from tests.standins.slack.events import Attempt
from tests.standins.slack.file_methods import file_payload, share_files
from tests.standins.slack.hands import Hands
from tests.standins.slack.surfaces import Message, View
from tests.standins.slack.web_api import apply_response
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import Channel, File

MARKUP = re.compile(r"(<(?:[@#!]|https?://|mailto:)[^<>]*>)")
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def as_typed(text: str) -> str:
    """Text as Slack sends it: `& < >` escaped, mentions and links left alone."""
    return "".join(part if MARKUP.fullmatch(part) else part.translate(ESCAPES) for part in MARKUP.split(text))


class Person(Hands):
    """One person at their Slack client. Methods return once the app had its first chance to answer.

    Slack's own refusals raise `Refused`; what the app caused (no answer in time, a broken answer) is in
    `last_error`, in words like those the person would see, and is None after an action that went well.
    """

    # What they see

    @property
    def direct_messages(self) -> list[Message]:
        """Everything in the direct messages between them and the bot, oldest first."""
        mine = (c for c in self.scene.world.channels.values() if c.kind == "im" and self.id in c.members)
        return [message for channel in mine for message in channel.everything()]

    @property
    def home(self) -> View | None:
        """The app's Home tab; never there for an external member, whatever the app published."""
        return self.user.home

    # What they do in a channel

    async def says(self, channel: Channel | str, text: str, thread: Message | str | None = None) -> Message:
        """Post a message, or a reply in a thread. Mentions are written as `<@U…>`."""
        place = self._place(channel)
        start = len(self.postman.deliveries)
        message = self.scene.post(place, {"user": self.id, **self._typed(text), **_in_thread(place, thread)})
        self._announce_mention(place, message)
        await self.postman.tried_since(start)
        return message

    async def mention(self, channel: Channel | str, text: str, thread: Message | str | None = None) -> Message:
        """Post a message that begins by mentioning the bot."""
        return await self.says(channel, f"<@{self.scene.world.bot.id}> {text}", thread)

    async def dms(self, text: str, thread: Message | str | None = None) -> Message:
        """Write to the bot directly; an external member needs a channel in common with it."""
        if self.is_outsider and not self.scene.world.shares_channel_with_bot(self.id):
            raise self._refuse("You cannot message this app: you have no channel in common.")
        return await self.says(self.scene.world.direct_channel(self.id), text, thread)

    async def edits(self, message: Message, text: str) -> None:
        """Change one's own message."""
        if message.user != self.id:
            raise self._refuse("You can edit only your own messages.")
        start = len(self.postman.deliveries)
        self.scene.change(self._place(message.channel_id), message, self._typed(text))
        await self.postman.tried_since(start)

    async def deletes(self, message: Message) -> None:
        """Delete one's own message."""
        if message.user != self.id:
            raise self._refuse("You can delete only your own messages.")
        start = len(self.postman.deliveries)
        self.scene.remove(self._place(message.channel_id), message)
        await self.postman.tried_since(start)

    async def reacts(self, message: Message, emoji: str) -> None:
        """Add a reaction."""
        start = len(self.postman.deliveries)
        self.scene.react(self._place(message.channel_id), message, self.id, emoji.strip(":"))
        await self.postman.tried_since(start)

    async def unreacts(self, message: Message, emoji: str) -> None:
        """Take a reaction away."""
        start = len(self.postman.deliveries)
        self.scene.unreact(self._place(message.channel_id), message, self.id, emoji.strip(":"))
        await self.postman.tried_since(start)

    async def uploads(
        self, channel: Channel | str, name: str, content: bytes, text: str = "", thread: Message | str | None = None
    ) -> Message:
        """Post a file; an outsider's arrives as `file_access: check_file_info`, for `files.info` to tell."""
        place = self._place(channel)
        world = self.scene.world
        file = File(world.new_id("F"), name, len(content), self.id, "", content, completed=True, title=name)
        file.from_outside = self.is_outsider
        world.files[file.id] = file
        start = len(self.postman.deliveries)
        fields = {"user": self.id, "text": as_typed(text), **_in_thread(place, thread)}
        if file.from_outside:
            stub = {"id": file.id, "mode": "file_access", "file_access": "check_file_info", "user": self.id}
            message = self.scene.post(place, {**fields, "subtype": "file_share", "files": [stub]})
            file.shares[place.id] = message.ts
        else:
            message = share_files(self.scene, [file], place, fields)
            message.payload["files"] = [file_payload(self.scene, file)]
        await self.postman.tried_since(start)
        return message

    async def opens_home(self) -> None:
        """Open the app's Home tab; an external member sees only that work is in progress, and no event is sent."""
        if self.is_outsider:
            raise self._refuse("This is a work in progress.")
        if not self.scene.home_enabled:
            raise self._refuse("This app has no Home tab.")
        start = len(self.postman.deliveries)
        channel = self.scene.world.direct_channel(self.id)
        shown = {"view": self.home.payload} if self.home is not None else {}
        self.scene.tell_app("app_home_opened", None, self.id, user=self.id, channel=channel.id, tab="home", **shown)
        await self.postman.tried_since(start)

    # Commands and shortcuts

    async def command(
        self, command: str, text: str, channel: Channel | str, thread: Message | str | None = None
    ) -> Attempt:
        """Type a slash command. External members and threads are refused, as Slack refuses them."""
        if self.is_outsider:
            raise self._refuse(f"{command} is not a valid command. In Slack, that means…")
        if thread is not None:
            raise self._refuse(f"{command} is not supported in threads. Sorry!")
        if self.commands is not None and command not in self.commands:
            raise self._refuse(f"{command} is not a valid command.")
        place = self._place(channel)
        world = self.scene.world
        door = world.new_response_url(self.id, place.id)
        payload = {
            "token": "verification-token",
            "team_id": world.host.id,
            "team_domain": world.host.domain,
            "channel_id": place.id,
            "channel_name": {"channel": place.name, "im": "directmessage"}.get(place.kind, "privategroup"),
            "user_id": self.id,
            "user_name": self.user.name,
            "command": command,
            "text": as_typed(text),
            "api_app_id": world.app_id,
            "is_enterprise_install": "false",
            "response_url": f"{self.scene.url}{door.path}",
            "trigger_id": world.new_trigger(self.id).id,
        }
        attempt = await self._sends("slash_commands", payload)
        if attempt.failure is not None:
            said = "operation_timeout" if "timeout" in attempt.failure else "dispatch_failed"
            self.last_error = f'{command} failed with the error "{said}"'
        elif attempt.answer:
            try:
                apply_response(self.scene, door, attempt.answer)
            except ApiError as error:
                self.last_error = f'{command} failed with the error "{error.error}"'
                self.complaints.append(f"{self.last_error}: {error.extra}")
        return attempt

    async def shortcut(self, name: str, message: Message | None = None) -> Attempt:
        """Use a shortcut of the app by its name: on a message, or a global one. Refused to external members."""
        if self.is_outsider or name not in self.shortcuts:
            raise self._refuse(
                f"There is no shortcut {name!r}; to be seen: {[] if self.is_outsider else [*self.shortcuts]}"
            )
        known = self.shortcuts[name]
        world = self.scene.world
        payload: Payload = {
            "type": "message_action" if message is not None else "shortcut",
            "callback_id": known["callback_id"],
            **self._signature(world.host.id),
            "action_ts": world.new_ts(),
        }
        if message is not None:
            place = self._place(message.channel_id)
            door = world.new_response_url(self.id, place.id, message)
            payload |= {
                "channel": {"id": place.id, "name": place.name},
                "message": message.shown(with_metadata=True),
                "message_ts": message.ts,
                "response_url": f"{self.scene.url}{door.path}",
            }
        return self._noted(await self._sends("interactive", payload))

    def _typed(self, text: str) -> Payload:
        """What Slack makes of typed words: escaped text, and rich text that is not escaped."""
        elements = [_rich(part) for part in MARKUP.split(text) if part]
        words = {"type": "rich_text_section", "elements": elements}
        return {
            "text": as_typed(text),
            "client_msg_id": self.scene.world.secret(),
            "blocks": [{"type": "rich_text", "elements": [words]}],
        }

    def _announce_mention(self, place: Channel, message: Message) -> None:
        if f"<@{self.scene.world.bot.id}>" in message.text and place.kind != "im":
            event = self.scene.message_event(place, message)
            event = {key: value for key, value in event.items() if key != "channel_type"}
            self.scene.announce({**event, "type": "app_mention"}, place, self.id)


def _rich(part: str) -> Payload:
    """One run of typed words, or one mention or link, as an element of rich text."""
    if not MARKUP.fullmatch(part):
        return {"type": "text", "text": part}
    target, _, label = part[1:-1].partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": target, **({"text": label} if label else {})}


def _in_thread(place: Channel, thread: Message | str | None) -> Payload:
    if thread is None:
        return {}
    ts = thread if isinstance(thread, str) else thread.ts
    root = place.find(ts)
    if root is None:
        raise LookupError(f"no message {ts} in {place.id}")
    return {"thread_ts": root.thread_ts or root.ts}
