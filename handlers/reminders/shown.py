"""A morning's message as it is shown: built from the reminders it made, so that it can be shown again as things change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers import saying, stand_ins
from handlers.calendar import day_text
from handlers.records.record import value_of
from handlers.reminders import cards, duties, more
from handlers.reminders.entry import Entry
from handlers.reminders.folded import folded
from handlers.reminders.more import More
from handlers.vocabulary.outgoing import PrivateCard
from storage.models.action import ActionItem
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.reminders import FOR, MANAGERS
from storage.unit_of_work import UnitOfWork

MORNING = "reminders.morning"
"""The kind of a morning's message; its subject is "reminders" and the person's id."""


def refresh(item: ActionItem, uow: UnitOfWork, now: datetime) -> Sequence[tuple[OutboxRow, Person]]:
    """Every message that reminded of this item shows how it stands now. Answers each, and whose it is."""
    assert item.id is not None
    found = []
    for person_id, at in dict.fromkeys((ping.person_id, ping.at) for ping in uow.reminders.pings_of(item.id)):
        person = uow.people.get(person_id)
        rows = [row for row in uow.outbox.about("reminders", person_id, MORNING, since=at) if row.created_at == at]
        if person is not None and rows:
            parts = more.kept(saying.decode_card(rows[-1].content))
            saying.show(uow, rows[-1].once, card_of(person, at, uow, now, parts), now)
            found.append((rows[-1], person))
    return found


def redraw(row: OutboxRow, uow: UnitOfWork, now: datetime) -> None:
    """A morning's message shows what waited for it as that stands now."""
    person = uow.people.get(row.subject_id)
    if person is not None:
        parts = more.without_also(more.kept(saying.decode_card(row.content)))
        told = more.together((parts, folded(uow.outbox.folded_in(row.key))))
        saying.show(uow, row.once, card_of(person, row.created_at, uow, now, told), now)


def card_of(person: Person, at: datetime, uow: UnitOfWork, now: datetime, parts: More) -> PrivateCard:
    """The message that was made at the moment ``at``, with everything it reminds of as it stands now."""
    assert person.id is not None
    own: list[Entry] = []
    managed: list[Entry] = []
    for ping in uow.reminders.pings_at(person.id, at):
        item = uow.actions.get(ping.action_item_id)
        if item is not None:
            entry = entry_of(item, person, uow, now, stands_in=FOR in ping.step)
            (managed if ping.step == MANAGERS else own).append(entry)
    return cards.morning_card(own, managed, cards.moment_text(person.morning, person.zone), parts)


def entry_of(item: ActionItem, reader: Person, uow: UnitOfWork, now: datetime, *, stands_in: bool = False) -> Entry:
    """An item as a reminder shows it to its reader, who may stand in for its owner."""
    assert item.id is not None and reader.id is not None
    provider, owner = uow.providers.provider(item.provider_id), uow.people.get(item.owner_id)
    assert provider is not None and owner is not None
    snooze = uow.reminders.snooze(item.id, reader.id)
    today = duties.today_for(reader, now)
    return Entry(
        number=item.number,
        title=item.title,
        provider=provider.name,
        owner=owner.name,
        due_on=item.due_on,
        state=item.state,
        value=value_of(item),
        today=today,
        snoozed_until=None if snooze is None or snooze.until <= today else snooze.until,
        last=uow.reminders.left(item.id, duties.counts_for(item, reader, uow)) == 0,
        instead_of=_away(owner, today, uow, now) if stands_in and owner.id != reader.id else "",
    )


def _away(owner: Person, today: date, uow: UnitOfWork, now: datetime) -> str:
    """Who is stood in for, and until when: "Jo Santos, away until Friday 6 March"."""
    until = stand_ins.away_until(uow, owner, now)
    return owner.name if until is None else f"{owner.name}, away until {day_text(until, today)}"
