"""The pace of a whole workspace, and what leaves at once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.at_once import BURST, AtOnce
from bot.delivery.looking import Looking
from bot.delivery.pacing import Pacing, WorkspaceLimit, turn
from bot.scheduler import tick_once
from handlers.routes import table
from handlers.saying import About, say
from handlers.schedules import once_at
from handlers.vocabulary.address import Place, Platform, SharedChannel
from handlers.vocabulary.outgoing import SharedCard, SharedPost
from storage.database import Database
from storage.models.pace import WorkspacePace
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed, outbox_row

LIMIT = WorkspaceLimit(posts_a_minute=100)
MINUTE = timedelta(minutes=1)


def lines() -> WorkspacePace:
    """Lines in which nobody stands."""
    return WorkspacePace(platform="slack", workspace="T", unhurried_at=NOW, prompt_at=NOW)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.booleans()), min_size=1, max_size=250))
def test_no_minute_has_more_posts_than_the_workspace_takes(asked: list[tuple[int, bool]]) -> None:
    """Whatever is said when, and whether the calendar or a person caused it: no minute has more turns than the limit."""
    line, turns, now = lines(), list[datetime](), NOW
    for tenths, unhurried in asked:
        now += timedelta(seconds=tenths / 100)
        turns.append(turn(line, unhurried, LIMIT, now))
    for first in turns:
        assert sum(first <= each < first + MINUTE for each in turns) <= LIMIT.posts_a_minute + 1


def test_an_answer_passes_a_hundred_digests() -> None:
    """A hundred messages of the calendar take more than a minute; an answer given meanwhile leaves at once."""
    line = lines()
    digests = [turn(line, True, LIMIT, NOW) for _ in range(100)]
    assert digests[0] == NOW
    assert digests[-1] > NOW + MINUTE
    assert turn(line, False, LIMIT, NOW) == NOW


def test_many_answers_take_the_shorter_line() -> None:
    """When a person's act says sixty things, they use the calendar's share too while the calendar is silent."""
    line = lines()
    turns = [turn(line, False, LIMIT, NOW) for _ in range(60)]
    assert sum(each == NOW for each in turns) == LIMIT.at_once + 1
    assert max(turns) < NOW + MINUTE


def test_a_row_keeps_its_turn(database: Database) -> None:
    """A row that has to wait keeps its turn over attempts; edits, reactions and rows without a limit wait for nobody."""
    installed(database)
    pacing = Pacing(WorkspaceLimit(20))
    with UnitOfWork(database) as uow:
        first, second = (
            uow.outbox.put(outbox_row(once, platform="slack", unhurried=True)) for once in ("first", "second")
        )
        assert pacing.wait(first, uow, NOW) == 0
        assert pacing.wait(second, uow, NOW) == pytest.approx(3.75)
        assert pacing.wait(second, uow, NOW + timedelta(seconds=1)) == pytest.approx(2.75)
        assert pacing.wait(second, uow, NOW + timedelta(seconds=4)) == 0
        edit = uow.outbox.put(outbox_row("edit", platform="slack", unhurried=True, sent_revision=1))
        reaction = uow.outbox.put(outbox_row("reaction", platform="slack", unhurried=True, kind="reaction"))
        other = uow.outbox.put(outbox_row("other", platform="slack", workspace="T-OTHER", unhurried=True))
        assert [pacing.wait(each, uow, NOW) for each in (edit, reaction, other)] == [0, 0, 0]
        assert Pacing(None).wait(uow.outbox.put(outbox_row("free", platform="slack")), uow, NOW) == 0


def test_what_is_committed_is_tried_in_its_order(sqlite_url: str) -> None:
    """Rows of one transaction are tried after its commit, in their order; those of one that was undone never are."""
    sqlite = Database(sqlite_url)
    installed(sqlite)

    async def play() -> list[str]:
        tried: list[str] = []

        async def carry(key: str, sleeps: float) -> None:
            tried.append(key)

        at_once = AtOnce(pace=0.0)
        at_once.start(carry)
        for fate in ("kept", "undone"):
            with UnitOfWork(sqlite) as uow:
                for number in range(2):
                    row = outbox_row(f"{fate} {number}", key=f"{fate} {number}")
                    at_once.said(uow.session, uow.outbox.put(row), "C1")
                assert not tried or fate == "undone"
                if fate == "kept":
                    uow.commit()
            await asyncio.sleep(0.01)
        return tried

    assert asyncio.run(play()) == ["kept 0", "kept 1"]
    sqlite.dispose()


def test_a_channel_gets_a_short_burst_at_once() -> None:
    """More than three in a channel within three seconds are left to the queue; another channel has its own three."""
    now = 100.0
    at_once = AtOnce(pace=1.0, clock=lambda: now)
    assert [at_once._may("C1") for _ in range(5)] == [True] * BURST + [False] * 2
    assert at_once._may("C2")
    now += 3.0
    assert at_once._may("C1")


def test_the_queue_is_looked_into_often_only_while_busy() -> None:
    """Looks become frequent when something is under way, are said to be so again while it lasts, and seldom afterwards."""

    async def play() -> list[float]:
        said: list[float] = []

        async def set_to(seconds: float) -> None:
            said.append(seconds)

        looking = Looking(0.2, 1.0, set_to)
        begun = asyncio.get_running_loop().time()
        await looking._follow(begun + 100)
        looking.busy()
        for later in (0.5, 1.0, 4.0, 6.0, 7.0):
            await looking._follow(begun + later)
        return said

    assert asyncio.run(play()) == [0.2, 0.2, 1.0]


def test_what_the_calendar_says_lets_answers_pass(sqlite_url: str) -> None:
    """The same words are unhurried when a tick says them, and not when a person causes them."""
    database = Database(sqlite_url)
    installed(database)

    def speak(uow: UnitOfWork, once: str) -> None:
        to = SharedChannel(Place(Platform.ROOM, "T-CLIENT", "C1"))
        say(uow, SharedPost(to, SharedCard("Service level was 83.9 %.")), About(1, "test", "test"), once, NOW)

    with UnitOfWork(database) as uow:
        once_at(uow, "test", 1, 1, NOW)
        speak(uow, "person")
        uow.commit()
    firings = {"test": lambda fired, uow, now: speak(uow, "calendar")}
    assert tick_once(lambda: UnitOfWork(database), table(), NOW, firings) == 1
    with UnitOfWork(database, reading=True) as uow:
        rows = (uow.outbox.by_once(once) for once in ("person", "calendar"))
        assert [row is not None and row.unhurried for row in rows] == [False, True]
    database.dispose()
