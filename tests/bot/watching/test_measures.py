"""/metrics tells how the work stands, to whoever may know it, and says nothing it does not know."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.dispatch import Dispatcher
from bot.ports import Later, Refused, Unavailable, Unsure
from bot.scheduler import Ticks
from bot.slack.listeners import build_app
from bot.watching.logs import kind_of
from bot.watching.measures import Measures, Standing
from bot.watching.metrics_page import MetricsPage, standing
from bot.web import web
from bot.workers import inline
from handlers.router import Router
from handlers.routes import table
from handlers.schedules import once_at
from handlers.vocabulary.incoming import Asked, Said, Submitted
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.watch import watch
from tests.bot.post import Post
from tests.bot.slack.doors import FakeDispatch, settings_for
from tests.databases import NOW, installed, outbox_row
from tests.standins.slack.server import StandInSlack
from tests.town import Town, town_at

QUIET = Standing(queue_length=0, oldest_due_seconds=None, undeliverable=0, schedule_behind_seconds=None, replicas=1)
LABELS = {"platform", "outcome", "kind", "result", "tick", "le", "version", "schema"}
"""Every label there is: none can hold a name of a provider, a person or a channel."""


@pytest.fixture
def measures() -> Measures:
    """Nothing counted yet."""
    return Measures("1.2.3", "0003")


def read(measures: Measures, standing: Standing | None = QUIET) -> dict[str, float]:
    """The page as its readers parse it: "name{label,label}" -> value, labels by their names."""
    page, content_type = measures.page(standing)
    assert content_type.startswith("text/plain")
    found = {}
    for family in text_string_to_metric_families(page.decode()):
        for sample in family.samples:
            assert set(sample.labels) <= LABELS
            labels = ",".join(value for name, value in sample.labels.items() if name != "le")
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_what_the_database_told_stands_on_the_page(measures: Measures) -> None:
    """The queue's age and length, the calendar's delay, replicas and the build are told; nothing waiting is 0 seconds."""
    told = read(measures, Standing(3, 42.5, 2, 7.0, 2))
    assert told["parley_queue_length"] == 3 and told["parley_queue_oldest_due_seconds"] == 42.5
    assert told["parley_undeliverable"] == 2 and told["parley_schedule_behind_seconds"] == 7
    assert told["parley_replicas_alive"] == 2 and told["parley_database_up"] == 1
    assert told["parley_build_info{0003,1.2.3}"] == 1
    assert read(measures)["parley_queue_oldest_due_seconds"] == 0


def test_what_nobody_knows_is_not_told(measures: Measures) -> None:
    """While the database is away the page says so and leaves out what only it could tell, instead of saying 0."""
    told = read(measures, None)
    assert told["parley_database_up"] == 0
    assert [name for name in told if name.startswith(("parley_queue", "parley_undeliverable", "parley_replicas"))] == []
    assert [name for name in told if name.startswith("parley_schedule")] == []


def test_two_processes_count_apart() -> None:
    """Measures hold a registry of their own: nothing is counted at import, and two of them do not meet."""
    one, other = Measures("1", "2"), Measures("1", "2")
    one.delivery("slack", "sent")
    assert read(one)["parley_deliveries_total{sent,slack}"] == 1
    assert "parley_deliveries_total{sent,slack}" not in read(other)


async def test_every_outcome_of_a_delivery_is_counted(measures: Measures, sqlite_url: str) -> None:
    """Sent, later, refused and given up, unsure and found again, too late: each is counted once, by platform."""
    database = Database(sqlite_url, durable=False)
    Town(database)
    post = Post(database, count=measures.delivery)
    for fault in (("before", Later(1)), ("before", Refused("gone")), ("after", Unsure("no answer")), None):
        key = post.put(f"row {fault}")
        post.gateway.faults = [fault] if fault else []
        while (wait := await post.courier.attempt(key)) is not None:
            post.clock.move_to(post.clock.now() + timedelta(seconds=wait))
    await post.courier.attempt(post.put("too late", expires_at=NOW))
    database.dispose()
    told = read(measures)
    counted = {name: value for name, value in told.items() if name.startswith("parley_deliveries_total")}
    assert counted == {
        "parley_deliveries_total{sent,room}": 3,
        "parley_deliveries_total{later,room}": 1,
        "parley_deliveries_total{refused,room}": 1,
        "parley_deliveries_total{failed,room}": 1,
        "parley_deliveries_total{unsure,room}": 1,
        "parley_deliveries_total{adopted,room}": 1,
        "parley_deliveries_total{missed,room}": 1,
    }


async def test_every_end_of_an_event_is_counted(measures: Measures, tmp_path: Path) -> None:
    """Done, seen before, refused, left alone and not saved are counted apart, by the kind of the event."""
    town = town_at(tmp_path)
    router = Router(table(), town.units, heard=lambda told, result: measures.event(kind_of(told), result))
    dispatch = Dispatcher(router, inline, lambda: town.now, measures.event)
    who, here = town.maya.account, town.shared_place
    await dispatch(Asked("a", who, here, words="help"))
    await dispatch(Asked("a", who, here, words="help"))
    await dispatch(Submitted("b", who, here, action="issue.report", values={"title": ""}, hidden="1"))
    await dispatch(Said("c", who, here, words="see you tomorrow", message="c"))

    def away() -> object:
        raise OperationalError("", {}, Exception())

    with pytest.raises(Unavailable):
        await Dispatcher(Router(table(), away), inline, lambda: town.now, measures.event)(  # type: ignore[arg-type]  # never opens
            Asked("d", who, here, words="help")
        )
    town.database.dispose()
    counted = {name: value for name, value in read(measures).items() if name.startswith("parley_events_total")}
    assert counted == {
        "parley_events_total{asked,done}": 1,
        "parley_events_total{asked,duplicate}": 1,
        "parley_events_total{submitted,refused}": 1,
        "parley_events_total{said,ignored}": 1,
        "parley_events_total{asked,not_saved}": 1,
    }


async def test_ticks_tell_how_late_and_how_long(measures: Measures) -> None:
    """A tick's duration, its delay behind the plan and its failures are counted under its name."""
    runs, enough = 0, asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0.03)
        if runs == 3:
            enough.set()
        if runs == 2:
            raise OperationalError("", {}, Exception())

    ticks = Ticks(measures.ticked, measures.lagged, measures.stumbled)
    ticks.every(0.05, "tick", job, at_once=True)
    ticks.start()
    await asyncio.wait_for(enough.wait(), 5)
    ticks.stop()
    told = read(measures)
    assert told["parley_tick_seconds_count{tick}"] >= 2 and told["parley_tick_failures_total{tick}"] == 1
    assert told["parley_tick_lag_seconds_count{tick}"] >= 2 and told["parley_tick_seconds_sum{tick}"] >= 0.06


