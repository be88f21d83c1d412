"""Figures are kept: the counts as given, where they came from, and what they replace. Nothing is ever overwritten."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from handlers.metrics.catalogue import Catalogue, load_catalogue
from handlers.metrics.figures import Figure as Measured
from handlers.metrics.metric import Metric
from handlers.metrics.reading.derive import AS_REPORTED
from handlers.metrics.reading.preview import Observation
from handlers.metrics.values import rounded
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.events import FiguresReported
from storage.models.audit import AuditEntry
from storage.models.metrics import Figure
from storage.models.provider import Programme, Provider
from storage.providers import named
from storage.unit_of_work import UnitOfWork

WEEK_DAYS = 7
LONGEST_PERIOD = timedelta(days=31)
"""A month: the longest period a figure is kept for, and so how far an overlap can reach."""
ROWS_NAMED = 5

Key = tuple[str, str, str, date, int]


def catalogue() -> Catalogue:
    """The catalogue, read from disk at the first call."""
    return load_catalogue()


class Overlap(ValueError):
    """A figure of another grain covers the same contacts; both would be counted. The message says which and the way
    out.
    """


@dataclass(frozen=True, slots=True)
class Given:
    """A figure somebody gives. ``definition`` names the formula; with another one it is another series."""

    metric: Metric
    definition: str
    measured: Measured
    period_start: date
    period_days: int = WEEK_DAYS
    queue: str = ""

    @property
    def key(self) -> Key:
        """What makes it the same figure."""
        return self.metric.id, self.definition, self.queue, self.period_start, self.period_days


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from: ``how`` is "reply", "form", "command" or "import"; ``origin`` the message, or the file
    and its row."""

    how: str
    origin: str = ""
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a figure; ``before`` is what it replaced."""

    state: Literal["added", "changed", "unchanged"]
    row: Figure
    before: Figure | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did. ``refused`` says in a line each what was not imported and why; ``notes`` what to know."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Ledger:
    """A programme's figures in force within some days, so that many can be kept after one look."""

    def __init__(self, uow: UnitOfWork, programme: Programme, first: date, last: date) -> None:
        assert programme.id is not None
        self._uow = uow
        self.programme = programme
        self._rows: dict[Key, Figure] = {}
        self._by_series: dict[tuple[str, str], list[Figure]] = defaultdict(list)
        for row in uow.metrics.between(programme.id, first - LONGEST_PERIOD, last + LONGEST_PERIOD):
            self._remember(row)

    def keep(self, given: Given, source: Source, now: datetime) -> Kept:
        """Keep one figure; the one it corrects stays, superseded. Raises ``Overlap``."""
        before = self._rows.get(given.key)
        if before is not None and _says_the_same(before, given):
            return Kept("unchanged", before)
        self._refuse_overlap(given)
        row = self._uow.metrics.add(_row(self.programme, given, source, now))
        if before is not None:
            self._uow.metrics.supersede(before, row, now)
            self._by_series[before.metric, before.definition].remove(before)
        self._remember(row)
        return Kept("added" if before is None else "changed", row, before)

    def _remember(self, row: Figure) -> None:
        self._rows[_key(row)] = row
        self._by_series[row.metric, row.definition].append(row)

    def _refuse_overlap(self, given: Given) -> None:
        end = given.period_start + timedelta(days=given.period_days)
        for row in self._by_series[given.metric.id, given.definition]:
            same_time = row.period_start < end and given.period_start < row.period_start + timedelta(row.period_days)
            same_place = row.queue == given.queue or not row.queue or not given.queue
            if same_time and same_place and _key(row) != given.key:
                raise Overlap(
                    f"{given.metric.name}: {_grain(row.period_start, row.period_days, row.queue)} is kept already and "
                    f"covers the same contacts as {_grain(given.period_start, given.period_days, given.queue)}; "
                    "give figures of one length and one set of queues"
                )


def keep(
    uow: UnitOfWork, programme: Programme, given: Sequence[Given], source: Source, now: datetime, words: str = ""
) -> tuple[list[Kept], list[str]]:
    """Keep what one person gave at once, with its audit entry; ``FiguresReported`` happens for what is new.

    Answers what was kept, and in a sentence each what was not because it overlaps another grain.
    """
    kept: list[Kept] = []
    refused: list[str] = []
    if not given:
        return kept, refused
    starts = [each.period_start for each in given]
    ledger = Ledger(uow, programme, min(starts), max(starts))
    for each in given:
        try:
            kept.append(ledger.keep(each, source, now))
        except Overlap as problem:
            refused.append(str(problem))
    _note(uow, programme, kept, source, now, words)
    return kept, refused


def import_observations(
    uow: UnitOfWork,
    installation_id: int,
    observations: Sequence[Observation],
    now: datetime,
    person_id: int | None = None,
    origin: str = "",
) -> Summary:
    """Keep the figures of a file. Again changes nothing. ``origin`` names the file.

    Providers are matched by code, then by name; a provider with several programmes needs the code or name of one of
    them. ``FiguresReported`` happens once a programme and period: the caller lets the followers act.
    """
    done: Counter[str] = Counter()
    refused: dict[str, list[int]] = defaultdict(list)
    notes: list[str] = []
    known = uow.providers.providers(installation_id)
    for (name, code), theirs in _by_provider(observations).items():
        programme = _programme(uow, known, name, code)
        if isinstance(programme, str):
            refused[programme].extend(each.row for each in theirs)
            continue
        notes += _import_programme(uow, programme, theirs, Source("import", origin, person_id), now, done, refused)
    lines = tuple(f"{_rows(rows)}: {why}" for why, rows in refused.items())
    return Summary(done["added"], done["changed"], done["unchanged"], lines, tuple(notes))


