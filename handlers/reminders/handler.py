"""A person's morning comes, and what they answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from handlers import places, saying, stand_ins
from handlers.calendar import instant_of, is_quiet, parse_time, week_of, zone
from handlers.noise import preferences
from handlers.reminders import cards, duties, openly, shown, timetable, weekly, weekly_cards
from handlers.reminders.back import back_card, meanwhile
from handlers.reminders.commands import NOT, AskWhy, Snooze
from handlers.reminders.duties import Duty
from handlers.reminders.folded import folded
from handlers.reminders.more import PULSE, More, Pulse, together
from handlers.reminders.rules import working_day
from handlers.reminders.weekdays import begins_week
from handlers.saying import About
from handlers.vocabulary.address import Direct
from handlers.vocabulary.events import ActionChanged, ActionOverdue, Fired, FoldedChanged, MessageHeld
from handlers.vocabulary.outgoing import Answer, DirectPost, Heading
from handlers.vocabulary.route import Asker, Declined
from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.models.reminder import Ping
from storage.unit_of_work import UnitOfWork

A_MORNING = timedelta(minutes=10)
"""How long after its time a morning's message still takes up what comes."""
WORKING_DAYS = 3
"""The middle one of the three ways to put a reminder off, in working days."""


class Mornings:
    """Makes mornings. ``pulse`` tells what changed with the providers somebody steers."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse

    def morning(self, fired: Fired, uow: UnitOfWork, now: datetime) -> None:
        """Somebody's morning: one message about everything that is due for them, or silence."""
        person = uow.people.get(fired.subject_id)
        if person is None:
            return
        preferences.look_ahead(person, uow)
        if person.left_at is not None:
            _pass_on(person, uow, now)
        if not timetable.keep(person, uow, now) or not _is_time(person, uow, now):
            return
        if stand_ins.is_away(uow, person, now):
            preferences.miss(person, preferences.missed_since(person, uow) or now, uow)
            return
        to = places.direct_to(uow, person)
        if to is None or not openly.can_be_told(person, to, uow):
            return  # what is due is not counted as said
        if uow.outbox.by_once(_once(person, now)) is None:
            self._speak(person, to, uow, now)

    def held(self, event: object, uow: UnitOfWork, now: datetime) -> None:
        """Something waits for somebody's morning: they have one. What comes while it is still their morning joins it."""
        assert isinstance(event, MessageHeld)
        person = uow.people.get(event.person_id)
        if person is None or not timetable.keep(person, uow, now) or not _is_still_morning(person, uow, now):
            return
        to = places.direct_to(uow, person)
        row = uow.outbox.by_once(_once(person, now))
        if row is not None:  # it joins this morning's message, which is of use on another day then
            row.expires_at = None
            uow.outbox.fold(uow.outbox.held_for(event.person_id), row.key)
            shown.redraw(row, uow, now)
            if to is not None:
                openly.joined(row, person, to, _about(person), uow, now)
        elif to is not None and openly.can_be_told(person, to, uow):
            self._speak(person, to, uow, now)

    def _speak(self, person: Person, to: Direct, uow: UnitOfWork, now: datetime) -> None:
        """Note each reminder in the transaction that says it, and say all there is in one message."""
        assert person.id is not None
        found = duties.duties(person, uow, now)
        waiting = uow.outbox.held_for(person.id)
        week = _week(person, found, waiting, uow, now)
        pulse = self._pulse(person, uow, now, bool(week.elements))
        news = () if pulse is None else (More((Heading(PULSE), *pulse.elements), pulse.text),)
        parts = together((_back(person, uow, now), week, *news, folded(waiting)))
        if not found and not parts.elements:
            return
        _note_pings(person, found, uow, now)
        card, once = shown.card_of(person, now, uow, now, parts), _once(person, now)
        until = None if waiting else _midnight_after(person, now)  # what waited for it is of use on another day, too
        instead = openly.instead(person, to, saying.key_for(person.installation_id, once), parts, uow, now)
        key = saying.say(uow, DirectPost(to, card), _about(person), once, now, until=until, instead=instead)
        uow.outbox.fold(waiting, key)


def folded_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Something that stands in a morning's message changed: the message shows it."""
    assert isinstance(event, FoldedChanged)
    row = uow.outbox.by_key(event.key)
    if row is not None:
        shown.redraw(row, uow, now)


