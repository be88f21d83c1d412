"""The way of every request: seen before? who asks? may they? one transaction; then the followers.

What nobody expected leaves it as it is, with the transaction undone: the dispatch catches it, logs it without people's
words, and tells the person that nothing was saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog

from handlers import asking_back
from handlers.answering import by_message, problems, refusal
from handlers.asking import find_asker
from handlers.mirrors.relay import follow as rewritten
from handlers.mirrors.relay import quiet, relay, take_back
from handlers.vocabulary.incoming import (
    AnyIncoming,
    Asked,
    ChannelChanged,
    HomeOpened,
    PersonFound,
    Pressed,
    Reacted,
    Rewritten,
    Said,
    Shortcut,
    Submitted,
    WordsFound,
    cleaned,
)
from handlers.vocabulary.outgoing import NOTED, Answer, Button
from handlers.vocabulary.route import Asker, Declined, Invalid, Raw, Route, Verb, WhichProvider, Who, allowed
from storage.circles import again_if_broken_off
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork, Units

log = structlog.get_logger(__name__)

LONGEST = 4000
"""Characters of a button's value, a form's hidden part or one of its fields; Slack carries 2,000, 3,000 and 3,000."""
_HELP = Button("help.help", "What I can do here")
_STATE = Button("help.state", "How things stand")

Follower = Callable[[object, UnitOfWork, datetime], None]
ThreadHandler = Callable[[Said, OutboxRow, Asker, UnitOfWork, datetime], Answer | None]
"""A reply in the thread of one of our cards. None: the words are not for the bot and are left alone."""
Speech = Callable[[Said, Asker, UnitOfWork, datetime], Answer | None]
"""A message outside our threads. None: not for the bot."""
Emoji = Callable[[Reacted, Asker, UnitOfWork, datetime], Answer | None]
"""An emoji on a message. None: it means nothing here, and the next one is asked."""


Heard = Callable[[AnyIncoming, str], None]
"""Is told what became of an event, for counting: "done", "refused" (invalid or not allowed), "ignored", "duplicate"."""


def untold(event: AnyIncoming, result: str) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Table:
    """The wiring, as ``routes.py`` writes it down."""

    routes: Mapping[str, Route[object]]
    verbs: Sequence[Verb]
    threads: Mapping[str, ThreadHandler]
    followers: Mapping[type, Sequence[Follower]]
    shortcuts: Mapping[str, str]
    empty: str
    unknown: Callable[[str, OutboxRow | None, Asker, UnitOfWork, datetime], Answer]
    """What to answer to words nobody understood: in the thread of this card, None outside such threads."""
    speech: Speech
    channel_changed: Callable[[ChannelChanged, UnitOfWork, datetime], Answer]
    person_found: Callable[[PersonFound, UnitOfWork, datetime], Answer]
    reacted: Sequence[Emoji]
    words_found: Callable[[WordsFound, Asker, UnitOfWork, datetime], Answer | None]
    home: Callable[[HomeOpened, Asker, UnitOfWork, datetime], Answer]


FromSomebody = Asked | Said | Pressed | Submitted | Shortcut | Reacted | WordsFound | HomeOpened
"""What somebody did; the rest is what a platform tells."""


class Permit(Protocol):
    """Leave to commit: whoever waits for the answer may have given up."""

    def take(self) -> bool:
        """Whether the commit may go ahead; afterwards nobody can give up any more."""
        ...


class GivenUp(Exception):
    """Nobody waits for the answer any more: nothing was saved."""


class Undecided(Exception):
    """What is replied to may be a card of ours that was posted a moment ago and not noted yet: nothing was saved, and the same
    event understood a little later may mean something."""


class Router:
    """Handles one event from beginning to commit."""

    def __init__(self, table: Table, units: Units, command: str = "/vendor", heard: Heard = untold) -> None:
        self._heard = heard
        self._table = table
        self._units = units
        self.command = command
        self._words = {word: verb for verb in table.verbs for word in (verb.word, *verb.synonyms)}

    def handle(self, event: AnyIncoming, now: datetime, permit: Permit | None = None) -> Answer:
        """Do what the event asks for, once. ``permit`` is asked for before the commit.

        Raises ``GivenUp`` without a permit, ``Undecided`` when it must be asked again later, and database errors as they are.
        """
        whole = cleaned(event)
        return again_if_broken_off(lambda: self._once(whole, now, permit))

    def _once(self, event: AnyIncoming, now: datetime, permit: Permit | None) -> Answer:
        """One transaction, from beginning to commit."""
        with self._units() as uow:
            if not uow.inbox.first_time(event.id, now):
                log.info("event.seen_before", request=event.request)
                self._heard(event, "duplicate")
                return Answer()
            answer, result = self._answer(event, uow, now)
            if answer is None:
                self._heard(event, "ignored")
                return Answer()
            self._follow(uow, now)
            if permit is not None and not permit.take():
                raise GivenUp
            uow.commit()
        self._heard(event, result)
        return answer

    def _answer(self, event: AnyIncoming, uow: UnitOfWork, now: datetime) -> tuple[Answer | None, str]:
        """The handler's answer and what to count it as; what was declined or invalid is answered after a rollback of all it
        began.

        None: nothing was done, and nothing has to be remembered.
        """
        try:
            return self._dispatch(event, uow, now), "done"
        except Invalid as invalid:
            _roll_back(uow)
            return self._not_done(event, problems(event, invalid), uow, now), "refused"
        except WhichProvider as which:
            _roll_back(uow)
            answer = Answer(card=asking_back.question_card(which, event, uow, now))
            return self._not_done(event, answer, uow, now), "refused"
        except Declined as declined:
            _roll_back(uow)
            return self._not_done(event, Answer(card=refusal(declined)), uow, now), "refused"

    def _not_done(self, event: AnyIncoming, answer: Answer, uow: UnitOfWork, now: datetime) -> Answer:
        """A message stays noted, though all that was begun is undone, so that its twin is not answered again; and its answer
        goes where its author surely sees it."""
        if not isinstance(event, Asked | Said):
            return answer
        uow.inbox.first_time(event.id, now)
        asker = find_asker(event, uow, now)
        by_command = isinstance(event, Asked) and not event.mention
        return answer if asker is None or by_command else by_message(event, answer, asker, uow, now)

    def _dispatch(self, event: AnyIncoming, uow: UnitOfWork, now: datetime) -> Answer | None:
        if isinstance(event, ChannelChanged):
            return self._table.channel_changed(event, uow, now)
        if isinstance(event, PersonFound):
            return self._table.person_found(event, uow, now)
        if isinstance(event, Rewritten):
            return rewritten(event, uow, now)
        asker = find_asker(event, uow, now)
        if asker is None:
            _to_nobody(event)
            return None
        if asker.gone:
            _to_the_gone(event)
            return None
        answer = self._understood(event, asker, uow, now)
        if answer is not None and (isinstance(event, Said) or (isinstance(event, Asked) and event.mention)):
            return by_message(event, answer, asker, uow, now)
        return answer

    def _understood(self, event: FromSomebody, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """What comes of it, before it is known how the answer reaches them. None: nothing was meant for us."""
        if isinstance(event, Said):
            return self._said(event, asker, uow, now)
        if isinstance(event, Reacted):
            answers = (understands(event, asker, uow, now) for understands in self._table.reacted)
            return next((answer for answer in answers if answer is not None), None)
        if isinstance(event, WordsFound):
            return self._table.words_found(event, asker, uow, now)
        if isinstance(event, HomeOpened):
            return self._table.home(event, asker, uow, now)
        if isinstance(event, Asked):
            return self._asked(event, asker, uow, now)
        if isinstance(event, Shortcut):
            raw = Raw(quoted=event.words, quoted_ref=event.message)
            return self._run(self._table.shortcuts.get(event.name, event.name), raw, asker, uow, now)
        if isinstance(event, Submitted):
            return self._run(event.action, Raw(values=event.values, hidden=event.hidden), asker, uow, now)
        if event.action == asking_back.CHOSEN:
            understood = partial(self._understood, uow=uow, now=now)
            return asking_back.choose(event, uow, now, understood)
        return self._run(event.action, Raw(value=event.value), asker, uow, now)

    def _run(self, action: str, raw: Raw, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        route = self._table.routes.get(action)
        if route is None:
            raise Declined(
                "This button belongs to an older card, so nothing was done. Here is what can be done now.",
                _HELP,
                _STATE,
            )
        _may(route.who, asker)
        _fits(raw)
        return route.handle(route.parse(raw, asker), asker, uow, now)

    def _asked(self, event: Asked, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Words for the thread they were said in, a verb, or neither. What the thread only noted was no answer to whoever spoke
        to the bot: a verb goes before it, and where there is none they are told what is understood there."""
        under, noted = None, False
        word, _, rest = event.words.strip().partition(" ")
        verb = self._words.get(word.casefold())
        if event.mention and event.thread is not None:
            under, answered, told = self._in_thread(_as_said(event), asker, uow, now)
            noted = answered is NOTED and verb is None and bool(word)
            if answered is not None and answered is not NOTED:
                return answered
            if not noted:
                take_back(told, uow)  # it was no word for the thread
        if not word:
            return self._run(self._table.empty, Raw(), asker, uow, now)
        if verb is None:
            to_us = event.mention and event.thread is None
            said = self._table.speech(replace(_as_said(event), direct=True), asker, uow, now) if to_us else None
            return said or self._table.unknown(event.words, under, asker, uow, now)
        return self._run(verb.action, Raw(words=rest.strip(), mention=event.mention), asker, uow, now)

    def _said(self, event: Said, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        _, answered, told = self._in_thread(event, asker, uow, now)
        if answered is None:
            answered = self._table.speech(event, asker, uow, now)
            quiet(told, event, answered, asker, uow)
        return Answer() if answered is None and told else answered

    def _in_thread(
        self, event: Said, asker: Asker, uow: UnitOfWork, now: datetime
    ) -> tuple[OutboxRow | None, Answer | None, list[str]]:
        """A reply under one of our cards belongs to that card's record, and is told where the record stands too: the card, the
        answer, and what tells it. Raises ``Undecided`` while we cannot know whether it is one: somebody may answer a card before
        its own answer has reached us, or after we died in between."""
        if event.thread is None or event.place is None:
            return None, None, []
        place = event.place
        where = (place.platform, place.workspace, place.channel)
        row = uow.outbox.by_reference(*where, event.thread)
        if row is None and uow.outbox.in_doubt(*where):
            raise Undecided
        row = row or uow.outbox.by_reference(*where, event.thread)  # noted between the two questions
        if row is None:
            return None, None, []
        told = relay(event, row, asker, uow, now)
        handler = self._table.threads.get(row.subject)
        answer = None if handler is None else handler(event, uow.outbox.original(row), asker, uow, now)
        if answer is not None:
            quiet(told, event, answer, asker, uow)
        return row, answer, told

    def _follow(self, uow: UnitOfWork, now: datetime) -> None:
        follow(self._table.followers, uow, now)


def _roll_back(uow: UnitOfWork) -> None:
    """All that was begun is undone."""
    uow.session.rollback()
    uow.events.clear()


def follow(followers: Mapping[type, Sequence[Follower]], uow: UnitOfWork, now: datetime) -> None:
    """Let the followers act on what happened, and on what that caused, in order."""
    while uow.events:
        event = uow.events.pop(0)
        for follower in followers.get(type(event), ()):
            follower(event, uow, now)


def _to_nobody(event: AnyIncoming) -> None:
    """Talk of somebody we cannot place is left alone; who asked for something is told why nothing comes of it."""
    if not isinstance(event, Said | Reacted | WordsFound):
        raise Declined("I cannot tell which company you belong to here. Use this in the channel both companies share.")


def _to_the_gone(event: AnyIncoming) -> None:
    """Who has left may do nothing; talk that asks nothing of us is left alone."""
    if isinstance(event, Asked | Pressed | Submitted | Shortcut | HomeOpened) or (
        isinstance(event, Said) and event.direct
    ):
        raise Declined(
            "You are noted as having left, so I can do nothing for you here. If that is wrong, tell a manager."
        )


def _may(who: Who, asker: Asker) -> None:
    if not allowed(who, asker):
        why = f"This is for {who.value}. Reply in the channel's thread, or ask the owner named on the card."
        raise Declined(why, _HELP)


def _as_said(event: Asked) -> Said:
    return Said(
        event.id,
        event.actor,
        event.place,
        actor_name=event.actor_name,
        request=event.request,
        words=event.words,
        message=event.message or "",
        thread=event.thread,
    )


def _fits(raw: Raw) -> None:
    """Nothing longer than any form or button of ours carries goes further; so digits are never too many to be a number."""
    if max(len(raw.value), len(raw.hidden)) > LONGEST:
        raise Declined("This button is none of mine, so nothing was done. Here is what can be done now.", _HELP, _STATE)
    long = {name: len(text) for name, text in raw.values.items() if len(text) > LONGEST}
    if long:
        raise Invalid(
            {
                name: f"This has {length:,} characters, at most 3,000 fit. Say it shorter, or link to the rest"
                for name, length in long.items()
            }
        )
