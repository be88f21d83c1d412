"""A month of a small town, played by a process that can be killed at any moment and begun again: the rehearsal's own stage,
with its clock kept in a file and a gateway that posts over HTTP into the stand-in Slack."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.clock import StillClock
from bot.delivery.courier import Courier
from bot.delivery.patience import Patience
from bot.ports import Delivery, Found, FoundMessage, Later, Missing, Outcome, Refused, Sent, Unsure, Uploaded
from bot.rehearsal.stage import WORKSPACE, ZONE, Stage
from bot.slack.gateway import SlackGateway
from bot.slack.settings import SlackSettings
from bot.workers import inline
from handlers.metrics.reading.preview import Observation
from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, Pressed, Submitted
from storage.database import Database

FIRST = date(2026, 3, 9)
NAMES = ("Andes", "Baltic", "Northwind")
CHANNELS = {"internal": "C0MONTH00", **{f"shared-{number}": f"C0MONTH{number:02d}" for number in range(1, 4)}}
"""The town's channels and what they are called in the stand-in."""


@dataclass(frozen=True)
class Life:
    """What a process needs to go on where the last one died."""

    url: str
    diary: Path
    token: str
    api_url: str
    weeks: int
    reconcile: bool


def figures(weeks: int) -> dict[date, list[Observation]]:
    """Weekly figures of three providers, one of which forgets a week."""
    return {
        FIRST + timedelta(days=7 * week): [
            Observation(
                provider_name=name,
                provider_code=None,
                queue=None,
                metric_id="service_level",
                definition="F2 within 60 s",
                period_start=FIRST + timedelta(days=7 * week),
                period_days=7,
                numerator=Decimal(780 + 10 * number - 9 * week),
                denominator=Decimal(1000),
                value=Decimal(780 + 10 * number - 9 * week) / 10,
                row=number + 2,
            )
            for number, name in enumerate(NAMES)
            if (name, week) != ("Baltic", 2)
        ]
        for week in range(weeks)
    }


class Diary(StillClock):
    """A clock that notes where it stands before anything happens at that moment, and goes on from there."""

    def __init__(self, file: Path, begins: datetime) -> None:
        super().__init__(datetime.fromisoformat(file.read_text()) if file.exists() else begins)
        self._file = file

    def move_to(self, moment: datetime) -> None:
        """Let it be ``moment``, on file first."""
        fresh = self._file.with_suffix(".fresh")
        fresh.write_text(max(moment, self.now()).isoformat())
        os.replace(fresh, self._file)
        super().move_to(moment)


class AsSlack:
    """The rehearsal's rooms as channels of a Slack that is reached over HTTP."""

    platform = Platform.ROOM
    files_apart = False

    def __init__(self, slack: SlackGateway) -> None:
        self._slack = slack

    async def post(self, delivery: Delivery) -> Outcome:
        """Post there."""
        return _back(await self._slack.post(_there(delivery)))

    async def update(self, delivery: Delivery) -> Outcome:
        """Edit there."""
        return _back(await self._slack.update(_there(delivery)))

    async def find(self, delivery: Delivery, since: float) -> Sent | Missing | Later:
        """Look there; its clock is the real one, so from the beginning."""
        found = await self._slack.find(_there(delivery), 0)
        return _back(found) if isinstance(found, Sent) else found  # type: ignore[return-value]  # Sent stays Sent

    async def is_shared(self, place: Place) -> bool | None:
        """Ask there."""
        return await self._slack.is_shared(_place(place))

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """Nobody can be asked, as in the rehearsal."""
        return Refused("nobody can be asked in a rehearsal", gone=True)

    async def look_at(self, place: Place, message: str) -> FoundMessage | Later | Refused | Unsure:
        """Nobody writes but the bot."""
        return Refused("nobody can be asked in a rehearsal", gone=True)

    async def upload(self, delivery: Delivery) -> Uploaded | Later | Refused:
        """Cards hold their files themselves."""
        return Refused("files stand in their cards")


def _there(delivery: Delivery) -> Delivery:
    account = delivery.account
    return replace(
        delivery,
        place=None if delivery.place is None else _place(delivery.place),
        account=None if account is None else Account(Platform.SLACK, account.workspace, account.user),
    )


def _place(place: Place) -> Place:
    return Place(Platform.SLACK, "T0HOST", CHANNELS.get(place.channel, place.channel))


def _back(outcome: Outcome) -> Outcome:
    if not isinstance(outcome, Sent):
        return outcome
    names = {there: here for here, there in CHANNELS.items()}
    here = names.get(outcome.place.channel, outcome.place.channel)
    return replace(outcome, place=Place(Platform.ROOM, WORKSPACE, here))


class Town(Stage):
    """The rehearsal's stage, with people who act every week when its figures arrive: the manager hands out an action item and
    reports an issue, the provider's lead acknowledges it or lets it climb. Who does it all again finds it done."""

    def _figures_arrive(self, installation: int, observations: Sequence[Observation]) -> None:
        super()._figures_arrive(installation, observations)
        router = Router(table(), self.units)
        week = observations[0].period_start.isoformat()
        for number, name in enumerate(self.names, start=1):
            for event in _doings(week, number, name):
                router.handle(event, self._clock.now())


def _doings(week: str, number: int, name: str) -> Iterator[AnyIncoming]:
    """What people do in a week at the provider with this number. Its programme has the same number."""
    here = Place(Platform.ROOM, WORKSPACE, f"shared-{number}")
    manager = Account(Platform.ROOM, WORKSPACE, "manager")
    lead = Account(Platform.ROOM, f"provider-{number}", f"lead-{number}")
    words = f"actions add Send the rota @Lead of {name} due friday"
    yield Asked(f"{week}.add.{number}", manager, here, words, actor_name="Vendor manager")
    issue = {"title": f"Refund calls wait, {week}", "severity": "2", "kind": "service", "visibility": "SH"}
    yield Submitted(f"{week}.report.{number}", manager, here, "issue.report", issue, str(number))
    weeks = (date.fromisoformat(week) - FIRST).days // 7
    if number == 1:
        yield Pressed(f"{week}.ack.{number}", lead, here, "issue.acknowledge", str(len(NAMES) * weeks + number))


class Month(Town):
    """The town, begun again and again."""

    def __init__(self, life: Life, database: Database) -> None:
        slack = SlackGateway(SlackSettings(life.token, api_url=life.api_url))
        gateway = AsSlack(slack)
        super().__init__(database, figures(life.weeks), life.weeks, ZONE, gateway=gateway)
        self._clock = Diary(life.diary, self._clock.now())
        patience = {Platform.ROOM: Patience(timeout=0, settle=0, attempts=100)}
        self.courier = Courier(
            self.units, {Platform.ROOM: gateway}, inline, self._clock.now, patience, reconcile=life.reconcile
        )
        self._drains = self.courier

    def _settle(self) -> int:
        """Once; who comes later finds it done."""
        with self.units() as uow:
            there = uow.providers.only_installation()
        if there is None:
            return super()._settle()
        assert there.id is not None
        return there.id


def live(life: Life) -> None:
    """Play on to the end of the month, or until killed."""
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # its log lines would drown what is shown
        os.dup2(nowhere.fileno(), 2)
    database = Database(life.url, durable=False)
    asyncio.run(Month(life, database).play())
    database.dispose()


def rehearsed(folder: Path, weeks: int) -> Stage:
    """The same month on paper, in one go."""
    database = Database(f"sqlite:///{folder / 'paper.sqlite'}", durable=False)
    stage = Town(database, figures(weeks), weeks, ZONE)
    asyncio.run(stage.play())
    return stage
