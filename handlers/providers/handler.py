"""Set a provider up: everything a programme needs to begin, from one description; and change it piece by piece.

Doing it again with the same description changes nothing, so that a file can be imported twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers import schedules
from handlers.calendar import Pattern, wall_of, zone
from handlers.metrics.catalogue import Catalogue, load_catalogue
from handlers.places import choose_internal
from handlers.providers.contract_timers import set_timers
from handlers.providers.people import Changing, appoint_both
from handlers.providers.rules import within_budget
from handlers.providers.spec import MetricSpec, ProviderSpec
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import ProviderSetUp
from storage.models.metrics import MetricTarget, TrackedMetric
from storage.models.provider import Channel, Installation, Programme, Provider
from storage.unit_of_work import UnitOfWork

DRAFT = "draft"
"""State of a programme whose set-up is not finished: nothing is asked and nothing posted."""


def set_up(
    uow: UnitOfWork,
    installation_id: int,
    spec: ProviderSpec,
    now: datetime,
    *,
    by: int | None = None,
    catalogue: Catalogue | None = None,
) -> Programme:
    """Create or complete provider, programme, channels, people, owners, metrics with targets and schedules.

    ``by`` is the person who does it. The first time ``ProviderSetUp`` happens: the caller lets the followers act
    (the router does; elsewhere ``router.follow``). ``catalogue`` saves reading it again for each of many.
    Raises ``ValueError`` naming what cannot be: an unknown metric, nine of them, an owner of the other company.
    """
    installation = uow.providers.installation_by_id(installation_id)
    if installation is None:
        raise ValueError(f"installation: there is none with the id {installation_id}; connect a workspace first")
    provider = _provider(uow, installation_id, spec, now)
    programme = _programme(uow, installation_id, provider, spec, now)
    change = Changing(installation, provider, programme, now, by)
    bind(uow, change, "shared", spec.channel, spec.channel_name)
    bind(uow, change, "internal", spec.internal_channel, spec.internal_name)
    appoint_both(uow, Side.CLIENT, spec.client, change)
    appoint_both(uow, Side.PROVIDER, spec.theirs, change)
    track(uow, change, spec.metrics, catalogue or load_catalogue(), spec.targets_from)
    begin(uow, change)
    return programme


def begin(uow: UnitOfWork, change: Changing) -> None:
    """From now on the calendar speaks for this programme; the first time, its followers are told."""
    programme, first = change.programme, change.programme.state == DRAFT
    assert programme.id is not None
    if first:
        programme.state = "active"
        uow.providers.add(programme)
        change.note(uow, "programme.set_up", provider=change.provider.id)
        uow.happened(ProviderSetUp(programme.id))
    if programme.state == "active":
        _ring(uow, change, "digest", programme.digest_wall, programme.anchor_zone)
        _ring(uow, change, "figures", programme.figures_wall, change.provider.zone)
        set_timers(uow, programme, change.provider, change.now)


def bind(
    uow: UnitOfWork, change: Changing, kind: str, channel: str, name: str = "", where: tuple[str, str] | None = None
) -> Channel | None:
    """Let a channel be the programme's shared or internal one on its platform; "" leaves it as it is. ``where`` is its
    platform and workspace, None for those where the programme is changed. Of several internal ones this is the place.

    Raises ``ValueError`` when the same channel would be both: what is internal would be read by the provider.
    """
    assert change.programme.id is not None
    if not channel:
        return None
    platform, workspace = where or change.where
    place = platform, workspace, channel
    if any(each.kind != kind for each in uow.providers.channels_at(*place)):
        other = "internal" if kind == "shared" else "shared"
        use = "what both companies read" if other == "shared" else "what only your company reads"
        raise ValueError(f"{name or 'this channel'} is kept for {use}; choose another channel")
    if kind == "shared" and _anothers(uow, change, place):
        raise ValueError(
            f"{name or 'this channel'} is shared with another provider; every provider has a channel of its own"
        )
    bound = next(
        (each for each in uow.providers.channels(change.programme.id, kind) if each.platform == platform), None
    )
    if bound is None:
        bound = Channel(
            installation_id=change.programme.installation_id,
            programme_id=change.programme.id,
            platform=platform,
            workspace=workspace,
            channel=channel,
            kind=kind,
            name=name,
        )
        change.note(uow, "channel.bound", kind=kind, channel=channel)
    elif (bound.workspace, bound.channel) != (workspace, channel):
        bound.workspace, bound.channel, bound.name, bound.frozen = workspace, channel, name, False
        bound.outside = bound.seen_at = None
        change.note(uow, "channel.bound", kind=kind, channel=channel)
    uow.providers.add(bound)
    if kind == "internal":
        choose_internal(uow, bound)
    return bound


def _anothers(uow: UnitOfWork, change: Changing, place: tuple[str, str, str]) -> bool:
    """Whether the channel is bound to another provider, whose people would read this one's figures."""
    programmes = [uow.providers.programme(each.programme_id) for each in uow.providers.channels_at(*place)]
    return any(each is not None and each.provider_id != change.provider.id for each in programmes)


