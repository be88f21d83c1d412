"""Many providers at once, from a CSV file: read and shown first, then applied; applying it again changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from handlers.calendar import Pattern
from handlers.csv_file import Columns, RefusedRow, Row, read_rows, refusals
from handlers.metrics.catalogue import Catalogue, load_catalogue
from handlers.metrics.targets import BadTarget, ends, read_target
from handlers.providers.handler import set_up
from handlers.providers.rules import MEMBER_ID, country_read, within_budget, zone_read
from handlers.providers.spec import DIGEST_WALL, PROGRAMME, MetricSpec, Owners, PersonSpec, ProviderSpec
from storage.unit_of_work import UnitOfWork

COLUMNS = (
    "provider",
    "country",
    "zone",
    "programme",
    "channel",
    "internal_channel",
    "client_owner",
    "client_deputy",
    "provider_owner",
    "provider_deputy",
    "metrics",
    "digest",
    "contract_end",
)
NEEDED = ("provider", "country", "client_owner", "provider_owner")
WRITE_A_PERSON = "is missing; write a member id and a name, such as U0123ABC Jo Santos"
MISSING = {
    "provider": "the company's name is missing; write for example Northwind Manila",
    "country": "the country of their site is missing; write for example Philippines, or PH",
    "client_owner": f"who answers for it on your side {WRITE_A_PERSON}",
    "provider_owner": f"who answers for it on their side {WRITE_A_PERSON}",
}
"""What is said at a needed column that is empty (S2: an owner on both sides)."""
IN_BRACKETS = re.compile(r"(?P<name>[^<(]*)[<(]\s*@?(?P<user>[^>)\s]+)\s*[>)]")
EXAMPLE = "Northwind Manila,PH,Asia/Manila,Voice support,C0123,C0456,Maya Brooks <U01>,,Jo Santos <U02>,,voice_support,,2026-12-31"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. ``rows`` are ready to apply, ``refused`` are left out, ``notes`` are about the whole file."""

    rows: tuple[ProviderSpec, ...]
    refused: tuple[RefusedRow, ...] = ()
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The preview in words, a line each."""
        shown = [
            f"{spec.provider}: {spec.programme}, {spec.country}, {spec.zone}, {len(spec.metrics)} metrics, "
            f"digest {spec.digest_wall} {spec.anchor_zone}, {spec.channel or 'no channel yet'}"
            for spec in self.rows
        ]
        count = f"{len(self.rows)} of {len(self.rows) + len(self.refused)} rows can be imported."
        return [*self.notes, *shown, *refusals(self.refused), count]


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did: providers that are new, were there already, and were refused when applied."""

    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    refused: tuple[RefusedRow, ...] = ()

    def lines(self) -> list[str]:
        """The result in words."""
        refused = [f"{each.provider} is refused: {'; '.join(each.reasons)}" for each in self.refused]
        return [f"{len(self.new)} set up, {len(self.known)} were there already.", *refused]


@dataclass(slots=True)
class _Row:
    """One row while it is read; what is wrong is collected so that all of it is said at once."""

    values: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def get(self, name: str) -> str:
        return (self.values.get(name) or "").strip()

    def fail(self, problem: object) -> None:
        self.problems.append(str(problem))


def preview_providers(
    text: str, now: datetime, *, anchor_zone: str = "", catalogue: Catalogue | None = None
) -> Preview:
    """Read a file's text; commas, semicolons or tabs between the columns.

    ``anchor_zone`` is the client's zone, in which digests are timed; without it each provider's own is taken. An empty
    zone is the country's own, where all its clocks agree in the year of ``now``.
    Raises ``WrongColumns`` when the first line lacks what is needed.
    """
    model = f"Needed are {', '.join(NEEDED)}; the full first line is {','.join(COLUMNS)}, a row is {EXAMPLE}"
    rows, notes = read_rows(text, Columns(COLUMNS, NEEDED, model))
    preview = read_providers(rows, now, anchor_zone=anchor_zone, catalogue=catalogue)
    return Preview(preview.rows, preview.refused, notes)


def read_providers(
    rows: Iterable[Row], now: datetime, *, anchor_zone: str = "", catalogue: Catalogue | None = None
) -> Preview:
    """Rows as mappings of column to text -> what can be imported and what is refused, with every reason."""
    known = catalogue or load_catalogue()
    good: dict[tuple[str, str], ProviderSpec] = {}
    refused: list[RefusedRow] = []
    for values in rows:
        row = _Row(values)
        spec = _spec(row, anchor_zone, known, now)
        key = (row.get("provider").casefold(), (row.get("programme") or PROGRAMME).casefold())
        if key in good:
            row.fail("the same provider and programme stand in an earlier row")
        if row.problems or spec is None:
            refused.append(RefusedRow(values.line, row.get("provider"), tuple(row.problems)))
        else:
            good[key] = spec
    return Preview(tuple(good.values()), tuple(refused))


