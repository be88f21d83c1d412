"""Letting time pass: everything happens at its own moment, in order, and what cannot happen stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import StillClock
from bot.delivery.courier import Courier
from bot.delivery.patience import Patience
from bot.timeline import play
from bot.workers import inline
from handlers.routes import table
from handlers.schedules import Firing, every, once_at
from handlers.vocabulary.address import Platform
from handlers.vocabulary.events import Fired
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.databases import installed, outbox_row
from tests.fakes import FakeGateway

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Watch:
    """A clock, a database, a fake platform, and everything that happened with its moment."""

    database: Database
    clock: StillClock = field(default_factory=lambda: StillClock(MONDAY))
    gateway: FakeGateway = field(default_factory=FakeGateway)
    happened: list[tuple[datetime, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.firings: dict[str, Firing] = {"test": self.fired}
        patience = {Platform.ROOM: Patience(timeout=0)}
        self.courier = Courier(self.units, {Platform.ROOM: self.gateway}, inline, self.clock.now, patience)
        self.gateway.before = lambda delivery: self.note(f"sent {delivery.card.text}")  # type: ignore[union-attr]  # cards only

    def units(self) -> UnitOfWork:
        """A fresh unit of work."""
        return UnitOfWork(self.database)

    def note(self, what: str) -> None:
        """It happens now."""
        self.happened.append((self.clock.now(), what))

    def say(self, once: str, at: datetime) -> None:
        """A message that is to wait until ``at``."""
        with self.units() as uow:
            uow.outbox.put(outbox_row(once, created_at=self.clock.now(), not_before=at))
            uow.commit()

    def fire(self, number: int, at: datetime) -> None:
        """A schedule for one moment."""
        with self.units() as uow:
            once_at(uow, "test", number, 1, at)
            uow.commit()

    def fired(self, event: Fired, uow: UnitOfWork, now: datetime) -> None:
        """A schedule fires and says so."""
        self.note(f"fired {event.subject_id}")
        uow.outbox.put(outbox_row(f"by {event.subject_id} at {event.wall}", created_at=now, not_before=now))

    async def until(self, moment: datetime) -> list[tuple[timedelta, str]]:
        """Let time pass; answers what happened and how long after Monday nine o'clock."""
        await play(moment, self.clock, self.units, replace(table(), followers={}), self.courier, inline, self.firings)
        return [(at - MONDAY, what) for at, what in self.happened]


@pytest.fixture
def watch(sqlite_url: str) -> Iterator[Watch]:
    """Nothing due yet; schedules of the subject "test" come to this watch."""
    watch = Watch(Database(sqlite_url, durable=False))
    installed(watch.database)
    yield watch
    watch.database.dispose()


async def test_everything_happens_at_its_own_moment_in_order(watch: Watch) -> None:
    """Schedules and waiting messages alternate as their moments do, and what a firing says is sent before the next."""
    watch.say("late", MONDAY + 3 * HOUR)
    watch.fire(2, MONDAY + 2 * HOUR)
    watch.fire(1, MONDAY + HOUR)
    watch.say("now", MONDAY)
    assert await watch.until(MONDAY + 5 * HOUR) == [
        (0 * HOUR, "sent said now"),
        (1 * HOUR, "fired 1"),
        (1 * HOUR, "sent said by 1 at 2026-03-02T10:00"),
        (2 * HOUR, "fired 2"),
        (2 * HOUR, "sent said by 2 at 2026-03-02T11:00"),
        (3 * HOUR, "sent said late"),
    ]
    assert watch.clock.now() == MONDAY + 5 * HOUR


async def test_what_repeats_happens_each_time(watch: Watch) -> None:
    """A daily schedule fires every day at its hour, not once for all of them."""
    with watch.units() as uow:
        every(uow, "test", 7, 1, "mon,tue,wed 10:00", "UTC", MONDAY)
        uow.commit()
    happened = await watch.until(MONDAY + 72 * HOUR)
    assert [at for at, what in happened if what == "fired 7"] == [HOUR, 25 * HOUR, 49 * HOUR]


async def test_a_message_waits_for_its_moment(watch: Watch) -> None:
    """Nothing leaves before its ``not_before``, however often the time is moved up to it; then it leaves."""
    watch.say("later", MONDAY + 3 * HOUR)
    assert await watch.until(MONDAY + 2 * HOUR) == []
    assert await watch.until(MONDAY + 3 * HOUR - timedelta(seconds=1)) == []
    assert await watch.until(MONDAY + 3 * HOUR) == [(3 * HOUR, "sent said later")]
    assert [posted.delivery.card.text for posted in watch.gateway.posted] == ["said later"]  # type: ignore[union-attr]


async def test_nothing_after_the_end_happens(watch: Watch) -> None:
    """What is due a second after the end is left for the next time; what is due at the end happens."""
    watch.fire(1, MONDAY + HOUR)
    watch.fire(2, MONDAY + HOUR + timedelta(seconds=1))
    assert [what for _, what in await watch.until(MONDAY + HOUR) if what.startswith("fired")] == ["fired 1"]
    assert [what for _, what in await watch.until(MONDAY + 2 * HOUR) if what.startswith("fired")] == [
        "fired 1",
        "fired 2",
    ]


async def test_a_firing_that_fails_stops_nothing(watch: Watch) -> None:
    """A schedule that cannot be acted on stays due; time passes all the same, and what comes later happens."""

    def defect(event: Fired, uow: UnitOfWork, now: datetime) -> None:
        if event.subject_id == 1:
            raise ZeroDivisionError
        watch.fired(event, uow, now)

    watch.firings["test"] = defect
    watch.fire(1, MONDAY + HOUR)
    watch.fire(2, MONDAY + 2 * HOUR)
    watch.say("later", MONDAY + 3 * HOUR)
    happened = await watch.until(MONDAY + 4 * HOUR)
    assert [what for _, what in happened] == ["fired 2", "sent said by 2 at 2026-03-02T11:00", "sent said later"]
    assert watch.clock.now() == MONDAY + 4 * HOUR
    with watch.units() as uow:
        assert [schedule.subject_id for schedule in uow.schedules.due(watch.clock.now())] == [1]


async def test_a_message_that_cannot_leave_stops_nothing(watch: Watch) -> None:
    """A reply whose root waits longer is stuck at its own moment; time passes, and both leave when the root may."""
    watch.say("root", MONDAY + 3 * HOUR)
    with watch.units() as uow:
        root = outbox_row("root").key
        uow.outbox.put(outbox_row("reply", thread_card=root, created_at=MONDAY, not_before=MONDAY + HOUR))
        uow.commit()
    watch.fire(1, MONDAY + 2 * HOUR)
    happened = await watch.until(MONDAY + 4 * HOUR)
    assert happened == [
        (2 * HOUR, "fired 1"),
        (2 * HOUR, "sent said by 1 at 2026-03-02T11:00"),
        (3 * HOUR, "sent said root"),
        (3 * HOUR, "sent said reply"),
    ]


async def test_time_never_goes_back(watch: Watch) -> None:
    """Moving to a moment that is past leaves the clock where it is."""
    await watch.until(MONDAY + 2 * HOUR)
    await watch.until(MONDAY)
    assert watch.clock.now() == MONDAY + 2 * HOUR
