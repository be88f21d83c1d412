"""A rehearsed year: six providers in six countries over real holidays and both changes of the clocks.

Everything goes through the real handlers and the real courier, as in the ready example; people are played by the rule in
``customs``, what happens besides is in ``turns``, and the year is always the same one.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from bot.clock import StillClock
from bot.delivery.courier import Courier
from bot.delivery.patience import Patience
from bot.example.beginning import client_of, spec_of
from bot.example.companies import CLIENT_ZONE, WORKSPACE, Company, client_people, week_figures
from bot.example.diary import Diary
from bot.example.occasions import Occasion, occasions
from bot.example.players import Players
from bot.example.six import STEADY, is_late, shifts, six
from bot.example.turns import Turns
from bot.example.voices import Voices, Words
from bot.ports import Found, Later, Refused, Unsure
from bot.rehearsal.stage import PaperGateway
from bot.rehearsal.transcript import Message
from bot.timeline import play
from bot.workers import inline
from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.keeping import import_observations
from handlers.providers.handler import set_up
from handlers.router import Router, follow
from handlers.routes import table
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.outgoing import SharedCard
from storage.database import Database
from storage.unit_of_work import UnitOfWork

FIRST_DAY = date(2026, 1, 5)
"""A Monday. The year is always this one, so that whoever reads two transcripts can compare them."""
FILES_AT, LATE_FILES_AT, LOOK_AT = time(7, 0), time(12, 0), time(10, 5)
WEEK = timedelta(days=7)


@dataclass
class PaperOffice(PaperGateway):
    """Paper that knows who is who, as a workspace does."""

    people: dict[Account, Found] = field(default_factory=dict)

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """One of the year's people."""
        return self.people.get(account) or Refused("nobody of this name is in the rehearsal", gone=True)


@dataclass(frozen=True, slots=True)
class Told:
    """A year as it was told: every message of the bot and of people in order, and what became of every review."""

    messages: list[Message]
    occasions: list[Occasion]


def tell_year(weeks: int) -> Told:
    """Play ``weeks`` weeks of the year from its first Monday on."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'year.sqlite'}", durable=False)
        try:
            SQLModel.metadata.create_all(database.engine)
            year = Year(database, weeks)
            asyncio.run(year.tell())
            return year.told()
        finally:
            database.dispose()


class Year:
    """The client, the six, and a clock that only this moves."""

    def __init__(self, database: Database, weeks: int) -> None:
        self._database = database
        self._weeks = weeks
        self.until = at(FIRST_DAY + weeks * WEEK, time(12))
        self._clock = StillClock(at(FIRST_DAY, time(8)))
        self._table = table()
        self._router = Router(self._table, self.units)
        self._paper = PaperOffice(people=_who_is_who())
        patience = {Platform.ROOM: Patience(timeout=0, settle=0)}
        now = self._clock.now
        self._courier = Courier(
            self.units, {Platform.ROOM: self._paper}, inline, now, patience, hear=lambda found: self._router.handle(found, now())
        )  # fmt: skip
        self._spoken: list[Words] = []
        self._diary = Diary()
        self._voices = Voices(self._router, self.units, self._write, now)
        self._companies = {each.channel: each for each in six()}
        self._players = Players(self.units, self._voices, self._diary, self._companies, now)

    def units(self) -> UnitOfWork:
        """A fresh unit of work."""
        return UnitOfWork(self._database)

    async def tell(self) -> None:
        """From the first Monday to the last."""
        self._settle()
        Turns(self._diary, self._voices, at).note()
        for week in range(self._weeks + 1):
            self._note_week(week)
        while (page := self._diary.next(self.until)) is not None:
            moment, happen = page
            await self._pass(moment)  # (which begins with delivering what was caused before)
            happen()
        await self._pass(self.until)

    async def _pass(self, moment: datetime) -> None:
        await play(moment, self._clock, self.units, self._table, self._courier, inline)

    def _note_week(self, week: int) -> None:
        monday = FIRST_DAY + week * WEEK
        for each in self._companies.values():
            late = is_late(each, week - 1)
            day, wall = (monday + timedelta(days=2), LATE_FILES_AT) if late else (monday, FILES_AT)
            if week:
                self._diary.note(at(day, wall), partial(self._report, each, week - 1))
        for weekday in range(5):
            self._diary.note(at(monday + timedelta(days=weekday), LOOK_AT), self._players.look)

    # --- the beginning ------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        now, catalogue = self._clock.now(), load_catalogue()
        with self.units() as uow:
            installation_id = client_of(uow, now)
            for each in six():
                spec = spec_of(each, "internal", FIRST_DAY - WEEK)
                set_up(uow, installation_id, spec, now, catalogue=catalogue)
                self._import(each, -1, installation_id, uow)
            uow.events.clear()
            uow.commit()

    def _report(self, each: Company, week: int) -> None:
        """A file with a week's figures arrives."""
        with self.units() as uow:
            installation = uow.providers.installation(Platform.ROOM, WORKSPACE)
            assert installation is not None and installation.id is not None
            self._import(each, week, installation.id, uow)
            follow(self._table.followers, uow, self._clock.now())
            uow.commit()

    def _import(self, each: Company, week: int, installation_id: int, uow: UnitOfWork) -> None:
        monday = FIRST_DAY + week * WEEK
        figures = week_figures(each, monday, STEADY - week, shifts(each, week))
        import_observations(uow, installation_id, figures, self._clock.now(), origin=f"{each.key}-{monday}.csv")

    # --- what was told ------------------------------------------------------------------------------------------------

    def _write(self, words: Words) -> str:
        self._spoken.append(words)
        return words.key

    def told(self) -> Told:
        """Everything, in the order it was said."""
        with self.units() as uow:
            providers = {each.id: each.name for each in uow.providers.providers(1)}
            rows = [row for row in uow.outbox.everything() if row.key in self._paper.standing]
            said = [
                Message.of(row, self._paper.standing[row.key].card, providers.get(row.provider_id, "")) for row in rows
            ]
            sheet = occasions(uow, six(), self.until)
        people = [self._message(each) for each in self._spoken]
        return Told(sorted([*people, *said], key=lambda each: each.at), sheet)

    def _message(self, words: Words) -> Message:
        company = self._companies[words.channel]
        card = SharedCard(text=f"{words.who.name}: {words.shown}")
        address = f"room:{WORKSPACE}/{words.channel}"
        key, reason = words.key, f"{words.who.name} wrote"
        return Message(words.at, address, "SH", "said", company.name, key, reason, key, card, card.text)


def at(day: date, wall: time) -> datetime:
    """The instant (UTC) of a wall time on the client's clock."""
    return datetime.combine(day, wall, ZoneInfo(CLIENT_ZONE)).astimezone(UTC)


def _who_is_who() -> dict[Account, Found]:
    everybody = (*client_people(), *(person for each in six() for person in (each.lead, each.deputy)))
    return {
        Account(Platform.ROOM, user.workspace, user.id): Found(user.name, user.zone, workspace=user.workspace)
        for user in everybody
    }