async def test_slacks_wait_is_measured(measures: Measures) -> None:
    """How long Slack waited is told by kind, whichever door, and also when the answer was an error."""
    async with StandInSlack() as slack:
        dispatch = FakeDispatch()
        dispatch.linger = 0.03
        app = build_app(settings_for(slack), dispatch, answered=measures.answered)
        command = {
            "command": "/vendor",
            "text": "",
            "team_id": "T",
            "user_id": "U",
            "channel_id": "C",
            "trigger_id": "1.2",
        }
        assert (await app.async_dispatch(AsyncBoltRequest(body=command, mode="socket_mode"))).status == 200
        await app.async_dispatch(AsyncBoltRequest(body={"type": "Juniper"}, mode="socket_mode"))
        slack.complaints.clear()
    told = read(measures)
    assert told["parley_answer_seconds_count{command}"] == 1
    assert told["parley_answer_seconds_sum{command}"] >= 0.03
    assert told["parley_answer_seconds_count{other}"] == 1 and not any("Juniper" in name for name in told)


def test_the_standing_is_what_is_in_the_database(database: Database) -> None:
    """Due and unsent, failed, overdue in the calendar and alive are told of the rows there are; what is not due is not."""
    installed(database)
    with UnitOfWork(database) as uow:
        for seconds in (90, 30):
            uow.outbox.put(outbox_row(f"due {seconds}", not_before=NOW - timedelta(seconds=seconds)))
        uow.outbox.put(outbox_row("tomorrow", not_before=NOW + timedelta(days=1)))
        uow.outbox.put(outbox_row("stands", state="sent", not_before=NOW - timedelta(days=9)))
        uow.outbox.put(outbox_row("failed", state="failed"))
        once_at(uow, "portfolio", 1, 1, NOW - timedelta(seconds=12))
        once_at(uow, "portfolio", 2, 1, NOW + timedelta(seconds=12))
        uow.replicas.beat("here", "1", NOW - timedelta(seconds=5))
        uow.replicas.beat("dead", "1", NOW - timedelta(hours=5))
        uow.commit()
    found = standing(lambda: UnitOfWork(database, reading=True), NOW)
    assert found == Standing(2, 90.0, 1, 12.0, 1)


