"""The outbox: said once, the latest revision wins, and every open row has one live generation."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import Session

from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed, outbox_row

LATER = NOW + timedelta(minutes=5)


class Enqueued:
    """Remembers what was handed to the engine: key, generation, delay."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int, float]] = []

    def __call__(self, session: Session, row: OutboxRow, delay: float) -> None:
        self.calls.append((row.once, row.generation, delay))


@pytest.fixture
def enqueued(database: Database) -> Enqueued:
    installed(database)
    return Enqueued()


def _put(database: Database, enqueued: Enqueued, once: str = "a", **details: object) -> OutboxRow:
    with UnitOfWork(database, enqueued) as uow:
        row = uow.outbox.put(outbox_row(once, **details))
        uow.commit()
        return row


def _revise(database: Database, enqueued: Enqueued, content: str, once: str = "a") -> OutboxRow:
    with UnitOfWork(database, enqueued) as uow:
        row = uow.outbox.by_once(once)
        assert row is not None
        uow.outbox.revise(row, content, LATER)
        uow.commit()
        return row


def _change(database: Database, once: str = "a", **values: object) -> None:
    with UnitOfWork(database) as uow:
        row = uow.outbox.by_once(once)
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)
        uow.session.add(row)
        uow.commit()


def test_put_twice_is_one_row(database: Database, enqueued: Enqueued) -> None:
    """The same ``once`` gives the first row back, unchanged, and wakes the engine once."""
    first = _put(database, enqueued)
    again = _put(database, enqueued, content="other", key="other")
    assert (again.seq, again.content) == (first.seq, first.content)
    assert enqueued.calls == [("a", 0, 0.0)]


def test_what_is_for_later_is_enqueued_for_later(database: Database, enqueued: Enqueued) -> None:
    """A row that is not due yet is handed over with the delay until it is, and is not among what is due."""
    _put(database, enqueued, not_before=LATER)
    assert enqueued.calls == [("a", 0, 300.0)]
    with UnitOfWork(database) as uow:
        assert uow.outbox.due(NOW) == [] and len(uow.outbox.due(LATER)) == 1


def test_a_revision_before_the_first_send_rewrites(database: Database, enqueued: Enqueued) -> None:
    """The row shows the latest content and counts the revisions; its living workflow will send it."""
    _put(database, enqueued)
    _revise(database, enqueued, "second")
    row = _revise(database, enqueued, "third")
    assert (row.content, row.revision, row.state, row.generation) == ("third", 3, "open", 0)
    assert len(enqueued.calls) == 1


def test_the_same_content_is_no_revision(database: Database, enqueued: Enqueued) -> None:
    """A revision that changes nothing sends nothing."""
    row = _put(database, enqueued)
    _change(database, state="sent", sent_revision=1, ref="1.0")
    assert _revise(database, enqueued, row.content).state == "sent"
    assert len(enqueued.calls) == 1


def test_a_revision_after_the_send_reopens(database: Database, enqueued: Enqueued) -> None:
    """A sent row opens again as the next generation, due now, with fresh patience."""
    _put(database, enqueued)
    _change(database, state="sent", sent_revision=1, ref="1.0", attempts=3)
    row = _revise(database, enqueued, "second")
    assert (row.state, row.revision, row.generation, row.attempts, row.not_before) == ("open", 2, 1, 0, LATER)
    assert enqueued.calls[1:] == [("a", 1, 0.0)]


def test_a_failed_row_is_tried_again_when_it_has_news(database: Database, enqueued: Enqueued) -> None:
    """A failed row that surely never stood there starts anew; one that perhaps does keeps its mark and is looked for."""
    _put(database, enqueued)
    _change(database, state="failed", trouble="channel_not_found")
    row = _revise(database, enqueued, "second")
    assert (row.state, row.trouble, row.trying_since) == ("open", "", None)
    _put(database, enqueued, "b")
    _change(database, "b", state="failed", attempts=8, trying_since=NOW, first_try=NOW, last_try=NOW)
    row = _revise(database, enqueued, "second", "b")
    assert (row.attempts, row.trying_since, row.first_try) == (1, NOW, NOW)


def test_a_dropped_row_stays_dropped(database: Database, enqueued: Enqueued) -> None:
    """What was withdrawn does not come back by an edit."""
    _put(database, enqueued)
    _change(database, state="dropped")
    assert _revise(database, enqueued, "second").state == "dropped"


def test_an_edit_while_the_courier_records_is_not_lost(database: Database, enqueued: Enqueued) -> None:
    """A handler that read the row before the courier noted it as sent still gets its edit sent (a lost update otherwise)."""
    _put(database, enqueued)
    if database.is_sqlite:
        return  # one writer at a time: the handler could not have read before and written after
    with UnitOfWork(database, enqueued) as handler:
        row = handler.outbox.by_once("a")
        assert row is not None
        _change(database, state="sent", sent_revision=1, ref="1.0")
        handler.outbox.revise(row, "second", LATER)
        handler.commit()
    with UnitOfWork(database) as uow:
        stored = uow.outbox.by_once("a")
        assert stored is not None and (stored.state, stored.revision, stored.generation) == ("open", 2, 1)


def test_order_is_kept_within_a_thread_only(database: Database, enqueued: Enqueued) -> None:
    """An earlier unsent message of the same thread is waited for; other threads, reactions and what is not due are not."""
    _put(database, enqueued, "root", state="sent", sent_revision=1, ref="1.0")
    root = outbox_row("root").key
    _put(database, enqueued, "first", thread_card=root)
    _put(database, enqueued, "emoji", thread_card=root, kind="reaction")
    second = _put(database, enqueued, "second", thread_card=root)
    other = _put(database, enqueued, "other", thread_ref="9.9")
    with UnitOfWork(database) as uow:
        earlier = uow.outbox.earlier_in_thread(second, NOW)
        assert earlier is not None and earlier.once == "first"
        assert uow.outbox.earlier_in_thread(other, NOW) is None
        assert uow.outbox.earlier_in_thread(second, NOW - timedelta(seconds=1)) is None
    _change(database, "first", state="sent", sent_revision=1)
    with UnitOfWork(database) as uow:
        assert uow.outbox.earlier_in_thread(second, NOW) is None


def test_locked_shows_the_row_as_it_is_now(database: Database, enqueued: Enqueued) -> None:
    """Locking a row that was read before reads it again."""
    _put(database, enqueued)
    if database.is_sqlite:
        return  # the writer is alone from its first statement on
    with UnitOfWork(database) as uow:
        before = uow.outbox.by_once("a")
        writer = threading.Thread(target=_change, args=(database,), kwargs={"attempts": 5})
        writer.start()
        writer.join()
        now = uow.outbox.locked(outbox_row("a").key)
        assert before is now and now is not None and now.attempts == 5


def test_failed_rows_are_listed(database: Database, enqueued: Enqueued) -> None:
    """What could not be sent can be asked for, in order."""
    _put(database, enqueued, "a")
    _put(database, enqueued, "b")
    _change(database, "b", state="failed")
    with UnitOfWork(database) as uow:
        assert [row.once for row in uow.undelivered.failed(1)] == ["b"]
