"""The database goes away and comes back: an honest answer at every entry meanwhile, and nothing to do by hand afterwards.

One real process of the program over signed HTTP, and a real PostgreSQL server that is stopped, started and held still.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from bot.dispatch import Dispatcher
from bot.ports import Unavailable
from bot.scheduler import tick_once
from bot.workers import Workers
from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.incoming import Asked
from storage.database import Database
from storage.models.delivery import InboxEntry
from tests.bench.processes import Slack, stand_in
from tests.bot.several import (
    MANAGER,
    SHARED,
    Answered,
    OwnServer,
    Replica,
    ask,
    cards,
    command,
    control,
    event,
    gesture,
    replicas,
    settle,
    stands,
    until,
)
from tests.databases import session_folder
from tests.town import MONDAY, Town

AWAY_FOR = 20.0
HONEST_WITHIN = 3.0
"""Seconds: Slack waits as long."""
WELL_WITHIN = 10.0
"""Seconds after the database is back."""


@dataclass(frozen=True)
class Site:
    """Everything that runs."""

    server: OwnServer
    slack: Slack
    bot: Replica


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One process of the program on a server of its own."""
    server = OwnServer(session_folder())
    url = server.fresh()
    settle(url)
    with stand_in() as slack, replicas(url, slack, tmp_path_factory.mktemp("home"), 1) as (bot,):
        try:
            yield Site(server, slack, bot)
        finally:
            server.stop()


def entries(slack: Slack, bot: Replica) -> dict[str, Callable[[], Answered]]:
    """One request for each way in."""
    view = {"id": "V1", "callback_id": "issue.report", "state": {"values": {}}, "blocks": [], "private_metadata": ""}
    said = {"type": "message", "channel": SHARED, "channel_type": "channel", "text": "good morning", "ts": "1700.1"}
    called: dict[str, Any] = {**said, "type": "app_mention", "text": "<@U0BOT> actions", "ts": "1700.2"}
    reacted = {
        "type": "reaction_added",
        "reaction": "eyes",
        "item": {"type": "message", "channel": SHARED, "ts": "1.1"},
    }
    return {
        "command": lambda: command(slack, bot),
        "form": lambda: gesture(slack, bot, {"type": "view_submission", "view": view}),
        "message": lambda: event(slack, bot, said),
        "mention": lambda: event(slack, bot, called),
        "reaction": lambda: event(slack, bot, reacted),
    }


@pytest.mark.slow
def test_away_for_twenty_seconds_and_back_by_itself(site: Site) -> None:
    """While PostgreSQL is stopped every entry says "not saved" within three seconds (events are refused, so that Slack sends
    them again), and seconds after it is started again all goes on: answers, ticks, and what was being sent, once each."""
    server, slack, bot = site.server, site.slack, site.bot
    under_way = [ask(slack, f"Before {number}.") for number in range(4)]
    clicked = ask(slack, "To be clicked.")
    until(lambda: stands(slack, clicked), 30, "posted")
    standing = control(slack, "standing")["channels"][SHARED]
    said = next(each for each in standing if clicked in each["text"] and each["user"] == "U0BOT")
    server.away()
    gone = time.monotonic()
    for name, request in entries(slack, bot).items():
        answer = request()
        assert answer.not_saved and answer.seconds < HONEST_WITHIN, (name, answer)
    click = {"channel": SHARED, "ts": said["ts"], "label": said["buttons"][0]}
    control(slack, f"people/{MANAGER}/clicks", click)
    until(lambda: any("Not saved" in each["text"] for each in control(slack, "standing")["whispers"]), 5, "whispered")
    until(lambda: bot.health().get("database") == "away", 5, "told")
    time.sleep(max(0.0, AWAY_FOR - (time.monotonic() - gone)))
    server.back()
    took = until(lambda: bool(bot.health().get("ok")), WELL_WITHIN, "well")
    assert not command(slack, bot).not_saved
    under_way.append(ask(slack, "After 1."))
    took += until(lambda: stands(slack, *under_way), 45, "everything sent")
    words = cards(slack)
    assert [words.count(title) for title in under_way] == [1] * len(under_way), f"after {took:.1f} s"
    assert bot.child.poll() is None


@pytest.mark.slow
def test_a_database_that_hangs_is_away_too(site: Site) -> None:
    """While the server holds still without closing anything, ten commands at once are all told so in time, and afterwards the
    next one is answered."""
    server, slack, bot = site.server, site.slack, site.bot
    until(lambda: bool(bot.health().get("ok")), WELL_WITHIN, "well")
    server.silent(True)
    try:
        with ThreadPoolExecutor(10) as crowd:
            told = list(crowd.map(lambda _: command(slack, bot), range(10)))
        assert bot.health()["database"] == "away"
    finally:
        server.silent(False)
    assert all(answer.not_saved and answer.seconds < HONEST_WITHIN for answer in told), told
    until(lambda: bool(bot.health().get("ok")), WELL_WITHIN, "well")
    assert not command(slack, bot).not_saved


async def test_a_full_disk_is_said_and_survived(sqlite_url: str) -> None:
    """On a SQLite file that cannot grow an event is "not saved", a tick fails as a database does, and with room again the
    same event is handled."""
    database = Database(sqlite_url, durable=False)
    town, run = Town(database), Workers()
    dispatch = Dispatcher(Router(table(), town.units), run, lambda: MONDAY)

    def heard(number: int) -> Asked:
        title = f"Send the figures of week {number} " + "in full " * 40
        return Asked(
            f"full {number}", town.maya.account, town.shared_place, actor_name="Maya", words=f"actions add {title}"
        )

    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    number = 0
    with pytest.raises(Unavailable):
        for number in range(300):
            await dispatch(heard(number))
    await run(tick_once, town.units, table(), MONDAY)  # nothing is due: it only reads, and goes through
    with town.units() as uow:
        assert uow.session.get(InboxEntry, f"full {number}") is None
        uow.session.connection().exec_driver_sql("PRAGMA max_page_count=1073741823")
    await dispatch(heard(number))
    with town.units() as uow:
        assert uow.session.get(InboxEntry, f"full {number}") is not None
    run.stop()
    database.dispose()
