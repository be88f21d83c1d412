"""A person's own mornings: another time, other days, a rest, the weekly list. Silent to everybody else."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from handlers import places
from handlers.calendar import parse_days, parse_pattern, parse_time, working_days
from handlers.calendar.written import parse_day
from handlers.mirrors.twins import NAMES
from handlers.noise import preferences
from handlers.reminders import duties, times_cards, timetable
from handlers.reminders.commands import AskMornings, AskQuiet, PauseMornings, SetMornings, SetQuiet, WantWeekly
from handlers.reminders.times_cards import Mornings
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

LONGEST = timedelta(days=31)
"""A longer rest is an absence, in which a deputy is reminded."""
EXAMPLE = "Write for example mornings 08:15 or mornings mon-thu 08:15"
PULSE = "pulse"
"""The setting by person id that is "off" where no daily pulse is wanted."""


def ask(command: AskMornings, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """How my mornings are set; with a time, or days and a time, they are set. Raises ``Invalid`` for what is neither."""
    person = _person(asker, uow)
    if not command.words:
        return Answer(card=times_cards.mornings_card(_held(person, asker, uow, now)))
    days, at = _read(command.words)
    return _set(person, days, at, asker, uow, now)


def form(command: AskMornings, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for another time."""
    return Answer(form=times_cards.times_form(_held(_person(asker, uow), asker, uow, now)))


