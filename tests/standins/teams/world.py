"""The state: tenants, people, the team with its channels, personal chats and the messages in them."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from tests.standins.teams.cards import CARD_TYPE, text_of_card, titles

Payload = dict[str, Any]
ChannelKind = Literal["standard", "shared", "private", "personal"]
HOST_TENANT = "a0000000-0000-4000-8000-000000000001"
VENDOR_TENANT = "b0000000-0000-4000-8000-000000000002"
RIVAL_TENANT = "c0000000-0000-4000-8000-000000000003"
CLIENT_ID = "d0000000-0000-4000-8000-000000000004"
NAMES = uuid.UUID("e0000000-0000-4000-8000-000000000005")


@dataclass
class Tenant:
    """An organisation."""

    id: str
    name: str
    domain: str


@dataclass
class User:
    """A person, and what only they see.

    `tenant` is where the person belongs; `guest_of` the tenant in which they are a B2B guest, with `aad_id` being the guest
    account's. `installed`: the bot is in their personal scope. An anonymous person has no `aad_id`.
    """

    aad_id: str
    teams_id: str
    name: str
    tenant: str
    email: str | None = None
    upn: str | None = None
    guest_of: str | None = None
    timezone: str = "Europe/London"
    locale: str = "en-GB"
    installed: bool = True
    blocked: bool = False
    deleted: bool = False
    views: dict[tuple[str, str], Payload] = field(default_factory=dict)
    refreshed: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def lives_in(self) -> str:
        """The tenant of the account with which they work: a guest's is the one they are a guest of."""
        return self.guest_of or self.tenant


@dataclass
class Message:
    """One message. `sender` is an Entra object id or the bot's "28:" id; `thread` the root's id, None for a root."""

    id: str
    conversation: str
    sender: str
    payload: Payload
    at: float
    thread: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edits: int = 0
    deleted: bool = False
    visible_at: float = 0.0

    @property
    def text(self) -> str:
        """Its words; those of its cards, if it has no others."""
        return str(self.payload.get("text") or "") or " ".join(text_of_card(card) for card in self.cards)

    @property
    def summary(self) -> str:
        """What a notification reads."""
        return str(self.payload.get("summary") or "")

    @property
    def cards(self) -> list[Payload]:
        """The Adaptive Cards as everybody gets them."""
        attached = self.payload.get("attachments") or []
        return [one["content"] for one in attached if one.get("contentType") == CARD_TYPE]

    @property
    def card(self) -> Payload | None:
        """The first card, None for a message without one."""
        return next(iter(self.cards), None)

    @property
    def buttons(self) -> list[str]:
        """What the buttons of its cards read."""
        return [title for card in self.cards for title in titles(card)]

    @property
    def entities(self) -> list[Payload]:
        """The mentions in its text and in its cards."""
        found = list(self.payload.get("entities") or [])
        for card in self.cards:
            found += (card.get("msteams") or {}).get("entities") or []
        return [one for one in found if one.get("type") == "mention"]

    @property
    def mentions(self) -> list[str]:
        """The ids mentioned, as they were written."""
        return [str((one.get("mentioned") or {}).get("id")) for one in self.entities]


@dataclass
class Channel:
    """A conversation: a channel of the team or a personal chat. Members are Entra object ids; `has_bot` counts the bot in."""

    id: str
    name: str
    kind: ChannelKind
    members: list[str]
    has_bot: bool = True
    team: str = ""
    stored: list[Message] = field(default_factory=list)
    deleted: bool = False

    def find(self, message_id: str) -> Message | None:
        """The message with this id, deleted ones too."""
        return next((one for one in self.stored if one.id == message_id), None)

    def everything(self) -> list[Message]:
        """What stands there, threads too, oldest first."""
        return [one for one in self.stored if not one.deleted]

    def messages(self) -> list[Message]:
        """What stands there outside threads."""
        return [one for one in self.everything() if one.thread is None]

    def thread(self, root: Message | str) -> list[Message]:
        """The replies to a message."""
        root_id = root if isinstance(root, str) else root.id
        return [one for one in self.everything() if one.thread == root_id]

    def from_bot(self) -> list[Message]:
        """What the bot posted."""
        return [one for one in self.everything() if one.sender.startswith("28:")]

    def cards(self) -> list[Message]:
        """The messages with a card."""
        return [one for one in self.everything() if one.cards]


