"""The two ports of the house: ``Dispatch`` (inwards) and ``Gateway`` (outwards), and what sending can answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from handlers.vocabulary.address import Account, Place, Platform, Visibility
from handlers.vocabulary.incoming import AnyIncoming
from handlers.vocabulary.outgoing import Answer, AnyCard, Reaction

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
    """Surely not posted; try again after so many seconds. ``scope`` says what has to wait."""

    after: float
    scope: Literal["channel", "workspace"] = "channel"


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not posted, and trying again would not help. ``why`` is the platform's own word, for a manager to read."""

    why: str


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
    picture: bool = False
    """Share the card's picture (in ``thread``) instead of posting the card."""


class Gateway(Protocol):
    """How one platform is spoken to. Every method answers with a type; transport errors become ``Unsure`` or ``Later``."""

    platform: Platform
    pictures_apart: bool
    """Whether a card's picture cannot stand in the card and follows in its thread, as a delivery of its own."""

    async def post(self, delivery: Delivery) -> Outcome:
        """Post a new message (or put a reaction)."""
        ...

    async def update(self, delivery: Delivery) -> Outcome:
        """Edit the message ``delivery.ref`` so that it shows ``delivery.card``. Doing it twice is harmless."""
        ...

    async def find(self, delivery: Delivery, since: float) -> Sent | Missing | Later:
        """Look in the history for ``delivery.key``, from ``since`` (seconds since the epoch) on."""
        ...

    async def is_shared(self, place: Place) -> bool | None:
        """Whether outsiders can read the channel *now*, pending invitations included; None when it cannot be told."""
        ...

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """Who this account is. Asking twice is harmless."""
        ...
