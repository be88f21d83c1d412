"""The example's people: they write, press and fill in forms, and the router hears them as it hears everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.example.companies import WORKSPACE
from handlers.router import Router
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import Asked, Pressed, Said, Submitted
from handlers.vocabulary.outgoing import Answer
from storage.models.delivery import OutboxRow
from storage.models.room import RoomUser
from storage.unit_of_work import Units


class NotUnderstood(Exception):
    """Somebody of the example said what the bot refuses; the message says who, what, and the answer."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote: ``thread`` is the root's reference, None at the top of the channel; ``at`` is aware UTC."""

    key: str
    who: RoomUser
    channel: str
    shown: str
    thread: str | None
    at: datetime


Write = Callable[[Words], str]
"""Puts words where people read them, and answers the message's reference there."""


class Voices:
    """Everybody's voice. What they write is kept by ``write`` before the bot hears it; ``now`` is the story's clock."""

    def __init__(self, router: Router, units: Units, write: Write, now: Callable[[], datetime]) -> None:
        self._router = router
        self._units = units
        self._write = write
        self._now = now
        self._told = 0

    def say(self, who: RoomUser, channel: str, words: str, thread: str | None = None) -> Answer:
        """A plain message, or a reply in a thread."""
        wrote = self._words(who, channel, words, thread)
        place = Place(Platform.ROOM, WORKSPACE, channel)
        message = self._write(wrote)
        return self._router.handle(
            Said(wrote.key, self._account(who), place, words=words, message=message, thread=thread), self._now()
        )

    def mention(self, who: RoomUser, channel: str, words: str) -> Answer:
        """ "@Parley …" at the top of a channel."""
        wrote = self._words(who, channel, f"@Parley {words}", None)
        place = Place(Platform.ROOM, WORKSPACE, channel)
        message = self._write(wrote)
        asked = Asked(wrote.key, self._account(who), place, words=words, mention=True, thread=None, message=message)
        return self._router.handle(asked, self._now())

    def command(self, who: RoomUser, channel: str, words: str) -> Answer:
        """The root command: nobody else sees what was typed."""
        place = Place(Platform.ROOM, WORKSPACE, channel)
        return self._router.handle(Asked(self._key(), self._account(who), place, words=words), self._now())

    def under(self, who: RoomUser, channel: str, card: OutboxRow | None, words: str) -> Answer | None:
        """A reply under a card of the bot; nothing where there is none."""
        return None if card is None or card.ref is None else self.say(who, channel, words, card.ref)

    def press(self, who: RoomUser, channel: str, action: str, value: str) -> Answer:
        """A button."""
        place = Place(Platform.ROOM, WORKSPACE, channel)
        pressed = Pressed(self._key(), self._account(who), place, action=action, value=value)
        return self._taken(who, action, self._router.handle(pressed, self._now()))

    def submit(self, who: RoomUser, channel: str, action: str, values: Mapping[str, str], hidden: str) -> Answer:
        """A form that is sent in. Raises ``NotUnderstood`` when it comes back."""
        place = Place(Platform.ROOM, WORKSPACE, channel)
        submitted = Submitted(self._key(), self._account(who), place, action=action, values=values, hidden=hidden)
        return self._taken(who, action, self._router.handle(submitted, self._now()))

    def newest(self, channel: str, kind: str, subject_id: int | None = None) -> OutboxRow | None:
        """The newest card of a kind in a channel, or the newest about one subject."""
        with self._units() as uow:
            rows = [row for row in uow.outbox.sent_in(channel) if row.kind == kind]
        about = [row for row in rows if subject_id in (None, row.subject_id)]
        return about[-1] if about else None

    def card(self, once: str) -> OutboxRow | None:
        """The card that is called so; None where it was never said."""
        with self._units() as uow:
            return uow.outbox.by_once(once)

    def newest_plan(self, channel: str) -> int:
        """The id of the newest plan that a person drafted about a channel's programme."""
        with self._units() as uow:
            bound = uow.providers.channels_at(Platform.ROOM, WORKSPACE, channel)[0]
            plans = [each for each in uow.plans.of(bound.programme_id) if each.found_as is None]
        assert plans[0].id is not None
        return plans[0].id

    def _words(self, who: RoomUser, channel: str, shown: str, thread: str | None) -> Words:
        return Words(self._key(), who, channel, shown, thread, self._now())

    def _key(self) -> str:
        self._told += 1
        return f"example:{self._told}"

    @staticmethod
    def _account(who: RoomUser) -> Account:
        return Account(Platform.ROOM, who.workspace, who.id)

    @staticmethod
    def _taken(who: RoomUser, action: str, answer: Answer) -> Answer:
        if answer.problems:
            raise NotUnderstood(f"{who.name}: {action}: {dict(answer.problems)}")
        return answer
