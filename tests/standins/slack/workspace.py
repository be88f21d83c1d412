"""What Slack remembers: organisations, people, channels, messages, files, open views and trigger ids."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from tests.standins.slack.surfaces import Message, View
from tests.standins.slack.words import Payload

ChannelKind = Literal["channel", "group", "im", "mpim"]
TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 1800.0
RESPONSE_URL_USES = 5


@dataclass
class Team:
    """A workspace: the host, or another organisation that shares channels with it."""

    id: str
    name: str
    domain: str


@dataclass
class User:
    """A person or a bot, and what only they can see. `team_id` differs from the host's for an external member."""

    id: str
    name: str
    team_id: str
    real_name: str = ""
    email: str | None = None
    timezone: str = "Europe/London"
    is_admin: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    deleted: bool = False
    post_only: bool = False
    ephemerals: list[Message] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    home: View | None = None

    def payload(self, host_team_id: str) -> Payload:
        """The user object of `users.info`, seen from the host workspace; no e-mail means no such key."""
        offset = datetime.now(UTC).astimezone(ZoneInfo(self.timezone)).utcoffset()
        profile: Payload = {"real_name": self.real_name or self.name, "display_name": self.name, "team": self.team_id}
        if self.email is not None:
            profile["email"] = self.email
        shown: Payload = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name or self.name,
            "deleted": self.deleted,
            "tz": self.timezone,
            "tz_label": self.timezone,
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 0,
        }
        if self.team_id == host_team_id:
            shown |= {"is_admin": self.is_admin, "is_owner": False, "is_restricted": False}
        elif self.is_stranger:
            shown["is_stranger"] = True
        return shown


@dataclass
class Channel:
    """A channel or a direct message. `shared_with` and `pending` hold the ids of other organisations."""

    id: str
    name: str
    kind: ChannelKind
    host_team_id: str
    members: list[str] = field(default_factory=list)
    shared_with: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    is_archived: bool = False
    stored: list[Message] = field(default_factory=list)

    @property
    def is_shared_outside(self) -> bool:
        """Whether another organisation is in it already."""
        return bool(self.shared_with)

    def messages(self) -> list[Message]:
        """The top-level messages that are there, oldest first."""
        return [message for message in self.stored if not message.deleted and not message.is_reply]

    def thread(self, root: Message | str) -> list[Message]:
        """The thread under a root message (or its ts): the root, then the replies, oldest first."""
        ts = root if isinstance(root, str) else root.ts
        return [m for m in self.stored if not m.deleted and (m.ts == ts or m.thread_ts == ts)]

    def everything(self) -> list[Message]:
        """All messages that are there, replies included, oldest first."""
        return [message for message in self.stored if not message.deleted]

    def find(self, ts: str | None) -> Message | None:
        """The message with this timestamp, or None."""
        return next((message for message in self.everything() if message.ts == ts), None)

    def payload(self, bot_id: str) -> Payload:
        """The conversation object of `conversations.info`, seen from the host workspace."""
        shown: Payload = {
            "id": self.id,
            "created": 1700000000,
            "is_archived": self.is_archived,
            "is_im": self.kind == "im",
            "is_org_shared": False,
            "context_team_id": self.host_team_id,
        }
        if self.kind == "im":
            others = [member for member in self.members if member != bot_id]
            return shown | {"user": others[0] if others else bot_id, "is_ext_shared": self.is_shared_outside}
        return shown | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "channel",
            "is_general": False,
            "is_member": bot_id in self.members,
            "is_shared": self.is_shared_outside,
            "is_ext_shared": self.is_shared_outside,
            "is_pending_ext_shared": bool(self.pending),
            "pending_shared": list(self.pending),
            "pending_connected_team_ids": list(self.pending),
            "shared_team_ids": [self.host_team_id, *self.shared_with],
            "connected_team_ids": list(self.shared_with),
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


@dataclass
class File:
    """A file: reserved, then uploaded, then completed; `shares` maps a channel id to the sharing message's ts."""

    id: str
    name: str
    length: int
    user: str
    upload_path: str
    content: bytes | None = None
    completed: bool = False
    title: str = ""
    alt_text: str = ""
    shares: dict[str, str] = field(default_factory=dict)
    shared_at: float = 0.0
    from_outside: bool = False


@dataclass
class Trigger:
    """Permission to open one view, for one person, for three seconds, once."""

    id: str
    person_id: str
    expires: float
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """A door back to the place of an interaction: five posts within thirty minutes."""

    path: str
    person_id: str
    channel_id: str
    message: Message | None
    expires: float
    thread_ts: str | None = None
    uses: int = 0


