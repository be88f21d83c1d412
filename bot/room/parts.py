"""What the room is made of: everything the door and the gateway are given, once, by the place where parts meet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from bot.ports import Dispatch
from bot.room.bell import Bell
from bot.room.clock import RoomClock
from bot.settings import THIS_MACHINE
from handlers.vocabulary.outgoing import AnyCard, Picture
from storage.room import RoomRepository

T = TypeVar("T")


class RoomUnit(Protocol):
    """A transaction over the room's tables. Leaving it without ``commit()`` changes nothing."""

    @property
    def room(self) -> RoomRepository:
        """The room's messages, channels and people."""
        ...

    def commit(self) -> None:
        """Make it so."""
        ...


RoomUnits = Callable[[], AbstractContextManager[RoomUnit]]


class Run(Protocol):
    """Runs a synchronous function where it may block, normally in a thread."""

    def __call__(self, function: Callable[..., T], *arguments: object) -> Awaitable[T]:
        """The function's own result, or its own exception."""
        ...


@dataclass(frozen=True, slots=True)
class CardCodec:
    """A card to text and back."""

    encode: Callable[[AnyCard], str]
    decode: Callable[[str], AnyCard]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture to SVG (``dark`` for dark pages) and SVG to PNG."""

    svg: Callable[[Picture, bool], str]
    png: Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What both the door and the gateway of the room stand on. ``workspace`` is the room's own team id."""

    units: RoomUnits
    run: Run
    codec: CardCodec
    bell: Bell
    now: Callable[[], datetime]
    workspace: str = "room"


@dataclass(frozen=True, slots=True)
class Room:
    """The whole room. ``hosts`` are the names it may be opened under; any other is refused (DNS rebinding).

    ``secret`` signs the pages' forms; ``shortcuts`` are names and labels in a message's menu; ``notice`` is the line
    that says what this place is.
    """

    dispatch: Dispatch
    shelf: Shelf
    clock: RoomClock
    drawing: Drawing
    secret: bytes
    command: str = "/vendor"
    bot_name: str = "Parley"
    notice: str = "An example with invented providers. Nothing leaves this machine."
    shortcuts: tuple[tuple[str, str], ...] = (("report_issue", "Report an issue"),)
    hosts: frozenset[str] = THIS_MACHINE