def _import_programme(
    uow: UnitOfWork,
    programme: Programme,
    theirs: Sequence[Observation],
    source: Source,
    now: datetime,
    done: Counter[str],
    refused: dict[str, list[int]],
) -> list[str]:
    assert programme.id is not None
    starts = [each.period_start for each in theirs]
    ledger = Ledger(uow, programme, min(starts), max(starts))
    followed = {each.metric: each.definition for each in uow.metrics.tracked(programme.id)}
    kept = []
    for each in theirs:
        given = given_by(each, followed)
        row_source = replace(source, origin=f"{source.origin} row {each.row}".strip())
        try:
            kept.append(ledger.keep(given, row_source, now))
        except Overlap as problem:
            refused[str(problem)].append(each.row)
    done.update(each.state for each in kept)
    _note(uow, programme, kept, source, now, "")
    return _other_series(programme, theirs, followed)


def given_by(observation: Observation, followed: dict[str, str]) -> Given:
    """The figure of an observation. A value without formula is taken as the series that is followed."""
    metric = catalogue().get(observation.metric_id)
    definition = observation.definition
    if definition == AS_REPORTED:
        definition = followed.get(metric.id, metric.definition)
    measured = Measured(observation.numerator, observation.denominator, observation.value)
    return Given(
        metric, definition, measured, observation.period_start, observation.period_days, observation.queue or ""
    )


def _other_series(programme: Programme, theirs: Iterable[Observation], followed: dict[str, str]) -> list[str]:
    """Figures by another formula than the followed one are a series of their own: say so instead of showing nothing."""
    found = {(each.metric_id, each.definition) for each in theirs if each.definition != AS_REPORTED}
    return [
        f"{programme.name}: {metric} is followed as {followed[metric]!r}, the file has {definition!r}: kept as a series "
        "of its own, not shown in the digest"
        for metric, definition in sorted(found)
        if metric in followed and followed[metric] != definition
    ]


def _by_provider(observations: Iterable[Observation]) -> dict[tuple[str, str], list[Observation]]:
    found: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for each in observations:
        found[each.provider_name, each.provider_code or ""].append(each)
    return found


def _programme(uow: UnitOfWork, providers: Sequence[Provider], name: str, code: str) -> Programme | str:
    """The programme a file's provider means, or why there is none."""
    provider = (named(providers, code) if code else None) or (named(providers, name) if name else None)
    if provider is None or provider.id is None:
        return f"no provider is called {code or name!r} here; set it up first, or correct the name in the file"
    programmes = [each for each in uow.providers.programmes_of(provider.id) if each.state != "ended"]
    if len(programmes) == 1:
        return programmes[0]
    if not programmes:
        return f"{provider.name} has no programme that runs; set one up first"
    known = ", ".join(each.name for each in programmes)
    return f"{provider.name} has several programmes ({known}); give the figures in that programme's channel"


def _note(
    uow: UnitOfWork, programme: Programme, kept: Sequence[Kept], source: Source, now: datetime, words: str
) -> None:
    """One audit entry for what was done at once, and one event a period."""
    new = [each for each in kept if each.state != "unchanged"]
    if not new:
        return
    assert programme.id is not None
    what = "figures.corrected" if all(each.state == "changed" for each in new) else "figures.reported"
    facts = {"how": source.how, "figures": [each.row.id for each in new]}
    entry = AuditEntry(
        installation_id=programme.installation_id,
        programme_id=programme.id,
        at=now,
        person_id=source.person_id,
        what=what,
        subject="figures",
        subject_id=programme.id,
        visibility=Visibility.SHARED,
        facts=json.dumps(facts, sort_keys=True),
    )
    uow.audit.note(entry, words)
    for start in sorted({each.row.period_start for each in new}):
        uow.happened(FiguresReported(programme.id, start))


def _row(programme: Programme, given: Given, source: Source, now: datetime) -> Figure:
    assert programme.id is not None
    return Figure(
        programme_id=programme.id,
        queue=given.queue,
        metric=given.metric.id,
        definition=given.definition,
        period_start=given.period_start,
        period_days=given.period_days,
        numerator=_storable(given.measured.numerator),
        denominator=_storable(given.measured.denominator),
        value=_storable(given.measured.value),
        how=source.how,
        origin=source.origin,
        reported_by=source.person_id,
        reported_at=now,
    )


LONGEST_DIGITS = 30
"""A quotient of counts has endless digits; the column keeps forty characters of text."""


def _storable(number: Decimal | None) -> Decimal | None:
    if number is None or len(str(number)) <= LONGEST_DIGITS:
        return number
    return rounded(number, 12).normalize()


def _key(row: Figure) -> Key:
    return row.metric, row.definition, row.queue, row.period_start, row.period_days


def _says_the_same(row: Figure, given: Given) -> bool:
    """Whether a given figure is what is kept already. A bare value agrees with counts that round to it."""
    value, old = given.measured.value, row.value
    if value is None or old is None:
        return value is old
    if given.measured.denominator is None and row.denominator is not None:
        digits = -int(value.normalize().as_tuple().exponent)
        return rounded(old, max(digits, 0)) == value
    parts = (_storable(given.measured.numerator), _storable(given.measured.denominator), _storable(value))
    return parts == (row.numerator, row.denominator, old)


def _grain(start: date, days: int, queue: str) -> str:
    length = {1: "the day", WEEK_DAYS: "the week of"}.get(days, f"the {days} days from")
    return f"{length} {start.isoformat()}" + (f" ({queue})" if queue else "")


def _rows(rows: Sequence[int]) -> str:
    named = ", ".join(map(str, rows[:ROWS_NAMED]))
    more = f" and {len(rows) - ROWS_NAMED} more" if len(rows) > ROWS_NAMED else ""
    return f"row{'s' if len(rows) > 1 else ''} {named}{more}"
