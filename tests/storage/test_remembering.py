"""What a transaction was told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel

from storage.database import Database
from storage.models.provider import Channel, Installation, Programme, Provider
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A provider with one programme and no channel."""
    made = Database(f"sqlite:///{tmp_path / 'parley.sqlite'}", durable=False)
    SQLModel.metadata.create_all(made.engine)
    with UnitOfWork(made) as uow:
        uow.providers.add(Installation(platform="room", workspace="W", installed_at=NOW))
        uow.providers.add(
            Provider(installation_id=1, name="Northwind", country="GB", zone="Europe/London", created_at=NOW)
        )
        uow.providers.add(
            Programme(
                installation_id=1,
                provider_id=1,
                name="Care",
                anchor_zone="Europe/London",
                digest_wall="mon 08:30",
                figures_wall="mon 08:00",
                created_at=NOW,
            )
        )
        uow.commit()
    yield made
    made.dispose()


def _bind(uow: UnitOfWork) -> Channel:
    return uow.providers.add(
        Channel(
            installation_id=1,
            programme_id=1,
            kind="shared",
            platform="room",
            workspace="W",
            channel="C",
            name="c",
        )
    )


def test_a_question_is_asked_once_in_a_transaction_and_again_in_the_next(database: Database) -> None:
    """Two of the same question are one statement; the next transaction asks anew."""
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for times in (1, 2):
        with UnitOfWork(database) as uow:
            uow.providers.channels(1, "shared")
            uow.providers.channels(1, "shared")
        assert sum("parley_channel" in each for each in asked) == times


def test_what_was_written_meanwhile_is_seen(database: Database) -> None:
    """A row that is added, and one that goes, change the answer within the transaction."""
    with UnitOfWork(database) as uow:
        assert uow.providers.channels(1, "shared") == []
        bound = _bind(uow)
        assert uow.providers.channels(1, "shared") == [bound]
        uow.providers.unbind(bound)
        assert uow.providers.channels(1, "shared") == []


def test_what_was_undone_is_not_remembered(database: Database) -> None:
    """After a rollback the answer is the one of before, whatever was told in between."""
    with UnitOfWork(database) as uow:
        _bind(uow)
        assert uow.providers.channels(1, "shared") != []
        uow.session.rollback()
        assert uow.providers.channels(1, "shared") == []
