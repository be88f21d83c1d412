"""Figures are kept: the counts as given, where they came from, and what they replace. Nothing is ever overwritten."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.metrics.catalogue import Catalogue, load_catalogue
from handlers.metrics.figures import Figure as Measured
from handlers.metrics.ledger import Given, Kept, Ledger, Overlap, Source
from handlers.metrics.reading.derive import AS_REPORTED
from handlers.metrics.reading.preview import Observation
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.events import FiguresReported
from storage.models.audit import AuditEntry
from storage.models.provider import Programme, Provider
from storage.providers import named
from storage.unit_of_work import UnitOfWork

ROWS_NAMED = 5


def catalogue() -> Catalogue:
    """The catalogue, read from disk at the first call."""
    return load_catalogue()


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did. ``refused`` says in a line each what was not imported and why; ``notes`` what to know."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


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


def _rows(rows: Sequence[int]) -> str:
    named = ", ".join(map(str, rows[:ROWS_NAMED]))
    more = f" and {len(rows) - ROWS_NAMED} more" if len(rows) > ROWS_NAMED else ""
    return f"row{'s' if len(rows) > 1 else ''} {named}{more}"
