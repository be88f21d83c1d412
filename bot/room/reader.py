"""Who is looking at the page: one seat, its zone, and what it may press."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from storage.models.room import RoomUser

GUEST = "~guest"
"""What a seat's name in the address ends with when it has a Slack guest's limits."""


def fresh_nonce() -> str:
    """What makes one submission different from the next."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Reader:
    """A seat as a page needs it. ``token`` is the page's proof that it came from us; ``thread`` the open thread.

    ``guest`` limits a provider's seat to what an external member of a Slack channel surely has: plain messages,
    replies, mentions and reactions, and no command, no button, no private answer, no Home. ``home``: Home is open, and no
    channel.
    """

    user: RoomUser
    now: datetime
    token: str = ""
    guest: bool = False
    channel: str = ""
    thread: str | None = None
    home: bool = False

    @property
    def seat(self) -> str:
        """The seat's name in addresses."""
        return f"{self.user.id}{GUEST if self.guest else ''}"

    @property
    def path(self) -> str:
        """Where this seat's pages begin."""
        return f"/as/{quote(self.seat, safe='~')}"

    @property
    def zone(self) -> str:
        """The IANA zone every moment is shown in."""
        return self.user.zone

    @property
    def viewer(self) -> str:
        """Whose private answers are shown: under a guest's limits nobody's."""
        return "" if self.guest else self.user.id

    def inside(self, channel: str, thread: str | None) -> Reader:
        """The same seat, looking into a channel or a thread."""
        return replace(self, channel=channel, thread=thread)

    def at_home(self) -> Reader:
        """The same seat, looking at its Home."""
        return replace(self, channel="", thread=None, home=True)

    @property
    def here(self) -> str:
        """The address of what is open."""
        if self.home:
            return f"{self.path}/home"
        return f"{self.path}/c/{self.channel}{f'/t/{self.thread}' if self.thread else ''}"

    @staticmethod
    def nonce() -> str:
        """A fresh nonce for one form of the page."""
        return fresh_nonce()
