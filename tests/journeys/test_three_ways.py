"""The same weeks on paper, in the room and through the engine: whatever delivers, the same things are said."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import SQLModel, col, select

import storage.models as models
from bot.delivery.courier import Courier
from bot.delivery.engine import Engine
from bot.plain import plain
from bot.rehearsal.stage import WORKSPACE, ZONE, Stage
from bot.room.bell import Bell
from bot.room.gateway import RoomGateway
from bot.room.parts import CardCodec, Shelf
from bot.workers import inline
from handlers.metrics.reading.preview import Observation
from handlers.saying import decode_card, encode
from storage.database import Database
from storage.models.room import RoomChannel, RoomMessage
from storage.unit_of_work import UnitOfWork

FIRST = date(2026, 3, 9)
NAMES = ("Andes", "Baltic", "Northwind")
Said = Mapping[str, str]


def figures() -> dict[date, list[Observation]]:
    """Four weeks of three providers across the change of clocks on 29 March; one week of one provider is missing."""
    weeks: dict[date, list[Observation]] = {}
    for week in range(4):
        monday = FIRST + timedelta(days=7 * week)
        weeks[monday] = [
            Observation(
                provider_name=name,
                provider_code=None,
                queue=None,
                metric_id="service_level",
                definition="F2 within 60 s",
                period_start=monday,
                period_days=7,
                numerator=Decimal(780 + 10 * number + 5 * week),
                denominator=Decimal(1000),
                value=Decimal(780 + 10 * number + 5 * week) / 10,
                row=number + 2,
            )
            for number, name in enumerate(NAMES)
            if (name, week) != ("Baltic", 2)
        ]
    return weeks


def database_at(path: Path) -> Database:
    """A fresh database with every table."""
    database = Database(f"sqlite:///{path}", durable=False)
    SQLModel.metadata.create_all(database.engine)
    return database


async def on_paper(folder: Path) -> Said:
    """The rehearsal."""
    database = database_at(folder / "paper.sqlite")
    stage = Stage(database, figures(), 4, ZONE)
    await stage.play()
    database.dispose()
    return {message.key: message.text for message in stage.messages()}


async def in_the_room(folder: Path) -> Said:
    """The room's own gateway and tables."""
    database = database_at(folder / "room.sqlite")
    with UnitOfWork(database) as uow:
        for number in range(1, len(NAMES) + 1):
            uow.room.put_channel(RoomChannel(id=f"shared-{number}", name=f"shared-{number}", kind="shared"))
        uow.room.put_channel(RoomChannel(id="internal", name="internal", kind="internal"))
        uow.commit()
    stand = datetime(2026, 3, 9, 12, tzinfo=UTC)
    codec = CardCodec(encode, decode_card)
    shelf = Shelf(lambda: UnitOfWork(database), inline, codec, Bell(), lambda: stand, WORKSPACE)
    await Stage(database, figures(), 4, ZONE, gateway=RoomGateway(shelf)).play()
    with UnitOfWork(database) as uow:
        rows = uow.session.exec(select(RoomMessage).where(col(RoomMessage.card_key).is_not(None))).all()
        said = {str(row.card_key): plain(decode_card(row.card or "")) for row in rows}
    database.dispose()
    return said


class ByEngine:
    """Nothing is delivered by hand: every row waits for its workflow."""

    def __init__(self, courier: Courier, database: Database) -> None:
        self.courier = courier
        self._database = database

    async def drain(self) -> int:
        """Wait until nothing is open."""
        async with asyncio.timeout(60):
            while self._open():  # noqa: ASYNC110 - the engine works outside this loop
                await asyncio.sleep(0.02)
        return 0

    def _open(self) -> int:
        with UnitOfWork(self._database, reading=True) as uow:
            return len(uow.session.exec(select(models.OutboxRow.seq).where(models.OutboxRow.state == "open")).all())


async def through_the_engine(folder: Path) -> Said:
    """DBOS delivers."""
    database = database_at(folder / "engine.sqlite")
    engine = Engine(database, executor="three-ways", pace=0.01, poll=0.02)
    stage = Stage(
        database, figures(), 4, ZONE, enqueue=engine.enqueue, deliver=lambda courier: ByEngine(courier, database)
    )
    await engine.start(stage.courier)
    try:
        await stage.play()
    finally:
        await asyncio.to_thread(engine.stop)
        database.dispose()
    return {message.key: message.text for message in stage.messages()}


@pytest.mark.slow
async def test_paper_room_and_engine_say_the_same(tmp_path: Path) -> None:
    """Three providers over four weeks, across a change of clocks: the same keys with the same words, three ways."""
    paper = await on_paper(tmp_path)
    assert len([text for text in paper.values() if "Wins" in text and "(internal)" not in text]) == 12
    assert await in_the_room(tmp_path) == paper
    assert await through_the_engine(tmp_path) == paper
