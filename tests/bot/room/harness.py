"""A room with invented people and a house that answers by rote: for the tests, and to look at.

``python -m tests.bot.room.harness`` serves it on http://127.0.0.1:8089.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from pydantic import TypeAdapter
from sqlmodel import Session, SQLModel
from starlette.applications import Starlette

from bot.charts.drawing import png_in_child, svg
from bot.ports import Delivery, Unavailable
from bot.room.bell import Bell
from bot.room.clock import Leap
from bot.room.door import room_routes
from bot.room.gateway import RoomGateway
from bot.room.parts import CardCodec, Drawing, Room, RoomUnit, Shelf, T
from handlers.vocabulary.address import Account, Place, Platform, Visibility
from handlers.vocabulary.incoming import AnyIncoming, Asked, HomeOpened, Pressed, Reacted, Said, Shortcut, Submitted
from handlers.vocabulary.outgoing import (
    Answer,
    AnyCard,
    Button,
    Choose,
    Code,
    Facts,
    Field,
    Form,
    Heading,
    InternalCard,
    Item,
    Link,
    Listing,
    Mention,
    MetricRow,
    Metrics,
    Note,
    Option,
    Panel,
    Picture,
    PrivateCard,
    Quote,
    SharedCard,
    Strong,
    Tone,
    When,
    Words,
)
from storage.database import Database
from storage.models.room import RoomChannel, RoomMessage, RoomUser
from storage.room import RoomRepository, direct_channel_id

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = b"a secret for the tests"
CARDS: TypeAdapter[AnyCard] = TypeAdapter(AnyCard)
CODEC = CardCodec(lambda card: CARDS.dump_json(card).decode(), CARDS.validate_json)


@dataclass
class Unit:
    """A transaction over the room alone."""

    session: Session

    @property
    def room(self) -> RoomRepository:
        """The room's tables."""
        return RoomRepository(self.session)

    def commit(self) -> None:
        """Make it so."""
        self.session.commit()


def units_on(database: Database) -> Callable[[], AbstractContextManager[RoomUnit]]:
    """Units over a database of the room's own."""

    @contextmanager
    def unit() -> Iterator[RoomUnit]:
        with database.session() as session:
            yield Unit(session)

    return unit


async def in_thread(function: Callable[..., T], *arguments: object) -> T:
    """Run what may block in a thread."""
    return await asyncio.to_thread(function, *arguments)


@dataclass
class StillClock:
    """A clock that moves only when it is told to."""

    moment: datetime = MONDAY
    leaps: list[Leap] = field(default_factory=list)

    def now(self) -> datetime:
        """The room's moment."""
        return self.moment

    async def advance(self, to: Leap) -> None:
        """Go on; the mornings are London's."""
        self.leaps.append(to)
        if to == "hour":
            self.moment += timedelta(hours=1)
            return
        local = self.moment.astimezone(ZoneInfo("Europe/London")) + timedelta(days=1)
        while to == "monday" and local.weekday() != 0:
            local += timedelta(days=1)
        self.moment = local.replace(hour=9, minute=0).astimezone(UTC)

    def describe(self) -> str:
        """What the page says about it."""
        return "Time stands still until you move it."


@dataclass
class House:
    """Answers by rote, and remembers what reached it, once an id."""

    heard: list[AnyIncoming] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    unavailable: bool = False

    async def __call__(self, event: AnyIncoming) -> Answer:
        """One event; the second time of the same id is answered from memory. Raises ``Unavailable`` when told to."""
        if self.unavailable:
            raise Unavailable
        if event.id not in self.answers:
            self.heard.append(event)
            self.answers[event.id] = answer_to(event)
        return self.answers[event.id]


def answer_to(event: AnyIncoming) -> Answer:
    """What the house would say, by rote."""
    match event:
        case Asked(words="report") | Pressed(action="issue.open") | Shortcut():
            return Answer(form=report_form())
        case Asked(words="setup"):
            return Answer(form=people_form())
        case Submitted(action="providers.people"):
            return Answer(done="Set up.")
        case Asked():
            return Answer(card=menu_card())
        case Said(words=words) if "%" in words:
            return Answer(reaction="white_check_mark")
        case HomeOpened():
            return Answer(card=home_card())
        case Pressed(action="people.form"):
            return Answer(form=people_form())
        case Pressed(action="action.show"):
            return Answer(card=menu_card())
        case Pressed():
            return Answer(done="Noted. You have ten minutes to undo.")
        case Submitted(values=values) if len(values["title"]) < 5:
            return Answer(
                problems={
                    "title": "“{}” is too short. Say what happened, for example: Refunds refused.".format(
                        values["title"]
                    )
                }
            )
        case Submitted():
            return Answer(done="Issue reported. The card is in the channel.")
        case Reacted() | Said():
            return Answer()
    return Answer()


