"""The audit log: chained, verifiable, and a person's words can be erased."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

from sqlalchemy import text

from storage.database import Database
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW
from tests.town import Town

SECRET_WORDS = "the agent was rude, ça va ✓"


def _note(database: Database, what: str, words: str = "") -> None:
    with UnitOfWork(database) as uow:
        at = NOW.astimezone(timezone(timedelta(hours=8)))
        uow.audit.note(
            AuditEntry(
                installation_id=1, at=at, person_id=1, what=what, subject="issue", subject_id=1, visibility="SH"
            ),
            words,
        )
        uow.commit()


def _seal(database: Database) -> int:
    with UnitOfWork(database) as uow:
        count = uow.audit.seal()
        uow.commit()
        return count


def _broken_at(database: Database) -> int | None:
    with UnitOfWork(database, reading=True) as uow:
        return uow.audit.broken_at()


def test_the_chain_holds_and_breaks_where_it_was_touched(database: Database) -> None:
    """A sealed log verifies; after an edit of one row the first broken entry is named; putting it back heals it."""
    Town(database)
    for number in range(5):
        _note(database, f"changed {number}")
    assert _seal(database) == 5 and _seal(database) == 0 and _broken_at(database) is None
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE parley_audit SET facts = 'other' WHERE what = 'changed 2'"))
    assert _broken_at(database) == 3
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE parley_audit SET facts = '' WHERE what = 'changed 2'"))
    assert _broken_at(database) is None
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM parley_audit WHERE what = 'changed 3'"))
    assert _broken_at(database) == 5


def test_sealing_in_the_transaction_of_the_entry(database: Database) -> None:
    """An entry written in another zone and sealed before it was read back verifies."""
    Town(database)
    with UnitOfWork(database) as uow:
        at = NOW.astimezone(timezone(timedelta(hours=-5)))
        uow.audit.note(
            AuditEntry(installation_id=1, at=at, what="x", subject="issue", subject_id=1, visibility="SH"), ""
        )
        uow.audit.seal()
        uow.commit()
    assert _broken_at(database) is None


def test_an_entry_that_commits_late_does_not_break_the_chain(database: Database) -> None:
    """An entry with a lower id that commits after a higher one was ready is sealed in order (PostgreSQL hands ids out early)."""
    Town(database)
    if database.is_sqlite:
        return  # one writer at a time: it cannot happen
    slow = UnitOfWork(database).__enter__()
    slow.audit.note(
        AuditEntry(installation_id=1, at=NOW, what="slow", subject="issue", subject_id=1, visibility="SH"), ""
    )
    _note(database, "quick")
    with ThreadPoolExecutor(1) as pool:
        sealing = pool.submit(_seal, database)
        time.sleep(0.2)
        waiting = not sealing.done()
        slow.commit()
        slow.__exit__(None, None, None)
        assert waiting and sealing.result(5) == 2
    _note(database, "after")
    assert _seal(database) == 1 and _broken_at(database) is None


def test_erased_words_are_gone_and_the_chain_holds(database: Database) -> None:
    """Words are stored encrypted; after erasing the person they cannot be read, new ones are not kept, the chain verifies."""
    Town(database)
    _note(database, "said", SECRET_WORDS)
    _seal(database)
    with UnitOfWork(database) as uow:
        [entry] = uow.audit.of("issue", 1)
        assert entry.words is not None and SECRET_WORDS.encode() not in entry.words
        assert uow.audit.words(entry) == SECRET_WORDS
        uow.audit.erase(1)
        uow.commit()
    _note(database, "said again", SECRET_WORDS)
    _seal(database)
    with UnitOfWork(database) as uow:
        assert [uow.audit.words(entry) for entry in uow.audit.of("issue", 1)] == [None, None]
    assert _broken_at(database) is None
