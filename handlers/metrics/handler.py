"""The verb "metrics": how things stand, entering figures, and where a figure came from."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from handlers.calendar import wall_of, zone
from handlers.metrics import agreeing, answers, cards
from handlers.metrics.challenges import challenged
from handlers.metrics.commands import AskMetrics, AskVolume, AskWeek, EnterFigures, TellVolume
from handlers.metrics.echoes import echo_of, take
from handlers.metrics.followed import followed_by
from handlers.metrics.keeping import catalogue, keep
from handlers.metrics.ledger import Given, Source
from handlers.metrics.metric import Metric
from handlers.metrics.requests import missing_of
from handlers.metrics.said import short_names
from handlers.metrics.states import row_of, state_of
from handlers.metrics.values import format_value
from handlers.metrics.weeks import WEEK, UnclearWeek, last_complete, week_meant
from handlers.places import the_programme
from handlers.replies import parse
from handlers.replies.words import Figures
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.metrics import Figure
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

SHOW = "metrics.show"
_WHY = re.compile(r"(?:why|where|source|history)\s+(?P<name>.+)", re.I)
_TARGET = re.compile(r"targets?\b\s*(?:for|of)?\s*(?P<said>.*)", re.I | re.S)


def show(command: AskMetrics, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Figures are kept, "why SL" or "SL" shows where one came from, "target AHT 6:00 to 7:00" agrees a target, anything else
    names the provider whose table is shown."""
    if found := _WHY.fullmatch(command.words):
        programme = the_programme(asker, uow, again=SHOW)
        return _why(programme, _metric(found["name"]), _week(programme, now), asker, uow)
    if found := _TARGET.fullmatch(command.words):
        programme = the_programme(asker, uow, again=SHOW)
        if found["said"]:
            return agreeing.agree(found["said"], programme, asker, uow, now)
        return agreeing.show(programme, asker, uow, now)
    if (named := catalogue().find(command.words)) is not None:
        programme = the_programme(asker, uow, again=SHOW)
        return _why(programme, named, _week(programme, now), asker, uow)
    figures = _figures(command.words, asker, now)
    if figures is not None:
        return _given(command, figures, the_programme(asker, uow, again=SHOW), asker, uow, now)
    return _table(the_programme(asker, uow, command.words, again=SHOW), uow, now)