@dataclass
class Team:
    """A team: its id is that of its General channel, `group` the Entra group's."""

    id: str
    name: str
    group: str
    tenant: str


class World:
    """Everything there is; `clock` gives epoch seconds."""

    def __init__(self, host: Tenant, client_id: str, bot_name: str, clock: Callable[[], float] = time.time) -> None:
        self.host = host
        self.client_id = client_id
        self.bot_id = f"28:{client_id}"
        self.bot_name = bot_name
        self.clock = clock
        self.tenants = {host.id: host}
        self.users: dict[str, User] = {}
        self.teams: dict[str, Team] = {}
        self.channels: dict[str, Channel] = {}
        self.graph_delay = 0.0
        self._last_id = 0
        self._numbers = itertools.count(1)

    def new_id(self) -> str:
        """A message's id: epoch milliseconds, never twice."""
        self._last_id = max(self._last_id + 1, int(self.clock() * 1000))
        return str(self._last_id)

    def new_name(self, prefix: str) -> str:
        """An id of another kind."""
        return f"{prefix}{uuid.uuid5(NAMES, f'{prefix}{next(self._numbers)}')}"

    def user(self, reference: str) -> User | None:
        """The person with this Entra object id or Teams id; for a name use `Town.person`."""
        found = self.users.get(reference)
        return found or next((one for one in self.users.values() if reference and one.teams_id == reference), None)

    def key(self, user: User) -> str:
        """By what a member list names the person."""
        return user.aad_id or user.teams_id

    def is_outsider(self, user: User) -> bool:
        """Whether they work with an account of another tenant; a guest's is the host's."""
        return user.lives_in != self.host.id

    def personal(self, user: User) -> Channel:
        """The chat of the person with the bot, made if it is missing."""
        key = self.key(user)
        for channel in self.channels.values():
            if channel.kind == "personal" and channel.members == [key]:
                return channel
        made = Channel(f"a:1{uuid.uuid5(NAMES, f'personal {key}').hex}", "", "personal", [key])
        self.channels[made.id] = made
        return made

    def store(
        self, channel: Channel, sender: str, payload: Payload, thread: str | None = None, hidden: float = 0.0
    ) -> Message:
        """Put a message into a conversation; Graph shows it `hidden` seconds later than `graph_delay` says."""
        seen = time.monotonic() + self.graph_delay + hidden
        message = Message(self.new_id(), channel.id, sender, payload, self.clock(), thread, visible_at=seen)
        channel.stored.append(message)
        return message

    def forget_views(self, message: Message) -> None:
        """After the bot's edit everybody sees the same card again."""
        for user in self.users.values():
            user.views.pop((message.conversation, message.id), None)
            user.refreshed.pop((message.conversation, message.id), None)

    def roster(self, user: User, guest_tenant_is_home: bool = False) -> Payload:
        """The person as the connector's member list has them."""
        first, _, last = user.name.partition(" ")
        found = {
            "id": user.teams_id,
            "name": user.name,
            "givenName": first,
            "surname": last or None,
            "objectId": user.aad_id or None,
            "aadObjectId": user.aad_id or None,
            "email": user.email,
            "userPrincipalName": user.upn,
            "tenantId": user.tenant if guest_tenant_is_home else user.lives_in,
            "userRole": "guest" if user.guest_of else ("anonymous" if not user.aad_id else "user"),
        }
        return {name: value for name, value in found.items() if value is not None}


def place_of(conversation_id: str) -> tuple[str, str | None]:
    """A conversation id without, and the root's id from, `;messageid=`."""
    place, _, root = conversation_id.partition(";messageid=")
    return place, root or None


def stamp(at: float) -> str:
    """A moment as the connector spells it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
