"""Try Parley on a user's own figures, without a platform and without waiting.

The real handlers write the real rows and the real courier attempts deliver them; only the clock is virtual and the gateway
writes a transcript. Figures arrive week by week, as they would, shortly before the digest that covers them.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from bot.clock import StillClock
from bot.delivery.courier import Courier
from bot.delivery.patience import Patience
from bot.ports import Delivery, Found, FoundMessage, Gateway, Later, Missing, Outcome, Refused, Sent, Unsure, Uploaded
from bot.rehearsal.transcript import Message, Written, write
from bot.timeline import Drains, play
from bot.workers import inline
from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.keeping import import_observations
from handlers.metrics.reading.preview import Observation, Preview
from handlers.providers.handler import set_up
from handlers.providers.spec import MetricSpec, Owners, PersonSpec, ProviderSpec
from handlers.router import follow
from handlers.routes import table
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.outgoing import Reaction
from storage.database import Database
from storage.models.provider import Installation
from storage.outbox import Enqueue, enqueue_nothing
from storage.unit_of_work import UnitOfWork

WORKSPACE = "rehearsal"
ZONE = "Europe/London"
FIGURES_AT = time(7, 0)
"""When a week's figures arrive on the Monday after it, local time: before they are due at 08:00 and told at 08:30."""

BEGINS_AT = time(12, 0)
"""The set-up on the first week's Monday, local time: after that day's digest, so that the first one covers this week."""


class NothingToRehearse(Exception):
    """The file holds no figure that could be rehearsed."""


@dataclass
class PaperGateway:
    """Writes down instead of sending; it refuses what a platform would refuse."""

    platform: Platform = Platform.ROOM
    files_apart: bool = False
    standing: dict[str, Delivery] = field(default_factory=dict)

    async def post(self, delivery: Delivery) -> Outcome:
        """It stands."""
        place = delivery.place or Place(
            self.platform, WORKSPACE, f"@{delivery.account.user if delivery.account else ''}"
        )
        if not isinstance(delivery.card, Reaction):
            self.standing[delivery.key] = delivery
        return Sent(delivery.key, place, delivery.revision)

    async def update(self, delivery: Delivery) -> Outcome:
        """The newer card stands in its place."""
        if delivery.ref not in self.standing:
            return Refused("message_not_found", gone=True)
        self.standing[delivery.ref] = delivery
        assert delivery.place is not None
        return Sent(delivery.ref, delivery.place, delivery.revision)

    async def find(self, delivery: Delivery, since: float) -> Sent | Missing | Later:
        """Nothing is ever uncertain on paper."""
        return Missing()

    async def is_shared(self, place: Place) -> bool | None:
        """Internal channels begin with "internal"."""
        return not place.channel.startswith("internal")

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """Nobody can be asked on paper."""
        return Refused("nobody can be asked in a rehearsal", gone=True)

    async def look_at(self, place: Place, message: str) -> FoundMessage | Later | Refused | Unsure:
        """Nobody writes on paper but the bot."""
        return Refused("nobody can be asked in a rehearsal", gone=True)

    async def upload(self, delivery: Delivery) -> Uploaded | Later | Refused:
        """Cards hold their files themselves."""
        return Refused("files stand in their cards")


def rehearse(preview: Preview, weeks: int, out: Path, *, zone: str = ZONE) -> Written:
    """Play ``weeks`` weeks of the previewed figures and write the transcript and ``messages.jsonl`` into ``out``.

    Raises ``NothingToRehearse`` when there is no weekly figure in the preview.
    """
    by_week = week_by_week(preview.observations)
    if not by_week:
        raise NothingToRehearse("no figure of a day or a week was found; look at the preview's refused rows")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'rehearsal.sqlite'}", durable=False)
        try:
            stage = Stage(database, by_week, weeks, zone)
            asyncio.run(stage.play())
            messages = stage.messages()
        finally:
            database.dispose()
    return write(messages, out, weeks=weeks, providers=len(stage.names))


def _by_itself(courier: Courier) -> Drains:
    return courier


def week_by_week(observations: Sequence[Observation]) -> dict[date, list[Observation]]:
    """Figures by the Monday of the week in which their period begins, in order."""
    weeks: dict[date, list[Observation]] = defaultdict(list)
    for observation in observations:
        if observation.period_days <= 7:
            start = observation.period_start
            weeks[start - timedelta(days=start.weekday())].append(observation)
    return dict(sorted(weeks.items()))