def report_form() -> Form:
    """A form with every kind of input."""
    severities = tuple(Option(str(n), f"Severity {n}") for n in (1, 2, 3))
    kinds = (Option("complaint", "Complaint"), Option("process", "Process not followed"), Option("system", "System"))
    return Form(
        action="issue.report",
        title="Report an issue",
        submit="Report issue",
        visible_to="both companies, in #manila-voice",
        intro="Bayanihan Contact gets it at once; the acknowledgement clock starts.",
        hidden="provider=1",
        fields=(
            Field("title", "What happened", hint="One sentence."),
            Field("details", "Details", "text", required=False),
            Field("severity", "Severity", "choice", options=severities, initial="2"),
            Field("kinds", "Kind", "choices", options=kinds, required=False),
            Field("due", "Wanted by", "date", initial="2026-11-27", hint="A day in London."),
        ),
    )


def people_form() -> Form:
    """A form that asks for people."""
    known = (Option("29:teams", "Somebody elsewhere"),)
    fields = (
        Field("owner", "Who answers for it", "person", initial="jose", options=known),
        Field("deputy", "Their deputy", "person", required=False),
    )
    return Form("providers.people", "Set up: 3 of 4", "Next", fields, "your own company")


def menu_card() -> PrivateCard:
    """What an empty command shows."""
    return PrivateCard(
        text="Bayanihan Contact, Manila voice: 1 issue open, 2 actions due this week.",
        title="Bayanihan Contact · Manila voice",
        elements=(
            Words(
                (Strong("1 issue open"), ", 2 actions due this week, next review ", When(at(3, 10), "Asia/Manila"), ".")
            ),
            Note(
                (
                    "Replies work too: write ",
                    Code("SL 82% AHT 6:52"),
                    " in the metrics thread.",
                )
            ),
        ),
        buttons=(
            Button("issue.open", "Report an issue", style="primary"),
            Button("actions.mine", "My actions"),
            Button("metrics.show", "Metrics"),
        ),
        choose=Choose("provider.pick", "Another provider", (Option("2", "Kraków Mail"), Option("3", "Cape Care"))),
    )


def home_card() -> PrivateCard:
    """What stands in everybody's Home."""
    return PrivateCard(
        text="Two things need you. 1 provider needs work.",
        title="Home",
        elements=(
            Heading("Needs you"),
            Item(("Send the refund policy to the floor",), (Button("action.show", "Open", "7"),), Tone.BAD),
            Item(
                ("Two agents are out in Manila",),
                (Button("issue.open", "Report it", "3", "primary"), Button("action.ack", "Take it", "3")),
                Tone.WARN,
            ),
            Heading("Providers"),
            Item(("Bayanihan Contact: 5 of 5 on target, last heard of today",), tone=Tone.GOOD),
            Note(("Checked 09:00.",)),
        ),
        buttons=(Button("issue.open", "Report an issue"), Button("people.form", "Owners")),
    )


def at(days: int, hour: int) -> datetime:
    """A moment of the example's week."""
    return (MONDAY + timedelta(days=days)).replace(hour=hour)


