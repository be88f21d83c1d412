"""Pauses and what could not be delivered, on either database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.models.replica import WorkspacePause
from storage.pauses import KEPT, Scope
from storage.undelivered import ROOT_DROPPED, ROOT_FAILED
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed, outbox_row

SOON, LATER = NOW + timedelta(seconds=5), NOW + timedelta(seconds=30)


@pytest.fixture
def outbox(database: Database) -> Database:
    installed(database)
    return database


def put(database: Database, once: str, **details: Any) -> str:
    """A row of the outbox."""
    with UnitOfWork(database) as uow:
        key = uow.outbox.put(outbox_row(once, **details)).key
        uow.commit()
    return key


def pause(database: Database, key: str, scope: Scope, until: datetime, now: datetime = NOW) -> None:
    """The row's platform asked for quiet."""
    with UnitOfWork(database) as uow:
        row = uow.outbox.locked(key)
        assert row is not None
        uow.pauses.keep(row, scope, now, until)
        uow.commit()


def paused(database: Database, key: str) -> datetime | None:
    """Until when this row has to be quiet."""
    with UnitOfWork(database) as uow:
        found = uow.outbox.locked_and_paused(key)
        assert found is not None and found[0].key == key
        return found[1]


def test_whom_a_pause_holds(outbox: Database) -> None:
    """A workspace's pause holds everything of it; a channel's only new posts there; the later of the two counts."""
    first, same = put(outbox, "a"), put(outbox, "b")
    other, elsewhere = put(outbox, "c", channel="C2"), put(outbox, "d", workspace="T-OTHER")
    edit = put(outbox, "e", sent_revision=1, revision=2, ref="1.0")
    emoji = put(outbox, "f", kind="reaction")
    assert paused(outbox, first) is None
    pause(outbox, first, "channel", LATER)
    assert [paused(outbox, key) for key in (same, other, edit, emoji)] == [LATER, None, None, None]
    pause(outbox, first, "workspace", SOON)
    assert [paused(outbox, key) for key in (same, other, edit, emoji)] == [LATER, SOON, SOON, SOON]
    assert paused(outbox, elsewhere) is None


def test_a_longer_pause_stays_and_old_ones_go(outbox: Database) -> None:
    """Whatever order pauses are told in, the latest end counts; what is long over is not kept."""
    key, other = put(outbox, "a"), put(outbox, "b", channel="C2")
    for until in (SOON, LATER, SOON):
        pause(outbox, key, "workspace", until)
    assert paused(outbox, other) == LATER
    much_later = LATER + KEPT + timedelta(seconds=1)
    pause(outbox, other, "channel", much_later + timedelta(seconds=9), much_later)
    with UnitOfWork(outbox) as uow:
        kept = uow.session.exec(select(WorkspacePause).order_by(col(WorkspacePause.workspace))).all()
    assert [each.workspace for each in kept] == ["T-CLIENT/C2"]


def test_two_processes_tell_the_same_pause(outbox: Database) -> None:
    """Two that meet the same limit at once both keep it; neither fails."""
    keys = [put(outbox, f"row {number}") for number in range(4)]
    together = threading.Barrier(len(keys))

    def tell(at: int) -> None:
        together.wait()
        pause(outbox, keys[at], "workspace", NOW + timedelta(seconds=10 + at))

    with ThreadPoolExecutor(len(keys)) as pool:
        list(pool.map(tell, range(len(keys))))  # raises what was raised in a thread
    assert paused(outbox, keys[0]) == NOW + timedelta(seconds=13)


def test_replies_hang_on_their_root(outbox: Database) -> None:
    """Sending a failed root again opens the replies that failed only with it; dropping drops them; taking it back restores
    both; a message decided about is not decided about again."""
    root = put(outbox, "root", state="failed", trouble="is_archived")
    put(outbox, "reply", thread_card=root, state="failed", trouble=ROOT_FAILED)
    put(outbox, "waiting", thread_card=root)
    put(outbox, "own trouble", thread_card=root, state="failed", trouble="msg_too_long")
    with UnitOfWork(outbox) as uow:
        (row, _) = uow.undelivered.failed(1)
        assert row.once == "root"
        dropped = uow.undelivered.drop(row)
        assert [each.once for each in dropped] == ["root", "reply", "waiting"]
        assert uow.undelivered.drop(row) == [] and uow.undelivered.send_again(row, NOW) == []
        assert dropped[1].trouble == ROOT_DROPPED
        uow.undelivered.take_back_drop(uow.undelivered.by_seqs([each.seq for each in dropped if each.seq]))
        out = uow.undelivered.send_again(row, NOW)
        assert [each.once for each in out] == ["root", "reply", "waiting"]
        assert all(each.state == "open" and each.trouble == "" for each in out)
        uow.commit()
    with UnitOfWork(outbox) as uow:
        states = {each.once: each.state for each in uow.session.exec(select(OutboxRow)).all()}
    assert states == {"root": "open", "reply": "open", "waiting": "open", "own trouble": "failed"}


def test_order_by_either_name_of_a_thread(outbox: Database) -> None:
    """An earlier message of the thread is found whether it names the card or the reference the card stands at, and is not
    waited for once it was tried for too long."""
    root = put(outbox, "root", state="sent", sent_revision=1, ref="1.0")
    put(outbox, "by card", thread_card=root, first_try=NOW - timedelta(minutes=15))
    put(outbox, "by ref", thread_ref="1.0")
    with UnitOfWork(outbox) as uow:
        rows = {row.once: row for row in uow.outbox.everything()}
        earlier = uow.outbox.earlier_in_thread(rows["by ref"], NOW)
        assert earlier is not None and earlier.once == "by card"
        assert uow.outbox.earlier_in_thread(rows["by ref"], NOW, timedelta(minutes=15)) is None
        assert uow.outbox.earlier_in_thread(rows["by card"], NOW) is None
