"""What happens in the workspace: a change of state together with the event that Slack makes of it."""

from __future__ import annotations

import time
from typing import Any, Protocol

from tests.standins.slack.surfaces import Message
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import Channel, User, World


class Announce(Protocol):
    """Hands an event to whoever delivers it to the app; `actor` decides the outer team id."""

    def __call__(self, event: Payload, channel: Channel | None, actor: str | None) -> None:
        """Deliver in the background."""


class Scene:
    """The workspace in motion, and the switches for what Slack leaves open."""

    def __init__(self, world: World, announce: Announce) -> None:
        self.world = world
        self.announce = announce
        self.knows_charts = True
        self.outsiders_see_ephemerals = True
        self.share_seconds = 0.0
        self.hidden_for = 0.0
        self.home_enabled = True
        self.url = ""

    def may_dm(self, user_id: str) -> bool:
        """Whether the bot can write to this person directly: a colleague, or an outsider in a common channel."""
        user = self.world.users[user_id]
        outside = self.world.is_outsider(user_id)
        return not user.deleted and (not outside or self.world.shares_channel_with_bot(user_id))

    def file_is_shared(self, reference: Payload) -> bool:
        """Whether an image block's `slack_file` ({id} or {url}) names a file that was uploaded and shared."""
        for file in self.world.files.values():
            named = file.id == reference.get("id") or (reference.get("url") or "").endswith(f"/{file.id}/{file.name}")
            if named and file.completed:
                return bool(file.shares) and time.monotonic() >= file.shared_at
        return False

    def post(self, channel: Channel, payload: Payload, hidden_for: float = 0.0) -> Message:
        """Put a message of a person or the bot into a channel and announce it."""
        message = self.world.store(channel, payload, hidden_for)
        self.announce(self.message_event(channel, message), channel, message.user)
        return message

    def message_event(self, channel: Channel, message: Message) -> Payload:
        """The `message` event for a new message, with the fields that tell an external author."""
        event = {key: value for key, value in message.payload.items() if key not in {"metadata", "sent_with"}}
        event |= {"channel": channel.id, "channel_type": channel.kind, "event_ts": message.ts}
        author = self.world.users.get(message.user or "")
        if author is not None and author.team_id != self.world.host.id:
            event |= {"team": author.team_id, "user_team": author.team_id, "source_team": author.team_id}
        if message.is_reply:
            root = channel.find(message.thread_ts)
            event["parent_user_id"] = root.user if root is not None else None
        return event

    def change(self, channel: Channel, message: Message, fresh: Payload) -> None:
        """Replace a message's content and announce `message_changed`."""
        before = dict(message.payload)
        message.earlier.append(before)
        kept = {k: v for k, v in before.items() if k not in {"text", "blocks", "attachments"}}
        fresh = {key: value for key, value in fresh.items() if key != "blocks" or value}
        if fresh.get("blocks"):
            fresh["blocks"] = self.world.with_block_ids(fresh["blocks"])
        message.payload = {**kept, **fresh, "edited": {"user": message.user, "ts": self.world.new_ts()}}
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": {k: v for k, v in message.payload.items() if k != "metadata"},
            "previous_message": {k: v for k, v in before.items() if k != "metadata"},
            "channel": channel.id,
            "channel_type": channel.kind,
            "hidden": True,
            "ts": message.payload["edited"]["ts"],
            "event_ts": message.payload["edited"]["ts"],
        }
        self.announce(event, channel, message.user)

    def remove(self, channel: Channel, message: Message) -> None:
        """Delete a message and announce `message_deleted`."""
        message.deleted = True
        ts = self.world.new_ts()
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "deleted_ts": message.ts,
            "previous_message": {k: v for k, v in message.payload.items() if k != "metadata"},
            "channel": channel.id,
            "channel_type": channel.kind,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
        }
        self.announce(event, channel, message.user)

    def whisper(self, person: User, channel: Channel, payload: Payload) -> Message:
        """Show an ephemeral message; an external member may not get it."""
        reaches = self.outsiders_see_ephemerals or not self.world.is_outsider(person.id)
        return self.world.whisper(person, channel, payload, reaches)

    def _reaction_event(self, kind: str, channel: Channel, message: Message, user_id: str, name: str) -> Payload:
        return {
            "type": kind,
            "user": user_id,
            "reaction": name,
            "item_user": message.user,
            "item": {"type": "message", "channel": channel.id, "ts": message.ts},
            "event_ts": self.world.new_ts(),
        }

    def react(self, channel: Channel, message: Message, user_id: str, name: str) -> bool:
        """Add a reaction; False if this person has it there already."""
        reactions = message.payload.setdefault("reactions", [])
        found = next((one for one in reactions if one["name"] == name), None)
        if found is None:
            found = {"name": name, "users": [], "count": 0}
            reactions.append(found)
        if user_id in found["users"]:
            return False
        found["users"].append(user_id)
        found["count"] += 1
        self.announce(self._reaction_event("reaction_added", channel, message, user_id, name), channel, user_id)
        return True

    def unreact(self, channel: Channel, message: Message, user_id: str, name: str) -> bool:
        """Take a reaction away; False if it was not there."""
        reactions = message.payload.get("reactions", [])
        found = next((one for one in reactions if one["name"] == name and user_id in one["users"]), None)
        if found is None:
            return False
        found["users"].remove(user_id)
        found["count"] -= 1
        if not found["users"]:
            reactions.remove(found)
        self.announce(self._reaction_event("reaction_removed", channel, message, user_id, name), channel, user_id)
        return True

    def tell_app(self, event_type: str, channel: Channel | None, actor: str | None, /, **fields: Any) -> None:
        """Announce a plain event such as `channel_shared`."""
        self.announce({"type": event_type, "event_ts": self.world.new_ts(), **fields}, channel, actor)