def digest_card() -> SharedCard:
    """The weekly digest, with every element there is."""
    weeks = tuple(f"W{n}" for n in range(36, 48))
    service = (84.0, 83.5, 85.0, 82.0, None, 81.0, 80.5, 82.0, 79.0, 78.5, 80.0, 82.1)
    handle = (360.0, 362.0, 365.0, 371.0, 380.0, 379.0, 388.0, 392.0, 401.0, 405.0, 409.0, 412.0)
    return SharedCard(
        text="Week 47: service level 82.1 %, below its 85 % target for the fifth week; handle time still rising.",
        title="Service level below target for the fifth week",
        tone=Tone.BAD,
        elements=(
            Words(
                (
                    "Week 47, 16 to 22 November. ",
                    Mention(Account(Platform.ROOM, "bayanihan", "jose"), "Jose Santos"),
                    " sent 5 of 6 numbers.",
                )
            ),
            Metrics(
                (
                    MetricRow("Service level", "82.1 %", Tone.BAD, "Below target", "up", "target 85 %"),
                    MetricRow("Handle time", "6:52", Tone.WARN, "Watch", "up", "target 6:30"),
                    MetricRow("Quality score", "91.0", Tone.GOOD, "On target", "flat", "target 90"),
                    MetricRow("Repeat contacts", "11.4 %", Tone.GOOD, "On target", "down", "target 12 %"),
                    MetricRow("Attrition", "no data", Tone.MISSING, "Not received", "", "due Tue 24 Nov"),
                )
            ),
            Picture(
                "Twelve weeks",
                (
                    Panel(
                        "Service level", "82.1 %", Tone.BAD, "Below target", weeks, service, 85.0, "85 %", 78.0, 86.0
                    ),
                    Panel(
                        "Handle time",
                        "6:52",
                        Tone.WARN,
                        "Watch",
                        weeks,
                        handle,
                        390.0,
                        "6:30",
                        350.0,
                        400.0,
                        "Eight weeks above its own baseline",
                    ),
                ),
                "Service level fell from 84 to 78.5 per cent and came back to 82.1; handle time rose every week to 6:52.",
            ),
            Heading("Went well"),
            Listing(
                (
                    (
                        "Quality above target for the ",
                        Strong("eighth"),
                        " week",
                    ),
                    ("Night shift fully staffed",),
                )
            ),
            Heading("Overdue, both sides"),
            Listing(
                (
                    (
                        "Refund policy to the floor: ",
                        Mention(Account(Platform.ROOM, "room", "maria"), "Maria Okafor"),
                        ", due ",
                        When(at(-3, 9), "Europe/London", "date"),
                    ),
                    ("Coaching plan for new starters: ", Mention(None, "Jose Santos"), ", due yesterday"),
                ),
                more=3,
            ),
            Quote("The new macro saved us twenty seconds a call.", "Jose Santos, Tuesday"),
            Facts(
                (
                    ("Next review", (When(at(3, 2), "Asia/Manila"),)),
                    ("Agenda", (Link("six items", "https://example.com/agenda"),)),
                    ("Correct a number", (Code("oops AHT 6:25"), " in the thread")),
                )
            ),
            Note(("Figures received Mon 23 Nov, definition version 3.",)),
        ),
        buttons=(
            Button("issue.open", "Report an issue", style="primary"),
            Button("action.new", "Add an action"),
            Button("digest.undo", "Withdraw", style="danger"),
        ),
        choose=Choose(
            "metric.explain", "Explain a metric", (Option("sl", "Service level"), Option("aht", "Handle time"))
        ),
        why="The weekly digest of this channel, every Monday 08:30 Manila time. Change it with /vendor digest.",
    )


PEOPLE = (
    RoomUser(
        id="maria",
        name="Maria Okafor",
        initials="MO",
        colour="teal",
        side="client",
        title="Vendor manager",
        company="Northgate Retail",
        town="London",
        zone="Europe/London",
        seat=True,
        position=1,
    ),
    RoomUser(
        id="jose",
        name="Jose Santos",
        initials="JS",
        colour="rust",
        side="provider",
        title="Account lead",
        company="Bayanihan Contact",
        town="Manila",
        zone="Asia/Manila",
        workspace="bayanihan",
        seat=True,
        position=2,
    ),
    RoomUser(
        id="ellen",
        name="Ellen Price",
        initials="EP",
        colour="plum",
        side="client",
        title="Operations director",
        company="Northgate Retail",
        town="London",
        zone="Europe/London",
        seat=True,
        position=3,
    ),
    RoomUser(
        id="thandi",
        name="Thandi Nkosi",
        initials="TN",
        colour="moss",
        side="provider",
        title="Team lead",
        company="Cape Care",
        town="Cape Town",
        zone="Africa/Johannesburg",
        workspace="capecare",
        position=4,
    ),
)
CHANNELS = (
    (RoomChannel(id="manila", name="manila-voice", kind="shared", provider="Bayanihan Contact",
                 topic="Northgate and Bayanihan", position=1), ("maria", "jose", "ellen")),
    (RoomChannel(id="krakow", name="krakow-mail", kind="shared", provider="Wawel Support", position=2), ("maria",)),
    (RoomChannel(id="cape", name="cape-care", kind="shared", provider="Cape Care", position=3), ("maria", "thandi")),
    (RoomChannel(id="office", name="vendor-office", kind="internal", topic="Northgate only", position=50),
     ("maria", "ellen")),
)  # fmt: skip