def track(
    uow: UnitOfWork,
    change: Changing,
    metrics: Sequence[MetricSpec],
    catalogue: Catalogue,
    targets_from: date | None = None,
) -> None:
    """Let these be the key metrics, in this order; others are followed no more and keep their history.

    None at all leaves it as it is. A target once agreed is not touched here: it moves only by both sides' consent (S7).
    Raises ``ValueError`` when they are more than the budget, ``UnknownMetric`` for one that is not in the catalogue.
    """
    assert change.programme.id is not None
    if not metrics:
        return
    wanted = within_budget([each.metric for each in metrics])
    kept = {each.metric: each for each in uow.metrics.tracked(change.programme.id)}
    for row in kept.values():
        if row.metric not in wanted:
            row.until = change.now
            uow.metrics.track(row)
    first_day = targets_from or wall_of(change.now, zone(change.programme.anchor_zone)).date()
    for position, metric in enumerate(metrics):
        definition = catalogue.get(metric.metric).definition if metric.definition is None else metric.definition
        if metric.metric in kept:
            kept[metric.metric].position = position
            _first_target(uow, change, uow.metrics.track(kept[metric.metric]), metric, first_day)
        else:
            _begin_tracking(uow, change, metric, definition, position, first_day)
    if list(kept) != list(wanted):
        change.note(uow, "metrics.chosen", metrics=list(wanted))


def _begin_tracking(
    uow: UnitOfWork, change: Changing, metric: MetricSpec, definition: str, position: int, first_day: date
) -> None:
    assert change.programme.id is not None
    row = uow.metrics.track(
        TrackedMetric(
            programme_id=change.programme.id,
            metric=metric.metric,
            definition=definition,
            position=position,
            since=change.now,
        )
    )
    _first_target(uow, change, row, metric, first_day)


def _first_target(uow: UnitOfWork, change: Changing, row: TrackedMetric, metric: MetricSpec, first_day: date) -> None:
    """The first target of a metric; one that is agreed stays, for it moves only by both sides' consent (S7). Before a set-up
    is finished nothing is agreed, and the newest word counts."""
    assert row.id is not None
    before = uow.metrics.targets_of([row.id])
    if metric.target is None and metric.minimum is None:
        return
    if before and change.programme.state != DRAFT:
        return
    if before:
        before[-1].target, before[-1].minimum = metric.target, metric.minimum
        uow.metrics.set_target(before[-1])
        return
    uow.metrics.set_target(
        MetricTarget(
            tracked_metric_id=row.id,
            target=metric.target,
            minimum=metric.minimum,
            effective_from=first_day,
            set_by=change.by,
            set_at=change.now,
        )
    )


def _provider(uow: UnitOfWork, installation_id: int, spec: ProviderSpec, now: datetime) -> Provider:
    name = spec.provider.strip()
    if not name:
        raise ValueError("provider: it has no name; give the company's name")
    found = uow.providers.provider_named(installation_id, name)
    if found is None:
        found = Provider(installation_id=installation_id, name=name, created_at=now)
    found.country, found.zone = spec.country, zone(spec.zone).key
    found.code, found.contract_end = spec.code or found.code, spec.contract_end or found.contract_end
    return uow.providers.add(found)


def _programme(
    uow: UnitOfWork, installation_id: int, provider: Provider, spec: ProviderSpec, now: datetime
) -> Programme:
    assert provider.id is not None
    anchor, digest = zone(spec.anchor_zone, "anchor zone").key, str(Pattern.parse(spec.digest_wall, "digest"))
    figures = str(Pattern.parse(spec.figures_wall, "figures"))
    name = spec.programme.strip()
    found = next((each for each in uow.providers.programmes_of(provider.id) if each.name == name), None)
    if found is None:
        found = Programme(
            installation_id=installation_id,
            provider_id=provider.id,
            name=name,
            anchor_zone=anchor,
            digest_wall=digest,
            figures_wall=figures,
            state=DRAFT,
            created_at=now,
        )
    found.anchor_zone, found.digest_wall, found.figures_wall = anchor, digest, figures
    return uow.providers.add(found)


def _ring(uow: UnitOfWork, change: Changing, subject: str, pattern: str, where: str) -> None:
    """Set the schedule unless it stands so already: setting it anew would forget a firing that is due."""
    assert change.programme.id is not None
    found = uow.schedules.of(subject, change.programme.id)
    if found is None or (found.pattern, found.zone, found.state) != (pattern, where, "active"):
        installation_id = change.programme.installation_id
        schedules.every(uow, subject, change.programme.id, installation_id, pattern, where, change.now)


def installation_of(uow: UnitOfWork, programme: Programme) -> tuple[Installation, Provider]:
    """The rows above a programme."""
    installation = uow.providers.installation_by_id(programme.installation_id)
    provider = uow.providers.provider(programme.provider_id)
    assert installation is not None and provider is not None
    return installation, provider