def test_a_scrape_reads_no_table_through(sqlite_url: str) -> None:
    """Each question of a scrape is answered from an index."""
    database = Database(sqlite_url)
    asked: list[tuple[str, object]] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, said, given, *_: asked.append((said, given)))
    with UnitOfWork(database, reading=True) as uow:
        watch(uow.session, NOW)
        questions = [each for each in asked if each[0].startswith("SELECT")]
        plans = [
            row[3]
            for said, given in questions
            for row in uow.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)  # type: ignore[arg-type]  # as they were given
        ]
    database.dispose()
    assert len(questions) == 4 and len(plans) >= 4
    assert all("INDEX" in step and "SCAN" not in step for step in plans), plans


# --- who may read it ----------------------------------------------------------------------------------------------------

TOKEN = "a-token-that-is-long-enough"


async def asked(token: str = "", *, peer: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """A scrape from ``peer`` with these headers, of a page that wants ``token``."""

    async def look() -> Standing:
        return QUIET

    async def well() -> dict[str, object]:
        return {"ok": True}

    async def nothing() -> None:
        return None

    site = web([MetricsPage(Measures("1", "2"), look, token).route], well, nothing, nothing)
    transport = httpx.ASGITransport(site, client=(peer, 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        return await client.get("/metrics", headers={name.replace("_", "-"): value for name, value in headers.items()})


async def test_without_a_token_only_this_machine_reads() -> None:
    """A program here may read it; somebody elsewhere, somebody behind a proxy here, and a web page whose name was made to
    point here may not, and are told what to do."""
    assert (await asked()).status_code == 200
    assert (await asked(host="localhost:8080")).status_code == 200
    assert (await asked(host="[::1]:8080", peer="::1")).status_code == 200
    refused = [
        await asked(peer="10.0.0.7"),
        await asked(x_forwarded_for="10.0.0.7"),
        await asked(forwarded="for=10.0.0.7"),
        await asked(host="rebound.example:8080"),
    ]
    assert {each.status_code for each in refused} == {403}
    assert all("PARLEY_METRICS_TOKEN" in each.text and "parley_" not in each.text for each in refused)


async def test_with_a_token_whoever_brings_it_reads() -> None:
    """The right bearer token opens it from anywhere; none, another, or another scheme does not, from nowhere."""
    assert (await asked(TOKEN, peer="10.0.0.7", authorization=f"Bearer {TOKEN}")).status_code == 200
    for given in ({}, {"authorization": "Bearer no"}, {"authorization": f"Basic {TOKEN}"}, {"authorization": TOKEN}):
        answer = await asked(TOKEN, **given)
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
        assert TOKEN not in answer.text


async def test_a_database_that_hangs_does_not_hang_the_page() -> None:
    """When the database fails or does not answer in time, the page comes all the same and says that it is away."""

    async def broken() -> Standing:
        raise OperationalError("", {}, Exception())

    page = MetricsPage(Measures("1", "2"), broken)

    async def well() -> dict[str, object]:
        return {"ok": True}

    async def nothing() -> None:
        return None

    site = web([page.route], well, nothing, nothing)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://localhost") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200 and "parley_database_up 0.0" in answer.text
