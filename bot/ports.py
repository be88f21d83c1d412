"""The two ports of the house: ``Dispatch`` (inwards) and ``Gateway`` (outwards), and what sending can answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from handlers.vocabulary.address import Account, Place, Platform, Visibility
from handlers.vocabulary.incoming import AnyIncoming
from handlers.vocabulary.outgoing import Answer, AnyCard, File, Picture, Reaction

Dispatch = Callable[[AnyIncoming], Awaitable[Answer]]
"""Handles one event to its end: when it returns, everything is committed. Raises ``Unavailable`` when it could not be saved."""


class Unavailable(Exception):
    """Not saved: the database did not answer in time. Please try again in a moment."""


class CannotOpen(Exception):
    """A door cannot be opened as it is set up; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there. ``ref`` is the platform's reference of the message (Slack: the ts), ``place`` where it stands.

    ``revision`` is which edit was found there; None when the platform does not tell (then it is the first).
    """

    ref: str
    place: Place
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Surely not posted; try again after so many seconds. ``scope`` says what has to wait: new posts to the channel,
    everything of the workspace, or only this message."""

    after: float
    scope: Literal["message", "channel", "workspace"] = "channel"


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not posted, and trying again would not help. ``why`` is the platform's own word, for a manager to read.

    ``gone``: what was to be edited, read or looked up is not there any more, or never was; nothing is broken.
    """

    why: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """Perhaps posted: the request left, no clear answer came. The next attempt looks in the channel's history first."""

    why: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The history was read and the message is not in it."""


Outcome = Sent | Later | Refused | Unsure


@dataclass(frozen=True, slots=True)
class Found:
    """Who an account is. ``zone`` is an IANA name, ``workspace`` the person's own; "" is what the platform does not tell.

    ``is_guest``: the workspace lets them into single channels only, as it does with people of other companies.
    """

    name: str
    zone: str = ""
    email: str = ""
    workspace: str = ""
    is_admin: bool = False
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """What a message says. ``thread`` is the root of the thread it stands in, None outside threads; ``author`` is None when
    no person wrote it or the platform does not tell who."""

    words: str
    thread: str | None = None
    author: Account | None = None
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file is with the platform, and nobody sees it yet. ``file`` is its id there, kept before it is shared: afterwards
    the platform can be asked whether it was."""

    file: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to send. ``key`` is opaque and unique; it is what reconciliation looks for in the channel's history.

    ``place`` is None for a person the bot has no conversation with yet (then ``account`` is given and the gateway opens
    one). ``thread`` is the root's platform reference. ``ref`` is set on updates: the message to edit.
    """

    key: str
    revision: int
    visibility: Visibility
    card: AnyCard | Reaction
    place: Place | None = None
    account: Account | None = None
    thread: str | None = None
    ref: str | None = None
    attachment: Picture | File | None = None
    """Share this part of the card (in ``thread``) instead of posting the card."""
    upload: str | None = None
    """The attachment's id on the platform, once it was uploaded."""


class Gateway(Protocol):
    """How one platform is spoken to. Every method answers with a type; transport errors become ``Unsure`` or ``Later``."""

    platform: Platform
    files_apart: bool
    """Whether a card's picture and files cannot stand in the card and follow in its thread, as deliveries of their own."""

    async def post(self, delivery: Delivery) -> Outcome:
        """Post a new message, or put a reaction, or share the uploaded attachment."""
        ...

    async def upload(self, delivery: Delivery) -> Uploaded | Later | Refused:
        """Hand the attachment over; nobody sees it until it is posted. Asked only where files stand apart."""
        ...

    async def update(self, delivery: Delivery) -> Outcome:
        """Edit the message ``delivery.ref`` so that it shows ``delivery.card``. Doing it twice is harmless."""
        ...

    async def find(self, delivery: Delivery, since: float) -> Sent | Missing | Later | Refused:
        """Look in the history for ``delivery.key``, from ``since`` (seconds since the epoch) on. Refused: nobody lets us
        read there, and posting it again unseen is not wanted."""
        ...

    async def is_shared(self, place: Place) -> bool | None:
        """Whether outsiders can read the channel *now*, pending invitations included; None when it cannot be told."""
        ...

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """Who this account is. Asking twice is harmless."""
        ...

    async def look_at(self, place: Place, message: str) -> FoundMessage | Later | Refused | Unsure:
        """What a message says that stands in ``place``; refused when it is gone or the bot may not read there."""
        ...
