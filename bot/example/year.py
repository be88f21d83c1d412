"""A rehearsed year: six providers in six countries over real holidays and both changes of the clocks.

Everything goes through the real handlers and the real courier, as in the ready example; people are played by the rule in
``customs``, what happens besides is in ``turns``, and the year is always the same one.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from bot.clock import StillClock
from bot.courier import Courier
from bot.example import customs
from bot.example.companies import CLIENT_ZONE, WORKSPACE, Company, client_people, week_figures
from bot.example.customs import Fate
from bot.example.diary import Diary
from bot.example.meetings import Spoken
from bot.example.occasions import Occasion, occasions
from bot.example.six import STEADY, is_late, shifts, six
from bot.example.turns import Turns
from bot.example.voices import Voices, Words
from bot.patience import Patience
from bot.ports import Found, Later, Refused, Unsure
from bot.rehearsal import PaperGateway
from bot.timeline import play
from bot.transcript import Message
from bot.workers import inline
from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.keeping import import_observations
from handlers.providers.handler import set_up
from handlers.providers.spec import Owners, PersonSpec, ProviderSpec
from handlers.router import Router, follow
from handlers.routes import table
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.outgoing import SharedCard
from storage.database import Database
from storage.models.person import Person
from storage.models.provider import Installation
from storage.models.review import Review
from storage.models.room import RoomUser
from storage.unit_of_work import UnitOfWork

FIRST_DAY = date(2026, 1, 5)
"""A Monday. The year is always this one, so that whoever reads two transcripts can compare them."""
FILES_AT, LATE_FILES_AT, LOOK_AT = time(7, 0), time(12, 0), time(10, 5)
LOOK_AHEAD = timedelta(days=4)
"""How long before a review people think of it: from a Friday on, of those until Tuesday."""
BEFORE = timedelta(minutes=10)


@dataclass
class PaperOffice(PaperGateway):
    """Paper that knows who is who, as a workspace does."""

    people: dict[Account, Found] = field(default_factory=dict)

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """One of the year's people."""
        return self.people.get(account) or Refused("nobody of this name is in the rehearsal")


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
        self.until = at(FIRST_DAY + timedelta(days=7 * weeks), time(12))
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
        self._arranged: dict[int, Fate] = {}
        self._expected: dict[int, datetime] = {}

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
            await self._pass(moment)
            happen()
            await self._courier.drain()
        await self._pass(self.until)

    async def _pass(self, moment: datetime) -> None:
        await play(moment, self._clock, self.units, self._table, self._courier, inline)

    def _note_week(self, week: int) -> None:
        monday = FIRST_DAY + timedelta(days=7 * week)
        for each in self._companies.values():
            late = is_late(each, week - 1)
            day, wall = (monday + timedelta(days=2), LATE_FILES_AT) if late else (monday, FILES_AT)
            if week:
                self._diary.note(at(day, wall), lambda each=each: self._report(each, week - 1))  # type: ignore[misc]
        for weekday in range(5):
            self._diary.note(at(monday + timedelta(days=weekday), LOOK_AT), self._look)

    # --- the beginning ------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        now, catalogue = self._clock.now(), load_catalogue()
        with self.units() as uow:
            installation = uow.providers.add(
                Installation(platform=Platform.ROOM, workspace=WORKSPACE, name="Harbour Home", installed_at=now)
            )
            assert installation.id is not None
            for user in client_people():
                role = {"maya": "manager", "ben": "manager", "eva": "executive"}[user.id]
                person = Person(
                    installation_id=installation.id, name=user.name, side="client", role=role, zone=user.zone, country="GB",
                    created_at=now,
                )  # fmt: skip
                uow.people.connect(uow.people.add(person), Platform.ROOM, WORKSPACE, user.id)
            for each in six():
                set_up(uow, installation.id, _spec(each), now, catalogue=catalogue)
                self._import(each, -1, installation.id, uow)
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
        monday = FIRST_DAY + timedelta(days=7 * week)
        figures = week_figures(each, monday, STEADY - week, shifts(each, week))
        import_observations(uow, installation_id, figures, self._clock.now(), origin=f"{each.key}-{monday}.csv")

    # --- reviews ------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """People look at the reviews of the next days, and do about each what their customs are."""
        now = self._clock.now()
        for channel, each in self._companies.items():
            for review in self._soon(channel):
                expected = self._expected.get(review.id or 0)
                if now + BEFORE < review.starts_at <= now + LOOK_AHEAD and expected != review.starts_at:
                    self._arrange(review, each)

    def _soon(self, channel: str) -> list[Review]:
        with self.units() as uow:
            bound = uow.providers.channels_at(Platform.ROOM, WORKSPACE, channel)[0]
            return [row for row in uow.reviews.ahead_of(bound.programme_id) if row.state == "planned"]

    def _arrange(self, review: Review, each: Company) -> None:
        assert review.id is not None
        known = self._arranged.get(review.id)
        does = known or customs.fate(review.planned_wall, review.series_id)
        self._arranged[review.id] = Fate.HOLD if does is Fate.MOVE else does
        if does is Fate.MOVE:
            self._move(review, each)
        elif does is Fate.SKIP:
            self._skip(review, each)
        elif does is Fate.HOLD:
            self._hold(review, each)

    def _hold(self, review: Review, each: Company) -> None:
        """It is held when its time comes, if it is still planned for then."""
        assert review.id is not None
        self._expected[review.id] = review.starts_at
        week = customs.weeks_of(review.planned_wall)
        maya, _, ben = client_people()
        said = customs.said_in(week, review.minutes, each, ben if week % 8 == 3 else maya)
        for spoken in said:
            self._diary.note(
                review.starts_at + timedelta(minutes=spoken.minute),
                lambda spoken=spoken: self._speak(review, each, spoken),  # type: ignore[misc]
            )
        if any("\naction:" in spoken.words for spoken in said):
            self._diary.note(review.starts_at + timedelta(hours=23), lambda: self._done(review, each))

    def _speak(self, review: Review, each: Company, spoken: Spoken) -> None:
        assert review.id is not None
        if self._expected.get(review.id) != self._starts(review.id):
            return
        card = self._voices.card(f"review.agenda:{review.id}")
        if card is not None:
            self._voices.under(spoken.who, each.channel, card, spoken.words)
        elif spoken.words == "begin review":
            self._voices.press(spoken.who, each.channel, "review.begin", str(review.id))

    def _starts(self, review_id: int) -> datetime | None:
        with self.units() as uow:
            row = uow.reviews.get(review_id)
            return None if row is None or row.state not in ("planned", "under way", "held") else row.starts_at

    def _done(self, review: Review, each: Company) -> None:
        """What was agreed in the review is done the next day, and the other side says yes."""
        with self.units() as uow:
            items = [entry.action_item_id for entry in uow.reviews.entries(review.id or 0, "action")]
        for item in items:
            card = self._voices.card(f"action.card:{item}")
            self._voices.under(each.lead, each.channel, card, "done")
            self._voices.under(client_people()[0], each.channel, card, "ok")

    def _move(self, review: Review, each: Company) -> None:
        wall = customs.another_day(review.starts_at.astimezone(ZoneInfo(CLIENT_ZONE)).replace(tzinfo=None))
        week = customs.weeks_of(review.planned_wall)
        why = customs.MOVED_BECAUSE[week % len(customs.MOVED_BECAUSE)]
        who = customs.arranges(week, each, client_people()[0])
        words = f"review move {self._named(review)} to {wall.date()} {wall:%H:%M} because {why}"
        self._voices.mention(who, each.channel, words)

    def _skip(self, review: Review, each: Company) -> None:
        week = customs.weeks_of(review.planned_wall)
        why = customs.SKIPPED_BECAUSE[week % len(customs.SKIPPED_BECAUSE)]
        who = customs.arranges(week, each, client_people()[0])
        self._voices.mention(who, each.channel, f"review skip {self._named(review)} because {why}")

    def _named(self, review: Review) -> str:
        with self.units() as uow:
            series = uow.series.get(review.series_id)
            assert series is not None
            return series.name

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


def _spec(each: Company) -> ProviderSpec:
    def person(user: RoomUser, role: str = "") -> PersonSpec:
        return PersonSpec(user.name, user.id, user.workspace, role)

    maya, _, ben = client_people()
    return ProviderSpec(
        provider=each.name,
        country=each.country,
        zone=each.zone,
        client=Owners(person(maya), person(ben)),
        theirs=Owners(person(each.lead, "lead"), person(each.deputy, "lead")),
        anchor_zone=CLIENT_ZONE,
        programme=each.programme,
        channel=each.channel,
        channel_name=each.channel,
        internal_channel="internal",
        internal_name="internal",
        metrics=tuple(spec for spec, *_ in each.metrics),
        figures_wall=each.figures_wall,
        targets_from=FIRST_DAY - timedelta(days=7),
    )


def _who_is_who() -> dict[Account, Found]:
    everybody = (*client_people(), *(person for each in six() for person in (each.lead, each.deputy)))
    return {
        Account(Platform.ROOM, user.workspace, user.id): Found(user.name, user.zone, workspace=user.workspace)
        for user in everybody
    }
