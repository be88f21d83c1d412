"""The ready example: three invented providers in three countries with months of history, and a fourth not set up yet.

Everything in it went through the real handlers and the real courier: figures are imported week by week, people speak, the
calendar fires, and the clock is the only thing that is moved. The numbers are made by a rule, not by chance, so that the
example is the same everywhere.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.clock import StillClock
from bot.delivery.courier import Courier
from bot.delivery.patience import Patience
from bot.example.beginning import client_of, spec_of
from bot.example.companies import (
    CLIENT_ZONE,
    NEWCOMER,
    WORKSPACE,
    Company,
    client_people,
    companies,
    week_figures,
)
from bot.example.diary import Diary, Happen
from bot.example.meetings import Meetings
from bot.example.plot import Plot
from bot.example.voices import Voices, Words
from bot.room.bell import Bell
from bot.room.gateway import RoomGateway
from bot.room.parts import CardCodec, Shelf
from bot.room.posting import post
from bot.room.time import OFFSET
from bot.timeline import play
from bot.workers import inline
from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.keeping import import_observations
from handlers.providers.handler import set_up
from handlers.router import Router, follow
from handlers.routes import table
from handlers.saying import decode_card, encode
from handlers.vocabulary.address import Platform
from storage.database import Database
from storage.models.person import Person
from storage.models.room import RoomChannel, RoomMessage, RoomUser
from storage.room import RoomRepository
from storage.unit_of_work import UnitOfWork, Units

WEEKS = 26
STORY_DAYS = 14
"""How many days before the present the story begins; earlier weeks are figures only."""


def furnish(database: Database, present: datetime | None) -> None:
    """Set the example up in an empty database, and let its two weeks of story go by until ``present`` (aware; None: now).

    The room's clock goes on from there.
    """
    real = datetime.now(UTC)
    story = Story(lambda: UnitOfWork(database), present or real)
    asyncio.run(story.tell())
    with UnitOfWork(database) as uow:
        uow.settings.set(OFFSET, str(((present or real) - real).total_seconds()))
        uow.commit()


class Story:
    """The two weeks before the present."""

    def __init__(self, units: Units, present: datetime) -> None:
        self._units = units
        self._present = present
        local = present.astimezone(ZoneInfo(CLIENT_ZONE)).date()
        self._monday = local - timedelta(days=local.weekday() + STORY_DAYS)
        self._clock = StillClock(self._at(0, "07:00"))
        self._shelf = Shelf(units, inline, CardCodec(encode, decode_card), Bell(), self._clock.now)
        self._table = table()
        self._router = Router(self._table, units)
        patience = {Platform.ROOM: Patience(timeout=0, settle=0)}
        gateways = {Platform.ROOM: RoomGateway(self._shelf)}
        clock = self._clock.now
        self._courier = Courier(
            units, gateways, inline, clock, patience, hear=lambda found: self._router.handle(found, clock())
        )
        self._diary = Diary()
        self._voices = Voices(self._router, units, self._write, clock)
        self._meetings = Meetings(units, self._voices, self._diary)

    async def tell(self) -> None:
        """From the first Monday to the present."""
        self._settle()
        self._note_what_happens()
        while (page := self._diary.next(self._present)) is not None:
            moment, happen = page
            await self._until(moment)
            happen()
            await self._courier.drain()
        await self._until(self._present)

    def _note_what_happens(self) -> None:
        northwind, baltic, andes = companies()
        for week in range(1, 3):
            for each in (baltic, andes):
                self._note(7 * week, "01:00", partial(self._report, each, week))
        people = {each.id: each for each in client_people()}
        plot = Plot(self._note, self._voices, self._meetings, people)
        plot.figures_and_issues(northwind, baltic, andes)
        plot.reviews(northwind, baltic, andes)
        plot.plans(northwind)

    def _note(self, days: int, wall: str, happen: Happen) -> None:
        self._diary.note(self._at(days, wall), happen)

    # --- what happens -------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        with self._units() as uow:
            installation_id = client_of(uow, self._clock.now())
            self._introduce(NEWCOMER, installation_id, uow)
            catalogue = load_catalogue()
            for each in companies():
                spec = spec_of(each, "vendor-team", self._monday - timedelta(days=7 * WEEKS))
                set_up(uow, installation_id, spec, self._clock.now(), catalogue=catalogue)
            observations = [
                observation
                for each in companies()
                for back in range(1, WEEKS + 1)
                for observation in week_figures(each, self._monday - timedelta(days=7 * back), back)
                if each.key != "northwind" or back > 1
            ]
            import_observations(uow, installation_id, observations, self._clock.now(), origin="history.csv")
            self._build_room(uow.room)
            uow.events.clear()
            uow.commit()

    def _introduce(self, user: RoomUser, installation_id: int, uow: UnitOfWork) -> None:
        """Somebody who spoke to the bot before their provider was set up: the wizard can offer them by name."""
        person = Person(
            installation_id=installation_id,
            name=user.name,
            side="provider",
            role="lead",
            zone=user.zone,
            country="GH",
            created_at=self._clock.now(),
        )
        uow.people.connect(uow.people.add(person), Platform.ROOM, user.workspace, user.id)

    def _build_room(self, room: RoomRepository) -> None:
        client = [user.id for user in client_people()]
        for user in (
            *client_people(),
            NEWCOMER,
            *(person for each in companies() for person in (each.lead, each.deputy)),
        ):
            room.put_user(RoomUser(**user.model_dump()))
        for position, each in enumerate(companies()):
            shared = RoomChannel(
                id=each.channel,
                name=each.channel,
                kind="shared",
                provider=each.name,
                topic=each.programme,
                position=position,
            )
            room.put_channel(shared, (*client, each.lead.id, each.deputy.id))
        newcomer = RoomChannel(
            id="savanna-shared",
            name="savanna-shared",
            kind="shared",
            provider="Savanna Support",
            topic="A new provider",
            position=3,
        )
        room.put_channel(newcomer, (*client, NEWCOMER.id))
        internal = RoomChannel(
            id="vendor-team", name="vendor-team", kind="internal", topic="Harbour Home only", position=4
        )
        room.put_channel(internal, client)
        for user in (
            *client_people(),
            NEWCOMER,
            *(person for each in companies() for person in (each.lead, each.deputy)),
        ):
            room.open_direct(user)

    def _report(self, each: Company, week: int) -> None:
        """A file with last week's figures arrives."""
        monday = self._monday + timedelta(days=7 * (week - 1))
        with self._units() as uow:
            installation = uow.providers.installation(Platform.ROOM, WORKSPACE)
            assert installation is not None and installation.id is not None
            origin = f"{each.key}-week-{monday.isoformat()}.csv"
            import_observations(
                uow, installation.id, week_figures(each, monday, 1 - week), self._clock.now(), origin=origin
            )
            follow(self._table.followers, uow, self._clock.now())
            uow.commit()

    def _write(self, words: Words) -> str:
        """What somebody wrote stands in the room."""
        row = RoomMessage(
            id="", channel_id=words.channel, thread_ref=words.thread, author=words.who.id, words=words.shown,
            nonce=words.key, posted_at=words.at,
        )  # fmt: skip
        return post(self._shelf.units, row, words.at).id

    # --- time ---------------------------------------------------------------------------------------------------------

    async def _until(self, moment: datetime) -> None:
        await play(moment, self._clock, self._units, self._table, self._courier, inline)

    def _at(self, days: int, wall: str) -> datetime:
        day = self._monday + timedelta(days=days)
        return datetime.combine(day, time.fromisoformat(wall), ZoneInfo(CLIENT_ZONE)).astimezone(UTC)
