"""Use cases of a series: set it up, edit it and its agenda, end it. Both companies read what binds them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from handlers import places
from handlers.calendar import Cadence, instant_of, zone
from handlers.reviews import planning, timing
from handlers.reviews.series import cards as series_cards
from handlers.reviews.series import forms as series_forms
from handlers.reviews.series import history as series_history
from handlers.reviews.series import preview, rearranging, when
from handlers.reviews.series import voice as series_voice
from handlers.reviews.series.commands import AskReviews, EditAgenda, EditSeries, OneSeries, SetUpSeries
from handlers.reviews.series.standing import SeriesStanding, active, find, may_manage, standing_of
from handlers.reviews.sides import Sides, sides_of
from handlers.reviews.templates import NAMES, BadAgenda, read_agenda, template, template_text
from handlers.vocabulary.outgoing import Answer, Text
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.provider import Programme, Provider
from storage.models.review import ReviewSeries
from storage.unit_of_work import UnitOfWork

MOST_SERIES = 8
"""Active series of one programme; more rhythms than that are nobody's regimen."""
USUAL_AHEAD = (2, 1, 3)
SETUP_AGAIN = "review.setup"
CHANGED = "This changed while you were looking. Here is how it stands now; nothing was done."


def ask(command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime, kind: str = "", said: str = "") -> Answer:
    """The form for a new series, with the kind of review and the words for when it is that were typed with the verb."""
    programme = places.the_programme(asker, uow, command.programme, again=SETUP_AGAIN)
    provider = uow.providers.provider(programme.provider_id)
    assert provider is not None and programme.id is not None
    _room_for_one(programme, uow)
    sides = sides_of(programme, provider, uow)
    ahead = _usual_ahead(programme, provider, sides, now)
    return Answer(form=series_forms.setup_form(sides, programme.id, ahead, now, kind, said))


