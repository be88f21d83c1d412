"""Many series at once, from a CSV file: read against what there is and shown first, then set up all together or not at all;
doing it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from handlers import places
from handlers.calendar import Cadence, planned, wall_of, zone
from handlers.csv_file import Columns, RefusedRow, Row, read_rows, refusals
from handlers.reviews.planning import MOST, Coming, of_cadence
from handlers.reviews.series import voice as series_voice
from handlers.reviews.series import when
from handlers.reviews.series.commands import LONGEST_NAME, MOST_AHEAD, MOST_MINUTES, SetUpSeries, read_link, read_number
from handlers.reviews.series.handler import MOST_SERIES, create
from handlers.reviews.series.preview import lines
from handlers.reviews.sides import Sides, sides_of
from handlers.reviews.templates import KIND_TEMPLATE, NAMES, template
from handlers.vocabulary.outgoing import Strong
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

COLUMNS = ("provider", "programme", "name", "cadence", "minutes", "template", "link", "anchor_zone", "ahead_days")
NEEDED = ("provider", "cadence")
EXAMPLE = "Northwind Manila,,Weekly operations review,weekly tuesday 10:00,30,weekly,https://meet.example.com/abc,,2"
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class NewSeries:
    """A row that can be set up: ``line`` in the file, whose it is, and what it says. ``unusual`` tells what holidays do to
    its first date, one sentence each."""

    line: int
    provider: str
    programme: Programme
    name: str
    cadence: Cadence
    sides: Sides
    command: SetUpSeries
    unusual: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = f"{self.name}, {self.cadence.words()} ({self.sides.anchor.key}), {self.command.minutes} minutes"
        return "; ".join((f"{self.provider}: {what}", *self.unusual))


@dataclass(frozen=True, slots=True)
class SeriesPreview:
    """What a file would do: ``rows`` are new, ``known`` stand already and stay as they are. With anything in ``refused``
    nothing is done at all."""

    rows: tuple[NewSeries, ...]
    known: tuple[str, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether the file can be imported."""
        return not self.refused

    def lines(self) -> list[str]:
        """The preview in words, a line each."""
        count = f"{len(self.rows)} to set up, {len(self.known)} there already, {len(self.refused)} refused."
        held = [] if self.ready else ["Nothing is imported until every row can be: mend the file and try again."]
        return [*self.notes, *map(str, self.rows), *refusals(self.refused), count, *held]


@dataclass(slots=True)
class _Row:
    """One row while it is read; what is wrong is collected so that all of it is said at once."""

    line: int
    values: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return " ".join((self.values.get(name) or "").split())

    def fail(self, name: str, problem: object) -> None:
        said = str(problem)
        self.problems.setdefault(name, said.removeprefix(f"{name}: "))

    def reasons(self) -> tuple[str, ...]:
        return tuple(f"{name}: {problem}" for name, problem in self.problems.items())


def preview_series(text: str, uow: UnitOfWork, installation_id: int, now: datetime) -> SeriesPreview:
    """Read a file's text; commas, semicolons or tabs between the columns. Nothing is stored.

    Raises ``WrongColumns`` when the first line lacks what is needed.
    """
    model = f"The full first line is {','.join(COLUMNS)}, a row is {EXAMPLE}"
    rows, notes = read_rows(text, Columns(COLUMNS, NEEDED, model))
    return _read(rows, uow, installation_id, now, notes)


def import_series(preview: SeriesPreview, uow: UnitOfWork, now: datetime) -> list[str]:
    """Set up what was previewed, each with its card in its channel. Answers one line each.

    The caller lets the followers act (``router.follow``) and commits. Raises ValueError when anything is refused.
    """
    if not preview.ready:
        raise ValueError(preview.lines()[-1])
    done: list[str] = []
    for row in preview.rows:
        standing = create(row.command, row.name, row.cadence, row.sides, row.programme, None, uow, now)
        series_voice.post_card(standing, uow, now)
        upcoming = standing.next
        following = "" if upcoming is None else f", next {standing.sides.clocks(upcoming.at)}"
        following += f" (moved: {upcoming.reason})" if upcoming is not None and upcoming.moved_by else ""
        done.append(f"{row.provider}: {row.name} is set up{following}")
    return done


def _read(
    rows: Iterable[Row], uow: UnitOfWork, installation_id: int, now: datetime, notes: tuple[str, ...]
) -> SeriesPreview:
    good: dict[tuple[int, str], NewSeries] = {}
    refused: list[RefusedRow] = []
    known: list[str] = []
    for number, values in enumerate(rows, start=2):
        line = values.line
        row = _Row(line, values)
        found = _series(row, uow, installation_id, now) if number <= MOST_ROWS else None
        if number > MOST_ROWS:
            row.fail("rows", f"a file has at most {MOST_ROWS} lines; split it")
        if found is None or row.problems:
            refused.append(RefusedRow(line, row.get("provider"), row.reasons()))
            continue
        key = (found.programme.id or 0, found.name.casefold())
        if key in good:
            same = (
                f"the same provider, programme and name stand in line {good[key].line}; give one of them another name"
            )
            refused.append(RefusedRow(line, row.get("provider"), (same,)))
        elif _is_there(found, uow):
            known.append(f"{found.provider}: {found.name}")
        else:
            good[key] = found
    full = _too_many(good.values(), uow)
    return SeriesPreview(tuple(good.values()), tuple(known), (*refused, *full), notes)


