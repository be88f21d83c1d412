"""The way inwards: committed before anybody is told, and "not saved" is only said when it is true."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy.exc import OperationalError

from bot.dispatch import Dispatcher, OnePermit, surviving
from bot.ports import Unavailable
from bot.workers import Workers
from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.incoming import Asked, Said
from storage.database import Database
from storage.models.delivery import InboxEntry
from tests.town import MONDAY, Town


def test_one_permit_goes_to_whoever_is_first() -> None:
    """Commit and giving up exclude each other, in both orders; the holder may ask again."""
    commit_first, given_up_first = OnePermit(), OnePermit()
    assert commit_first.take() and not commit_first.give_up() and commit_first.take()
    assert given_up_first.give_up() and not given_up_first.take()


async def test_seen_twice_is_done_once(sqlite_url: str) -> None:
    """The same event sent five times at once is handled once; the others are answered with silence."""
    database = Database(sqlite_url, durable=False)
    town, run = Town(database), Workers()
    dispatch = Dispatcher(Router(table(), town.units), run, lambda: MONDAY)
    event = Asked("twin", town.maya.account, town.shared_place, actor_name="Maya", words="help")
    answers = await asyncio.gather(*(dispatch(event) for _ in range(5)))
    run.stop()
    database.dispose()
    assert sum(answer.card is not None for answer in answers) == 1


async def test_giving_up_before_the_commit_saves_nothing(sqlite_url: str) -> None:
    """Whoever stops waiting while the handler still works finds nothing saved; the event can come again."""
    database = Database(sqlite_url, durable=False)
    town, run, gate = Town(database), Workers(), threading.Event()

    def now() -> object:
        gate.wait(5)
        return MONDAY

    dispatch = Dispatcher(Router(table(), town.units), run, now)  # type: ignore[arg-type]  # lingers before handling
    event = Asked("slow", town.maya.account, town.shared_place, actor_name="Maya", words="help")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(dispatch(event), 0.05)
    gate.set()
    await asyncio.to_thread(run.stop)
    with town.units() as uow:
        assert uow.session.get(InboxEntry, "slow") is None
    database.dispose()


async def test_a_database_that_is_away_is_said_to_be(sqlite_url: str) -> None:
    """Database trouble is ``Unavailable``, not an answer."""
    database = Database(sqlite_url, durable=False)
    town, run = Town(database), Workers()

    def away() -> object:
        raise OperationalError("", {}, Exception())

    dispatch = Dispatcher(Router(table(), away), run, lambda: MONDAY)  # type: ignore[arg-type]  # never opens
    with pytest.raises(Unavailable):
        await dispatch(Asked("x", town.maya.account, town.shared_place, words="help"))
    run.stop()
    database.dispose()


def test_what_nobody_expected_is_survived() -> None:
    """A defect answers None; a database that is away is raised."""

    def away() -> None:
        raise OperationalError("", {}, Exception())

    assert surviving(lambda: 1 // 0, "test") is None and surviving(lambda: 7, "test") == 7
    with pytest.raises(OperationalError):
        surviving(away, "test")


def _posted(town: Town, once: str) -> str:
    """The card's request left and stands there; its answer was not noted. The reference it has."""
    with town.units() as uow:
        row = uow.outbox.by_once(once)
        assert row is not None
        row.trying_since = row.first_try = row.last_try = MONDAY
        row.state, row.ref, row.sent_revision, row.attempts = "open", None, 0, 1
        uow.session.add(row)
        uow.commit()
    return "posted-just-now"


async def test_a_reply_to_a_card_that_is_noted_a_moment_later_is_understood(sqlite_url: str) -> None:
    """Somebody answers a card before its own answer has reached us: the reply waits for the note and then counts."""
    database = Database(sqlite_url, durable=False)
    town, run = Town(database), Workers()
    dispatch = Dispatcher(Router(table(), town.units), run, lambda: MONDAY)
    town.maya.mentions("report Refunds are late")
    ref = _posted(town, "issue.card:1")
    reply = Said(
        "quick", town.jo.account, town.shared_place, actor_name="Jo", words="ack", message="m-quick", thread=ref
    )
    waiting = asyncio.create_task(dispatch(reply))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    with town.units() as uow:
        row = uow.outbox.by_once("issue.card:1")
        assert row is not None
        row.ref, row.sent_revision, row.state, row.trying_since = ref, row.revision, "sent", None
        uow.session.add(row)
        uow.commit()
    await waiting
    with town.units() as uow:
        issue = uow.issues.get(1)
        assert issue is not None and issue.state == "acknowledged"
    run.stop()
    database.dispose()


async def test_a_reply_that_cannot_be_placed_yet_is_asked_for_again(sqlite_url: str) -> None:
    """While a card of the channel stays in doubt (its process died), a reply under an unknown message is not acknowledged and
    not remembered, so that the platform's next try is understood."""
    database = Database(sqlite_url, durable=False)
    town, run = Town(database), Workers()
    dispatch = Dispatcher(Router(table(), town.units), run, lambda: MONDAY)
    town.maya.mentions("report Refunds are late")
    ref = _posted(town, "issue.card:1")
    reply = Said("early", town.jo.account, town.shared_place, actor_name="Jo", words="ack", message="m1", thread=ref)
    with pytest.raises(Unavailable):
        await dispatch(reply)
    with town.units() as uow:
        assert uow.session.get(InboxEntry, "early") is None
    run.stop()
    database.dispose()
