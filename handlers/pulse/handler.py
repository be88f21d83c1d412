"""The daily pulse: part of a manager's morning, and the verb that shows it or turns it off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.calendar import wall_of, zone
from handlers.pulse import balance, cards, rules
from handlers.pulse.cards import Hint
from handlers.pulse.commands import AskPulse
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import PersonKnown
from handlers.vocabulary.outgoing import Answer, PrivateCard
from handlers.vocabulary.route import Asker, Declined
from storage.models.person import Person
from storage.news import Window
from storage.unit_of_work import UnitOfWork

CHECKED, TOLD, PULSE = "pulse.checked", "pulse.told", "pulse"
"""Settings by person id: when all was last looked through for them, up to when they were told of changes (both ISO instants),
and "on" or "off" where they said so."""
ON, OFF = "on", "off"
BALANCE = "pulse.balance"
"""Setting by programme and person: when they were last told that the provider is asked too much, an ISO instant."""
HINTS = 3
MANAGER, STEERING = "manager", {"manager", "executive"}


def morning(person: Person, uow: UnitOfWork, now: datetime, replaced: bool) -> PrivateCard | None:
    """What changed for a manager since the last morning; None for nothing, and for who wants none.

    ``replaced``: their weekly list stands in its place today, so the next pulse tells what changed. Either way it was looked.
    """
    if not _wants(person, uow):
        return None
    uow.settings.set(f"{CHECKED}:{person.id}", now.isoformat())
    if replaced:
        return None
    since = _since(person, uow, now)
    uow.settings.set(f"{TOLD}:{person.id}", now.isoformat())
    return _card(person, since, uow, now, keep=True)


def ask(command: AskPulse, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The pulse as it would be now, without using it up; or on and off."""
    person = uow.people.get(asker.person_id)
    if person is None:
        raise Declined("I do not know you here yet. Say something in the channel both companies share.")
    if command.on is not None:
        uow.settings.set(f"{PULSE}:{person.id}", ON if command.on else OFF)
        uow.happened(PersonKnown(asker.person_id))
        return Answer(card=cards.switched_card(command.on, person.morning, person.zone))
    since = _since(person, uow, now)
    return Answer(card=_card(person, since, uow, now, keep=False) or cards.quiet_card(since, person.zone))


def _wants(person: Person, uow: UnitOfWork) -> bool:
    """Managers, and executives who answer for a programme, unless they said no; any executive who said yes."""
    if person.side != Side.CLIENT or person.role not in STEERING:
        return False
    said = uow.settings.get(f"{PULSE}:{person.id}")
    if said in (ON, OFF):
        return said == ON
    return person.role == MANAGER or bool(uow.mornings.posts(person.id or 0))


def _since(person: Person, uow: UnitOfWork, now: datetime) -> datetime:
    told = uow.settings.get(f"{TOLD}:{person.id}")
    return rules.since(None if told is None else datetime.fromisoformat(told), now)


def _card(person: Person, since: datetime, uow: UnitOfWork, now: datetime, *, keep: bool) -> PrivateCard | None:
    """Of the programmes they answer for; of all where they answer for none. ``keep``: they are told by this."""
    assert person.id is not None
    here = zone(person.zone)
    window = Window(
        person.installation_id,
        person.id,
        since,
        now,
        wall_of(since, here).date(),
        wall_of(now, here).date(),
        every=not uow.mornings.posts(person.id),
    )
    contracts = uow.news.contracts(window, window.until_day + rules.HORIZON)
    ending = rules.ending(contracts, window.since_day, window.until_day)
    found = rules.changes([*uow.news.changes(window), *ending])
    hints = _hints(person, window, uow, keep=keep)
    if not found and not hints:
        return None
    names = uow.mornings.names([each.programme_id for each in found[: cards.LISTED]])
    return cards.pulse_card(found, names, since, person.zone, hints)


def _hints(person: Person, window: Window, uow: UnitOfWork, *, keep: bool) -> list[Hint]:
    """Providers that were asked too much in the last seven days, each told at most once in so many days."""
    week = replace(window, since=window.until - balance.SPAN)
    much = [each for each in balance.balances(uow.news.asks(week)) if each.is_too_much]
    fresh = [each for each in much if not _told_of(person, each.programme_id, week, uow)][:HINTS]
    if not fresh:
        return []
    ids = [each.programme_id for each in fresh]
    reviews = uow.mornings.reviews_ahead(ids, window.until, window.until + rules.LONGEST)
    first = {each.programme_id: each.starts_at for each in reversed(reviews)}
    if keep:
        for each in ids:
            uow.settings.set(f"{BALANCE}:{each}:{person.id}", window.until.isoformat())
    names = uow.mornings.names(ids)
    return [Hint(each, names.get(each.programme_id, "A provider"), first.get(each.programme_id)) for each in fresh]


def _told_of(person: Person, programme_id: int, week: Window, uow: UnitOfWork) -> bool:
    told = uow.settings.get(f"{BALANCE}:{programme_id}:{person.id}")
    return told is not None and datetime.fromisoformat(told) > week.since