def timed(command: SetMornings, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in. Raises ``Invalid`` at the field."""
    problems: dict[str, str] = {}
    days: tuple[str, ...] = ()
    at = ""
    try:
        at = f"{parse_time(command.time):%H:%M}"
    except ValueError as problem:
        problems["time"] = str(problem)
    try:
        days = parse_days(command.days)
    except ValueError as problem:
        problems["days"] = str(problem)
    if problems:
        raise Invalid(problems)
    return _set(_person(asker, uow), days, at, asker, uow, now)


def pause(command: PauseMornings, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Nothing comes before a day. Raises ``Invalid`` for a day that is past, unreadable or too far."""
    person = _person(asker, uow)
    today = duties.today_for(person, now)
    until = _until(command.words, today)
    preferences.pause(person, until, uow)
    return Answer(card=times_cards.mornings_card(_held(person, asker, uow, now)))


def quiet(command: AskQuiet, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Quiet hours of my own, by words ("22:00-08:00", "usual") or by a form. Raises ``Invalid`` for what is neither."""
    person = _person(asker, uow)
    said = command.words.casefold()
    if not said:
        return Answer(form=times_cards.quiet_form(_held(person, asker, uow, now)))
    if said in ("usual", "off", "default"):
        preferences.set_quiet_hours(person, None, uow)
        return _quiet_now(person, asker, uow, now)
    begins, dash, ends = said.replace(" to ", "-").replace("\u2013", "-").partition("-")
    if not dash:
        raise Invalid({"quiet": f"{command.words!r} are no two times of day. Write for example quiet 22:00-08:00"})
    return quieted(SetQuiet(begins.strip(), ends.strip()), asker, uow, now)


def quieted(command: SetQuiet, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in. Raises ``Invalid`` at the field: what is no time of day, what is round the clock, and what
    would leave no morning."""
    person, found, problems = _person(asker, uow), {}, {}
    for name, written in (("begins", command.begins), ("ends", command.ends)):
        try:
            found[name] = parse_time(written)
        except ValueError as problem:
            problems[name] = str(problem)
    if problems:
        raise Invalid(problems)
    begins, ends = found["begins"], found["ends"]
    if begins == ends:
        raise Invalid(
            {"ends": f"{ends:%H:%M} is when they begin. Give another time; to hear nothing for a while: pause"}
        )
    if _within(parse_time(person.morning), begins, ends):
        raise Invalid(
            {
                "ends": f"{begins:%H:%M} to {ends:%H:%M} has your morning of {person.morning} in it. "
                f"Change that first, for example mornings {ends:%H:%M}"
            }
        )
    preferences.set_quiet_hours(person, (begins, ends), uow)
    return _quiet_now(person, asker, uow, now)


def _quiet_now(person: Person, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    held = _held(person, asker, uow, now)
    said = f"No direct message comes by itself from {held.quiet[0]} to {held.quiet[1]}. Nobody else is told."
    return Answer(card=times_cards.mornings_card(held, said), done=said)


def _within(at: time, begins: time, ends: time) -> bool:
    """Whether a time of day is in hours that may pass midnight."""
    return begins <= at < ends if begins < ends else at >= begins or at < ends


def resume(command: AskMornings, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Reminders go on."""
    person = _person(asker, uow)
    preferences.pause(person, None, uow)
    held = _held(person, asker, uow, now)
    return Answer(card=times_cards.mornings_card(held, f"Your reminders go on, from the next morning at {held.time}."))


def weekly(command: WantWeekly, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The weekly list on or off."""
    person = _person(asker, uow)
    preferences.want_weekly(person, command.on, uow)
    said = (
        "The weekly list is on: it comes on the first working day of your week."
        if command.on
        else "No weekly list any more. Single reminders still come."
    )
    return Answer(card=times_cards.mornings_card(_held(person, asker, uow, now), said))


def _set(person: Person, days: tuple[str, ...], at: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Keep the time and, where any are given, the days. From the next morning on. Raises ``Invalid`` for a time in quiet
    hours of one's own."""
    begins, ends = preferences.quiet_hours(person, uow)
    if preferences.has_own_quiet_hours(person, uow) and _within(parse_time(at), begins, ends):
        raise Invalid(
            {
                "time": f"{at} is in your quiet hours, {begins:%H:%M} to {ends:%H:%M}. "
                f"Change those first, for example quiet {begins:%H:%M}-{at}"
            }
        )
    person.morning = at
    uow.people.add(person)
    if days:
        usual = working_days(person.country or None)
        preferences.choose_days(person, () if days == usual else days, uow)
    timetable.keep(person, uow, now)
    held = _held(person, asker, uow, now)
    said = f"Your reminders come at {at} from now on, {times_cards.days_text(held.days)}."
    return Answer(card=times_cards.mornings_card(held, said), done=said)


def _read(words: str) -> tuple[tuple[str, ...], str]:
    """Days and a time, or a time alone."""
    try:
        return (), f"{parse_time(words):%H:%M}"
    except ValueError:
        pass
    try:
        pattern = parse_pattern(words)
    except ValueError:
        raise Invalid({"time": f"{words!r} is no time of day. {EXAMPLE}"}) from None
    return pattern.days, f"{pattern.at:%H:%M}"


def _until(words: str, today: date) -> date:
    said = words.strip()
    for word in ("until ", "till ", "til "):
        said = said[len(word) :].strip() if said.casefold().startswith(word) else said
    try:
        until = parse_day(said or "monday", today, field="until")
    except ValueError as problem:
        raise Invalid({"until": str(problem)}) from problem
    if until <= today:
        raise Invalid({"until": f"{until} is today. Give a day after it, for example pause until monday"})
    if until - today > LONGEST:
        raise Invalid(
            {"until": f"{until} is more than {LONGEST.days} days ahead. Say away until then: a deputy is reminded"}
        )
    return until


def _held(person: Person, asker: Asker, uow: UnitOfWork, now: datetime) -> Mornings:
    today = duties.today_for(person, now)
    begins, ends = preferences.quiet_hours(person, uow)
    return Mornings(
        time=person.morning,
        zone=person.zone,
        days=preferences.days_of(person, uow) or working_days(person.country or None),
        weekly=preferences.wants_weekly(person, uow),
        paused=preferences.paused_until(person, today, uow),
        today=today,
        pulse=uow.settings.get(f"{PULSE}:{person.id}") != preferences.OFF if asker.manages else None,
        quiet=(f"{begins:%H:%M}", f"{ends:%H:%M}"),
        own_quiet=preferences.has_own_quiet_hours(person, uow),
        folded=preferences.folds_all(person, uow),
        direct=places.chosen_platform(person, uow),
        platforms=_platforms(person, uow),
    )


def _platforms(person: Person, uow: UnitOfWork) -> tuple[tuple[str, str], ...]:
    """Where they have an account, by key and name; () for who has one platform."""
    assert person.id is not None
    found = list(dict.fromkeys(Platform(each.platform) for each in uow.people.accounts(person.id)))
    return tuple((each.value, NAMES[each]) for each in found) if len(found) > 1 else ()


def _person(asker: Asker, uow: UnitOfWork) -> Person:
    person = uow.people.get(asker.person_id)
    if person is None:
        raise Declined("I do not know you here yet. Say something in the channel both companies share.")
    return person