class Stage:
    """One client, every provider of the file, and a clock that only this moves.

    ``gateway`` and ``deliver`` are for tests that hold other ways of delivery against this one: what is said must be the
    same on paper, in the room and through the engine.
    """

    def __init__(
        self,
        database: Database,
        by_week: Mapping[date, list[Observation]],
        weeks: int,
        zone: str,
        *,
        gateway: Gateway | None = None,
        enqueue: Enqueue = enqueue_nothing,
        deliver: Callable[[Courier], Drains] = _by_itself,
    ) -> None:
        self._database = database
        self._enqueue = enqueue
        self._by_week = by_week
        self._weeks = weeks
        self._zone = zone
        self._first = min(by_week)
        self._clock = StillClock(self._at(self._first, BEGINS_AT))
        self._table = table()
        self.paper = PaperGateway()
        patience = {Platform.ROOM: Patience(timeout=0, settle=0)}
        gateways = {Platform.ROOM: gateway or self.paper}
        self.courier = Courier(self.units, gateways, inline, self._clock.now, patience)
        self._drains = deliver(self.courier)
        self.names = sorted({each.provider_name for week in by_week.values() for each in week})

    def units(self) -> UnitOfWork:
        """A fresh unit of work."""
        return UnitOfWork(self._database, self._enqueue)

    async def play(self) -> None:
        """Week by week to the end."""
        SQLModel.metadata.create_all(self._database.engine)
        installation = self._settle()
        for week in range(self._weeks):
            monday = self._first + timedelta(days=7 * week)
            arrival = self._at(monday + timedelta(days=7), FIGURES_AT)
            await self._until(arrival - timedelta(seconds=1))
            self._clock.move_to(arrival)
            self._figures_arrive(installation, self._by_week.get(monday, []))
            await self._until(self._at(monday + timedelta(days=7), time(12, 0)))

    def _settle(self) -> int:
        now, catalogue = self._clock.now(), load_catalogue()
        tracked = _tracked(self._by_week)
        with self.units() as uow:
            installation = uow.providers.add(
                Installation(platform=Platform.ROOM, workspace=WORKSPACE, installed_at=now)
            )
            assert installation.id is not None
            for number, name in enumerate(self.names, start=1):
                set_up(
                    uow,
                    installation.id,
                    _spec(name, number, tracked[name], self._zone, self._first),
                    now,
                    catalogue=catalogue,
                )
            uow.events.clear()
            uow.commit()
        return installation.id

    def _figures_arrive(self, installation: int, observations: Sequence[Observation]) -> None:
        with self.units() as uow:
            import_observations(uow, installation, observations, self._clock.now(), origin="rehearsal")
            follow(self._table.followers, uow, self._clock.now())
            uow.commit()

    async def _until(self, moment: datetime) -> None:
        await play(moment, self._clock, self.units, self._table, self._drains, inline)

    def _at(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, ZoneInfo(self._zone)).astimezone(UTC)

    def messages(self) -> list[Message]:
        """Everything that was said on paper, in order, as it stands in the end."""
        with self.units() as uow:
            providers = {each.id: each.name for each in uow.providers.providers(1)}
            return [
                Message.of(row, self.paper.standing[row.key].card, providers.get(row.provider_id, ""))
                for row in uow.outbox.everything()
                if row.key in self.paper.standing
            ]


def _tracked(by_week: Mapping[date, list[Observation]]) -> dict[str, tuple[MetricSpec, ...]]:
    """Each provider's metrics as the file has them, at most seven, with the catalogue's typical target."""
    catalogue = load_catalogue()
    found: dict[str, dict[str, MetricSpec]] = defaultdict(dict)
    for week in by_week.values():
        for each in week:
            hint = catalogue.get(each.metric_id).hint
            target = None if hint is None or hint.target is None else hint.target.at
            spec = MetricSpec(each.metric_id, target, None, each.definition)
            found[each.provider_name].setdefault(each.metric_id, spec)
    return {name: tuple(metrics.values())[:7] for name, metrics in found.items()}


def _spec(name: str, number: int, metrics: tuple[MetricSpec, ...], zone: str, first: date) -> ProviderSpec:
    return ProviderSpec(
        provider=name,
        country="GB",
        zone=zone,
        client=Owners(PersonSpec("Vendor manager", "manager", WORKSPACE, "manager")),
        theirs=Owners(PersonSpec(f"Lead of {name}", f"lead-{number}", f"provider-{number}", "lead")),
        anchor_zone=zone,
        channel=f"shared-{number}",
        channel_name=name,
        internal_channel="internal",
        internal_name="internal",
        metrics=metrics,
        digest_wall="mon 08:30",
        figures_wall="mon 08:00",
        targets_from=first,
    )
