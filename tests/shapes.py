"""How people, companies, channels and messages are called on each platform: the same story with other identities in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from handlers.vocabulary.address import Platform

_FIRST_MESSAGE = 1_772_442_000_000
"""Milliseconds since the epoch: a message of Teams is called by when it came."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Identities in a platform's own shape. ``name`` is what the story calls somebody or something: "MAYA", "SHARED"."""

    platform: Platform

    def user(self, name: str) -> str:
        """A person: "U-MAYA" in the room, "U0MAYA" on Slack, an Entra object id on Teams."""
        return self._one_of(f"U-{name}", f"U0{_alphanumeric(name)}", _uuid("user", name))

    def workspace(self, name: str) -> str:
        """A company: "T-CLIENT" in the room, "T0CLIENT" on Slack, a tenant's id on Teams."""
        return self._one_of(f"T-{name}", f"T0{_alphanumeric(name)}", _uuid("tenant", name))

    def channel(self, name: str) -> str:
        """A channel: "C-SHARED" in the room, "C0SHARED" on Slack, a conversation's id on Teams."""
        return self._one_of(f"C-{name}", f"C0{_alphanumeric(name)}", f"19:{_hex('channel', name)}@thread.tacv2")

    def direct(self, user: str) -> str:
        """The conversation of the bot with the account ``user``."""
        return self._one_of(f"D-{user}", f"D0{_alphanumeric(user)}", f"a:1{_hex('direct', user)}")

    def message(self, number: int, *, by_the_bot: bool = False) -> str:
        """The reference of the ``number``-th message: what the bot posts and what people write is counted apart."""
        at = number if by_the_bot else number + 500_000
        room = f"ref-{number:04d}" if by_the_bot else f"ev-{number:04d}"
        return self._one_of(room, f"1772442000.{at:06d}", str(_FIRST_MESSAGE + at))

    def _one_of(self, room: str, slack: str, teams: str) -> str:
        return {Platform.ROOM: room, Platform.SLACK: slack, Platform.TEAMS: teams}[self.platform]


def _alphanumeric(name: str) -> str:
    return "".join(each for each in name.upper() if each.isalnum())


def _uuid(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{kind}/{name}"))


def _hex(kind: str, name: str) -> str:
    return uuid5(NAMESPACE_URL, f"{kind}/{name}").hex
