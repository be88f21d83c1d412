"""The use cases of Home: the page, its lists, one provider. Everything is read; nothing is changed."""

from __future__ import annotations

from datetime import datetime

from handlers.home import cards
from handlers.home.commands import AskHome, AskPage, AskProvider
from handlers.home.needs import needs_of, records_of
from handlers.home.reading import page_of, read, standings_of
from handlers.vocabulary.incoming import HomeOpened
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.unit_of_work import UnitOfWork


def home(event: HomeOpened | AskHome, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What stands in somebody's Home, whether they opened it or asked for it by a word or a button."""
    return Answer(card=cards.home_card(page_of(asker, uow, now)))


def needs(command: AskPage, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A page of everything that needs the asker."""
    known, _ = read(asker, uow, now)
    return Answer(card=cards.needs_card(needs_of(known), command.start))


def providers(command: AskPage, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A page of all providers; for managers."""
    known, seen = read(asker, uow, now)
    page = range(command.start, command.start + cards.ROWS_PAGE)
    standings = standings_of(known, seen, uow, lambda at, _: at in page)
    return Answer(card=cards.providers_card(standings, command.start, asker.zone))


def provider(command: AskProvider, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Everything about one provider; for managers."""
    known, seen = read(asker, uow, now)
    standings = standings_of(known, seen, uow, lambda _, number: number == command.programme_id)
    found = next((each for each in standings if each.row.programme_id == command.programme_id), None)
    if found is None:
        raise Declined("That provider is not in your list. Here is everything that is.", cards.HOME)
    issues, actions = records_of(known, command.programme_id)
    return Answer(card=cards.provider_card(found, issues, actions, asker.zone))
