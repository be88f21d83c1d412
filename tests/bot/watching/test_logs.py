"""Log lines say what they belong to, and never what people said."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, MutableMapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import LogCapture

from bot.dispatch import Dispatcher
from bot.ports import Later, Refused, Unavailable, Unsure
from bot.scheduler import Ticks, tick_once
from bot.watching.logs import learnt, named, names, names_of, with_names
from bot.web import web
from bot.workers import Workers
from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, Pressed, Said, Submitted
from storage.database import Database
from storage.models.delivery import OutboxRow
from tests.bot.post import Post
from tests.town import Town, town_at

ROOT = Path(__file__).parents[3]
CANARY = "Juniper"
Lines = list[MutableMapping[str, Any]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Every line written during the test, at any level, as it would be rendered."""
    capture = LogCapture()
    structlog.configure(processors=[with_names, capture], cache_logger_on_first_use=False)
    yield capture.entries
    structlog.reset_defaults()


async def test_names_reach_threads_and_end_with_their_block() -> None:
    """What is named around a piece of work is known in the threads it uses, together with what is learnt there; outside it is
    gone."""
    run = Workers()

    def in_a_thread() -> dict[str, object]:
        learnt(kind="issue.card")
        return dict(names())

    with named(delivery="p1", empty="", nothing=None):
        inside = await run(in_a_thread)
        after = dict(names())
        with named(tick="tick"):
            assert names() == {"delivery": "p1", "kind": "issue.card", "tick": "tick"}
    run.stop()
    assert inside == after == {"delivery": "p1", "kind": "issue.card"}
    learnt(lost="x")
    assert names() == {}


async def test_an_event_names_its_request(lines: Lines, tmp_path: Path) -> None:
    """Every line written while a form is handled, in whatever thread, has its request, door, kind and action."""
    town, run = town_at(tmp_path), Workers()

    def away() -> object:
        structlog.get_logger("deep").info("deep.inside")
        raise OperationalError("", {}, Exception())

    dispatch = Dispatcher(Router(table(), away), run, lambda: town.now)  # type: ignore[arg-type]  # never opens
    event = Submitted("e1", town.maya.account, town.shared_place, request="Ev07", action="issue.report")
    with pytest.raises(Unavailable):
        await dispatch(event)
    run.stop()
    town.database.dispose()
    expected = {"request": "Ev07", "door": "room", "kind": "submitted", "action": "issue.report"}
    assert [line["event"] for line in lines] == ["deep.inside", "event.not_saved"]
    assert all(expected.items() <= line.items() for line in lines)


@pytest.mark.parametrize("action", ["tell Juniper", "Juniper", "issue.report\n", "x" * 100])
def test_what_is_no_name_of_ours_is_left_out(action: str) -> None:
    """An action or request that somebody made up is no part of a line: it may be anybody's words."""
    somebody = Account(Platform.ROOM, "T", "U")
    told = names_of(Pressed(f"id {CANARY}", somebody, None, action=action, request=f"words of {CANARY}"))
    assert told == {"request": "", "door": "room", "kind": "pressed", "action": ""}


async def test_a_delivery_names_its_row(lines: Lines, sqlite_url: str) -> None:
    """Every line of an attempt has the delivery's key, platform, kind and generation."""
    database = Database(sqlite_url, durable=False)
    Town(database)
    post = Post(database)
    key = post.put("a", generation=2)
    assert await post.courier.attempt(key) is None
    database.dispose()
    (outcome,) = [line for line in lines if line["event"] == "delivery.outcome"]
    expected = {"delivery": key, "platform": "room", "kind": "test.card", "generation": 2}
    assert expected.items() <= outcome.items()


async def test_a_tick_names_itself(lines: Lines) -> None:
    """A line written inside a tick has the tick's name, also the one about its failure."""
    rang = asyncio.Event()

    async def job() -> None:
        structlog.get_logger("job").info("job.inside")
        rang.set()
        raise OperationalError("", {}, Exception())

    ticks = Ticks()
    ticks.every(60.0, "seal", job, at_once=True)
    ticks.start()
    await asyncio.wait_for(rang.wait(), 5)
    await asyncio.sleep(0.01)
    ticks.stop()
    assert [(line["event"], line["tick"]) for line in lines] == [("job.inside", "seal"), ("tick.database_away", "seal")]


async def test_every_answer_over_http_has_an_id(lines: Lines) -> None:
    """A proxy's id is taken over, one that is no id is replaced, and the lines of the request carry what the answer tells."""

    async def page(_: Request) -> Response:
        structlog.get_logger("page").info("page.asked")
        return PlainTextResponse("well")

    async def well() -> dict[str, object]:
        return {"ok": True}

    async def nothing() -> None:
        return None

    site = web([Route("/page", page)], well, nothing, nothing)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://localhost") as client:
        given = (await client.get("/page", headers={"x-request-id": "abc-1"})).headers["x-request-id"]
        made = (await client.get("/page", headers={"x-request-id": "Juniper said\x01"})).headers["x-request-id"]
        missing = (await client.get("/nowhere")).headers["x-request-id"]
    assert given == "abc-1" and len(made) == len(missing) == 32 and made != missing
    assert [line["http"] for line in lines] == ["abc-1", made]


