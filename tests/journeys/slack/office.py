"""The real application beside the stand-in Slack: built on one file, started, stopped, built again; its clock is moved by hand.

What is waited for is real time; what time it is (``office.now``) is the town's, a Monday morning in March to begin with.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import uvicorn
from sqlmodel import col, select

from bot.app import House, build
from bot.migrating import migrate
from bot.running import screen
from bot.scheduler import tick_once
from bot.settings import Settings
from bot.slack.manifest import manifest
from bot.slack.settings import SlackSettings
from handlers.providers.handler import set_up
from handlers.providers.setup import make_manager
from handlers.providers.spec import MetricSpec, Owners, PersonSpec, ProviderSpec
from handlers.router import follow
from storage.database import Database
from storage.models.delivery import InboxEntry, OutboxRow
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork
from tests.standins.slack import HOST_TEAM, VENDOR_TEAM, Message, Rates, StandInSlack
from tests.standins.slack import Person as Someone

Mode = Literal["socket", "http"]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""09:00 in London, 17:00 in Manila."""
SHARED, INTERNAL = "C0SHARED", "C0INTERNAL"
CODE = re.compile(r"setup code (\S+)")
STARTED_WITHIN = 10.0


class Office:
    """One client's Parley. ``slack`` is the workspace; everybody is driven through it and reads from it."""

    def __init__(self, slack: StandInSlack, home: Path, mode: Mode, pace: float) -> None:
        self.slack = slack
        self.mode = mode
        tokens = SlackSettings(
            slack.bot_token,
            slack.app_token if mode == "socket" else None,
            slack.signing_secret if mode == "http" else None,
            slack.api_url,
        )
        url = f"sqlite:///{home / 'parley.sqlite'}"
        self.settings = Settings(home, url, "127.0.0.1", 0, "/vendor", slack=tokens, pace=pace, settle=0.2)
        self.offset = MONDAY - datetime.now(UTC)
        self.screen = ""
        self.house: House
        self._server: uvicorn.Server
        self._serving: asyncio.Task[None]
        self.maya, self.dan = slack.person("U0MANAGER"), slack.person("U0DEPUTY")
        self.liza, self.arnel = slack.person("U0LEAD"), slack.person("U0AGENT")

    # --- life

    async def start(self) -> None:
        """Build and start it, as the command line does."""
        self.house, web = build(self.settings)
        self.house.clock.offset = self.offset
        self.screen = screen(self.house)
        self._server = uvicorn.Server(uvicorn.Config(web, host="127.0.0.1", port=0, log_config=None, lifespan="on"))
        self._serving = asyncio.create_task(self._server.serve())
        async with asyncio.timeout(STARTED_WITHIN):
            while not self._server.started and not self._serving.done():  # noqa: ASYNC110  uvicorn offers no event
                await asyncio.sleep(0.01)
        assert self._server.started, "the application did not start"
        if self.mode == "http":
            port = self._server.servers[0].sockets[0].getsockname()[1]
            self.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        else:
            await self.slack.connected()

    async def stop(self) -> None:
        """Stop it whole, as Ctrl+C does."""
        self._server.should_exit = True
        await self._serving

    async def restart(self) -> None:
        """Stop, and start again on the same file."""
        await self.stop()
        await self.start()

    # --- time

    @property
    def now(self) -> datetime:
        """What time it is for the application, aware UTC."""
        return self.house.clock.now()

    async def until(self, moment: datetime) -> None:
        """Let time pass, ringing everything that comes due at its own moment, and wait until all is said."""
        await self.quiet()
        while True:
            with self.house.units() as uow:
                comes = (uow.schedules.next_at(), uow.outbox.next_at(self.now))
            due = min((each for each in comes if each is not None), default=None)
            if due is None or due > moment:
                break
            await self._reach(max(due, self.now))
        await self._reach(moment)

    async def _reach(self, moment: datetime) -> None:
        """It is ``moment`` now: what comes due is rung and said."""
        self._move(moment)
        await self.ticks()
        self._wake()
        await self.quiet()

    def _wake(self) -> None:
        """A message that was held back sleeps in the engine for real hours; on the moved clock they are over."""
        with self.house.units() as uow:
            for row in uow.outbox.open():
                if row.sent_revision == 0 and row.created_at < row.not_before <= self.now and row.first_try is None:
                    uow.outbox.enqueue_again(row, row.not_before, 0.0)
            uow.commit()

    async def ticks(self) -> None:
        """Ask the calendar what is due now."""
        await self.house.run(tick_once, self.house.units, self.house.table, self.now)

    def _move(self, moment: datetime) -> None:
        self.offset = moment - datetime.now(UTC) + timedelta(seconds=0.05)
        self.house.clock.offset = self.offset

    # --- what is remembered

    def rows(self, kind: str | None = None) -> list[OutboxRow]:
        """The outbox, oldest first."""
        with UnitOfWork(self.house.database, reading=True) as uow:
            found = uow.session.exec(select(OutboxRow).order_by(col(OutboxRow.seq))).all()
        return [row for row in found if kind in (None, row.kind)]

    def seen(self) -> int:
        """How many events were taken note of."""
        with UnitOfWork(self.house.database, reading=True) as uow:
            return len(uow.session.exec(select(InboxEntry)).all())

    def one(self, model: Any) -> Any:
        """The single row of a table."""
        with UnitOfWork(self.house.database, reading=True) as uow:
            return uow.session.exec(select(model)).one()

    # --- what is seen

    def shared(self) -> list[Message]:
        """The bot's top-level messages in the shared channel."""
        return self.said(SHARED)

    def said(self, channel: str) -> list[Message]:
        """The bot's top-level messages in a channel."""
        return [each for each in self.slack.channel(channel).messages() if each.user == self.slack.bot_user_id]

    def answers(self, root: Message) -> list[Message]:
        """The bot's replies in the thread of a message."""
        thread = self.slack.channel(root.channel_id).thread(root)
        return [each for each in thread if each.is_reply and each.user == self.slack.bot_user_id]

    def dms(self, person: Someone) -> list[Message]:
        """What the bot wrote to somebody directly."""
        return [each for each in person.direct_messages if each.user == self.slack.bot_user_id]

    def outsiders_read(self) -> str:
        """Every word an outsider can read anywhere: in their channels, threads and direct messages, and privately."""
        world = self.slack.world
        outsiders = {user.id for user in world.users.values() if user.team_id != HOST_TEAM}
        open_to_them = [each for each in world.channels.values() if each.shared_with or outsiders & set(each.members)]
        messages = [message for channel in open_to_them for message in channel.everything()]
        messages += [message for one in outsiders for message in world.users[one].ephemerals]
        every = [f"{message.text}\n{message.words}\n{message.payload.get('files')}" for message in messages]
        views = [view.words for one in outsiders for view in world.users[one].views]
        return "\n".join([*every, *views])

    async def quiet(self, seconds: float = 8.0) -> None:
        """Wait until everything was taken in and everything that can be said is said."""
        await self.slack.until(self._is_quiet, seconds)

    def _is_quiet(self) -> bool:
        if self.slack.postman.busy or self.house.door.busy:
            return False
        return all(row.state != "open" or row.not_before > self.now for row in self.rows())

    async def waits(self, condition: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait until the condition holds and answer what it gave."""
        return await self.slack.until(condition, seconds)

    # --- a beginning

    def settle(self, *, internal: bool = True) -> None:
        """Set the provider up without the wizard: Maya and Dan here, Liza and Arnel in Manila."""
        with self.house.units() as uow:
            installation = uow.providers.only_installation()
            assert installation is not None and installation.id is not None
            spec = replace(SPEC, internal_channel=INTERNAL if internal else "")
            set_up(uow, installation.id, spec, self.now)
            uow.session.flush()
            maya = next(each for each in uow.people.of_client(installation.id) if each.name == "Maya Brooks")
            make_manager(uow, maya, self.now)
            follow(self.house.table.followers, uow, self.now)
            uow.commit()


SPEC = ProviderSpec(
    provider="Manila Support",
    country="PH",
    zone="Asia/Manila",
    client=Owners(
        PersonSpec("Maya Brooks", "U0MANAGER", HOST_TEAM, zone="Europe/London", country="GB"),
        PersonSpec("Dan Field", "U0DEPUTY", HOST_TEAM, zone="Europe/London", country="GB"),
    ),
    theirs=Owners(PersonSpec("Liza Reyes", "U0LEAD", VENDOR_TEAM), PersonSpec("Arnel Cruz", "U0AGENT", VENDOR_TEAM)),
    anchor_zone="Europe/London",
    channel=SHARED,
    channel_name="northwind-manila",
    metrics=(
        MetricSpec("service_level", Decimal(80)),
        MetricSpec("handle_time", Decimal(400)),
        MetricSpec("quality", Decimal(90)),
    ),
)


def template(folder: Path) -> Path:
    """A database with its tables and nothing in it, to be copied: migrating once is enough."""
    path = folder / "empty.sqlite"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    return path


@asynccontextmanager
async def opened(empty: Path, home: Path, mode: Mode, *, pace: float = 0.02) -> AsyncIterator[Office]:
    """The application, started beside a stand-in that knows our manifest; stopped whole at the end."""
    shutil.copy(empty, home / "parley.sqlite")
    async with StandInSlack(rates=Rates.unlimited()) as slack:
        slack.install_manifest(manifest())
        slack.retry_delays = (0.0, 0.5, 1.0)
        office = Office(slack, home, mode, pace)
        slack.world.clock = lambda: office.now.timestamp()  # noqa: PLW0108  the clock moves
        await office.start()
        try:
            yield office
        finally:
            await office.stop()
        assert slack.complaints == []


def person_named(office: Office, name: str) -> Person:
    """What we know of somebody."""
    with UnitOfWork(office.house.database, reading=True) as uow:
        found: Person = uow.session.exec(select(Person).where(Person.name == name)).one()
    return found
