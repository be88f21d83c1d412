"""Somebody is away, or back: the verb, the form, the buttons."""

from __future__ import annotations

import json
from datetime import datetime

from handlers.absences import cards, telling, whom
from handlers.absences.commands import AskAway, Back, TellAway
from handlers.absences.covering import covers
from handlers.absences.rules import Span, checked, joined, read_span
from handlers.calendar import parse_day
from handlers.records.past import Undoable
from handlers.stand_ins import today_of
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.events import AbsenceTold
from handlers.vocabulary.outgoing import Answer, Field, Form
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.absence import Absence
from storage.models.audit import AuditEntry
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

TOLD, ENDED = "absence.told", "absence.ended"


def ask(command: AskAway, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Days in words are noted at once; without any the form opens. Raises ``Invalid`` for days that cannot be."""
    if not command.words:
        return Answer(form=_form(command.person_id, asker, uow, now))
    person, days = whom.split_mention(command.words, asker, uow)
    whom.allowed_for(person, asker, uow)
    try:
        span = read_span(days, today_of(person, now))
    except ValueError as problem:
        raise Invalid({"days": str(problem)}) from problem
    return _note(person, span, asker, uow, now)


def tell(command: TellAway, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in. Raises ``Invalid`` at the field."""
    person = whom.allowed_for(whom.of_user(command.user, asker, uow), asker, uow)
    today, problems = today_of(person, now), dict[str, str]()
    days = {}
    for name in ("first", "last"):
        try:
            days[name] = parse_day(getattr(command, name), today, field=name, allow_past=True)
        except ValueError as problem:
            problems[name] = str(problem)
    if problems:
        raise Invalid(problems)
    try:
        span = checked(Span(days["first"], days["last"]), today)
    except ValueError as problem:
        raise Invalid({"last": str(problem)}) from problem
    return _note(person, span, asker, uow, now)


def back(command: Back, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The absence of now is over; else the next one is not going to be. Raises ``Declined`` where there is none."""
    person, absence = _meant(command, asker, uow, now)
    whom.allowed_for(person, asker, uow)
    begun = absence.first_day <= today_of(person, now)
    end(person, absence, asker, uow, now)
    return Answer(card=cards.back_card(_who(person, asker), begun=begun))


def undo(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What was told last is taken back, and what it replaced holds again. Raises ``Declined`` if it is over already."""
    absence = uow.absences.get(entry.subject_id)
    person = None if absence is None else uow.people.get(absence.person_id)
    if absence is None or person is None or absence.ended_at is not None:
        raise Declined("That absence is over already, so there is nothing to take back.", cards.AWAY)
    end(person, absence, asker, uow, now)
    for earlier_id in json.loads(entry.facts)["replaced"]:
        earlier = uow.absences.get(earlier_id)
        if earlier is not None:
            earlier.ended_at = None
            uow.absences.save(earlier)
    return Answer(card=cards.back_card(_who(person, asker), begun=False))


UNDOABLE = Undoable(frozenset({TOLD}), undo)


def end(person: Person, absence: Absence, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """From now on it counts no more."""
    absence.ended_at = now
    uow.absences.save(absence)
    _audit(person, absence, ENDED, [], asker, uow, now)
    telling.take_back(person, absence, uow, now)
    _happened(person, uow)


def _note(person: Person, span: Span, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    assert person.id is not None
    today = today_of(person, now)
    span, replaced = joined(span, uow.absences.coming(person.id, today))
    for earlier in replaced:
        earlier.ended_at = now
        uow.absences.save(earlier)
        telling.take_back(person, earlier, uow, now, changed=True)
    absence = uow.absences.add(
        Absence(person_id=person.id, first_day=span.first, last_day=span.last, told_by=asker.person_id, told_at=now)
    )
    _audit(person, absence, TOLD, [each.id for each in replaced if each.id is not None], asker, uow, now)
    cover = covers(person, absence, uow)
    telling.tell(person, absence, cover, asker, uow, now)
    _happened(person, uow)
    who, days = _who(person, asker), (max(absence.first_day, today), absence.last_day, today)
    card = cards.noted_card(who, *days, cover, str(absence.id), may_name=asker.manages)
    return Answer(card=card, done=card.text)


def _meant(command: Back, asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[Person, Absence]:
    if command.absence_id is not None:
        absence = uow.absences.get(command.absence_id)
        person = None if absence is None else uow.people.get(absence.person_id)
        if absence is not None and person is not None and absence.ended_at is None and _may_know(person, asker, uow):
            return person, absence
        raise Declined("That absence is over already.", cards.AWAY)
    person, _ = whom.split_mention(command.words, asker, uow)
    assert person.id is not None
    coming = uow.absences.coming(person.id, today_of(person, now))
    if not coming:
        who = "You are" if person.id == asker.person_id else f"{person.name} is"
        raise Declined(f"{who} not noted as away, so there is nothing to end.", cards.AWAY)
    return person, coming[0]


def _may_know(person: Person, asker: Asker, uow: UnitOfWork) -> bool:
    """An id from a button is checked like a name."""
    try:
        return whom.known(person, asker, uow) is person
    except Invalid:
        return False


def _form(person_id: int | None, asker: Asker, uow: UnitOfWork, now: datetime) -> Form:
    """The days, and for whom where the asker may speak for others."""
    options = whom.offered(asker, uow)
    wanted = None if person_id is None else uow.people.get(person_id)
    account = None if wanted is None else uow.people.account(wanted.id or 0, asker.account.platform)
    user = asker.account.user if account is None else account.user
    initial = user if any(option.value == user for option in options) else asker.account.user
    today = today_of(whom.oneself(asker, uow), now).isoformat()
    who = Field("person", "Who is away", "person", "You, or somebody you may speak for", True, initial, options)
    fields = (
        Field("first", "First day away", "date", initial=today, hint="On the calendar of where they are"),
        Field("last", "Last day away", "date", initial=today),
    )
    return Form(
        "absence.tell",
        "Away",
        "Note the days",
        (who, *fields) if options else fields,
        "you, and whoever stands in",
        "The deputy gets the reminders meanwhile. What is yours stays yours.",
    )


def _who(person: Person, asker: Asker) -> str:
    return "You" if person.id == asker.person_id else person.name


def _happened(person: Person, uow: UnitOfWork) -> None:
    assert person.id is not None
    uow.happened(AbsenceTold(person.id))


def _audit(
    person: Person, absence: Absence, what: str, replaced: list[int], asker: Asker, uow: UnitOfWork, now: datetime
) -> None:
    assert absence.id is not None
    days = {"first": absence.first_day.isoformat(), "last": absence.last_day.isoformat()}
    entry = AuditEntry(
        installation_id=person.installation_id,
        at=now,
        person_id=asker.person_id,
        what=what,
        subject="absence",
        subject_id=absence.id,
        visibility=Visibility.PRIVATE,
        facts=json.dumps({"person": person.id, "replaced": replaced, **days}, sort_keys=True),
    )
    uow.audit.note(entry)
