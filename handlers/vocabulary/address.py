"""Where something is said and who says it: places, accounts, and the three kinds of destination.

The kind of destination is part of the type, so that what is internal cannot be addressed to a shared channel:
``SharedChannel`` is read by both companies, ``InternalChannel`` by the client only, ``Direct`` by one named person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Platform(StrEnum):
    """The chat platform a place or an account belongs to."""

    SLACK = "slack"
    TEAMS = "teams"
    ROOM = "room"


class Side(StrEnum):
    """Which company a person belongs to."""

    CLIENT = "client"
    PROVIDER = "provider"

    @property
    def other(self) -> Side:
        """The company on the other side of the channel."""
        return Side.PROVIDER if self is Side.CLIENT else Side.CLIENT


class Visibility(StrEnum):
    """Who may read something: both companies, the client only, or named persons."""

    SHARED = "SH"
    INTERNAL = "INT"
    PRIVATE = "PRV"


@dataclass(frozen=True, slots=True)
class Account:
    """One person's identity on one platform. ``workspace`` is the *person's own* team or tenant, never the host's."""

    platform: Platform
    workspace: str
    user: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}/@{self.user}"


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or an opened direct conversation. ``workspace`` is the team that installed the bot."""

    platform: Platform
    workspace: str
    channel: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}/{self.channel}"


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread a message belongs to: under one of our cards (``card``, its outbox key) or a person's message (``ref``).

    Exactly one of the two is given.
    """

    card: str | None = None
    ref: str | None = None

    def __post_init__(self) -> None:
        if (self.card is None) == (self.ref is None):
            raise ValueError("a Thread names either a card or a message reference, and not both")


@dataclass(frozen=True, slots=True)
class SharedChannel:
    """A channel both companies read."""

    place: Place
    thread: Thread | None = None

    def __str__(self) -> str:
        return str(self.place)


@dataclass(frozen=True, slots=True)
class InternalChannel:
    """A channel of the client alone."""

    place: Place
    thread: Thread | None = None

    def __str__(self) -> str:
        return str(self.place)


@dataclass(frozen=True, slots=True)
class Direct:
    """A direct message to one person. ``side`` decides whether internal content may be sent to them."""

    account: Account
    side: Side

    def __str__(self) -> str:
        return str(self.account)