def _series(row: _Row, uow: UnitOfWork, installation_id: int, now: datetime) -> NewSeries | None:
    if None in row.values:  # what csv does with cells beyond the first line's columns
        row.fail("row", "it has more cells than the first line has columns; put names with commas in quotes")
        return None
    for name in NEEDED:
        if not row.get(name):
            row.fail(name, f"this is empty; a row is {EXAMPLE}")
    found = _programme(row, uow, installation_id) if row.get("provider") else None
    if found is None:
        return None
    provider, programme = found
    try:
        sides = sides_of(
            programme, provider, uow, zone(row.get("anchor_zone"), "anchor_zone").key if row.get("anchor_zone") else ""
        )
    except ValueError as problem:
        row.fail("anchor_zone", problem)
        return None
    cadence = _cadence(row, sides, now)
    if cadence is None:
        return None
    kind = row.get("template").casefold() or KIND_TEMPLATE[cadence.kind]
    if kind not in NAMES:
        row.fail("template", f"{kind!r} is not one of {', '.join(NAMES)}")
        return None
    command = _command(row, kind)
    name = row.get("name") or template(kind).title
    if len(name) > LONGEST_NAME:
        row.fail("name", f"{name[:20]!r}… has {len(name)} characters, at most {LONGEST_NAME} fit")
    return NewSeries(row.line, provider.name, programme, name, cadence, sides, command, _unusual(cadence, sides, now))


def _unusual(cadence: Cadence, sides: Sides, now: datetime) -> tuple[str, ...]:
    """Which dates a holiday takes out before the first that is held, and where it moves that one; nothing usually."""
    countries, zones = sides.countries
    found: list[Coming] = []
    for each in islice(planned(cadence, sides.anchor, countries, wall_of(now, sides.anchor), zones), MOST):
        found.append(of_cadence(each))
        if found[-1].is_held:
            break
    told = [each for each in found if each.moved_by]
    return tuple(
        "".join(span if isinstance(span, str) else span.text for span in line if isinstance(span, str | Strong))
        for line in lines(told, sides)
    )


def _programme(row: _Row, uow: UnitOfWork, installation_id: int) -> tuple[Provider, Programme] | None:
    wanted, part = row.get("provider"), row.get("programme")
    provider = uow.providers.provider_named(installation_id, wanted)
    if provider is None or provider.id is None:
        names = ", ".join(each.name for each in uow.providers.providers(installation_id)[:5]) or "none is set up yet"
        row.fail("provider", f"{wanted!r} is not set up here; known are: {names}. Set it up first, or mend the name")
        return None
    running = [each for each in uow.providers.programmes_of(provider.id) if each.state == "active"]
    found = [each for each in running if not part or each.name.casefold() == part.casefold()]
    if len(found) != 1:
        names = ", ".join(each.name for each in running) or "none that runs"
        row.fail("programme", f"{part!r} is not one of {provider.name}'s; write one of: {names}")
        return None
    if found[0].id is None or places.shared_channel(uow, found[0].id) is None:
        row.fail("programme", f"{found[0].name!r} has no shared channel yet to say it in; bind one with `setup` first")
        return None
    return provider, found[0]


def _cadence(row: _Row, sides: Sides, now: datetime) -> Cadence | None:
    kind = row.get("template").casefold()
    try:
        return (
            when.read_when(row.get("cadence"), kind if kind in NAMES else "weekly", sides, now, "cadence")
            if row.get("cadence")
            else None
        )
    except ValueError as problem:
        row.fail("cadence", problem)
        return None


def _command(row: _Row, kind: str) -> SetUpSeries:
    """The numbers and the link; what is wrong is kept under the column's own name."""
    values = {name: row.get(name) for name in COLUMNS}
    minutes = read_number(values, "minutes", 1, MOST_MINUTES, str(template(kind).minutes), row.problems)
    ahead = read_number(values, "ahead_days", 0, MOST_AHEAD, "2", row.problems)
    return SetUpSeries(kind, row.get("cadence"), minutes, read_link(values, row.problems), ahead)


def _is_there(found: NewSeries, uow: UnitOfWork) -> bool:
    assert found.programme.id is not None
    return any(each.name.casefold() == found.name.casefold() for each in uow.series.of(found.programme.id))


def _too_many(rows: Iterable[NewSeries], uow: UnitOfWork) -> list[RefusedRow]:
    """Rows beyond what one programme may have."""
    counts: dict[int, int] = {}
    refused: list[RefusedRow] = []
    for row in rows:
        programme_id = row.programme.id or 0
        counts.setdefault(programme_id, len(uow.series.of(programme_id)))
        counts[programme_id] += 1
        if counts[programme_id] > MOST_SERIES:
            why = f"{row.programme.name} would have more than {MOST_SERIES} series; leave some out, or end some first"
            refused.append(RefusedRow(row.line, row.provider, (why,)))
    return refused