@dataclass
class Stage:
    """A whole room to play on."""

    database: Database
    shelf: Shelf
    clock: StillClock
    house: House
    gateway: RoomGateway
    app: Starlette

    async def put(
        self, card: AnyCard, channel: str = "manila", key: str = "k1", thread: str | None = None, revision: int = 1
    ) -> str:
        """Post a card through the gateway; its reference."""
        sent = await self.gateway.post(delivery(card, channel, key, thread, revision))
        return getattr(sent, "ref", "")

    def said(self, words: str, author: str, channel: str = "manila", thread: str | None = None) -> str:
        """Write a person's message straight into the tables; its reference."""
        with self.shelf.units() as unit:
            now = self.clock.now()
            message = RoomMessage(
                id=unit.room.next_id(now),
                channel_id=channel,
                thread_ref=thread,
                author=author,
                words=words,
                posted_at=now,
            )
            unit.room.add(message)
            unit.commit()
            return message.id


def delivery(
    card: AnyCard,
    channel: str = "manila",
    key: str = "k1",
    thread: str | None = None,
    revision: int = 1,
    ref: str | None = None,
) -> Delivery:
    """A delivery to a channel of the example."""
    place = Place(Platform.ROOM, "room", channel)
    return Delivery(key, revision, Visibility(card.kind), card, place=place, thread=thread, ref=ref)


def stage(folder: Path) -> Stage:
    """A room with the example's people and channels, in a file of ``folder``."""
    database = Database(f"sqlite:///{folder / 'room.sqlite'}", durable=False)
    rooms = [SQLModel.metadata.tables[f"parley_room_{name}"] for name in ("channel", "user", "member", "message")]
    known = [
        SQLModel.metadata.tables[f"parley_{name}"] for name in ("installation", "provider", "person", "person_account")
    ]
    tables = [*known, *rooms]
    SQLModel.metadata.create_all(database.engine, tables)
    clock, house, bell = StillClock(), House(), Bell()
    shelf = Shelf(units_on(database), in_thread, CODEC, bell, clock.now)
    with shelf.units() as unit:
        for user in PEOPLE:
            unit.room.put_user(RoomUser(**user.model_dump()))
        for channel, members in CHANNELS:
            unit.room.put_channel(RoomChannel(**channel.model_dump()), members)
        for user in PEOPLE:
            unit.room.open_direct(user)
        unit.commit()
    drawing = Drawing(lambda picture, dark: svg(picture, dark=dark), png_in_child)
    hosts = frozenset({"127.0.0.1", "localhost"})
    room = Room(dispatch=house, shelf=shelf, clock=clock, drawing=drawing, secret=SECRET, hosts=hosts)
    return Stage(database, shelf, clock, house, RoomGateway(shelf), Starlette(routes=room_routes(room)))


async def furnish(made: Stage) -> None:
    """Fill the room so that there is something to look at."""
    made.clock.moment = MONDAY - timedelta(days=1, hours=3)
    made.said("Heads up: the refund policy changes on Thursday.", "maria")
    made.clock.moment = MONDAY - timedelta(hours=1)
    digest = await made.put(digest_card(), key="digest")
    made.clock.moment = MONDAY - timedelta(minutes=40)
    made.said("SL 82% AHT 6:52 QA 91", "jose", thread=digest)
    await made.put(
        SharedCard(text="Read: service level 82 %, handle time 6:52, quality 91."), key="echo", thread=digest
    )
    with made.shelf.units() as unit:
        row = unit.room.thread(digest, "")[0]
        unit.room.react(row, "white_check_mark", "parley")
        unit.room.react(row, "tada", "maria")
        unit.commit()
    made.clock.moment = MONDAY - timedelta(minutes=20)
    made.said("Two agents are out today, typhoon warning. We moved the night shift.", "jose")
    made.said("Thank you for telling us early. Stay safe.", "maria")
    office = InternalCard(
        text="Handle time has run above its baseline for eight weeks. A draft plan waits for you.",
        title="A plan is ready to read",
        tone=Tone.WARN,
        elements=(Words(("Handle time has run above its own baseline for ", Strong("eight weeks"), ".")),),
        buttons=(Button("plan.open", "Read the draft", style="primary"),),
        why="You own Bayanihan Contact.",
    )
    await made.put(office, "office", "plan")
    await made.put(
        PrivateCard(text="Two of yours are due this week.", why="Your morning summary."),
        direct_channel_id("maria"),
        "mine",
    )
    made.clock.moment = MONDAY


def main() -> None:
    """Serve the furnished room."""
    with tempfile.TemporaryDirectory() as folder:
        made = stage(Path(folder))
        asyncio.run(furnish(made))
        uvicorn.run(made.app, host="127.0.0.1", port=8089, log_level="warning", timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main()
