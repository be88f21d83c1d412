"""Fakes that stand at our own ports. They are held to the same contract as the real gateways (tests/contracts)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.ports import Delivery, Found, FoundMessage, Later, Missing, Outcome, Refused, Sent, Unsure, Uploaded
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.outgoing import Reaction


@dataclass
class Posted:
    """A message that stands in the fake platform."""

    ref: str
    place: Place
    key: str
    revision: int
    delivery: Delivery


@dataclass
class FakeGateway:
    """A platform in memory. ``faults`` are used up one a request: an outcome to answer with, before or after posting."""

    platform: Platform = Platform.ROOM
    files_apart: bool = False
    posted: list[Posted] = field(default_factory=list)
    reactions: list[Delivery] = field(default_factory=list)
    faults: list[tuple[str, Outcome]] = field(default_factory=list)
    shared: set[str] = field(default_factory=set)
    directory: dict[str, Found] = field(default_factory=dict)
    looked_up: list[Account] = field(default_factory=list)
    messages: dict[str, FoundMessage] = field(default_factory=dict)
    uploads: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    history_away: bool = False
    history_closed: bool = False
    """Nobody may ever look."""
    slow: float = 0.0
    requests: int = 0
    before: Callable[[Delivery], None] | None = None

    async def post(self, delivery: Delivery) -> Outcome:
        """Post, unless a fault says otherwise."""
        self.requests += 1
        if self.before is not None:
            self.before(delivery)
        if self.slow:
            await asyncio.sleep(self.slow)
        when, fault = self.faults.pop(0) if self.faults else ("", None)
        if fault is not None and when == "before":
            return fault
        if delivery.place is not None and delivery.place.channel in self.unknown:
            return Refused("channel_not_found")
        sent = self._stand(delivery)
        return fault if fault is not None else sent

    async def upload(self, delivery: Delivery) -> Uploaded | Later | Refused:
        """Take the attachment; nobody sees it."""
        self.requests += 1
        if delivery.attachment is None:
            return Refused("the delivery has no attachment")
        self.uploads.append(f"F{len(self.uploads) + 1:03d}")
        return Uploaded(self.uploads[-1])

    def _stand(self, delivery: Delivery) -> Sent | Refused:
        account = delivery.account
        place = delivery.place or Place(
            self.platform, account.workspace if account else "", f"D-{account.user if account else ''}"
        )
        if isinstance(delivery.card, Reaction):
            if all(put.card != delivery.card for put in self.reactions):
                self.reactions.append(delivery)
            return Sent(delivery.card.thread.ref or delivery.thread or "", place)
        if delivery.upload is not None and delivery.upload not in self.uploads:
            return Refused("file_not_found")
        ref = f"{len(self.posted) + 1:06d}"
        self.posted.append(Posted(ref, place, delivery.key, delivery.revision, delivery))
        return Sent(ref, place, delivery.revision)

    async def update(self, delivery: Delivery) -> Outcome:
        """Edit; an older revision never overwrites a newer one."""
        self.requests += 1
        when, fault = self.faults.pop(0) if self.faults else ("", None)
        if fault is not None and when == "before":
            return fault
        found = next((posted for posted in self.posted if posted.ref == delivery.ref), None)
        if found is None:
            return Refused("message_not_found", gone=True)
        if delivery.revision >= found.revision:
            found.revision, found.delivery = delivery.revision, delivery
            found.place = delivery.place or found.place
        return fault if fault is not None else Sent(found.ref, found.place, found.revision)

    async def find(self, delivery: Delivery, since: float) -> Sent | Missing | Later | Refused:
        """Look for the key."""
        if self.history_closed:
            return Refused("look yourself")
        if self.history_away:
            return Later(1.0)
        for posted in self.posted:
            if posted.key == delivery.key:
                return Sent(posted.ref, posted.place, posted.revision)
        return Missing()

    async def is_shared(self, place: Place) -> bool | None:
        """As told."""
        return None if place.channel in self.unknown else place.channel in self.shared

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """Who stands in the directory, unless a fault says otherwise."""
        self.requests += 1
        self.looked_up.append(account)
        _, fault = self.faults.pop(0) if self.faults else ("", None)
        if fault is not None and not isinstance(fault, Sent):
            return fault
        found = self.directory.get(account.user)
        return Refused("user_not_found", gone=True) if found is None else found

    async def look_at(self, place: Place, message: str) -> FoundMessage | Later | Refused | Unsure:
        """The message kept under its reference, unless a fault says otherwise."""
        self.requests += 1
        _, fault = self.faults.pop(0) if self.faults else ("", None)
        if fault is not None and not isinstance(fault, Sent):
            return fault
        found = self.messages.get(message)
        return Refused("message_not_found", gone=True) if found is None else found


__all__ = ["FakeGateway", "Later", "Posted", "Unsure"]