def set_up(command: SetUpSeries, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A series stands: its card goes to both companies, its dates to whoever set it up. Raises ``Invalid``."""
    programme = places.the_programme(asker, uow, command.programme, again=SETUP_AGAIN)
    provider = uow.providers.provider(programme.provider_id)
    assert provider is not None
    _room_for_one(programme, uow)
    sides = sides_of(programme, provider, uow)
    cadence = _cadence(command.when, command.template, sides, now)
    try:
        agenda = when.agenda_for(command.when, command.template, cadence)
    except ValueError as problem:
        raise Invalid({"when": str(problem)}) from problem
    fitting, name = replace(command, template=agenda), _free_name(template(agenda).title, programme, uow)
    standing = create(fitting, name, cadence, sides, programme, asker, uow, now)
    series_voice.post_card(standing, uow, now)
    said = f"“{standing.series.name}” is set up: {standing.rhythm}."
    warned = _warnings(standing, uow)
    if agenda != command.template:
        warned.append(f"Its agenda is the one for {NAMES[agenda]}, as it comes; Edit agenda changes it.")
    card = series_cards.dates_card(
        standing, said=said, warnings=warned, undo=f"series:{standing.id}", manage=asker.manages
    )
    return Answer(card=card, done=said)


def create(
    command: SetUpSeries,
    name: str,
    cadence: Cadence,
    sides: Sides,
    programme: Programme,
    asker: Asker | None,
    uow: UnitOfWork,
    now: datetime,
) -> SeriesStanding:
    """Keep a new series and plan its first review; nothing is said yet. ``asker`` None: it came from a file."""
    assert programme.id is not None
    series = uow.series.add(
        ReviewSeries(
            installation_id=programme.installation_id,
            provider_id=programme.provider_id,
            programme_id=programme.id,
            name=name,
            rule=cadence.rule,
            first_wall=cadence.first,
            minutes=command.minutes or template(command.template).minutes,
            anchor_zone=sides.anchor.key,
            template=command.template,
            link=command.link,
            ahead_days=command.ahead_days,
            uid=f"{uuid.uuid4()}@parley",
            created_by=None if asker is None else asker.person_id,
            created_at=now,
        )
    )
    series_history.note_series(series, "series.set_up", None, {}, asker, uow, now)
    planning.ensure_next(series, uow, now)
    return standing_of(series, uow, now)


def edit_form(command: OneSeries, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form of a series that stands."""
    return Answer(form=series_forms.edit_form(_to_manage(command.series_id, asker, uow, now)))


def edit(command: EditSeries, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The series is as the form says: reviews ahead follow the new rhythm, and both companies read what changed."""
    was = _to_manage(command.series_id, asker, uow, now)
    if command.version not in (None, was.series.version):
        return Answer(card=series_cards.dates_card(was, said=CHANGED, manage=True))
    series = was.series
    before, words = series_history.facts_of_series(series), series_history.words_of_series(series)
    told = (was.rhythm, series.minutes, series.name, series.link)
    try:
        sides = sides_of(was.programme, was.provider, uow, zone(command.zone, "zone").key)
    except ValueError as problem:
        raise Invalid({"zone": str(problem)}) from problem
    cadence = planning.cadence_of(series)
    if command.when != cadence.words() or sides.anchor.key != series.anchor_zone:
        since = rearranging.new_rhythm_from(series, sides.anchor, uow, now)
        cadence = _cadence(command.when, series.template, sides, since)
    series.rule, series.first_wall, series.anchor_zone = cadence.rule, cadence.first, sides.anchor.key
    series.name, series.minutes, series.link = command.name, command.minutes, command.link
    rearranging.replan(series, uow, now, asker)
    uow.series.save(series)
    after = standing_of(series, uow, now)
    entry = series_history.note_series(series, "series.edited", before, words, asker, uow, now)
    said = _difference(told, after)
    if said:
        series_voice.line(after, said, series_voice.line_name(entry), uow, now)
    series_voice.show_card(after, uow, now)
    done = f"Saved: {after.rhythm}."
    card = series_cards.dates_card(
        after, said=done, warnings=_warnings(after, uow), undo=f"series:{after.id}", manage=True
    )
    return Answer(card=card, done=done)


def agenda_form(command: OneSeries, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form with the agenda."""
    return Answer(form=series_forms.agenda_form(_to_manage(command.series_id, asker, uow, now)))


def edit_agenda(command: EditAgenda, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Later agendas are as the form says. Raises ``Invalid`` naming the line that cannot be used."""
    standing = _to_manage(command.series_id, asker, uow, now)
    series = standing.series
    if command.version not in (None, series.version):
        return Answer(card=series_cards.dates_card(standing, said=CHANGED, manage=True))
    text = command.agenda.replace("\r\n", "\n").strip()
    try:
        if text:
            read_agenda(text)
    except BadAgenda as problem:
        raise Invalid({"agenda": str(problem)}) from problem
    before, words = series_history.facts_of_series(series), series_history.words_of_series(series)
    series.agenda = "" if not text or text == template_text(series.template).strip() else text
    series.ahead_days = command.ahead_days
    rearranging.set_agendas(series, uow, now)
    uow.series.save(series)
    series_history.note_series(series, "series.agenda", before, words, asker, uow, now)
    series_voice.show_card(standing_of(series, uow, now), uow, now)
    said = f"Saved. Later agendas of “{series.name}” follow it; one that is posted stays as it is."
    return Answer(card=series_cards.confirm_card(said, f"series:{standing.id}"), done=said)


def end_form(command: OneSeries, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Why is it over?"""
    return Answer(form=series_forms.end_form(_to_manage(command.series_id, asker, uow, now)))


def end(command: OneSeries, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The series is over: nothing more is planned, calendars are told, what was decided stays."""
    standing = _to_manage(command.series_id, asker, uow, now)
    series = standing.series
    before, words = series_history.facts_of_series(series), series_history.words_of_series(series)
    series.state, series.ended_at = "ended", now
    rearranging.cancel_ahead(series, command.words, uow, now)
    uow.series.save(series)
    entry = series_history.note_series(series, "series.ended", before, words, asker, uow, now)
    after = standing_of(series, uow, now)
    line: Text = (f"{asker.name} ended “{series.name}”: {command.words}",)
    series_voice.line(after, line, series_voice.line_name(entry), uow, now)
    series_voice.show_card(after, uow, now)
    said = f"“{series.name}” is over. What was decided in it stays."
    return Answer(card=series_cards.confirm_card(said, f"series:{after.id}"), done=said)


def _to_manage(series_id: int, asker: Asker, uow: UnitOfWork, now: datetime) -> SeriesStanding:
    """A series that goes on, for a manager. Raises ``Declined``."""
    series = find(series_id, asker, uow)
    may_manage(asker)
    active(series)
    return standing_of(series, uow, now)


def _room_for_one(programme: Programme, uow: UnitOfWork) -> None:
    assert programme.id is not None
    if programme.state != "active":
        raise Declined("This programme is not running, so no reviews are planned. Resume it first.")
    if len(uow.series.of(programme.id)) >= MOST_SERIES:
        raise Declined(
            f"There are {MOST_SERIES} series already. End one first, so that people still come to the others."
        )


def _free_name(name: str, programme: Programme, uow: UnitOfWork) -> str:
    """The name, with a number where a series of this programme has it already: people have to tell them apart."""
    assert programme.id is not None
    taken = {each.name.casefold() for each in uow.series.of(programme.id)}
    tries = (name, *(f"{name} {number}" for number in range(2, MOST_SERIES + 2)))
    return next(each for each in tries if each.casefold() not in taken)


def _cadence(text: str, template_name: str, sides: Sides, now: datetime) -> Cadence:
    try:
        return when.read_when(text, template_name, sides, now)
    except ValueError as problem:
        raise Invalid({"when": str(problem)}) from problem


def _usual_ahead(programme: Programme, provider: Provider, sides: Sides, now: datetime) -> int:
    """How many working days before the suggested day the channel has no other message."""
    day, found = when.suggested(sides, series_forms.USUAL_MINUTES, now, 1)
    cadence = when.read_when(f"{day} {found[0].start:%H:%M}", "weekly", sides, now)
    first = instant_of(cadence.first, sides.anchor)
    return timing.free_ahead(first, sides.anchor_hours, planning.busy_days(programme, provider), USUAL_AHEAD)


def _warnings(standing: SeriesStanding, uow: UnitOfWork) -> list[str]:
    """Whoever is outside working hours, at the first of the coming dates at which they are; and where no agenda is posted."""
    found: list[str] = []
    for each in standing.coming:
        for said in when.warnings(standing.sides, each.at, standing.series.minutes) if each.is_held else ():
            if not found:
                found.append(f"{preview.day(each)}: {said}")
    if not timing.posts_ahead(planning.cadence_of(standing.series)):
        found.append("No agenda is posted ahead for a daily review: it comes when somebody begins it.")
    return found


def _difference(told: tuple[str, int, str, str], after: SeriesStanding) -> Text:
    """What both companies are told of an edit; nothing when nothing they see changed."""
    rhythm, minutes, name, link = told
    series, said = after.series, list[str]()
    if rhythm != after.rhythm:
        said.append(f"now {after.rhythm}")
    if minutes != series.minutes:
        said.append(f"{series.minutes} minutes long")
    if name != series.name:
        said.append(f"called “{series.name}”")
    if link != series.link:
        said.append("with another meeting link" if series.link else "without a meeting link")
    upcoming = after.next
    following = "" if upcoming is None else f" Next: {after.sides.clocks(upcoming.at)}."
    return (f"“{name}” is {', '.join(said)}.{following}",) if said else ()
