"""A person's morning comes, and what they answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers import places, saying
from handlers.calendar import is_quiet, week_of
from handlers.reminders import cards, duties, shown, timetable
from handlers.reminders.commands import AskWhy, Snooze
from handlers.reminders.duties import Duty
from handlers.reminders.rules import Rung, working_day
from handlers.saying import About
from handlers.vocabulary.address import Direct
from handlers.vocabulary.events import ActionChanged, ActionOverdue, Fired
from handlers.vocabulary.outgoing import Answer, DirectPost
from handlers.vocabulary.route import Asker, Declined
from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.models.reminder import Ping
from storage.unit_of_work import UnitOfWork

WORKING_DAYS = 3
"""The middle one of the three ways to put a reminder off, in working days."""


def morning(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Somebody's morning: one message about everything that is due for them, or silence."""
    person = uow.people.get(fired.subject_id)
    if person is None:
        return
    if person.left_at is not None:
        _pass_on(person, uow, now)
    if not timetable.keep(person, uow, now):
        return
    # After an outage the morning may be night: the next one takes up what this one would have said.
    if fired.late and is_quiet(now, duties.hours_for(person)):
        return
    if not duties.works_for(person)(duties.today_for(person, now)):
        return
    found, to = duties.duties(person, uow, now), places.direct_to(uow, person)
    if found and to is not None:
        _remind(person, to, found, uow, now)


def snooze(command: Snooze, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Put one's own reminder off, silently; without a day the three choices are offered."""
    item, person = _mine(command.action_id, asker, uow)
    entry, today = shown.entry_of(item, person, uow, now), duties.today_for(person, now)
    if item.state not in OPEN:
        raise Declined(f"Action {item.number} is no longer open, so nothing reminds you of it.", cards.LIST)
    if entry.last:
        raise Declined(f"That was the last reminder for action {item.number}. It stays in your list.", cards.LIST)
    choices = snooze_choices(person, today)
    if not command.until:
        return Answer(card=cards.snooze_card(entry, choices))
    until = next(day for name, _, day in choices if name == command.until)
    assert item.id is not None
    uow.reminders.set_snooze(item.id, asker.person_id, until, now)
    uow.happened(ActionChanged(item.id))
    return Answer(card=cards.snoozed_card(entry, until))


def why(command: AskWhy, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Why did I get this?"""
    person = uow.people.get(asker.person_id)
    at = "" if person is None else cards.moment_text(person.morning, person.zone)
    return Answer(card=cards.why_card(at))


def snooze_choices(person: Person, today: date) -> Sequence[tuple[str, str, date]]:
    """Tomorrow, three working days on, or next week, on days of the person's own: name, label and day."""
    works = duties.works_for(person)
    return (
        ("tomorrow", "Next working day", working_day(today, 1, works)),
        ("3d", "In 3 working days", working_day(today, WORKING_DAYS, works)),
        ("week", "Next week", working_day(week_of(today)[1], 1, works)),
    )


def _remind(person: Person, to: Direct, found: Sequence[Duty], uow: UnitOfWork, now: datetime) -> None:
    """Note each reminder in the transaction that says it, and say them all in one message."""
    assert person.id is not None
    today = duties.today_for(person, now)
    for duty in found:
        assert duty.item.id is not None
        if duty.item.due_on < today:
            uow.happened(ActionOverdue(duty.item.id))
        step = f"{duty.rung}:{today.isoformat()}" if duty.rung is Rung.AGAIN else str(duty.rung)
        ping = Ping(action_item_id=duty.item.id, person_id=person.id, step=step, due_on=duty.item.due_on, at=now)
        uow.reminders.add_ping(ping)
    about = About(person.installation_id, shown.MORNING, "action items due", timetable.SUBJECT, person.id)
    card = shown.card_of(person, now, uow, now)
    saying.say(uow, DirectPost(to, card), about, f"reminders:{person.id}:{today.isoformat()}", now)


def _pass_on(person: Person, uow: UnitOfWork, now: datetime) -> None:
    """Somebody has left: whoever stands in for them has mornings from now on."""
    assert person.id is not None
    for item in uow.actions.open_owned_by(person.id):
        timetable.keep_all(item, uow, now)


def _mine(action_id: int, asker: Asker, uow: UnitOfWork) -> tuple[ActionItem, Person]:
    """An item the asker is reminded of. What is none of theirs does not exist for them."""
    item, person = uow.actions.get(action_id), uow.people.get(asker.person_id)
    known = item is not None and item.installation_id == asker.installation_id
    if item is None or person is None or not known:
        raise Declined("That action item is not in your list. Here is what is open.", cards.LIST)
    stands_in = duties.recipient(item, uow)
    if stands_in is None or stands_in.id != person.id:
        raise Declined("That action item is not in your list. Here is what is open.", cards.LIST)
    return item, person