def import_providers(preview: Preview, uow: UnitOfWork, installation_id: int, now: datetime) -> Summary:
    """Apply what was previewed. A row that cannot be applied is left out whole, with its reason.

    The caller lets the followers act (``router.follow``) and commits.
    """
    catalogue, new, known, refused = load_catalogue(), list[str](), list[str](), list[RefusedRow]()
    for spec in preview.rows:
        there = _is_known(spec, installation_id, uow)
        heard = len(uow.events)
        try:
            with uow.session.begin_nested():
                set_up(uow, installation_id, spec, now, catalogue=catalogue)
        except ValueError as problem:
            del uow.events[heard:]
            refused.append(RefusedRow(0, spec.provider, (str(problem),)))
            continue
        (known if there else new).append(f"{spec.provider}: {spec.programme}")
    return Summary(tuple(new), tuple(known), tuple(refused))


def _is_known(spec: ProviderSpec, installation_id: int, uow: UnitOfWork) -> bool:
    provider = uow.providers.provider_named(installation_id, spec.provider)
    if provider is None or provider.id is None:
        return False
    return any(each.name == spec.programme for each in uow.providers.programmes_of(provider.id))


def _spec(row: _Row, anchor_zone: str, catalogue: Catalogue, now: datetime) -> ProviderSpec | None:
    if None in row.values:  # what csv does with cells beyond the first line's columns
        row.fail("the row has more cells than the first line has columns; put names with commas in quotes")
    for name in NEEDED:
        if not row.get(name):
            row.fail(f"{name}: {MISSING[name]}")
    if row.problems:
        return None
    metrics = _metrics(row, catalogue)
    try:
        country = country_read(row.get("country"))
        site = zone_read(row.get("zone"), country, now)
        return ProviderSpec(
            provider=row.get("provider"),
            country=country,
            zone=site,
            anchor_zone=anchor_zone or site,
            programme=row.get("programme") or PROGRAMME,
            channel=row.get("channel"),
            internal_channel=row.get("internal_channel"),
            client=_owners(row, "client"),
            theirs=_owners(row, "provider"),
            metrics=metrics,
            digest_wall=str(Pattern.parse(row.get("digest") or DIGEST_WALL, "digest")),
            contract_end=_contract_end(row),
        )
    except ValueError as problem:
        row.fail(problem)
        return None


def _contract_end(row: _Row) -> date | None:
    """The contract's last day, as ISO writes it: other ways of writing a day can be read in two ways in a file."""
    text = row.get("contract_end")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"contract_end: {text!r} is not a day; write it like 2026-12-31, or leave it empty") from None


def _owners(row: _Row, side: str) -> Owners:
    deputy = row.get(f"{side}_deputy")
    return Owners(_person(row.get(f"{side}_owner")), _person(deputy) if deputy else None)


def _person(text: str) -> PersonSpec:
    """ "U0123ABC Jo Santos", "Jo Santos <U0123>", "Jo Santos (U0123)", or only a member id or a name."""
    found = IN_BRACKETS.fullmatch(text)
    if found is not None:
        return PersonSpec(found["name"].strip(), found["user"])
    user, _, name = text.partition(" ")
    return PersonSpec(name.strip(), user) if MEMBER_ID.fullmatch(user) else PersonSpec(text)


def _metrics(row: _Row, catalogue: Catalogue) -> tuple[MetricSpec, ...]:
    """A preset's id or name, or metrics joined by ";" or "|", each with its target if one is agreed: "SL=80; AHT=6:00 to 7:00"."""
    text = row.get("metrics") or catalogue.presets[0].id
    preset = next((each for each in catalogue.presets if text.casefold() in {each.id, each.name.casefold()}), None)
    if preset is not None:
        return tuple(MetricSpec(each.metric_id, *ends(each.target)) for each in preset.metrics)
    found = [_metric(part, catalogue, row) for part in re.split(r"[;|,]", text) if part.strip()]
    metrics = tuple(each for each in found if each is not None)
    try:
        within_budget([each.metric for each in metrics])
    except ValueError as problem:
        row.fail(problem)
    return metrics


def _metric(part: str, catalogue: Catalogue, row: _Row) -> MetricSpec | None:
    name, equals, target = part.partition("=")
    metric = catalogue.find(name.strip())
    if metric is None:
        near = catalogue.nearest(name.strip())
        offered = near.id if near is not None else ", ".join(list(catalogue.metrics)[:3])
        row.fail(f"metrics: {name.strip()!r} is not in the catalogue; did you mean {offered}?")
        return None
    if not equals:
        return MetricSpec(metric.id)
    try:
        return MetricSpec(metric.id, *ends(read_target(target, metric)))
    except BadTarget as problem:
        row.fail(f"metrics: {problem}")
        return None
