"""What reaches the bot, whatever door it came through. No platform payload passes further than the door.

``id`` is the platform's own event id or a digest of what makes the event unique: what is seen twice is done once.
``actor`` is the person's own account (their workspace, not the host's). ``place`` is None in a form opened outside a channel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from handlers.vocabulary.address import Account, Place
from handlers.vocabulary.outgoing import Errand

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\ud800-\udfff]")
"""Control characters, halves of characters, and those that turn the direction of whatever follows them: PostgreSQL stores no
NUL, nothing stores half a character, and a turned line hides what it says."""
_UNSEEN = re.compile(r"[\s\u00ad\u115f\u1160\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]*")
"""Text of these characters alone shows nothing."""
WORDS = ("words", "value", "hidden", "actor_name", "name")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What every event has. ``actor_name`` is the name the platform shows, if it said one. ``request`` is for log lines."""

    id: str
    actor: Account
    place: Place | None
    actor_name: str = field(default="", kw_only=True)
    request: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Asked(Incoming):
    """The root command or a mention: ``words`` is what came after it ("report", "actions mine", "")."""

    words: str = ""
    mention: bool = False
    thread: str | None = None
    """The root message's reference when a mention was made inside a thread."""
    message: str | None = None
    """The mentioning message's own reference."""


@dataclass(frozen=True, slots=True)
class Said(Incoming):
    """A plain message. ``thread`` is the root's reference inside a thread; ``direct`` in a conversation with the bot. ``pictures``
    counts those that came with it, ``files`` names the others, "" for one without a name."""

    words: str = ""
    message: str = ""
    thread: str | None = None
    direct: bool = False
    pictures: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewritten(Incoming):
    """Somebody changed a message in a thread after they had sent it, or ``deleted`` it; the other fields as in ``Said``. It
    never means anything new to the bot: only what repeats those words elsewhere follows."""

    words: str = ""
    message: str = ""
    thread: str | None = None
    deleted: bool = False
    pictures: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed(Incoming):
    """A button or select in a card. ``message`` is the card's reference."""

    action: str = ""
    value: str = ""
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Submitted(Incoming):
    """A form sent in. ``values`` maps field names to text; ``hidden`` is what the form carried."""

    action: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut(Incoming):
    """A message shortcut: ``name`` of the shortcut, the message's reference, its words and its author's account."""

    name: str = ""
    message: str = ""
    words: str = ""
    author: Account | None = None


@dataclass(frozen=True, slots=True)
class Reacted(Incoming):
    """An emoji put on a message (or taken off)."""

    emoji: str = ""
    message: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True)
class ChannelChanged(Incoming):
    """A channel became shared or unshared with another company, changed its id, or the bot joined or left it."""

    change: str = ""
    """One of "shared", "unshared", "renamed", "joined", "left"."""
    new_channel: str = ""


@dataclass(frozen=True, slots=True)
class PersonFound(Incoming):
    """An errand came back: what the platform tells of the account ``actor``, whose workspace may have been unknown.

    ``zone`` is an IANA name and ``workspace`` the person's own; each is "" when the platform does not tell. ``is_guest``: that
    workspace lets them into single channels only, which is how companies let people of others in.
    """

    installation_id: int = 0
    errand: Errand | None = None
    name: str = ""
    zone: str = ""
    email: str = ""
    workspace: str = ""
    is_admin: bool = False
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class WordsFound(Incoming):
    """An errand came back: what a message says that ``actor`` put an emoji on.

    ``thread`` is the root of the thread it stands in, None outside threads; ``author`` who wrote it, None if the platform
    does not tell; ``errand`` what was asked.
    """

    installation_id: int = 0
    errand: Errand | None = None
    words: str = ""
    thread: str | None = None
    author: Account | None = None
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class HomeOpened(Incoming):
    """Somebody looks at their Home (Slack's App Home, the room's page); the answer's card is what stands there."""


AnyIncoming = (
    Asked
    | Said
    | Rewritten
    | Pressed
    | Submitted
    | Shortcut
    | Reacted
    | ChannelChanged
    | PersonFound
    | WordsFound
    | HomeOpened
)

Event = TypeVar("Event", bound=Incoming)


def plain(text: str) -> str:
    """What somebody typed without what cannot be shown or stored; "" when nothing of it can be seen."""
    kept = _UNPRINTABLE.sub("", text)
    return "" if _UNSEEN.fullmatch(kept) else kept


def cleaned(event: Event) -> Event:
    """An event with every text in it made ``plain``."""
    changed: dict[str, Any] = {name: plain(text) for name in WORDS if (text := getattr(event, name, ""))}
    if files := getattr(event, "files", ()):
        changed["files"] = tuple(plain(name) for name in files)
    values: Mapping[str, str] = getattr(event, "values", {})
    if values:
        changed["values"] = {name: plain(text) for name, text in values.items()}
    return replace(event, **changed) if changed else event
