"""Make an address, another one in its place, and stop it. Only a digest of its secret is kept, so it is told once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers import saying, schedules
from handlers.records.past import Undoable
from handlers.reviews.calendars import cards as calendar_cards
from handlers.reviews.calendars import rules
from handlers.reviews.calendars.commands import AskCalendar
from handlers.reviews.series.commands import AskReviews
from handlers.vocabulary.address import Platform, Side, Visibility
from handlers.vocabulary.events import Fired, PersonLeft
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined, Route
from storage.models.audit import AuditEntry
from storage.models.calendar import CalendarFeed
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

SUBJECT = "calendar"
MADE, STOPPED = "calendar.made", "calendar.stopped"
SHOWN = "calendar.shown"
"""The schedule after which an address stands in no message any more."""
NEW, STOP, SURE = "new", "stop", "now"
TWICE = timedelta(seconds=10)
"""Within this somebody pressed twice: the second address would stop the first one, which they may be copying."""


class Calendars:
    """The desk that gives addresses. ``base`` is where calendars reach Parley from outside, "" where they cannot."""

    def __init__(self, base: str) -> None:
        self._base = base

    def routes(self) -> tuple[Route[Any], ...]:
        """The desk's own rows of the table of contents."""
        return (
            Route(calendar_cards.ASK, AskCalendar.parse, self.ask),
            Route(calendar_cards.ASK_NEW, AskCalendar.parse, self.ask_new),
            Route(calendar_cards.NEW, AskCalendar.parse, self.new),
            Route(calendar_cards.ASK_STOP, AskCalendar.parse, self.ask_stop),
            Route(calendar_cards.STOP, AskCalendar.parse, self.stop),
        )

    def in_words(self, rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """What follows ``review calendar``: "new" or "stop", which ask first, and the same with "now", which do not."""
        does = {(NEW,): self.ask_new, (NEW, SURE): self.new, (STOP,): self.ask_stop, (STOP, SURE): self.stop}
        handle = does.get(tuple(rest.casefold().split()), self.ask)
        return handle(AskCalendar(command.mention), asker, uow, now)

    def ask(self, command: AskCalendar, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The first one is made at once. Of one that is there it is told how it stands: nobody can show it again."""
        live = uow.calendars.live_of(asker.person_id)
        if live is None:
            return self.new(command, asker, uow, now)
        person = _known(asker, uow)
        return Answer(card=calendar_cards.state_card(live, _shown(person, uow), asker.zone, works=bool(self._base)))

    def ask_new(self, command: AskCalendar, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Another one stops the one that is there, so that is asked first."""
        if uow.calendars.live_of(asker.person_id) is None or not self._base:
            return self.new(command, asker, uow, now)
        return Answer(card=calendar_cards.ask_new_card())

    def new(self, command: AskCalendar, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """The address, in full, once; one that was there before stops. Where an answer would be kept until it is looked at,
        there is only a button for it."""
        if not self._base:
            return Answer(card=calendar_cards.without_card(stop=uow.calendars.live_of(asker.person_id) is not None))
        uow.calendars.in_turn(asker.person_id)  # a second press at the same moment sees what the first one made
        person, live = _known(asker, uow), uow.calendars.live_of(asker.person_id)
        if live is not None and now - live.made_at < TWICE:
            raise Declined("I made one for you a moment ago: it stands above.", calendar_cards.AGAIN)
        if command.mention and asker.account.platform is Platform.TEAMS:
            return Answer(card=calendar_cards.offer_card(again=live is not None))
        uow.calendars.stop(asker.person_id, now)
        secret = secrets.token_urlsafe(rules.BYTES)
        feed = uow.calendars.add(
            CalendarFeed(secret_digest=rules.digest_of(secret), person_id=asker.person_id, made_at=now)
        )
        _note(MADE, feed.id, asker, uow, now)
        kept = _is_kept(command, asker)
        if kept:
            _take_out_later(feed, asker, uow, now)
        address = rules.address_of(self._base, secret)
        return Answer(card=calendar_cards.address_card(address, _shown(person, uow), for_a_while=kept))

    def ask_stop(self, command: AskCalendar, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Whether it shall really stop."""
        if uow.calendars.live_of(asker.person_id) is None:
            raise Declined("You have no calendar address, so there is nothing to stop.", *self._offers())
        return Answer(card=calendar_cards.ask_stop_card())

    def stop(self, command: AskCalendar, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """It answers no more, from this moment on."""
        uow.calendars.in_turn(asker.person_id)
        live = uow.calendars.live_of(asker.person_id)
        if live is None:
            raise Declined("You have no calendar address, so there is nothing to stop.", *self._offers())
        uow.calendars.stop(asker.person_id, now)
        _note(STOPPED, live.id, asker, uow, now)
        return Answer(card=calendar_cards.stopped_card())

    def _offers(self) -> tuple[Button, ...]:
        return (calendar_cards.MAKE,) if self._base else ()


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Neither making nor stopping an address is undone; and whoever asks for it meant nothing older."""
    raise Declined("A calendar address cannot be put back. A new one can be made.", calendar_cards.AGAIN)


UNDOABLE = Undoable(frozenset({MADE, STOPPED}), take_back)


def person_left(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Their address dies with their work here; who comes back makes another."""
    assert isinstance(event, PersonLeft)
    uow.calendars.stop(event.person_id, now)


def shown_for_a_while(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """The message in which an address stood says so instead."""
    feed = uow.calendars.get(fired.subject_id)
    if feed is None or not feed.shown_as:
        return
    saying.show(uow, feed.shown_as, calendar_cards.gone_card(), now)
    feed.shown_as = ""
    uow.calendars.add(feed)


def _known(asker: Asker, uow: UnitOfWork) -> Person:
    """Whose reviews are meant. Raises ``Declined`` while nobody knows for sure of which company they are."""
    person = uow.people.get(asker.person_id)
    unsure = (asker.side is Side.CLIENT and not asker.confirmed) or (
        person is not None and person.side == Side.PROVIDER and person.provider_id is None
    )
    if person is None or unsure:
        raise Declined("I do not know yet of which company you are. Ask again in a minute, in the channel you share.")
    return person


def _shown(person: Person, uow: UnitOfWork) -> Sequence[str]:
    """The series it shows, with whom: the name of each provider or, for a provider's person, of each series."""
    found = uow.calendars.series_of(person)
    names = (series.name if person.side == Side.PROVIDER else provider.name for series, _, provider in found)
    return tuple(dict.fromkeys(names))


def _is_kept(command: AskCalendar, asker: Asker) -> bool:
    """Whether the answer goes out as a direct message of ours, which stands in the database: to whoever wrote to the bot
    directly, and to a provider's people who mentioned it."""
    return asker.direct or (asker.side is Side.PROVIDER and command.mention)


def _take_out_later(feed: CalendarFeed, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    assert feed.id is not None
    feed.shown_as = f"answer:{asker.event}"
    uow.calendars.add(feed)
    schedules.once_at(uow, SHOWN, feed.id, asker.installation_id, now + rules.STANDS_FOR)


def _note(what: str, feed_id: int | None, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    entry = AuditEntry(
        installation_id=asker.installation_id,
        at=now,
        person_id=asker.person_id,
        what=what,
        subject=SUBJECT,
        subject_id=feed_id or 0,
        visibility=Visibility.PRIVATE,
        facts="{}",
    )
    uow.audit.note(entry)