WEEK = [
    "report Juniper is put through twice",
    "actions add Send Juniper the sheet @Jo due +1d",
    "kudos Juniper answered at once",
    "away until friday Juniper",
    "Juniper",
    "metrics SL Juniper%",
    "plan new Juniper gets better",
    "review setup weekly Juniper",
    "setup Juniper",
    "digest Juniper",
    "undo",
]
REPLIES = [
    "ack",
    "blocked: Juniper has no access",
    "SL 82% Juniper",
    "+3d",
    "due Juniper",
    "done Juniper was told",
    "Juniper?",
]


@pytest.mark.slow
async def test_a_week_at_debug_quotes_nobody(lines: Lines, sqlite_url: str) -> None:
    """A week of commands, replies, forms and clicks, delivered through every fault a platform has and with a database that
    fails now and then, at level debug: no line holds anybody's words or name, and the lines are not simply missing."""
    database = Database(sqlite_url, durable=False)
    town, run = Town(database), Workers()
    post = Post(database)
    post.clock.move_to(town.now)
    dispatch = Dispatcher(Router(table(), town.units), run, lambda: town.now)
    for day in range(7):
        for event in _said(town, day):
            with contextlib.suppress(Unavailable):
                await dispatch(event)
        town.now += timedelta(days=1)
        post.clock.move_to(town.now)
        tick_once(town.units, table(), town.now)
        post.gateway.faults = [
            ("before", Later(1)),
            ("before", Refused("Juniper_not_found")),
            ("after", Unsure("no answer")),
        ]
        await _delivered(post)
    await _with_a_broken_database(town, dispatch)
    run.stop()
    database.dispose()
    told = [json.dumps(line, default=str) for line in lines]
    kinds = {str(line["event"]) for line in lines}
    assert {"delivery.outcome", "event.not_saved"} <= kinds and len(told) > 40
    names_of_people = [CANARY, "Maya", "Brooks", "Santos", "xoxb"]
    assert [line for line in told if any(word.casefold() in line.casefold() for word in names_of_people)] == []


def _said(town: Town, day: int) -> Iterator[AnyIncoming]:
    """What happens on a day, each with a request of its own."""
    for number, words in enumerate(WEEK):
        yield Asked(f"a{day}-{number}", town.maya.account, town.shared_place, actor_name="Maya Brooks", words=words)
    with town.units() as uow:
        sent = uow.session.exec(select(OutboxRow).where(col(OutboxRow.ref).is_not(None))).all()
    for row in sent[-4:]:
        for number, words in enumerate(REPLIES):
            place = Place(Platform.ROOM, row.workspace, row.channel)
            about = f"r{day}-{row.seq}-{number}"
            yield Said(
                about, town.jo.account, place, actor_name="Jo Santos", words=words, message=about, thread=row.ref
            )
    values = {"title": CANARY, "detail": f"{CANARY} rang", "severity": "3", "kind": "service", "visibility": "SH"}
    yield Submitted(f"s{day}", town.maya.account, town.shared_place, action="issue.report", values=values, hidden="1")
    yield Pressed(f"p{day}", town.maya.account, town.shared_place, action="issue.take", value=CANARY)
    yield Pressed(f"q{day}", town.maya.account, town.shared_place, action=f"no such {CANARY}", value=CANARY)


async def _delivered(post: Post) -> None:
    """Everything that is due, with patience."""
    for _ in range(12):
        await post.courier.drain()
        post.clock.move_to(post.clock.now() + timedelta(seconds=20))


async def _with_a_broken_database(town: Town, dispatch: Dispatcher) -> None:
    """One more report, which cannot be kept."""
    with town.database.session() as session:
        session.connection().exec_driver_sql("ALTER TABLE parley_issue RENAME TO parley_issue_away")
        session.commit()
    values = {"title": CANARY, "detail": CANARY, "severity": "3", "kind": "service", "visibility": "SH"}
    event = Submitted(
        "s-broken", town.maya.account, town.shared_place, action="issue.report", values=values, hidden="1"
    )
    with contextlib.suppress(Unavailable):
        await dispatch(event)


SPEAKING = """
import logging
from bot.watching.logs import logs, named
import structlog
logs("debug", {form!r})
with named(request="Ev1"):
    structlog.get_logger("x").info("event.seen", count=2)
for name in ("slack_sdk", "slack_bolt", "sqlalchemy.engine", "dbos", "uvicorn.access"):
    logging.getLogger(name).debug("Juniper")
    logging.getLogger(name).info("Juniper")
"""


@pytest.mark.parametrize("form", ["json", "text"])
def test_both_forms_tell_the_same_and_libraries_stay_silent(form: str) -> None:
    """JSON is one object a line and text is none; both have the names, and even at level debug no library speaks, since what
    libraries tell at that level is what people said."""
    ended = subprocess.run(
        [sys.executable, "-c", SPEAKING.format(form=form)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    (line,) = ended.stderr.splitlines()
    assert ended.stdout == ""
    if form == "json":
        told = json.loads(line)
        assert (told["event"], told["request"], told["count"], told["level"]) == ("event.seen", "Ev1", 2, "info")
    else:
        assert "event.seen" in line and "request=Ev1" in line and not line.startswith("{")