class World:
    """Everything the stand-in knows. `clock` gives epoch seconds and dates the messages."""

    def __init__(self, host: Team, bot: User, app_id: str, bot_id: str, clock: Callable[[], float] = time.time) -> None:
        self.host = host
        self.bot = bot
        self.app_id = app_id
        self.bot_id = bot_id
        self.clock = clock
        self.teams: dict[str, Team] = {host.id: host}
        self.users: dict[str, User] = {bot.id: bot}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.ephemerals: list[Message] = []
        self.homes: dict[str, View] = {}
        self.history_delay: float = 0.0
        self.history_delay_up_to: float = 0.0
        self._numbers = itertools.count(1)
        self._last_ts = 0.0
        self._random = random.Random(11)

    def new_id(self, prefix: str) -> str:
        """A fresh id such as F00000012."""
        return f"{prefix}{next(self._numbers):08d}"

    def secret(self) -> str:
        """A hard-to-guess word for urls, the same in every run."""
        return f"{self._random.getrandbits(96):024x}"

    def new_ts(self) -> str:
        """A timestamp later than every one before it."""
        self._last_ts = max(self.clock(), self._last_ts + 0.000002)
        return f"{self._last_ts:.6f}"

    def is_outsider(self, user_id: str | None) -> bool:
        """Whether this is a member of another organisation."""
        user = self.users.get(user_id or "")
        return user is not None and user.team_id != self.host.id

    def direct_channel(self, user_id: str) -> Channel:
        """The direct-message channel between this person and the bot, opened if need be."""
        for channel in self.channels.values():
            if channel.kind == "im" and user_id in channel.members:
                return channel
        outside = [self.users[user_id].team_id] if self.is_outsider(user_id) else []
        channel = Channel(self.new_id("D"), "", "im", self.host.id, members=[user_id, self.bot.id], shared_with=outside)
        self.channels[channel.id] = channel
        return channel

    def shares_channel_with_bot(self, user_id: str) -> bool:
        """Whether person and bot sit together in some channel, which an external member needs for a direct message."""
        kinds = {"channel", "group"}
        shared = (c for c in self.channels.values() if c.kind in kinds and self.bot.id in c.members)
        return any(user_id in channel.members for channel in shared)

    def new_trigger(self, person_id: str, view_id: str | None = None) -> Trigger:
        """A trigger id for an interaction of this person."""
        trigger = Trigger(f"{self.new_id('')}.{self.secret()}", person_id, time.monotonic() + TRIGGER_SECONDS, view_id)
        self.triggers[trigger.id] = trigger
        return trigger

    def new_response_url(
        self, person_id: str, channel_id: str, message: Message | None = None, thread_ts: str | None = None
    ) -> ResponseUrl:
        """A response url for an interaction of this person in this place."""
        path = f"/actions/{self.host.id}/{self.new_id('')}/{self.secret()}"
        door = ResponseUrl(path, person_id, channel_id, message, time.monotonic() + RESPONSE_URL_SECONDS, thread_ts)
        self.response_urls[path] = door
        return door

    def with_block_ids(self, blocks: list[Payload]) -> list[Payload]:
        """The blocks with an id each, as Slack fills in those the app left out."""
        return [{**block, "block_id": block.get("block_id") or self.secret()[:5]} for block in blocks]

    def store(self, channel: Channel, payload: Payload, hidden_for: float = 0.0) -> Message:
        """Put a message into a channel and count it at its root; `hidden_for` seconds history does not show it."""
        payload = {"type": "message", "ts": self.new_ts(), "team": self.host.id, **payload}
        if payload.get("blocks"):
            payload["blocks"] = self.with_block_ids(payload["blocks"])
        delay = max(hidden_for, self.history_delay)
        if self.history_delay_up_to:
            delay = max(delay, self._random.uniform(0.0, self.history_delay_up_to))
        message = Message(payload, channel.id, visible_at=time.monotonic() + delay)
        channel.stored.append(message)
        if message.is_reply:
            self._count_reply(channel, message)
        return message

    def _count_reply(self, channel: Channel, reply: Message) -> None:
        root = channel.find(reply.thread_ts)
        if root is not None:
            root.payload["thread_ts"] = root.ts
            root.payload["reply_count"] = root.payload.get("reply_count", 0) + 1
            root.payload["latest_reply"] = reply.ts

    def whisper(self, person: User, channel: Channel, payload: Payload, reaches: bool = True) -> Message:
        """Show an ephemeral message to one person; recorded even if it does not reach them."""
        payload = {"type": "message", "subtype": "bot_message", "is_ephemeral": True, "ts": self.new_ts(), **payload}
        payload["blocks"] = self.with_block_ids(payload.get("blocks") or [])
        message = Message(payload, channel.id, ephemeral_for=person.id)
        self.ephemerals.append(message)
        if reaches:
            person.ephemerals.append(message)
        return message

    def bot_fields(self) -> Payload:
        """What marks a message as this app's."""
        return {
            "user": self.bot.id,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "bot_profile": {"id": self.bot_id, "app_id": self.app_id, "name": self.bot.name, "team_id": self.host.id},
        }

    def summary(self) -> Payload:
        """The whole state as JSON, for the control API and for a failing test's message."""
        return {
            "channels": {
                c.id: {**c.payload(self.bot.id), "members": c.members, "messages": [m.payload for m in c.everything()]}
                for c in self.channels.values()
            },
            "people": {
                u.id: {
                    **u.payload(self.host.id),
                    "ephemerals": [m.payload for m in u.ephemerals],
                    "views": [{**v.payload, "errors": v.errors, "filled": v.state} for v in u.views],
                }
                for u in self.users.values()
            },
            "ephemerals": [{"for": m.ephemeral_for, **m.payload} for m in self.ephemerals],
        }


def json_safe(value: Any) -> Any:
    """The value with what JSON cannot hold (a file's bytes) turned into words."""
    if isinstance(value, dict):
        return {str(key): json_safe(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_safe(one) for one in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)
