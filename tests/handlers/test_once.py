"""Seen twice is done once: retries, duplicates and replays, to one router or several, one after the other or at once."""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, Pressed, Said, Submitted
from storage.database import Database
from storage.models.action import ActionItem
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork
from tests.town import CLIENT, MONDAY, Town, town_at

MAYA = Account(Platform.ROOM, CLIENT, "U-MAYA")
JO = Account(Platform.ROOM, "T-NORTHWIND", "U-JO")
HERE = Place(Platform.ROOM, CLIENT, "C-SHARED")
ISSUE = {"title": "Refund calls wait", "severity": "2", "kind": "service", "visibility": "SH"}
EVENTS: Sequence[AnyIncoming] = (
    Asked("command", MAYA, HERE, "actions add Send the rota @Jo due friday", actor_name="Maya"),
    Asked("mention", JO, HERE, "actions add Send the policy @Maya due friday", True, message="m1", actor_name="Jo"),
    Submitted("form", MAYA, HERE, "issue.report", ISSUE, "1"),
    Pressed("click", JO, HERE, "issue.acknowledge", "1"),
    Pressed("refused", JO, HERE, "action.done", "999"),
    Said("said", JO, HERE, "kudos Maya for the quick answer", "m2"),
    Submitted("invalid", MAYA, HERE, "issue.report", ISSUE | {"title": ""}, "1"),
)
"""One of each door's entries, two of which are declined."""


def add(number: int) -> Asked:
    """A command of its own."""
    return Asked(f"add {number}", MAYA, HERE, f"actions add Item {number} @Jo due friday", actor_name="Maya")


def remembered(database: Database) -> list[object]:
    """What the house remembers of all that was done: who did what, and what is to be said."""
    with UnitOfWork(database) as uow:
        audit = uow.session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
        done = [(entry.what, entry.subject, entry.subject_id, entry.person_id, entry.facts) for entry in audit]
        return [*done, *((row.once, row.revision, row.content) for row in uow.outbox.everything())]


def played(events: Sequence[AnyIncoming], by: Sequence[int]) -> list[object]:
    """A fresh town in which these events are handled in this order, each by the router with that number."""
    with tempfile.TemporaryDirectory() as folder:
        town = town_at(Path(folder))
        databases = [
            Database(town.database.url.render_as_string(), durable=False) for _ in range(max(by, default=0) + 1)
        ]
        routers = [Router(table(), lambda each=each: UnitOfWork(each)) for each in databases]  # type: ignore[misc]
        for event, who in zip(events, by, strict=True):
            routers[who].handle(event, MONDAY)
        found = remembered(town.database)
        for database in (*databases, town.database):
            database.dispose()
        return found


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_any_interleaving_of_copies_has_one_effect(data: st.DataObject) -> None:
    """Any number of copies of any events, in any order, to any of three processes: the same is remembered as if each had
    come once, when it first came."""
    drawn = data.draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=12))
    stands = next((place for place, event in enumerate(drawn) if event.id == "form"), len(drawn))
    copies = [event for place, event in enumerate(drawn) if event.id != "click" or place > stands]  # its card stands
    by = data.draw(st.lists(st.integers(0, 2), min_size=len(copies), max_size=len(copies)))
    once = list({event.id: event for event in copies if event.id not in ("refused", "invalid")}.values())
    assert played(copies, by) == played(once, [0] * len(once))


def test_copies_at_once_have_one_effect(database_url: str) -> None:
    """Five copies of an event handled at the same moment over connections of their own: one of them does it."""
    databases = [Database(database_url) for _ in range(5)]
    Town(databases[0])
    routers = [Router(table(), lambda each=each: UnitOfWork(each)) for each in databases]  # type: ignore[misc]
    together = threading.Barrier(len(routers))

    def handle(router: Router, number: int) -> bool:
        together.wait()
        answer = router.handle(add(number), MONDAY)
        return answer.card is not None

    with ThreadPoolExecutor(len(routers)) as pool:
        for number in range(6):
            answered = list(pool.map(handle, routers, [number] * len(routers)))
            assert answered.count(True) == 1
    assert items(databases[0]) == [f"Item {number}" for number in range(6)]
    for database in databases:
        database.dispose()


def items(database: Database) -> list[str]:
    """The action items there are."""
    with UnitOfWork(database) as uow:
        return [item.title for item in uow.session.exec(select(ActionItem).order_by(col(ActionItem.id)))]


def replica(url: str, together: Barrier, events: int) -> None:
    """A process that gets every event in the same moment as the other one."""
    database = Database(url)
    router = Router(table(), lambda: UnitOfWork(database))
    for number in range(events):
        together.wait(30)
        router.handle(add(number), MONDAY)
    database.dispose()


@pytest.mark.slow
def test_two_processes_get_the_same_event(database_url: str) -> None:
    """Two replicas are handed the same events at the same moments: each is done once."""
    database = Database(database_url)
    Town(database)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    together = context.Barrier(2)
    replicas = [context.Process(target=replica, args=(database_url, together, 20), daemon=True) for _ in range(2)]
    for each in replicas:
        each.start()
    for each in replicas:
        each.join(60)
    assert [each.exitcode for each in replicas] == [0, 0]
    assert items(database) == [f"Item {number}" for number in range(20)]
    database.dispose()
