"""What came late and what did not come is found on both databases, and by its index."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from handlers.lateness import GAPS, Gap, note_gap, read_gaps
from storage.database import Database
from storage.models import Occurrence, Schedule
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed, outbox_row

HOUR = timedelta(hours=1)


def occurred(uow: UnitOfWork, schedule: Schedule, state: str, due_at: datetime, fired_at: datetime) -> None:
    """A firing of a schedule."""
    assert schedule.id is not None
    wall = due_at.replace(tzinfo=None)
    uow.schedules.fired(
        Occurrence(schedule_id=schedule.id, wall=wall, due_at=due_at, fired_at=fired_at, state=state, covers=1)
    )


def test_only_what_was_not_in_time_is_found(database: Database) -> None:
    """Of four firings the late and the missed one since a moment are found, of their own installation, the earliest due first."""
    installed(database)
    with UnitOfWork(database) as uow:
        schedule = uow.schedules.add(
            Schedule(
                installation_id=1,
                subject="digest",
                subject_id=1,
                pattern="mon 08:30",
                zone="UTC",
                next_wall=NOW.replace(tzinfo=None),
                next_at=NOW,
            )
        )
        occurred(uow, schedule, "fired", NOW, NOW)
        occurred(uow, schedule, "late", NOW + 2 * HOUR, NOW + 5 * HOUR)
        occurred(uow, schedule, "missed", NOW + HOUR, NOW + 5 * HOUR)
        occurred(uow, schedule, "missed", NOW - 9 * HOUR, NOW - 5 * HOUR)
        uow.commit()
    with UnitOfWork(database) as uow:
        found = [occurrence.state for occurrence, _ in uow.lateness.out_of_time(1, NOW)]
        assert found == ["missed", "late"]
        assert list(uow.lateness.out_of_time(2, NOW)) == []


def test_late_messages_are_found_by_when_they_were_made_or_sent(database: Database) -> None:
    """One made late, one that waited and was sent late; not the one that was late a week ago, nor one in time."""
    installed(database)
    with UnitOfWork(database) as uow:
        uow.outbox.put(outbox_row("in time", created_at=NOW))
        uow.outbox.put(outbox_row("made late", created_at=NOW, late="[]"))
        uow.outbox.put(outbox_row("waited", created_at=NOW - HOUR, sent_at=NOW + HOUR, late="[]"))
        uow.outbox.put(outbox_row("long ago", created_at=NOW - 200 * HOUR, sent_at=NOW - 199 * HOUR, late="[]"))
        uow.commit()
    with UnitOfWork(database) as uow:
        assert [row.once for row in uow.lateness.said(1, NOW)] == ["waited", "made late"]


def test_one_question_tells_whether_all_is_well(database: Database) -> None:
    """When somebody last ticked, in UTC, and the gaps that are kept; nothing of either at first."""
    installed(database)
    with UnitOfWork(database) as uow:
        assert uow.lateness.well(GAPS) == (None, None)
        uow.replicas.beat("one", "1", NOW)
        uow.replicas.beat("two", "1", NOW + HOUR)
        for number in range(7):
            note_gap(uow, Gap(NOW + number * HOUR, NOW + (number + 1) * HOUR))
        beat, kept = uow.lateness.well(GAPS)
        assert beat == NOW + HOUR
        assert [each.since for each in read_gaps(kept)] == [NOW + number * HOUR for number in range(2, 7)]


def test_the_list_of_what_is_late_is_asked_of_an_index(sqlite_url: str) -> None:
    """However many firings and messages there were: the questions as they are asked find what was not in time by an index."""
    database = Database(sqlite_url, durable=False)
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *those: asked.append((those[2], those[3])))
    with UnitOfWork(database) as uow:
        uow.lateness.out_of_time(1, NOW)
        uow.lateness.said(1, NOW)
        questions = [each for each in asked if each[0].startswith("SELECT")]
        explained = [
            str(uow.session.connection().exec_driver_sql(f"explain query plan {statement}", given).all())
            for statement, given in questions
        ]
    assert "parley_occurrence_late" in explained[0] and "parley_outbox_late" in explained[1], explained
    database.dispose()
