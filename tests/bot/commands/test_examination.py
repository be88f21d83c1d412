"""``db check`` finds what is wrong in a database, names it, and says what mends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.backing_up.examination import Finding, examine
from bot.commands.databases import Wanted, operate
from bot.settings import read
from handlers.schedules import every, once_at
from storage.database import Database
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork
from tests.bot.talking import Scripted
from tests.databases import NOW, installed, outbox_row
from tests.town import Town


def wrong(database: Database, now: datetime = NOW) -> dict[str, Finding]:
    """What has to be mended, by subject."""
    return {each.subject: each for each in examine(database, now) if each.mend}


def sealed(database: Database) -> None:
    """An installation, and a log of three entries, sealed."""
    installed(database)
    with UnitOfWork(database) as uow:
        for number in range(3):
            uow.audit.note(
                AuditEntry(installation_id=1, at=NOW, what="x", subject="y", subject_id=number, visibility="SH")
            )
        uow.audit.seal()
        uow.commit()


def sql(statement: str) -> Callable[[Database], None]:
    """Somebody writes into the database by hand."""

    def act(database: Database) -> None:
        with database.engine.begin() as connection:
            connection.execute(text(statement))

    return act


def test_a_sound_database_passes(database: Database) -> None:
    """A database as the bot leaves it needs no mending, and every part of it was looked at."""
    sealed(database)
    found = list(examine(database, NOW))
    assert [each for each in found if each.mend] == []
    assert {"version", "audit log", "calendar", "owners", "messages", "threads"} <= {each.subject for each in found}


def test_a_column_that_is_not_there_is_named(database: Database) -> None:
    """A schema somebody changed by hand is told by table and column, with the way out, before anything stumbles over it."""
    sql("ALTER TABLE parley_improvement_plan DROP COLUMN reason")(database)
    assert "parley_improvement_plan.reason" in wrong(database)["schema"].what


def test_a_week_of_work_passes(sqlite_url: str) -> None:
    """After a week of reports, replies, reminders and a digest there is nothing to mend."""
    town = Town(Database(sqlite_url, durable=False))
    town.maya.types("report Customers are put through twice")
    town.maya.types("actions add Send the sheet @Jo due +2d")
    town.later(days=7)
    assert wrong(town.database, town.now) == {}
    town.database.dispose()


@pytest.mark.parametrize(
    ("change", "subject", "named"),
    [
        (sql("UPDATE parley_audit SET what = 'forged' WHERE id = 2"), "audit log", "entry 2"),
        (sql("DELETE FROM parley_audit WHERE id = 1"), "audit log", "entry 2"),
        (sql("UPDATE parley_alembic_version SET version_num = '0001'"), "version", "db upgrade"),
        (sql("UPDATE parley_alembic_version SET version_num = '0999'"), "version", "newer Parley"),
    ],
)
def test_what_was_changed_by_hand_is_found(
    database: Database, change: Callable[[Database], None], subject: str, named: str
) -> None:
    """A forged or removed entry of the log, and a database of another version, are named with the way out."""
    sealed(database)
    change(database)
    found = wrong(database)
    assert set(found) == {subject} and named in f"{found[subject].what} {found[subject].mend}"


def test_messages_nobody_carries_are_found(database: Database) -> None:
    """A message that has been due for more than an hour, and a reply under a message that is gone, are each told."""
    installed(database)
    with UnitOfWork(database) as uow:
        uow.outbox.put(outbox_row("waits", thread_card="pgone", not_before=NOW - timedelta(hours=2)))
        uow.outbox.put(outbox_row("failed", state="failed"))
        uow.commit()
    found = wrong(database)
    assert set(found) == {"messages", "threads"}
    assert "1 are due" in found["messages"].what and "2026-03-02 07:00 UTC" in found["messages"].what
    told = [each.what for each in examine(database, NOW) if each.subject == "undeliverable"]
    assert told == ["1 could not be sent and wait for a manager's decision in Home"]


def test_a_calendar_that_stands_still_is_found(database: Database) -> None:
    """A firing that was due for hours, one in ten years, a zone and a pattern nobody can read, a kind nobody knows and a
    schedule of nobody are each named."""
    installed(database)
    with UnitOfWork(database) as uow:
        once_at(uow, "portfolio", 1, 1, NOW - timedelta(hours=3))
        once_at(uow, "portfolio", 2, 1, NOW + timedelta(days=3650))
        every(uow, "portfolio", 3, 1, "mon 08:30", "Europe/London", NOW).zone = "Atlantis/Deep"
        every(uow, "portfolio", 4, 1, "mon 08:30", "Europe/London", NOW).pattern = "every so often"
        once_at(uow, "sunrise", 5, 1, NOW + timedelta(hours=1))
        once_at(uow, "digest", 77, 1, NOW + timedelta(hours=1))
        uow.commit()
    found = wrong(database)
    assert set(found) == {"calendar", "owners"} and "(digest)" in found["owners"].what
    for said in ("due since 2026-03-02 06:00", "planned for 2036", "Atlantis/Deep", "every so often", "does not know"):
        assert said in found["calendar"].what


def test_a_damaged_file_is_found(sqlite_url: str) -> None:
    """A row that names another that is gone, and an index that does not agree with its table, make the file unsound."""
    database = Database(sqlite_url)
    installed(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO parley_setting VALUES ('a', 'b')")
    connection_of = database.engine.raw_connection()
    connection_of.execute("PRAGMA foreign_keys=OFF")
    connection_of.execute("PRAGMA writable_schema=ON")
    connection_of.execute("UPDATE parley_installation SET id = 5")
    connection_of.execute(
        "INSERT INTO parley_schedule (id, installation_id, subject, subject_id, pattern, zone, next_wall, next_at, grace, state)"
        " VALUES (1, 99, 'portfolio', 1, 'once', 'UTC', '2030-01-01 00:00:00', '2030-01-01 00:00:00', 1, 'active')"
    )
    connection_of.close()
    found = wrong(database)
    assert set(found) == {"references"} and "parley_schedule row 1" in found["references"].what
    database.dispose()


def test_a_file_with_bad_pages_is_found(sqlite_url: str) -> None:
    """Overwritten pages of the file are found, with the way back to a backup."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    database = Database(sqlite_url)
    sealed(database)
    with UnitOfWork(database) as uow:
        for number in range(300):
            uow.outbox.put(outbox_row(f"m{number}", state="sent", sent_revision=1))
        uow.commit()
    database.dispose()
    pages = bytearray(file.read_bytes())
    pages[len(pages) // 2 : len(pages) // 2 + 8192] = b"\xff" * 8192
    file.write_bytes(pages)
    database = Database(sqlite_url)
    found = wrong(database)
    assert set(found) == {"file"} and "db restore" in found["file"].mend
    database.dispose()


def test_the_command_ends_with_what_it_found(sqlite_url: str, tmp_path: Path) -> None:
    """0 where all is well; 1 where something has to be mended, with the way to mend it under the line."""
    settings = read({"DATABASE_URL": sqlite_url, "PARLEY_HOME": str(tmp_path)})
    person = Scripted()
    assert operate(Wanted("check"), settings, person) == 0 and "MEND" not in person.all_heard
    database = Database(sqlite_url)
    installed(database)
    with UnitOfWork(database) as uow:
        uow.outbox.put(outbox_row("old", not_before=datetime(2020, 1, 1, tzinfo=UTC)))
        uow.commit()
    database.dispose()
    person = Scripted()
    assert operate(Wanted("check"), settings, person) == 1
    assert "MEND  messages: 1 are due" in person.all_heard and "-> is Parley running?" in person.all_heard