def snooze(command: Snooze, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Put one's own reminder off, silently; without a day the three choices are offered."""
    item, person = _mine(command.action_id, asker, uow, now)
    entry = shown.entry_of(item, person, uow, now, stands_in=item.owner_id != person.id)
    today = duties.today_for(person, now)
    assert item.id is not None
    if command.until == NOT:
        uow.reminders.drop_snooze(item.id, asker.person_id)
        uow.happened(ActionChanged(item.id))
        return Answer(card=cards.unsnoozed_card(entry))
    if item.state not in OPEN:
        raise Declined(f"Action {item.number} is no longer open, so nothing reminds you of it.", cards.LIST)
    if entry.last:
        raise Declined(f"That was the last reminder for action {item.number}. It stays in your list.", cards.LIST)
    choices = snooze_choices(person, today, uow)
    if not command.until:
        return Answer(card=cards.snooze_card(entry, choices))
    until = next(day for name, _, day in choices if name == command.until)
    uow.reminders.set_snooze(item.id, asker.person_id, until, now)
    uow.happened(ActionChanged(item.id))
    return Answer(card=cards.snoozed_card(entry, until))


def why(command: AskWhy, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Why did I get this?"""
    person = uow.people.get(asker.person_id)
    at = "" if person is None else cards.moment_text(person.morning, person.zone)
    return Answer(card=cards.why_card(at, manages=asker.manages))


def snooze_choices(person: Person, today: date, uow: UnitOfWork) -> Sequence[tuple[str, str, date]]:
    """Tomorrow, three working days on, or next week, on days of the person's own: name, label and day."""
    works = preferences.works_for(person, uow)
    return (
        ("tomorrow", "Next working day", working_day(today, 1, works)),
        ("3d", "In 3 working days", working_day(today, WORKING_DAYS, works)),
        ("week", "Next week", working_day(week_of(today)[1], 1, works)),
    )


def _is_time(person: Person, uow: UnitOfWork, now: datetime) -> bool:
    """Not in quiet hours, not on a day off, not while they want a rest. The next morning takes up what this one would have
    said."""
    if is_quiet(now, preferences.awake_hours(person, uow)):
        return False
    today = duties.today_for(person, now)
    return preferences.works_for(person, uow)(today) and preferences.paused_until(person, today, uow) is None


def _is_still_morning(person: Person, uow: UnitOfWork, now: datetime) -> bool:
    """Whether somebody's morning of today has just been, and they are there."""
    here = zone(person.zone)
    began = instant_of(datetime.combine(duties.today_for(person, now), parse_time(person.morning)), here)
    just = timedelta(0) <= now - began <= A_MORNING
    return just and _is_time(person, uow, now) and not stand_ins.is_away(uow, person, now)


def _week(person: Person, found: Sequence[Duty], waiting: Sequence[OutboxRow], uow: UnitOfWork, now: datetime) -> More:
    """On the first day of their week that they are there: all that is theirs."""
    today, works = duties.today_for(person, now), preferences.works_for(person, uow)

    def was_there(day: date) -> bool:
        return works(day) and (day == today or uow.absences.on(person.id or 0, day) is None)

    if not begins_week(today, person.country, was_there) or not preferences.wants_weekly(person, uow):
        return More()
    reminded = {duty.item.id for duty in found if duty.item.id is not None}
    asked = {row.subject_id for row in waiting if row.subject == "review"}
    return weekly_cards.week(weekly.your_week(person, reminded, uow, now, asked))


def _back(person: Person, uow: UnitOfWork, now: datetime) -> More:
    """The first morning after an absence tells what happened meanwhile, once."""
    since = preferences.missed_since(person, uow)
    if since is None:
        return More()
    preferences.miss(person, None, uow)
    return back_card(meanwhile(person, since, uow, now))


def _note_pings(person: Person, found: Sequence[Duty], uow: UnitOfWork, now: datetime) -> None:
    assert person.id is not None
    today = duties.today_for(person, now)
    for duty in found:
        assert duty.item.id is not None
        if duty.item.due_on < today:
            uow.happened(ActionOverdue(duty.item.id))
        ping = Ping(
            action_item_id=duty.item.id, person_id=person.id, step=duty.step(today), due_on=duty.item.due_on, at=now
        )
        uow.reminders.add_ping(ping)


def _about(person: Person) -> About:
    assert person.id is not None
    return About(person.installation_id, shown.MORNING, "my morning", timetable.SUBJECT, person.id)


def _once(person: Person, now: datetime) -> str:
    """One message a person and day, whatever is changed meanwhile."""
    return f"reminders:{person.id}:{duties.today_for(person, now).isoformat()}"


def _midnight_after(person: Person, now: datetime) -> datetime:
    """The end of the person's day: the next morning says what is left."""
    day = duties.today_for(person, now) + timedelta(days=1)
    return instant_of(datetime.combine(day, time()), zone(person.zone))


def _pass_on(person: Person, uow: UnitOfWork, now: datetime) -> None:
    """Somebody has left: whoever stands in for them has mornings from now on."""
    assert person.id is not None
    for item in uow.actions.open_owned_by(person.id):
        timetable.keep_all(item, uow, now)


def _mine(action_id: int, asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[ActionItem, Person]:
    """An item the asker is reminded of. What is none of theirs does not exist for them."""
    item, person = uow.actions.get(action_id), uow.people.get(asker.person_id)
    known = item is not None and item.installation_id == asker.installation_id
    if item is None or person is None or not known:
        raise Declined("That action item is not in your list. Here is what is open.", cards.LIST)
    reminded = duties.recipient(item, uow, now)
    if reminded is None or reminded.id != person.id:
        raise Declined("That action item is not in your list. Here is what is open.", cards.LIST)
    return item, person
