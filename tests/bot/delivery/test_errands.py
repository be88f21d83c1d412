"""Errands: asked patiently, heard once, and never in anybody's way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.clock import StillClock
from bot.delivery.courier import Courier
from bot.delivery.errands import ATTEMPTS
from bot.delivery.patience import Patience
from bot.ports import Found, FoundMessage, Later, Outcome, Refused, Unsure
from bot.workers import inline
from handlers.router import Router
from handlers.routes import table
from handlers.saying import decode, look_up, look_up_person
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import PersonFound, WordsFound
from handlers.vocabulary.outgoing import Errand
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork
from tests.fakes import FakeGateway
from tests.town import CLIENT, MONDAY, Town

ZOE = Account(Platform.ROOM, CLIENT, "U-ZOE")


class Desk:
    """A courier that listens, beside a platform that knows Zoe, of whom we know an account only."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = StillClock(MONDAY)
        self.gateway = FakeGateway(directory={"U-ZOE": Found("Zoe Blake", "America/Chicago", "", CLIENT)})
        self.heard: list[PersonFound | WordsFound] = []
        self.deaf = 0
        self.router = Router(table(), self.units)
        self.courier = self.listening()
        with self.units() as uow:
            person = uow.people.add(Person(installation_id=1, name="zoe", side="client", created_at=MONDAY))
            uow.people.connect(person, "room", CLIENT, "U-ZOE")
            self.key = look_up_person(uow, ZOE, 1, MONDAY, name="zoe", zone="UTC")
            assert look_up_person(uow, ZOE, 1, MONDAY) == self.key
            uow.commit()

    def listening(self, *, hears: bool = True) -> Courier:
        """A courier of a process of its own."""
        gateways = {Platform.ROOM: self.gateway}
        patience = {Platform.ROOM: Patience(timeout=1, settle=0)}
        hear = self.hear if hears else None
        return Courier(self.units, gateways, inline, self.clock.now, patience, hear=hear)

    def units(self) -> UnitOfWork:
        return UnitOfWork(self.database)

    def hear(self, found: PersonFound | WordsFound) -> None:
        """Into the house; the first ``deaf`` times something breaks after it was heard."""
        self.heard.append(found)
        self.router.handle(found, self.clock.now())
        if len(self.heard) <= self.deaf:
            raise RuntimeError("broken")

    def row(self) -> OutboxRow:
        with self.units() as uow:
            row = uow.outbox.by_key(self.key)
        assert row is not None
        return row

    def told(self) -> list[tuple[str, str]]:
        """Who is told what, in order."""
        with self.units() as uow:
            rows = [row for row in uow.outbox.everything() if row.kind != "errand"]
        return [(row.account_user, decode(row.content).text) for row in rows]  # type: ignore[union-attr]

    def zoe(self) -> Person:
        with self.units() as uow:
            person = uow.people.by_user(1, "room", "U-ZOE")
        assert person is not None
        return person


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    database = Database(sqlite_url, durable=False)
    Town(database)
    yield Desk(database)
    database.dispose()


async def test_an_errand_is_run_once(desk: Desk) -> None:
    """What is found is kept; nothing was posted, and another attempt asks nothing."""
    assert await desk.courier.attempt(desk.key) is None
    assert await desk.courier.attempt(desk.key) is None
    assert (desk.zoe().name, desk.zoe().zone) == ("Zoe Blake", "America/Chicago")
    assert desk.row().state == "sent" and desk.gateway.looked_up == [ZOE]
    assert desk.gateway.posted == [] and len(desk.heard) == 1


@pytest.mark.parametrize(("fault", "wait"), [(Later(7.0), 7.0), (Unsure("no answer"), 2.0)])
async def test_an_errand_waits_as_told(desk: Desk, fault: Outcome, wait: float) -> None:
    """429 waits what the platform says and costs no attempt; without an answer it is asked again soon."""
    desk.gateway.faults = [("before", fault)]
    assert await desk.courier.attempt(desk.key) == wait
    assert desk.row().attempts == (0 if isinstance(fault, Later) else 1)
    assert await desk.courier.attempt(desk.key) is None
    assert desk.zoe().name == "Zoe Blake" and len(desk.gateway.looked_up) == 2


async def test_heard_and_then_broken_is_heard_once(desk: Desk) -> None:
    """When the process breaks after the answer was heard, the answer is told again and changes nothing twice."""
    desk.deaf = 1
    assert await desk.courier.attempt(desk.key) == 5.0
    assert desk.row().state == "open" and desk.zoe().name == "Zoe Blake"
    with desk.units() as uow:
        person = uow.people.by_user(1, "room", "U-ZOE")
        assert person is not None
        person.name, person.zone = "zoe", "UTC"
        uow.people.add(person)
        uow.commit()
    assert await desk.courier.attempt(desk.key) is None
    assert (len(desk.heard), desk.row().state) == (2, "sent")
    assert desk.zoe().name == "zoe", "the second telling is the same event"


