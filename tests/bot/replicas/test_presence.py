"""The heartbeat: who runs, how the work stands, and a silence that is told once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.replicas.presence import GAP, Presence
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed, outbox_row


class Wall:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self.at


@pytest.fixture
def wall() -> Wall:
    """A clock that a test moves."""
    return Wall()


@pytest.fixture
def kept(sqlite_url: str) -> Iterator[Database]:
    """A migrated file."""
    database = Database(sqlite_url, durable=False)
    yield database
    database.dispose()


def present(kept: Database, wall: Wall, name: str) -> Presence:
    """A process that has begun."""
    made = Presence(name, lambda: UnitOfWork(kept), wall.now)
    made.begin()
    return made


def test_a_silence_is_told_once_by_whoever_comes_first(kept: Database, wall: Wall) -> None:
    """After half an hour without a beat two processes start: one of them tells it, with both ends, and nobody again."""
    told: list[tuple[datetime, datetime]] = []
    present(kept, wall, "first")
    wall.at += timedelta(minutes=30)
    starting = [present(kept, wall, "second"), present(kept, wall, "third")]
    found = [each.tell_gap(lambda _, since, until: told.append((since, until))) for each in (*starting, *starting)]
    assert found == [True, False, False, False]
    assert told == [(NOW, NOW + timedelta(minutes=30))]


def test_a_silence_that_could_not_be_told_is_told_by_the_next(kept: Database, wall: Wall) -> None:
    """When telling fails, nothing is lost: the next one who asks tells it."""
    present(kept, wall, "first")
    wall.at += GAP * 2
    starting = present(kept, wall, "second")

    def fails(*_: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        starting.tell_gap(fails)
    assert not starting.gap_told and starting.tell_gap(lambda *_: None)


def test_a_restart_is_no_silence(kept: Database, wall: Wall) -> None:
    """The first start ever, and one within ten minutes of the last beat, have nothing to tell."""
    assert not present(kept, wall, "first").tell_gap(lambda *_: None)
    wall.at += GAP
    assert not present(kept, wall, "second").tell_gap(lambda *_: None)


def test_a_long_rest_is_a_silence_too(kept: Database, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ran on but could not tick for hours, because the machine slept or the database was away, tells it."""
    presence = present(kept, wall, "one")
    presence.tell_gap(lambda *_: None)
    presence.ticked()
    assert not presence.rested()
    slept = time.time() + 3 * 3600
    monkeypatch.setattr("bot.replicas.presence.time.time", lambda: slept)
    wall.at += timedelta(hours=3)
    assert presence.rested()
    presence.begin()
    told: list[datetime] = []
    assert presence.tell_gap(lambda _, since, __: told.append(since)) and told == [NOW]
    presence.ticked()
    assert not presence.rested()


def test_health_is_told_from_memory(kept: Database, wall: Wall) -> None:
    """Ill before the first tick, well after it, away with the database; with who is alive and how old the oldest work is."""
    presence, _ = present(kept, wall, "one"), present(kept, wall, "two")
    assert not presence.health(True)["ok"]
    installed(kept)
    with UnitOfWork(kept) as uow:
        uow.outbox.put(outbox_row("old", not_before=NOW - timedelta(seconds=42)))
        uow.commit()
    presence.beat()
    presence.ticked()
    told = presence.health(True)
    assert (told["ok"], told["database"], told["replica"], told["replicas"]) == (True, "ok", "one", 2)
    assert told["oldest_due_seconds"] == 42.0
    assert presence.health(False) | {"seconds_since_tick": 0} == told | {
        "ok": False,
        "database": "away",
        "seconds_since_tick": 0,
    }
    presence.stumbled()
    assert not presence.health(True)["ok"]


def test_old_processes_are_forgotten_and_the_newest_beat_is_not(kept: Database, wall: Wall) -> None:
    """After weeks only who still ticks is remembered."""
    present(kept, wall, "old")
    wall.at += timedelta(days=30)
    presence = present(kept, wall, "new")
    presence.forget()
    with UnitOfWork(kept, reading=True) as uow:
        assert [each.executor for each in uow.replicas.all()] == ["new"]