def direct(event: Said, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """Figures said to the bot outside threads are kept as with the verb before them. None: these words are no figures."""
    return None if _figures(event.words, asker, now) is None else show(AskMetrics(event.words), asker, uow, now)


def _figures(words: str, asker: Asker, now: datetime) -> Figures | None:
    names = short_names(catalogue(), ())
    reading = parse(words, today=wall_of(now, zone(asker.zone)).date(), short_names=names)
    return reading[0] if isinstance(reading, tuple) and isinstance(reading[0], Figures) else None


def form(command: AskWeek, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for a week: what is missing first; when nothing is, the values there are, to be corrected."""
    programme = the_programme(asker, uow, str(command.programme_id), again=SHOW)
    assert programme.id is not None
    tracked = uow.metrics.tracked(programme.id)
    missing = missing_of(uow, programme.id, tracked, command.week)
    known = catalogue().metrics
    wanted = missing or tuple(known[each.metric] for each in tracked if each.metric in known)
    if not wanted:
        raise Declined("No key metrics are chosen for this programme yet. A manager chooses them in the set-up.")
    values = _values(uow, programme.id, command.week)
    inputs = [(metric, values.get(metric.id, "")) for metric in wanted]
    left_out = max(0, len(inputs) - cards.MOST_INPUTS)
    return Answer(
        form=cards.figures_form(
            _provider_name(programme, uow),
            programme.id,
            command.week,
            inputs,
            definitions={each.metric: each.definition for each in tracked},
            left_out=left_out,
        )
    )


def enter(command: EnterFigures, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Keep what the form gave."""
    programme = the_programme(asker, uow, str(command.programme_id), again=SHOW)
    assert programme.id is not None
    if command.week > _week(programme, now):
        raise Declined("That week is not over yet; figures are kept once it is.", Button(SHOW, "Show the table"))
    tracked = uow.metrics.tracked(programme.id)
    definitions = {each.metric: each.definition for each in tracked}
    given = [
        Given(catalogue().get(name), definitions.get(name, catalogue().get(name).definition), measured, command.week)
        for name, measured in command.figures.items()
    ]
    kept, refused = keep(uow, programme, given, Source("form", asker.event, asker.person_id), now)
    if not kept and not refused:
        return Answer(done="Nothing was filled in, so nothing was kept.")
    echo = echo_of(kept, refused, programme, tracked, command.week, uow)
    text, _ = answers.echo_elements(echo)
    return Answer(card=answers.alone_card(echo, programme.id), done=text)


def ask_volume(command: AskVolume, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for how many contacts a week has, where the question came to one person alone."""
    programme = the_programme(asker, uow, str(command.programme_id), again=SHOW)
    assert programme.id is not None
    return Answer(form=cards.volume_form(_provider_name(programme, uow), programme.id))


def tell_volume(command: TellVolume, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Keep how many contacts a week has, as a reply to the question does."""
    programme = the_programme(asker, uow, str(command.programme_id), again=SHOW)
    uow.settings.set(f"volume:{programme.id}", str(command.volume))
    return Answer(done=answers.thanks_for_volume(command.volume))


def why(command: AskWeek, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Where the figures of a metric came from."""
    programme = the_programme(asker, uow, str(command.programme_id), again=SHOW)
    return _why(programme, catalogue().get(command.metric), command.week, asker, uow)


def _given(
    command: AskMetrics, figures: Figures, programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime
) -> Answer:
    assert programme.id is not None
    today = wall_of(now, zone(programme.anchor_zone)).date()
    try:
        week = week_meant(figures.period, _week(programme, now), today)
    except UnclearWeek as problem:
        raise Declined(str(problem)) from problem
    tracked = uow.metrics.tracked(programme.id)
    source = Source("command", asker.event, asker.person_id)
    echo = take(figures, (), programme, tracked, week, source, command.words, uow, now)
    return Answer(card=answers.alone_card(echo, programme.id))


def _table(programme: Programme, uow: UnitOfWork, now: datetime) -> Answer:
    assert programme.id is not None
    week = _week(programme, now)
    disputed = challenged(uow, programme.id, week)
    states = [state_of(each, week, disputed) for each in followed_by(uow, programme.id, week + WEEK)]
    table = cards.Table(
        provider=_provider_name(programme, uow),
        programme_id=programme.id,
        week=week,
        rows=tuple(row_of(each) for each in states),
        metrics=tuple(each.metric for each in states),
        received=sum(not each.missing for each in states),
    )
    return Answer(card=cards.table_card(table))


def _why(programme: Programme, metric: Metric, week: date, asker: Asker, uow: UnitOfWork) -> Answer:
    assert programme.id is not None
    tracked = next((each for each in uow.metrics.tracked(programme.id) if each.metric == metric.id), None)
    rows = _history(uow, programme.id, metric, week)
    if not rows and (known := uow.metrics.readings([programme.id], week, metric=metric.id)):
        week = known[-1].period_start - timedelta(days=known[-1].period_start.weekday())
        rows = _history(uow, programme.id, metric, week)
    disputed = challenged(uow, programme.id, week)
    origins = [_origin(row, metric, disputed, asker, uow) for row in rows]
    return Answer(card=cards.why_card(metric, "" if tracked is None else tracked.definition, week, origins))


def _history(uow: UnitOfWork, programme_id: int, metric: Metric, week: date) -> list[Figure]:
    days = [week + timedelta(days=number) for number in range(WEEK.days)]
    return [row for day in days for row in uow.metrics.history(programme_id, metric.id, day)]


def _origin(row: Figure, metric: Metric, disputed: frozenset[int], asker: Asker, uow: UnitOfWork) -> cards.Origin:
    person = None if row.reported_by is None else uow.people.get(row.reported_by)
    counts = "" if row.denominator is None else f"{row.numerator:,.0f} of {row.denominator:,.0f}"
    how = f"{row.how} ({row.origin})" if row.how == "import" and row.origin else row.how
    return cards.Origin(
        value=format_value(metric, row.value),
        counts=counts,
        by="nobody known" if person is None else person.name,
        how=how,
        at=row.reported_at,
        zone=asker.zone,
        in_force=row.superseded_at is None,
        challenged=row.id in disputed,
        queue=row.queue,
    )


def _values(uow: UnitOfWork, programme_id: int, week: date) -> dict[str, str]:
    """What the week's figures are, as one would type them."""
    rows = [row for row in uow.metrics.between(programme_id, week, week + WEEK) if row.period_days == WEEK.days]
    return {row.metric: format_value(catalogue().get(row.metric), row.value) for row in rows}


def _metric(name: str) -> Metric:
    metric = catalogue().find(name)
    if metric is not None:
        return metric
    near = catalogue().nearest(name)
    if near is None:
        raise Declined(f"I know no metric called {name!r}. Here is what is followed.", Button(SHOW, "Show the table"))
    raise Declined(f"I know no metric called {name!r}. Did you mean {near.name}? Then type: metrics why {near.short}")


def _week(programme: Programme, now: datetime) -> date:
    return last_complete(now, zone(programme.anchor_zone))


def _provider_name(programme: Programme, uow: UnitOfWork) -> str:
    provider = uow.providers.provider(programme.provider_id)
    return programme.name if provider is None else provider.name
