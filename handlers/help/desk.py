"""The help desk: it knows every verb there is, and what to do with words nobody else understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process

from handlers.help import cards, here
from handlers.help.praise import praise
from handlers.help.state import state_of
from handlers.places import CHOOSE_PROGRAMME
from handlers.router import Speech, ThreadHandler
from handlers.vocabulary.address import Place, Platform, Side, Visibility
from handlers.vocabulary.incoming import Reacted, Said
from handlers.vocabulary.outgoing import NOTED, Answer
from handlers.vocabulary.route import Asker, Declined, Raw, Route, Verb, allowed
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

EMPTY = "help.state"
HELP = Verb("help", "help.help", "what I can do here", synonyms=("?", "commands", "hello", "hi"))
MEANT = "help.meant"
TICKS = ("white_check_mark", "heavy_check_mark")
CLOSE_ENOUGH = 55
"""Of 100 (rapidfuzz ratio): "reprot" is 83 from "report"; below 55 a guess is more often wrong than right."""
ALMOST = 80
"""From which on a word of plain talk is taken for a mistyped verb: "reprot" is, "action-packed" is not."""


class HelpDesk:
    """Help built from the verbs that exist. ``direct`` understand plain replies in a direct conversation, in order;
    ``threads`` those under our cards, by the card's subject."""

    def __init__(
        self,
        verbs: Sequence[Verb],
        routes: Mapping[str, Route[Any]],
        threads: Mapping[str, ThreadHandler],
        direct: Sequence[Speech] = (),
    ) -> None:
        self.verbs = verbs
        self._routes = routes
        self._direct = direct
        self._threads = threads
        self._words = {word: verb for verb in verbs for word in (verb.word, *verb.synonyms)}

    def routes(self) -> tuple[Route[Any], ...]:
        """The help desk's own rows of the table of contents."""
        return (
            Route(HELP.action, _words, self.help),
            Route(EMPTY, _words, self.state),
            Route(CHOOSE_PROGRAMME, _value, self.state),
            Route(MEANT, _value, self.meant),
            Route(cards.REPLY, _value, self.replied),
        )

    def help(self, words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """What this person can do here, grouped by job; the first line is where they are."""
        return Answer(card=cards.help_card(state_of("", asker, uow, now), self._usable(asker)))

    def state(self, words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Where this person is and what waits here. ``words`` may name a provider, or be its programme's id."""
        return Answer(card=cards.state_card(state_of(words, asker, uow, now), self._usable(asker)))

    def unknown(self, words: str, under: OutboxRow | None, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Words nobody understood: the nearest verb, as a button that does it; ``under`` a card of a record, what is understood
        there comes first. Praise needs no verb."""
        praised = praise(words, asker, uow, now)
        if praised is not None:
            return praised
        first, _, rest = words.strip().partition(" ")
        if under is not None and here.examples(under.subject):
            near = here.meant(under.subject, words)
            verb = None if near else self.nearest(first, asker, ALMOST)
            return Answer(card=cards.unknown_here_card(first, under.subject, near, under.key, verb, rest.strip()))
        verb = self.nearest(first, asker)
        return Answer(card=cards.unknown_card(first, None if verb is None else verb.word, rest.strip()))

    def replied(self, words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Do what a word means in the thread of a card; ``words`` are the card's key and the word."""
        key, _, word = words.partition(" ")
        row = uow.outbox.by_key(key)
        reply = None if row is None else self._threads.get(row.subject)
        known = row is not None and (asker.side is Side.CLIENT or row.visibility == Visibility.SHARED)
        if row is None or reply is None or not known or row.ref is None or row.installation_id != asker.installation_id:
            raise Declined("That card is not there any more. Write it in the record's thread.", cards.HELP_BUTTON)
        place = Place(Platform(row.platform), row.workspace, row.channel)
        said = Said(asker.event, asker.account, place, actor_name=asker.name, words=word, thread=row.ref)
        answer = reply(said, uow.outbox.original(row), asker, uow, now)
        if answer is None or answer is NOTED:
            raise Declined(f"That means nothing as it stands now: {word}.", cards.HELP_BUTTON)
        return answer if answer != Answer() else Answer(done=f"Understood: {word}.")

    def nearest(self, word: str, asker: Asker, close_enough: int = CLOSE_ENOUGH) -> Verb | None:
        """The verb a mistyped word most likely meant, among those this person may use."""
        usable = [each for each, verb in self._words.items() if self._may(verb, asker)]
        found = process.extractOne(word.casefold(), usable, scorer=fuzz.ratio, score_cutoff=close_enough)
        return None if found is None else self._words[found[0]]

    def meant(self, words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Do what was meant: a verb and its words."""
        word, _, rest = words.partition(" ")
        verb = self._words.get(word.casefold())
        if verb is None:
            return self.help("", asker, uow, now)
        if not self._may(verb, asker):
            raise Declined(f"This is for {verb.who.value}.", cards.HELP_BUTTON)
        if verb.action == HELP.action:
            return self.help(rest, asker, uow, now)
        route = self._routes[verb.action]
        if not allowed(route.who, asker):
            raise Declined(f"This is for {route.who.value}.", cards.HELP_BUTTON)
        return route.handle(route.parse(Raw(words=rest.strip()), asker), asker, uow, now)

    def speech(self, event: Said, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """A plain message outside our threads. None: it is not for the bot.

        With the bot alone, a verb does what the command does, a reply may name its record ("done 12"), and a question
        is answered with help; a single word is more likely a mistyped verb than one in a sentence.
        """
        if not event.direct:
            return praise(event.words, asker, uow, now)
        for reply in self._direct:
            answer = reply(event, asker, uow, now)
            if answer is not None:
                return answer
        word, _, _ = event.words.strip().partition(" ")
        verb = self._words.get(word.casefold())
        if verb is not None:
            return self.meant(event.words.strip(), asker, uow, now)
        if event.words.strip().endswith("?"):
            return self.help("", asker, uow, now)
        alone = event.words.strip() == word
        near = self.nearest(word, asker, CLOSE_ENOUGH if alone else ALMOST) if word else None
        return None if near is None else self.unknown(event.words, None, asker, uow, now)

    def reacted(self, event: Reacted, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """A tick on one of our cards says what "ok" says in its thread: it counts only while a yes is waited for."""
        if event.removed or event.emoji not in TICKS or event.place is None:
            return None
        place = event.place
        row = uow.outbox.record_at(place.platform, place.workspace, place.channel, event.message)
        reply = None if row is None else self._threads.get(row.subject)
        if row is None or reply is None:
            return None
        said = Said(event.id, event.actor, place, actor_name=event.actor_name, words="ok", thread=event.message)
        return reply(said, row, asker, uow, now)

    def _usable(self, asker: Asker) -> list[Verb]:
        return [verb for verb in self.verbs if not verb.silent and self._may(verb, asker)]

    def _may(self, verb: Verb, asker: Asker) -> bool:
        route = self._routes.get(verb.action)
        return allowed(verb.who, asker) and (route is None or allowed(route.who, asker))


def _words(raw: Raw, asker: Asker) -> str:
    return raw.words


def _value(raw: Raw, asker: Asker) -> str:
    return raw.value