async def test_whom_the_platform_does_not_know_bothers_nobody(desk: Desk) -> None:
    """Whom the platform does not know keeps what was assumed, and no manager is told of a failure."""
    desk.gateway.directory.clear()
    assert await desk.courier.attempt(desk.key) is None
    assert (desk.row().state, desk.row().trouble, desk.zoe().name) == ("dropped", "user_not_found", "zoe")
    with desk.units() as uow:
        assert uow.undelivered.failed(1) == [] and len(uow.outbox.everything()) == 1


async def test_a_refused_errand_is_told_to_those_who_manage(desk: Desk) -> None:
    """What the platform refuses, such as a missing permission, reaches the managers once, however many errands meet it;
    when it is mended and sent again, the answer is heard."""
    desk.gateway.faults = [("before", Refused("missing_scope"))]
    assert await desk.courier.attempt(desk.key) is None
    assert (desk.row().state, desk.row().trouble, desk.zoe().name) == ("failed", "missing_scope", "zoe")
    assert desk.told() == [("U-MAYA", "A message could not be delivered: a question about somebody")]
    with desk.units() as uow:
        row = uow.outbox.locked(desk.key)
        assert row is not None and uow.undelivered.send_again(row, MONDAY)
        uow.commit()
    assert await desk.courier.attempt(desk.key) is None
    assert (desk.row().state, desk.zoe().name) == ("sent", "Zoe Blake")


async def test_an_errand_is_given_up(desk: Desk) -> None:
    """Without any clear answer it is given up after a while, and told."""
    desk.gateway.faults = [("before", Unsure("no answer"))] * 20
    for _ in range(ATTEMPTS):
        assert await desk.courier.attempt(desk.key) is not None
    assert await desk.courier.attempt(desk.key) is None
    assert desk.row().state == "failed" and len(desk.gateway.looked_up) == ATTEMPTS
    assert "no clear answer after 8 attempts" in desk.row().trouble and len(desk.told()) == 1


async def test_who_waits_for_an_errand_is_told(desk: Desk) -> None:
    """Whoever put the emoji, or wanted to become the manager, hears once that nothing came of it, and what to do instead."""
    errands = (EMOJI, Errand("administrator", ZOE))
    for errand in errands:
        desk.gateway.faults = [("before", Refused("missing_scope"))]
        key = ask_message(desk, errand)
        assert await desk.courier.attempt(key) is None
    texts = [text for user, text in desk.told() if user == "U-ZOE"]
    assert (
        len(texts) == 2 and ":pushpin:" in texts[0] and "in the thread instead" in texts[0] and "setup code" in texts[1]
    )


async def test_nobody_listens(desk: Desk) -> None:
    """A rehearsal's courier asks nothing."""
    assert await desk.listening(hears=False).attempt(desk.key) is None
    assert desk.row().state == "dropped" and desk.gateway.looked_up == []


EMOJI = Errand("message", ZOE, place=Place(Platform.ROOM, CLIENT, "C1"), message="17.5", emoji="pushpin")
SAID = FoundMessage("We hire two", "17.1", Account(Platform.ROOM, "T-NORTHWIND", "U-JO"), "Jo")


def ask_message(desk: Desk, errand: Errand = EMOJI) -> str:
    """An errand about a message, said once."""
    with desk.units() as uow:
        key = look_up(uow, errand, 1, f"errand.message:{errand.message}", MONDAY)
        uow.commit()
    return key


async def test_what_a_message_says_is_heard(desk: Desk) -> None:
    """The words under an emoji come back once, with their thread and author, to the one who put it there."""
    desk.gateway.messages["17.5"] = SAID
    key = ask_message(desk)
    assert [await desk.courier.attempt(key) for _ in range(2)] == [None, None]
    (heard,) = desk.heard
    assert isinstance(heard, WordsFound) and (heard.errand, heard.actor, heard.place) == (EMOJI, ZOE, EMOJI.place)
    assert (heard.words, heard.thread, heard.author, heard.author_name) == ("We hire two", "17.1", SAID.author, "Jo")
    assert heard.id == f"errand:{key}" and desk.gateway.looked_up == []


@pytest.mark.parametrize("errand", [EMOJI, Errand("message", ZOE)], ids=["gone", "names none"])
async def test_a_message_that_is_gone_is_dropped(desk: Desk, errand: Errand) -> None:
    """A message nobody can read any more bothers nobody."""
    key = ask_message(desk, errand)
    assert await desk.courier.attempt(key) is None
    with desk.units() as uow:
        row = uow.outbox.by_key(key)
        assert row is not None and row.state == "dropped" and uow.undelivered.failed(1) == []
    assert desk.heard == []
